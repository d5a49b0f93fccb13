import { commandMessages } from "./commandMessages.js";
import { electionDowntime } from "./electionDowntime.js";
import { runExperiment } from "./runExperiment.js";
import { splitVote } from "./splitVote.js";
import { zookeeperThroughput } from "./zookeeperThroughput.js";

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

/** The comparisons by their sources. */
const comparisons: readonly { readonly source: string; compare(source: string): Published[] }[] = [
  { source: "Ongaro and Ousterhout 2014, extended version, Figure 16", compare: figure16 },
  { source: "Ongaro 2014, dissertation, chapter 9", compare: splitVotes },
  { source: "closed form, 2N messages a command", compare: messagesACommand },
  { source: "Hunt et al. 2010, Table 1", compare: zookeeper },
];

/** Runs the published models that the engines reach, each cell with its tolerance: those whose source contains `source`, or all. */
export function comparePublished(source = ""): Published[] {
  return comparisons.filter((comparison) => comparison.source.includes(source)).flatMap((comparison) => comparison.compare(comparison.source));
}

function figure16(source: string): Published[] {
  return FIGURE_16.flatMap(({ low, high, cells, tolerance }) => {
    const row = runExperiment(electionDowntime, { low, high }, { seed: 1, trials: 10_000 }).rows[0]!;
    return Object.entries(cells).map(([cell, published]) =>
      compare(source, `${low}–${high} ms, ${cell}, ms`, published, row[cell] as number, cell === "p50" ? 0.06 : tolerance),
    );
  });
}

function splitVotes(source: string): Published[] {
  return SPLIT_VOTES.map(({ latency, published }) => {
    const row = runExperiment(splitVote, { latency }, { seed: 1, trials: 40_000 }).rows[0]!;
    return compare(source, `split votes, latency ${latency} of the range`, published, row.simulated as number, published < 0.01 ? 0.4 : 0.05);
  });
}

/** Nothing is left to chance where nothing is lost: the closed form must come out to the message. */
function messagesACommand(source: string): Published[] {
  return runExperiment(commandMessages, {}, { seed: 1, trials: 1 })
    .rows.filter(({ engine }) => engine === "raft" || engine === "multi-paxos")
    .map(({ engine, nodes, handled }) => compare(source, `${engine}, ${nodes} servers, messages that the leader handles a command`, 2 * (nodes as number), handled as number, 0));
}

/** Only what is predicted: the ensembles of 3 and 13 servers gave the model its costs. */
function zookeeper(source: string): Published[] {
  return runExperiment(zookeeperThroughput, {}, { seed: 1, trials: 1 })
    .rows.filter(({ fitted, published }) => fitted === false && published !== null)
    .map(({ servers, reads, published, predicted }) => {
      const kind = reads === 0 ? { what: "writes", tolerance: 0.15 } : reads === 100 ? { what: "reads", tolerance: 0.08 } : { what: `${reads} % reads`, tolerance: 0.08 };
      return compare(source, `${servers} servers, ${kind.what}, operations a second`, published as number, predicted as number, kind.tolerance);
    });
}

function compare(source: string, cell: string, published: number, reproduced: number, tolerance: number): Published {
  return { source, cell, published, reproduced, tolerance, ok: Math.abs(reproduced - published) <= tolerance * published };
}
