import { majority } from "../replication/raft/quorum.js";
import type { Experiment, Row } from "./experiment.js";

const parameters = {
  most: { type: "integer", default: 9, range: [2, 12], summary: "largest cluster to look at, servers" },
} as const;

/** Claim E.2: the smallest groups of which every two share a server, found by looking at every pair, beside N/2 + 1. */
export const majorityRule: Experiment<typeof parameters, null> = {
  name: "majority-rule",
  question: "Is a majority N/2 + 1?",
  parameters,
  trials: 1,
  row: {
    nodes: "servers N",
    asWritten: "N/2 + 1, not rounded",
    floor: "⌊N/2⌋ + 1",
    smallest: "the smallest size at which every two groups share a server, by enumeration",
    whole: "whether N/2 + 1 is a whole number",
    tolerated: "crashes survived with groups of the smallest size",
    toleratedRoundedUp: "crashes survived if N/2 + 1 is rounded up instead",
  },
  trial: () => null,
  summarize: (_samples, { most }) => Array.from({ length: most - 1 }, (_, i) => rowOf(i + 2)),
};

function rowOf(nodes: number): Row {
  const asWritten = nodes / 2 + 1;
  const smallest = smallestIntersecting(nodes);
  return {
    nodes,
    asWritten,
    floor: majority(nodes),
    smallest,
    whole: Number.isInteger(asWritten),
    tolerated: nodes - smallest,
    toleratedRoundedUp: nodes - Math.ceil(asWritten),
  };
}

/** Tries each size in turn; a set of servers is a bit mask. */
function smallestIntersecting(nodes: number): number {
  for (let size = 1; ; size++) {
    const groups: number[] = [];
    for (let mask = 0; mask < 1 << nodes; mask++) if (bits(mask) === size) groups.push(mask);
    if (groups.every((a) => groups.every((b) => (a & b) !== 0))) return size;
  }
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest > 0; rest &= rest - 1) count++;
  return count;
}
