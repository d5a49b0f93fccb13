import type { Experiment, Row } from "./experiment.js";
import type { RawParameters } from "./parameters.js";
import { runExperiment } from "./runExperiment.js";
import { antiEntropyTrials } from "./trials/antiEntropy.js";
import { authenticationTrials } from "./trials/authentication.js";
import { balancerTrials } from "./trials/balancer.js";
import { cacheTrials } from "./trials/cache.js";
import { choosingTrials } from "./trials/choosing.js";
import { gossipElectionTrials } from "./trials/gossipElection.js";
import { hashingTrials } from "./trials/hashing.js";
import { hybridTrials } from "./trials/hybrid.js";
import { leaderAndBackupTrials } from "./trials/leaderAndBackup.js";
import { leaderlessTrials } from "./trials/leaderless.js";
import { type LookedUp, lookedUp } from "./trials/lookedUp.js";
import { membershipTrials } from "./trials/membership.js";
import { modelTrials } from "./trials/models.js";
import { optimizationTrials } from "./trials/optimizations.js";
import { outlookTrials } from "./trials/outlook.js";
import { paxosTrials } from "./trials/paxos.js";
import { pending, type Pending } from "./trials/pending.js";
import { performanceTrials } from "./trials/performance.js";
import { quorumStoreTrials } from "./trials/quorumStore.js";
import { raftElectionTrials } from "./trials/raftElection.js";
import { raftLogTrials } from "./trials/raftLog.js";
import { rumorTrials } from "./trials/rumor.js";
import type { Judgement, Trial } from "./trials/trial.js";
import { zabTrials } from "./trials/zab.js";

export type { Judgement } from "./trials/trial.js";

/** A statement on trial, and what came of it. */
export interface Claim extends Omit<Judgement, "verdict"> {
  /** `pending`: the engine that could decide it is still to come. */
  readonly verdict: Judgement["verdict"] | "pending";
  readonly id: string;
  /** Where the survey says it: a chapter's number or an appendix's letter. */
  readonly chapter: string;
  /** What it says, in our words. */
  readonly statement: string;
  /** The experiment that decides it; null while it is pending, and where the survey's source was looked up. */
  readonly experiment: string | null;
}

const inOrder = (a: Pending, b: Pending) => a.id.localeCompare(b.id, "en", { numeric: true });

const trials: readonly Trial[] = [...leaderAndBackupTrials, ...gossipElectionTrials, ...raftElectionTrials, ...raftLogTrials, ...paxosTrials, ...zabTrials, ...leaderlessTrials, ...hashingTrials, ...membershipTrials, ...rumorTrials, ...quorumStoreTrials, ...antiEntropyTrials, ...outlookTrials, ...hybridTrials, ...optimizationTrials, ...authenticationTrials, ...modelTrials, ...balancerTrials, ...cacheTrials, ...performanceTrials, ...choosingTrials];

/** Every statement of the survey: the chapters' first, then the appendices'. */
const decided: readonly (Trial | LookedUp)[] = [...trials, ...lookedUp];
const statements: readonly (Trial | LookedUp | Pending)[] = [...decided, ...pending.filter(({ id }) => !decided.some((trial) => trial.id === id))].sort(inOrder);

/** The seed of every verdict. */
export const VERDICT_SEED = 1;

/** Gives the rows of an experiment with these parameters, the seed of the verdicts and its own number of trials. */
export type RowsOf = (experiment: Experiment, parameters: RawParameters) => readonly Row[];

const runAnew: RowsOf = (experiment, parameters) => runExperiment(experiment, parameters, { seed: VERDICT_SEED }).rows;

/**
 * Tries the statements with these ids, or all: runs their experiments and computes each verdict. Throws for an unknown id.
 * `rowsOf` spares time where experiments have been run already.
 */
export function judgeClaims(ids: readonly string[] = statements.map(({ id }) => id), rowsOf: RowsOf = runAnew): Claim[] {
  return ids.map((id) => {
    const trial = statements.find((candidate) => candidate.id === id);
    if (!trial) throw new Error(`no claim "${id}": expected one of ${statements.map((candidate) => candidate.id).join(", ")}`);
    const { chapter, statement } = trial;
    if ("because" in trial) return { ...trial, experiment: null };
    if (!("judge" in trial)) return { id, chapter, statement, verdict: "pending", because: "The engine that can decide it is still to come.", experiment: null, figures: {} };
    const { experiment } = trial;
    const judgement = trial.judge((parameters = {}) => rowsOf(experiment, parameters));
    return { id, chapter, statement, ...judgement, experiment: experiment.name };
  });
}
