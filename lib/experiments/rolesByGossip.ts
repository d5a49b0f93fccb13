import { hashString } from "../hashing/hashString.js";
import { Ring } from "../hashing/ring.js";
import { deriveRandom, type Random } from "../random.js";
import type { Experiment, Values } from "./experiment.js";
import { percentile } from "./percentile.js";

const parameters = {
  nodes: { type: "integer", default: 10, range: [2, 100], summary: "servers on the ring" },
  keys: { type: "integer", default: 5000, range: [100, 1_000_000], summary: "keys, all equally busy" },
  points: { type: "integer", default: 64, range: [1, 1000], summary: "virtual nodes of a server with weight 1" },
  slow: { type: "integer", default: 1, range: [1, 99], summary: "servers whose speed changes at the beginning" },
  speed: { type: "number", default: 0.25, range: [0.01, 100], summary: "their speed from then on; it was 1, as the others' is" },
  rounds: { type: "integer", default: 100, range: [1, 10_000], summary: "rounds that are watched" },
  peers: { type: "integer", default: 1, range: [1, 99], summary: "with how many others, drawn at random, a server exchanges in a round what it knows of all loads" },
  gain: { type: "number", default: 0.5, range: [0.01, 2], summary: "by gossip: how much of the change that would balance it a server makes at once, as the exponent of mean load by own load" },
  every: { type: "integer", default: 4, range: [1, 1000], summary: "by gossip: a server looks at its weight once in so many rounds" },
  period: { type: "integer", default: 10, range: [1, 1000], summary: "rounds between two looks of the central rebalancer, which then knows all loads, and changes at once every weight that is off" },
  tolerance: { type: "number", default: 0.2, range: [0, 10], summary: "nobody changes a weight for a load that is off the mean by at most this share of it" },
  noise: { type: "number", default: 0.05, range: [0, 1], summary: "relative standard deviation of a measured load" },
} as const;

const DESIGNS = ["gossip", "central", "central, and down", "nobody"] as const;
type Design = (typeof DESIGNS)[number];

interface Outcome {
  readonly moved: number;
  readonly least: number;
  readonly settled: number | null;
  readonly reversals: number;
  readonly before: number;
  readonly after: number;
}

/**
 * Claim 1.10: a server becomes slow. By gossip each server learns the others' loads from peers drawn at random and changes
 * its own number of virtual nodes; a central rebalancer changes all at once. A model of load, not of requests: a server's
 * load is its share of the keys by its share of all speed, so that 1 is just right.
 */
export const rolesByGossip: Experiment<typeof parameters, readonly Outcome[]> = {
  name: "roles-by-gossip",
  question: "Does a cluster without a leader shift load by itself, and at what cost?",
  parameters,
  trials: 10,
  row: {
    design: "who changes the weights: each server by gossip, a central rebalancer, one that is down, or nobody",
    before: "mean load of the busiest server right after the change, 1 being just right",
    after: "the same at the end",
    settled: "median number of rounds until no load is off by more than twice the tolerance, for good (null: never)",
    settledShare: "share of runs in which that came about",
    moved: "mean share of the keys that changed their server, added up over all rounds",
    least: "mean share of the keys that had to, to give each server its share",
    reversals: "mean number of times that a server's weight, having gone one way, went the other",
  },
  check({ nodes, slow, peers }) {
    if (slow >= nodes || peers >= nodes) throw new Error(`slow and peers must be less than nodes: got slow ${slow} and peers ${peers} of ${nodes}`);
  },
  trial: (values, seed) => DESIGNS.map((design) => rebalance(design, values, seed)),
  summarize: (samples) =>
    DESIGNS.map((design, i) => {
      const outcomes = samples.map((sample) => sample[i]!);
      const mean = (field: "before" | "after" | "moved" | "least" | "reversals") => outcomes.reduce((sum, outcome) => sum + outcome[field], 0) / outcomes.length;
      const settled = outcomes.map((outcome) => outcome.settled);
      return { design, before: mean("before"), after: mean("after"), settled: percentile(settled, 0.5), settledShare: settled.filter((rounds) => rounds !== null).length / settled.length, moved: mean("moved"), least: mean("least"), reversals: mean("reversals") };
    }),
};

