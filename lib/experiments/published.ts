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

/** Downtime in ms after a leader's crash, read from the curves of Raft's Figure 16, by timeout range: a share `p` of the trials took `value` or less. */
export const FIGURE_16: readonly Figure16Curve[] = [
  curve(150, 155, { p10: 119, p50: 287, p75: 435, p90: 609, p99: 1242, mean: 345 }, 0.2),
  curve(150, 200, { p10: 110, p50: 147, p75: 167, p90: 194, p99: 352, mean: 156 }, 0.08),
  curve(150, 300, { p10: 125, p50: 171, p75: 208, p90: 244, p99: 415, mean: 181 }, 0.08),
];

interface Figure16Curve {
  readonly low: number;
  readonly high: number;
  readonly cells: Readonly<Record<string, number>>;
  readonly points: readonly { readonly p: number; readonly value: number }[];
  readonly tolerance: number;
}

function curve(low: number, high: number, cells: Readonly<Record<string, number>>, tolerance: number): Figure16Curve {
  const points = Object.entries(cells).flatMap(([cell, value]) => (cell === "mean" ? [] : [{ p: Number(cell.slice(1)) / 100, value }]));
  return { low, high, cells, points, tolerance };
}

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
  return FIGURE_16.flatMap(({ low, high, cells, tolerance }) => {
    const row = runExperiment(electionDowntime, { low, high }, { seed: 1, trials: 10_000 }).rows[0]!;
    return Object.entries(cells).map(([cell, published]) =>
      compare("Ongaro and Ousterhout 2014, extended version, Figure 16", `${low}–${high} ms, ${cell}, ms`, published, row[cell] as number, cell === "p50" ? 0.06 : tolerance),
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
