import { acceptedByMajority } from "../acceptedByMajority.js";
import { electionWithoutLog } from "../electionWithoutLog.js";
import { executeOnReceipt } from "../executeOnReceipt.js";
import { fairElections } from "../fairElections.js";
import { pseudoCode } from "../pseudoCode.js";
import { waitForAll } from "../waitForAll.js";
import { percent, type Trial } from "./trial.js";

/** Below this a deviation as large is too rare to be put down to chance. */
const SIGNIFICANT = 0.001;

/** What the survey says of Raft's log, its pseudo-code, and of majorities. */
export const raftLogTrials: readonly Trial[] = [
  {
    id: "2.8",
    chapter: "D",
    statement: "The Raft pseudo-code is enough.",
    experiment: pseudoCode,
    judge(run) {
      const rows = run();
      const of = (lacks: string) => rows.find((row) => row.lacks === lacks)!;
      const single = rows.filter((row) => row.lacks !== "all" && row.lacks !== "none");
      const broken = single.filter((row) => row.property !== null);
      const figures = {
        asPrinted: of("all").property as string | null,
        stepsAsPrinted: of("all").steps as number | null,
        rules: single.length,
        rulesNeeded: broken.length,
        longestSteps: Math.max(0, ...broken.filter((row) => row.kind !== "quiet run").map((row) => row.steps as number)),
        accusedComplete: of("none").accused as number,
        hostileRuns: of("none").hostileRuns as number,
      };
      const because =
        figures.asPrinted === null
          ? `As printed it broke no promise that was looked for; ${figures.rulesNeeded} of ${figures.rules} rules that were added are needed.`
          : `As printed it breaks “${figures.asPrinted}” in ${figures.stepsAsPrinted} steps. Of the ${figures.rules} rules added, ${figures.rulesNeeded} are needed, each with a counterexample of its own; with all of them ${percent(figures.accusedComplete)} of ${figures.hostileRuns} hostile runs broke anything.`;
      return { verdict: figures.asPrinted === null && figures.rulesNeeded === 0 ? "holds" : "fails", because, figures };
    },
  },
  {
    id: "2.9",
    chapter: "2",
    statement: "Raft elects its leader through log replication and commit.",
    experiment: electionWithoutLog,
    judge(run) {
      const [before, after] = run();
      const figures = {
        elected: before!.elected as number,
        voteRequestsBefore: before!.voteRequests as number | null,
        appendsBefore: before!.appends as number | null,
        loggedBefore: before!.logged as number | null,
        committedBefore: before!.committed as number | null,
        entriesAfter: after!.withEntries as number | null,
      };
      const because = `${percent(figures.elected)} of the clusters with empty logs elected a leader; until then they sent ${figures.voteRequestsBefore?.toFixed(1)} requests for votes a run, ${figures.appendsBefore} messages of replication, and had ${figures.loggedBefore} entries logged and ${figures.committedBefore} committed. Logs decide only for whom one may vote.`;
      return { verdict: figures.elected > 0 && figures.appendsBefore === 0 && figures.committedBefore === 0 ? "fails" : "holds", because, figures };
    },
  },
  {
    id: "2.10",
    chapter: "2",
    statement: "The leader waits for all responses and decides on a majority.",
    experiment: waitForAll,
    judge(run) {
      const rows = run();
      const of = (followers: string, waitsFor: string) => rows.find((row) => row.followers === followers && row.waitsFor === waitsFor)!;
      const figures = {
        slowAll: of("slow", "all").p50 as number | null,
        slowMajority: of("slow", "a majority").p50 as number | null,
        wellAll: of("well", "all").p50 as number | null,
        wellMajority: of("well", "a majority").p50 as number | null,
        deadAll: of("dead", "all").decided as number,
        deadMajority: of("dead", "a majority").decided as number,
      };
      const ms = (time: number | null) => (time === null ? "for ever" : `${time.toFixed(0)} ms`);
      const because = `With one follower slow a decision takes ${ms(figures.slowAll)} where all are waited for and ${ms(figures.slowMajority)} where a majority is (median; all well: ${ms(figures.wellAll)} and ${ms(figures.wellMajority)}); with one dead, ${percent(figures.deadAll)} and ${percent(figures.deadMajority)} of the writes are decided at all.`;
      if (figures.deadMajority < 1) return { verdict: "fails", because, figures };
      if (figures.deadAll === 1) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "it decides as soon as a majority has answered, and waits for nobody else", because, figures };
    },
  },
  {
    id: "2.11",
    chapter: "2",
    statement: "Followers execute a proposal when they receive it.",
    experiment: executeOnReceipt,
    judge(run) {
      const [onReceipt, committed] = run();
      const figures = { divergedOnReceipt: onReceipt!.diverged as number, undecidedOnReceipt: onReceipt!.undecided as number, divergedCommitted: committed!.diverged as number, undecidedCommitted: committed!.undecided as number };
      const because = `After a change of leader followers with the same log had different states in ${percent(figures.divergedOnReceipt)} of the runs, having executed ${figures.undecidedOnReceipt.toFixed(0)} commands a run that were never decided; executing what is committed, in ${percent(figures.divergedCommitted)}.`;
      return { verdict: figures.divergedOnReceipt > figures.divergedCommitted ? "fails" : "holds", because, figures };
    },
  },
  {
    id: "E.5",
    chapter: "E",
    statement: "What a majority has accepted, the cluster has accepted.",
    experiment: acceptedByMajority,
    judge(run) {
      const rows = run();
      const of = (protocol: string, counted: string) => rows.find((row) => row.protocol === protocol && row.counted === counted)!;
      const figures = {
        stepsPaxosAny: of("Paxos", "any").steps as number | null,
        stepsRaftAny: of("Raft", "any").steps as number | null,
        brokenOne: rows.filter((row) => row.counted === "one" && row.property !== null).length,
        worldsOne: rows.filter((row) => row.counted === "one").reduce((sum, row) => sum + (row.worlds as number), 0),
      };
      const lost = (steps: number | null) => (steps === null ? "was not found to be replaced" : `is replaced in a run of ${steps} steps`);
      const because = `Counting nodes whatever their ballot, a value that two of three Paxos acceptors have ${lost(figures.stepsPaxosAny)}; an entry that two of three Raft logs have, whatever the term, ${lost(figures.stepsRaftAny)}. Counted in one ballot or term it was replaced in none of ${figures.worldsOne} worlds.`;
      if (figures.brokenOne > 0) return { verdict: "fails", because, figures };
      if (figures.stepsPaxosAny === null && figures.stepsRaftAny === null) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "the majority has accepted it in one and the same ballot or term", because, figures };
    },
  },
  {
    id: "E.6",
    chapter: "E",
    statement: "Random timeouts make elections fair.",
    experiment: fairElections,
    judge(run) {
      const rows = run();
      const of = (setting: string) => rows.filter((row) => row.setting === setting);
      const p = (setting: string) => of(setting)[0]!.pValue as number;
      const figures = {
        pEqual: p("equal servers"),
        pFar: p("server 0 far away"),
        pBehind: p("some logs behind"),
        winsFar: of("server 0 far away")[0]!.wins as number,
        winsBehind: of("some logs behind")[0]!.wins as number,
        fairShare: 1 / of("equal servers").length,
      };
      const because = `Of equal servers, chance alone would give shares as uneven with probability ${figures.pEqual.toFixed(2)}; a server far away led in ${percent(figures.winsFar)} of the elections and one whose log is behind in ${percent(figures.winsBehind)}, where an equal share would be ${percent(figures.fairShare)}.`;
      if (figures.pEqual < SIGNIFICANT) return { verdict: "fails", because, figures };
      if (figures.pFar >= SIGNIFICANT && figures.pBehind >= SIGNIFICANT) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "the servers are equal: as near to one another, and none with a log behind", because, figures };
    },
  },
];
