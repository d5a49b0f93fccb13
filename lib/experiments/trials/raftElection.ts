import { coldStart } from "../coldStart.js";
import { electionTrigger } from "../electionTrigger.js";
import type { Row } from "../experiment.js";
import { leadersPerTerm } from "../leadersPerTerm.js";
import { majorityRule } from "../majorityRule.js";
import { serviceRestored } from "../serviceRestored.js";
import { termGrowth } from "../termGrowth.js";
import { timeoutRange } from "../timeoutRange.js";
import { percent, type Trial } from "./trial.js";

/** The survey's statements on terms, votes and timeouts, which Raft's election decides. */
export const raftElectionTrials: readonly Trial[] = [
  {
    id: "1.4",
    chapter: "1",
    statement: "After a leader fails, an election restores service.",
    experiment: serviceRestored,
    judge(run) {
      const rows = run();
      const withMajority = rows.filter((row) => row.majorityUp).map((row) => row.restored as number);
      const without = rows.filter((row) => !row.majorityUp).map((row) => row.restored as number);
      const figures = { restoredWithMajority: Math.min(...withMajority), restoredWithoutMajority: Math.max(...without), medianDowntime: rows[0]!.p50 as number };
      const because = `With a majority up, ${percent(figures.restoredWithMajority)} of the crashes ended in a new leader; without one, ${percent(figures.restoredWithoutMajority)}.`;
      if (figures.restoredWithMajority < 1) return { verdict: "fails", because, figures };
      if (figures.restoredWithoutMajority === 1) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "a majority of the servers is up", because, figures };
    },
  },
  {
    id: "2.3",
    chapter: "2",
    statement: "A Raft election starts when a node finds its log behind.",
    experiment: electionTrigger,
    judge(run) {
      const wins = (rows: readonly Row[], trigger: string) => rows.filter((row) => row.trigger === trigger).reduce((sum, row) => sum + (row.wins as number), 0);
      const equal = run({ logLengths: "3,3,3,3,3" });
      const oneBehind = run({ logLengths: "4,3,4,4,4" });
      const manyBehind = run({ logLengths: "4,1,2,3,4" });
      const figures = {
        electedWithEqualLogs: wins(equal, "log behind"),
        electedWithEqualLogsByTimeout: wins(equal, "timeout"),
        electedWithOneBehind: wins(oneBehind, "log behind"),
        electedWithOneBehindByTimeout: wins(oneBehind, "timeout"),
        electedWithDistinctLogs: wins(manyBehind, "log behind"),
      };
      const always = figures.electedWithEqualLogs === 1 && figures.electedWithOneBehind === 1 && figures.electedWithDistinctLogs === 1;
      const because = `With this trigger a leader was elected in ${percent(figures.electedWithEqualLogs)} of the runs with equal logs and in ${percent(figures.electedWithOneBehind)} of those with one log behind; with a timeout, in ${percent(figures.electedWithEqualLogsByTimeout)} and ${percent(figures.electedWithOneBehindByTimeout)}.`;
      return { verdict: always ? "holds" : "fails", because, figures };
    },
  },
  {
    id: "2.4",
    chapter: "2",
    statement: "In Raft every node sends heartbeats at the start.",
    experiment: coldStart,
    judge(run) {
      const rows = run();
      const sent = (role: string) => rows.find((row) => row.role === role)!.heartbeats as number;
      const figures = { byFollowers: sent("follower"), byCandidates: sent("candidate"), byLeaders: sent("leader") };
      const because = `Followers sent ${figures.byFollowers} heartbeats a run, candidates ${figures.byCandidates}, leaders ${figures.byLeaders}.`;
      return { verdict: figures.byFollowers > 0 ? "holds" : "fails", because, figures };
    },
  },
  {
    id: "2.5",
    chapter: "2",
    statement: "Whoever gets most votes leads, and a term has at most one leader.",
    experiment: leadersPerTerm,
    judge(run) {
      const broken = (votes: string) => run({ votes })[0]!.brokenRuns as number;
      const figures = { brokenRunsDurable: broken("durable"), brokenRunsForgotten: broken("forgotten"), brokenRunsRepeated: broken("repeated") };
      const because = `Hostile runs in which a term had two leaders: ${figures.brokenRunsDurable} with one durable vote a term, ${figures.brokenRunsForgotten} with votes lost in crashes, ${figures.brokenRunsRepeated} with several votes a term.`;
      if (figures.brokenRunsDurable > 0) return { verdict: "fails", because, figures };
      if (figures.brokenRunsForgotten + figures.brokenRunsRepeated === 0) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "“most” means a majority of all servers, and a server has one vote a term and keeps it through a crash", because, figures };
    },
  },
  {
    id: "E.1",
    chapter: "E",
    statement: "Draw the election timeout from U(0, Tmax).",
    experiment: timeoutRange,
    judge(run) {
      const [fromZero, fromHalf] = run();
      const figures = {
        needlessFromZero: fromZero!.needless as number,
        needlessFromHalf: fromHalf!.needless as number,
        downtimeFromZero: fromZero!.downtime as number,
        downtimeFromHalf: fromHalf!.downtime as number,
      };
      const because = `In a healthy cluster ${figures.needlessFromZero.toFixed(0)} elections a minute were needless, with U(Tmax/2, Tmax) ${figures.needlessFromHalf.toFixed(0)}.`;
      return { verdict: figures.needlessFromZero > 1 && figures.needlessFromHalf < 1 ? "fails" : "holds", because, figures };
    },
  },
  {
    id: "E.2",
    chapter: "E",
    statement: "A majority of N servers is N/2 + 1.",
    experiment: majorityRule,
    judge(run) {
      const rows = run();
      const agree = (field: string) => rows.filter((row) => row[field] === row.smallest).length;
      const figures = { sizes: rows.length, asWritten: agree("asWritten"), floor: agree("floor") };
      const because = `N/2 + 1 is right for ${figures.asWritten} of ${figures.sizes} sizes, ⌊N/2⌋ + 1 for ${figures.floor}.`;
      if (figures.asWritten === figures.sizes) return { verdict: "holds", because, figures };
      if (figures.floor < figures.sizes) return { verdict: "fails", because, figures };
      return { verdict: "holds if", condition: "N/2 is rounded down", because, figures };
    },
  },
  {
    id: "E.3",
    chapter: "E",
    statement: "Terms start at 0 and go up by one on all servers at each election.",
    experiment: termGrowth,
    judge(run) {
      const [adopt] = run({ rule: "adopt" });
      const [count] = run({ rule: "count" });
      const figures = { reunitedCounting: count!.reunited as number, reunitedAdopting: adopt!.reunited as number, jumpsAdopting: adopt!.jumps as number };
      const because = `After a cut all servers followed one leader again in ${percent(figures.reunitedCounting)} of the runs if each adds one, in ${percent(figures.reunitedAdopting)} if higher terms are adopted; then ${percent(figures.jumpsAdopting)} of a server's steps skip a term.`;
      if (figures.reunitedCounting === 1) return { verdict: "holds", because, figures };
      if (figures.reunitedAdopting < 1) return { verdict: "fails", because, figures };
      return { verdict: "holds if", condition: "only the candidate adds one, and every other server adopts the highest term it sees", because, figures };
    },
  },
];
