import { electionDowntime } from "./electionDowntime.js";
import { runExperiment } from "./runExperiment.js";
import { splitVote } from "./splitVote.js";

/** One published number beside ours. */
export interface Published {
  /** Where it was published. */
  readonly source: string;
  readonly cell: string;
  readonly published: number;
  readonly reproduced: number | null;
  /** The largest difference that counts as agreement, as a share of the published number. */
  readonly tolerance: number;
  readonly ok: boolean;
  /** Why they differ, where they do. */
  readonly note?: string;
}

/** Downtime of ms after a leader's crash, read from the curves of Raft's Figure 16, by timeout range. */
export const FIGURE_16 = [
  { low: 150, high: 155, p10: 119, p50: 287, p75: 435, p90: 609, p99: 1242, mean: 345, tolerance: 0.2 },
  { low: 150, high: 200, p10: 110, p50: 147, p75: 167, p90: 194, p99: 352, mean: 156, tolerance: 0.08 },
  { low: 150, high: 300, p10: 125, p50: 171, p75: 208, p90: 244, p99: 415, mean: 181, tolerance: 0.08 },
] as const;

/** Split votes among 4 live servers of 5, by latency as a share of the timeout range; closed form of the dissertation. */
export const SPLIT_VOTES = [
  { latency: 0.01, published: 0.0006 },
  { latency: 0.1, published: 0.052 },
  { latency: 0.2, published: 0.181 },
] as const;

/** Runs the published models that the engines reach, each cell with its tolerance. */
export function comparePublished(): Published[] {
  return [...figure16(), ...splitVotes()];
}

function figure16(): Published[] {
  return FIGURE_16.flatMap(({ low, high, tolerance, ...cells }) => {
    const row = runExperiment(electionDowntime, { low, high }, { seed: 1 }).rows[0]!;
    return (["p10", "p50", "p75", "p90", "p99", "mean"] as const).map((cell) =>
      compare("Ongaro and Ousterhout 2014, Figure 16", `${low}–${high} ms, ${cell}, ms`, cells[cell], row[cell] as number, cell === "p50" ? 0.06 : tolerance),
    );
  });
}

function splitVotes(): Published[] {
  return SPLIT_VOTES.map(({ latency, published }) => {
    const row = runExperiment(splitVote, { latency }, { seed: 1, trials: 40_000 }).rows[0]!;
    return compare("Ongaro 2014, dissertation, chapter 9", `split votes, latency ${latency} of the range`, published, row.simulated as number, published < 0.01 ? 0.4 : 0.05);
  });
}

function compare(source: string, cell: string, published: number, reproduced: number, tolerance: number): Published {
  return { source, cell, published, reproduced, tolerance, ok: Math.abs(reproduced - published) <= tolerance * published };
}
