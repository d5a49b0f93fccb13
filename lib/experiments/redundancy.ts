import { deriveRandom } from "../random.js";
import { majority } from "../replication/raft/quorum.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [1, 25], summary: "nodes of the system" },
  up: { type: "number", default: 1000, range: [0.001, 1_000_000], unit: "h", summary: "mean time that a node is up" },
  down: { type: "number", default: 50, range: [0, 1_000_000], unit: "h", summary: "mean time that it is down" },
  shared: { type: "number", default: 0, range: [0, 1], summary: "share of a node's downtime in which all nodes are down at once, of one cause" },
  duration: { type: "number", default: 200_000, range: [1, 100_000_000], unit: "h", summary: "length of a run" },
} as const;

/** Of how many nodes a system needs how many. */
const NEEDS: readonly { readonly need: string; least(nodes: number): number }[] = [
  { need: "all", least: (nodes) => nodes },
  { need: "majority", least: majority },
  { need: "any", least: () => 1 },
];

/** Share of the time that so many nodes or more are up, by need. */
type Sample = readonly number[];

/**
 * Claim B.1: nodes that fail and are mended independently of each other, and perhaps sometimes all at once. For what share
 * of the time does a system run that needs all of them, a majority, or any one? By formula, and by runs.
 */
export const redundancy: Experiment<typeof parameters, Sample> = {
  name: "redundancy",
  question: "Is a system of many nodes more reliable than one node?",
  parameters,
  trials: 20,
  row: {
    need: "which nodes the system needs: `all`, a `majority`, or `any` one",
    nodes: "how many nodes there are",
    least: "so many of them, at least",
    oneNode: "availability of one node: the share of the time that it is up",
    formula: "availability of the system, by formula",
    simulated: "the same, in the runs",
    better: "whether, by formula, the system is up more of the time than one node",
  },
  trial({ nodes, up, down, shared, duration }, seed) {
    const { together, alone } = causes(up / (up + down), shared);
    const random = deriveRandom(seed, 0);
    // A cause with this availability is down for as long as a node is, on average, and up accordingly.
    const sources = [together, ...Array.from({ length: nodes }, () => alone)].map((availability) => ({ meanUp: availability < 1 ? (down * availability) / (1 - availability) : Infinity, availability }));
    const isUp = sources.map(({ availability }) => random() < availability);
    const lasts = (mean: number) => -Math.log(1 - random()) * mean;
    const next = sources.map(({ meanUp }, i) => lasts(isUp[i] ? meanUp : down));
    const upFor: number[] = NEEDS.map(() => 0);
    for (let time = 0; time < duration; ) {
      const change = next.reduce((first, at, i) => (at < next[first]! ? i : first), 0);
      const until = Math.min(next[change]!, duration);
      const count = isUp[0] ? isUp.filter(Boolean).length - 1 : 0;
      NEEDS.forEach(({ least }, i) => void (count >= least(nodes) && (upFor[i]! += until - time)));
      time = until;
      isUp[change] = !isUp[change];
      next[change] = time + lasts(isUp[change] ? sources[change]!.meanUp : down);
    }
    return upFor.map((hours) => hours / duration);
  },
  summarize(samples, { nodes, up, down, shared }) {
    const oneNode = up / (up + down);
    const { together, alone } = causes(oneNode, shared);
    return NEEDS.map(({ need, least }, i) => {
      const formula = together * atLeast(least(nodes), nodes, alone);
      return { need, nodes, least: least(nodes), oneNode, formula, simulated: samples.reduce((sum, sample) => sum + sample[i]!, 0) / samples.length, better: formula > oneNode + 1e-12 };
    });
  },
};

/** A node's availability as the product of two: of what all nodes share, and of what is its own. */
function causes(availability: number, shared: number): { together: number; alone: number } {
  const together = 1 - shared * (1 - availability);
  return { together, alone: availability / together };
}

/** Probability that at least `least` of `nodes` are up, each with this availability and independently. */
export function atLeast(least: number, nodes: number, availability: number): number {
  // chances[k]: that k of the nodes looked at so far are up.
  let chances = [1];
  for (let node = 0; node < nodes; node++) chances = Array.from({ length: chances.length + 1 }, (_, k) => (chances[k] ?? 0) * (1 - availability) + (chances[k - 1] ?? 0) * availability);
  return chances.slice(least).reduce((sum, chance) => sum + chance, 0);
}
