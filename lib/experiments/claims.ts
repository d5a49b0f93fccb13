import { runExperiment } from "./runExperiment.js";
import { gossipElectionTrials } from "./trials/gossipElection.js";
import { leaderAndBackupTrials } from "./trials/leaderAndBackup.js";
import { paxosTrials } from "./trials/paxos.js";
import { raftElectionTrials } from "./trials/raftElection.js";
import type { Judgement, Trial } from "./trials/trial.js";

export type { Judgement } from "./trials/trial.js";

/** A statement on trial, and what came of it. */
export interface Claim extends Judgement {
  readonly id: string;
  /** Where the survey says it: a chapter's number or an appendix's letter. */
  readonly chapter: string;
  /** What it says, in our words. */
  readonly statement: string;
  /** The experiment that decides it. */
  readonly experiment: string;
}

const inOrder = (a: Trial, b: Trial) => a.id.localeCompare(b.id, "en", { numeric: true });

/** Every statement that is on trial: the chapters' first, then the appendices'. */
const trials: readonly Trial[] = [...leaderAndBackupTrials, ...gossipElectionTrials, ...raftElectionTrials, ...paxosTrials].sort(inOrder);

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
