import { commandMessages } from "../commandMessages.js";
import { electionDowntime } from "../electionDowntime.js";
import { runExperiment } from "../runExperiment.js";
import { splitVote } from "../splitVote.js";
import { cell, closedForm, type Comparison, type Published } from "./comparison.js";

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
  const points = Object.entries(cells).flatMap(([name, value]) => (name === "mean" ? [] : [{ p: Number(name.slice(1)) / 100, value }]));
  return { low, high, cells, points, tolerance };
}

/** Split votes among 4 live servers of 5, by latency as a share of the timeout range; closed form of the dissertation. */
export const SPLIT_VOTES = [
  { latency: 0.01, published: 0.0006 },
  { latency: 0.1, published: 0.052 },
  { latency: 0.2, published: 0.181 },
] as const;

/** What was published of Raft, and what leaders have to handle. */
export const raftComparisons: readonly Comparison[] = [
  { source: "Ongaro and Ousterhout 2014, extended version, Figure 16", compare: figure16 },
  { source: "Ongaro 2014, dissertation, chapter 9", compare: splitVotes },
  { source: "closed form, 2N messages a command", compare: messagesACommand },
];

function figure16(source: string): Published[] {
  return FIGURE_16.flatMap(({ low, high, cells, tolerance }) => {
    const row = runExperiment(electionDowntime, { low, high }, { seed: 1, trials: 10_000 }).rows[0]!;
    return Object.entries(cells).map(([name, published]) =>
      cell(source, `${low}–${high} ms, ${name}, ms`, published, row[name] as number, name === "p50" ? 0.06 : tolerance),
    );
  });
}

function splitVotes(source: string): Published[] {
  return SPLIT_VOTES.map(({ latency, published }) => {
    const row = runExperiment(splitVote, { latency }, { seed: 1, trials: 40_000 }).rows[0]!;
    return closedForm(cell(source, `split votes, latency ${latency} of the range`, published, row.simulated as number, published < 0.01 ? 0.4 : 0.05));
  });
}

/** Nothing is left to chance where nothing is lost: the closed form must come out to the message. */
function messagesACommand(source: string): Published[] {
  return runExperiment(commandMessages, {}, { seed: 1, trials: 1 })
    .rows.filter(({ engine }) => engine === "raft" || engine === "multi-paxos")
    .map(({ engine, nodes, handled }) => closedForm(cell(source, `${engine}, ${nodes} servers, messages that the leader handles a command`, 2 * (nodes as number), handled as number, 0)));
}