/** What a server knows of another's load: how much, and in which round it was measured. */
interface Known {
  readonly load: number;
  readonly round: number;
}

function rebalance(design: Design, values: Values<typeof parameters>, seed: number): Outcome {
  const { nodes, keys, points, slow, speed, rounds, peers, gain, every, period, tolerance, noise } = values;
  const random = deriveRandom(seed, DESIGNS.indexOf(design));
  const hashes = Array.from({ length: keys }, (_, key) => hashString(`${seed} ${key}`));
  const speeds = Array.from({ length: nodes }, (_, node) => (node < slow ? speed : 1));
  const all = speeds.reduce((sum, one) => sum + one, 0);
  const place = (weights: readonly number[]) => {
    const ring = new Ring(weights.map((weight, node) => ({ node, weight })), { points, seed: 1 });
    return Int32Array.from(hashes, (hash) => ring.lookupHash(hash));
  };
  const sharesOf = (owners: Int32Array) => {
    const counts = new Array<number>(nodes).fill(0);
    for (const owner of owners) counts[owner]!++;
    return counts.map((count) => count / keys);
  };
  const loadsOf = (owners: Int32Array) => sharesOf(owners).map((share, node) => (share * all) / speeds[node]!);
  const measured = (load: number) => Math.max(0.001, load * (1 + noise * gaussian(random)));

  const weights = new Array<number>(nodes).fill(1);
  const ways = new Array<number>(nodes).fill(0);
  let reversals = 0;
  let changed = false;
  const change = (node: number, factor: number) => {
    changed = true;
    weights[node] = Math.min(100, Math.max(0.01, weights[node]! * factor));
    const way = Math.sign(factor - 1);
    if (ways[node] === -way) reversals++;
    ways[node] = way;
  };
  let owners = place(weights);
  const first = loadsOf(owners);
  const least = sharesOf(owners).reduce((sum, share, node) => sum + Math.abs(share - speeds[node]! / all), 0) / 2;
  const known: Known[][] = Array.from({ length: nodes }, () => Array.from({ length: nodes }, () => ({ load: 1, round: -1 })));
  let moved = 0;
  let settled: number | null = null;
  for (let round = 0; round < rounds; round++) {
    const loads = loadsOf(owners);
    if (loads.some((load) => Math.abs(load - 1) > 2 * tolerance)) settled = null;
    else settled ??= round;
    if (design === "gossip") {
      loads.forEach((load, node) => (known[node]![node] = { load: measured(load), round }));
      gossip(known, peers, random);
      known.forEach((table, node) => {
        // Not all at once: each has its turn.
        if ((round + node) % every !== 0) return;
        const mean = table.reduce((sum, { load }) => sum + load, 0) / nodes;
        const own = table[node]!.load;
        if (Math.abs(own - mean) > tolerance * mean) change(node, Math.exp(gain * Math.log(mean / own)));
      });
    } else if (design === "central" && round % period === period - 1) {
      const found = loads.map(measured);
      const mean = found.reduce((sum, load) => sum + load, 0) / nodes;
      found.forEach((load, node) => void (Math.abs(load - mean) > tolerance * mean && change(node, mean / load)));
    }
    if (!changed) continue;
    changed = false;
    const next = place(weights);
    for (let key = 0; key < keys; key++) if (next[key] !== owners[key]) moved += 1 / keys;
    owners = next;
  }
  return { moved, least, settled, reversals: reversals / nodes, before: Math.max(...first), after: Math.max(...loadsOf(owners)) };
}

/** Push-pull: each server exchanges tables with peers drawn at random, and both keep what is newer. */
function gossip(known: Known[][], peers: number, random: Random): void {
  const nodes = known.length;
  for (let node = 0; node < nodes; node++) {
    for (let i = 0; i < peers; i++) {
      const drawn = Math.floor(random() * (nodes - 1));
      const peer = drawn < node ? drawn : drawn + 1;
      for (let about = 0; about < nodes; about++) {
        const [mine, theirs] = [known[node]![about]!, known[peer]![about]!];
        known[node]![about] = known[peer]![about] = mine.round >= theirs.round ? mine : theirs;
      }
    }
  }
}

/** A standard normal number (Box and Muller 1958). */
const gaussian = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.sin(2 * Math.PI * random());
