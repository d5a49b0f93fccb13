import { acknowledgedWrites } from "../acknowledgedWrites.js";
import { hotStandby } from "../hotStandby.js";
import { oneLeaderAtATime } from "../oneLeaderAtATime.js";
import { redundancy } from "../redundancy.js";
import { percent, type Trial } from "./trial.js";

/** The safe kind of cluster of `hot-standby`. */
const MAJORITY = "three nodes, vote, majority";

/** What the survey says of a leader and its backups, and of redundancy. */
export const leaderAndBackupTrials: readonly Trial[] = [
  {
    id: "1.1",
    chapter: "1",
    statement: "A single leader keeps every follower in the leader's state.",
    experiment: acknowledgedWrites,
    judge(run) {
      const rows = run();
      const worst = (degree: string) => Math.max(...rows.filter((row) => row.acknowledge === degree).map((row) => row.lossy as number));
      const figures = {
        lossyAsynchronous: worst("asynchronous"),
        lossySemiSynchronous: worst("semi-synchronous"),
        lossyMajority: worst("majority"),
        lossySynchronous: worst("synchronous"),
        resumedSynchronous: Math.max(...rows.filter((row) => row.acknowledge === "synchronous").map((row) => row.resumed as number)),
        equalAtMost: Math.max(...rows.map((row) => row.equal as number)),
        lagVersionsMost: Math.max(...rows.map((row) => row.lagVersionsMost as number)),
      };
      const because = `When the leader died, acknowledged writes were lost in up to ${percent(figures.lossyAsynchronous)} of the runs with asynchronous replication, ${percent(figures.lossySemiSynchronous)} with semi-synchronous, ${percent(figures.lossyMajority)} where a majority had to have them and ${percent(figures.lossySynchronous)} where all had to; all followers were equal to the leader at that instant in at most ${percent(figures.equalAtMost)}.`;
      if (figures.lossyMajority > 0) return { verdict: "fails", because, figures };
      if (figures.lossyAsynchronous === 0 && figures.equalAtMost === 1) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "its state is what it has acknowledged, it acknowledges nothing that a majority does not have, and followers may be behind at any one instant", because, figures };
    },
  },
  {
    id: "1.3",
    chapter: "1",
    statement: "There is exactly one leader at any time.",
    experiment: oneLeaderAtATime,
    judge(run) {
      const [plain, stepping] = run();
      const figures = {
        twoAtOnce: plain!.twoAtOnce as number,
        twoAtOnceWithCheckQuorum: stepping!.twoAtOnce as number,
        overlap: plain!.overlap as number,
        overlapWithCheckQuorum: stepping!.overlap as number,
        mostInOneTerm: Math.max(plain!.mostInOneTerm as number, stepping!.mostInOneTerm as number),
        staleMajorities: (plain!.staleMajority as number) + (stepping!.staleMajority as number),
      };
      const because = `Cut off, the old leader and the new one believed at one instant that they led in ${percent(figures.twoAtOnce)} of the runs (${percent(figures.twoAtOnceWithCheckQuorum)} if a leader steps down that hears no majority); no term had more than ${figures.mostInOneTerm}, and the old one had a majority behind it in ${figures.staleMajorities} runs.`;
      if (figures.mostInOneTerm > 1 || figures.staleMajorities > 0) return { verdict: "fails", because, figures };
      if (figures.twoAtOnce + figures.twoAtOnceWithCheckQuorum === 0) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "time is counted in terms; at one instant two may believe that they lead, of which only the newer can commit anything", because, figures };
    },
  },
  {
    id: "1.9",
    chapter: "1",
    statement: "A standby takes over fast, so service never stops.",
    experiment: hotStandby,
    judge(run) {
      const rows = run();
      const of = (cluster: string) => rows.filter((row) => row.cluster === cluster);
      const most = (cluster: string, field: string) => Math.max(...of(cluster).map((row) => row[field] as number));
      const figures = {
        shortestTimeout: rows[0]!.timeout as number,
        downtimeStandby: of("hot standby")[0]!.downtime as number,
        downtimeVote: of("three nodes, vote")[0]!.downtime as number,
        downtimeMajority: of(MAJORITY)[0]!.downtime as number,
        splitBrainShortest: of("hot standby")[0]!.splitBrain as number,
        splitBrainLongest: of("hot standby").at(-1)!.splitBrain as number,
        splitBrainVote: most("three nodes, vote", "splitBrain"),
        splitBrainMajority: most(MAJORITY, "splitBrain"),
        lostStandby: most("hot standby", "lost"),
        lostVote: most("three nodes, vote", "lost"),
        lostMajority: most(MAJORITY, "lost"),
      };
      const because = `With a detection timeout of ${figures.shortestTimeout} ms nobody answered for ${figures.downtimeStandby.toFixed(0)} ms after a crash (three nodes that vote: ${figures.downtimeMajority.toFixed(0)} ms). Of two nodes both answered in ${percent(figures.splitBrainShortest)} of the passing faults, and still in ${percent(figures.splitBrainLongest)} with the longest timeout. Three nodes that vote and answer when a majority has a write lost none and never both answered; with the vote alone up to ${figures.lostVote.toFixed(0)} acknowledged writes a fault were lost.`;
      if (figures.splitBrainMajority > 0 || figures.lostMajority > 0) return { verdict: "fails", because, figures };
      if (figures.splitBrainShortest === 0 && figures.downtimeStandby === 0) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "a third node has a vote, a write is answered only when a majority has it, and “never” leaves room for the time in which a failure is noticed", because, figures };
    },
  },
  {
    id: "B.1",
    chapter: "B",
    statement: "A distributed system is more reliable.",
    experiment: redundancy,
    judge(run) {
      const rows = run();
      const of = (need: string) => rows.find((row) => row.need === need)!;
      const figures = {
        oneNode: rows[0]!.oneNode as number,
        all: of("all").formula as number,
        majority: of("majority").formula as number,
        any: of("any").formula as number,
        furthestFromFormula: Math.max(...rows.map((row) => Math.abs((row.simulated as number) - (row.formula as number)))),
        anyIfOneCauseTakesAll: run({ shared: 1 }).find((row) => row.need === "any")!.formula as number,
      };
      const because = `One node is up ${percent(figures.oneNode)} of the time. A system of ${of("all").nodes} that needs all of them: ${percent(figures.all)}; a majority: ${percent(figures.majority)}; any one: ${percent(figures.any, 8)}.`;
      const better = (availability: number) => availability > figures.oneNode + 1e-12;
      if (!better(figures.any)) return { verdict: "fails", because, figures };
      if (better(figures.all) && better(figures.anyIfOneCauseTakesAll)) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "it does not need all its nodes, and they do not fail of one cause", because, figures };
    },
  },
];
