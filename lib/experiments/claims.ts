import { coldStart } from "./coldStart.js";
import { electionTrigger } from "./electionTrigger.js";
import type { Experiment, Row } from "./experiment.js";
import { leadersPerTerm } from "./leadersPerTerm.js";
import { majorityRule } from "./majorityRule.js";
import { runExperiment } from "./runExperiment.js";
import { serviceRestored } from "./serviceRestored.js";
import { termGrowth } from "./termGrowth.js";
import { timeoutRange } from "./timeoutRange.js";

/** What an experiment said of a statement of the source document. */
export interface Judgement {
  readonly verdict: "holds" | "holds if" | "fails";
  /** With `holds if`: the condition, as a clause. */
  readonly condition?: string;
  /** The numbers that decided it. */
  readonly figures: Readonly<Record<string, number | string | boolean | null>>;
}

/** A statement on trial, and what came of it. */
export interface Claim extends Judgement {
  readonly id: string;
  /** Where the document says it: a chapter's number or an appendix's letter. */
  readonly chapter: string;
  /** What it says, in our words. */
  readonly statement: string;
  /** The experiment that decides it. */
  readonly experiment: string;
}

interface Trial {
  readonly id: string;
  readonly chapter: string;
  readonly statement: string;
  readonly experiment: Experiment<any, any>;
  judge(run: (parameters?: Readonly<Record<string, string | number>>) => readonly Row[]): Judgement;
}

const trials: readonly Trial[] = [
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
      if (figures.restoredWithMajority < 1) return { verdict: "fails", figures };
      if (figures.restoredWithoutMajority === 1) return { verdict: "holds", figures };
      return { verdict: "holds if", condition: "a majority of the servers is up", figures };
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
      const oneBehind = run({ logLengths: "4,3,3,3,4" });
      const mostBehind = run({ logLengths: "4,3,4,4,4" });
      const figures = {
        equalLogsElectedLogBehind: wins(equal, "log behind"),
        equalLogsElectedTimeout: wins(equal, "timeout"),
        threeBehindOneElected: wins(oneBehind, "log behind"),
        oneBehindThreeElected: wins(mostBehind, "log behind"),
        oneBehindThreeElectedTimeout: wins(mostBehind, "timeout"),
      };
      const always = figures.equalLogsElectedLogBehind === 1 && figures.threeBehindOneElected === 1 && figures.oneBehindThreeElected === 1;
      return { verdict: always ? "holds" : "fails", figures };
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
      return { verdict: figures.byFollowers > 0 ? "holds" : "fails", figures };
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
      if (figures.brokenRunsDurable > 0) return { verdict: "fails", figures };
      if (figures.brokenRunsForgotten + figures.brokenRunsRepeated === 0) return { verdict: "holds", figures };
      return { verdict: "holds if", condition: "a server has one vote a term and keeps it through a crash", figures };
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
      return { verdict: figures.needlessFromZero > 1 && figures.needlessFromHalf < 1 ? "fails" : "holds", figures };
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
      if (figures.asWritten === figures.sizes) return { verdict: "holds", figures };
      if (figures.floor < figures.sizes) return { verdict: "fails", figures };
      return { verdict: "holds if", condition: "N/2 is rounded down", figures };
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
      if (figures.reunitedCounting === 1) return { verdict: "holds", figures };
      if (figures.reunitedAdopting < 1) return { verdict: "fails", figures };
      return { verdict: "holds if", condition: "a server adopts any higher term it sees, which may skip some", figures };
    },
  },
];

/** The seed of every verdict. */
export const VERDICT_SEED = 1;

/** Tries the statements with these ids, or all: runs their experiments and computes each verdict. Throws for an unknown id. */
export function judgeClaims(ids: readonly string[] = trials.map(({ id }) => id)): Claim[] {
  return ids.map((id) => {
    const trial = trials.find((candidate) => candidate.id === id);
    if (!trial) throw new Error(`no claim "${id}": expected one of ${trials.map((candidate) => candidate.id).join(", ")}`);
    const { chapter, statement, experiment } = trial;
    const judgement = trial.judge((parameters = {}) => runExperiment(experiment, parameters, { seed: VERDICT_SEED }).rows);
    return { id, chapter, statement, ...judgement, experiment: experiment.name };
  });
}
