import type { NodeView } from "../promises.js";
import type { NodeId } from "../protocol.js";
import type { Distribution } from "../random.js";
import { majority } from "../replication/raft/quorum.js";
import { raft } from "../replication/raft/raft.js";
import type { Raft } from "../replication/raft/types.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [3, 15], summary: "servers in the cluster; a bridge wants an odd number" },
  low: { type: "number", default: 150, range: [1, 100_000], unit: "ms", summary: "shortest election timeout" },
  high: { type: "number", default: 300, range: [1, 100_000], unit: "ms", summary: "longest election timeout" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  watch: { type: "number", default: 10_000, range: [100, 1_000_000], unit: "ms", summary: "how long the links are cut and the cluster is watched" },
} as const;

const OPTIONS = [
  { options: "neither", preVote: false, checkQuorum: false },
  { options: "pre-vote", preVote: true, checkQuorum: false },
  { options: "check-quorum", preVote: false, checkQuorum: true },
  { options: "both", preVote: true, checkQuorum: true },
] as const;
const TOPOLOGIES = ["star", "bridge", "ring"] as const;
const CASES = TOPOLOGIES.flatMap((topology) => OPTIONS.map((option) => ({ ...option, topology })));

interface Watched {
  /** Time in which no leader was known to a majority, and time in which none had a majority within its reach, ms. */
  readonly leaderless: number;
  readonly helpless: number;
  /** Terms that the highest one rose by. */
  readonly terms: number;
  /** When a leader was last unknown to a majority, ms after the cut; `watch` if it was so at the end. */
  readonly settled: number;
  /** Whether nobody led in the whole second half of the time who had links to a majority. */
  readonly helplessLately: boolean;
}

/** Null: nobody led before the cut. */
type Sample = readonly (Watched | null)[];

/**
 * Links that fail so that everybody is still heard by somebody: a star whose leader is a leaf, two halves that only one node
 * hears, a ring. With none of thesis §9.6 and §6.2's additions, with each, and with both. In the star pre-vote alone leaves a leader
 * whom the hub hears and nobody else: the hub stands by it, no other can win, and it can commit nothing (Howard and Abraham, Raft does not
 * Guarantee Liveness in the Face of Network Faults, Decentralized Thoughts, 2020).
 */
export const partialConnectivity: Experiment<typeof parameters, Sample> = {
  name: "partial-connectivity",
  question: "Does Raft keep a leader where links fail, but not all of anybody's?",
  parameters,
  trials: 20,
  row: {
    topology: "which links are left: a `star` whose leader is a leaf; a `bridge`, one node that two halves can talk to, the leader in one of them; a `ring`",
    options: "`neither`, `pre-vote`, `check-quorum` or `both`",
    runs: "runs in which somebody led before links failed",
    leaderless: "share of the time in which no leader was known to a majority, itself included (mean)",
    helpless: "share of the time in which nobody led who had links to a majority, itself included (mean)",
    never: "share of runs in which, in the whole second half of the time, nobody led who had links to a majority",
    terms: "terms spent, mean a run",
    settled: "median time after which a leader was known to a majority for good, ms (null: more than half never came to rest)",
  },
  check({ low, high, nodes }) {
    if (low > high) throw new Error(`low must not exceed high: got low ${low} ms and high ${high} ms`);
    if (nodes % 2 === 0) throw new Error(`two equal halves and a bridge need an odd number of nodes: got ${nodes}`);
  },
  trial: (values, seed) => CASES.map((setting) => watchCut({ ...values, ...setting }, seed)),
  summarize: (samples, { watch }) =>
    CASES.map(({ topology, options }, i) => {
      const runs = samples.flatMap((sample) => sample[i] ?? []);
      const mean = (value: (one: Watched) => number) => (runs.length === 0 ? null : runs.reduce((sum, one) => sum + value(one), 0) / runs.length);
      return {
        topology,
        options,
        runs: runs.length,
        leaderless: mean(({ leaderless }) => leaderless / watch),
        helpless: mean(({ helpless }) => helpless / watch),
        never: mean(({ helplessLately }) => (helplessLately ? 1 : 0)),
        terms: mean(({ terms }) => terms),
        settled: percentile(runs.map(({ settled }) => (settled >= watch ? null : settled)), 0.5),
      };
    }),
};

interface Circumstances {
  readonly nodes: number;
  readonly low: number;
  readonly high: number;
  readonly delay: Distribution;
  readonly watch: number;
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  readonly topology: (typeof TOPOLOGIES)[number];
}

/** Lets the cluster elect on a whole network, leaves only some links, and watches. */
function watchCut({ nodes: size, low, high, delay, watch, preVote, checkQuorum, topology }: Circumstances, seed: number): Watched | null {
  const cluster = simulate<Raft>(raft({ electionTimeout: [low, high], preVote, checkQuorum }), { size, seed, latency: delay, digest: false });
  const { nodes } = cluster;
  if (!cluster.runUntil(() => cluster.now > 1000 && nodes.some((leader) => known(leader, nodes) === size), 10_000)) return null;
  const leader = nodes.find((node) => node.state.role === "leader")!.id;
  const linked = linksOf(topology, leader, size);
  for (let from = 0; from < size; from++) for (let to = 0; to < size; to++) if (from !== to && !linked(from, to)) cluster.command({ type: "cut", from, to });
  const begin = cluster.now;
  const termsBefore = newestTerm(nodes);
  let [leaderless, helpless, settled, lastHelped, since] = [0, 0, 0, begin, begin];
  let [unknown, unreached] = [false, false];
  const look = () => {
    const elapsed = cluster.now - since;
    since = cluster.now;
    if (unknown) {
      leaderless += elapsed;
      settled = cluster.now - begin;
    }
    if (unreached) helpless += elapsed;
    else lastHelped = cluster.now;
    unknown = !nodes.some((node) => known(node, nodes) >= majority(size));
    unreached = !nodes.some(({ id, state }) => state.role === "leader" && nodes.filter((other) => other.id === id || linked(id, other.id)).length >= majority(size));
    return false;
  };
  look();
  cluster.runUntil(look, begin + watch);
  cluster.run(begin + watch);
  look();
  return { leaderless, helpless, terms: newestTerm(nodes) - termsBefore, settled, helplessLately: unreached && lastHelped <= begin + watch / 2 };
}

/** By how many nodes a leader is known as the leader of its term, itself included; 0 for who does not lead. */
function known(leader: NodeView<Raft>, nodes: readonly NodeView<Raft>[]): number {
  if (leader.state.role !== "leader") return 0;
  return nodes.filter(({ state }) => state.leader === leader.id && state.currentTerm === leader.state.currentTerm).length;
}

const newestTerm = (nodes: readonly NodeView<Raft>[]) => Math.max(...nodes.map(({ state }) => state.currentTerm));

/** Which two nodes still hear each other, seen from the leader's place. */
function linksOf(topology: Circumstances["topology"], leader: NodeId, size: number): (a: NodeId, b: NodeId) => boolean {
  // Places count from the leader, which has place 0.
  const place = (node: NodeId) => (node - leader + size) % size;
  const linked = {
    star: (a: number, b: number) => a === 1 || b === 1,
    bridge: (a: number, b: number) => a === size - 1 || b === size - 1 || a < (size - 1) / 2 === b < (size - 1) / 2,
    ring: (a: number, b: number) => (a + 1) % size === b || (b + 1) % size === a,
  }[topology];
  return (a, b) => linked(place(a), place(b));
}
