import { bully, type Bully } from "../election/bully.js";
import { changRoberts, type ChangRoberts } from "../election/changRoberts.js";
import { type Distribution, deriveRandom } from "../random.js";
import { raft } from "../replication/raft/raft.js";
import type { RaftMessage } from "../replication/raft/types.js";
import { type Cluster, simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";
import { mean } from "./percentile.js";

const parameters = {
  nodes: { type: "list", default: "3,5,9,17,33", values: [], summary: "sizes of the cluster that are tried" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  bullyDelay: { type: "number", default: 200, range: [1, 100_000], unit: "ms", summary: "the longest delay that the bully algorithm presumes; `delay` must stay below it" },
  low: { type: "number", default: 150, range: [1, 100_000], unit: "ms", summary: "shortest election timeout (Raft)" },
  high: { type: "number", default: 300, range: [1, 100_000], unit: "ms", summary: "longest election timeout (Raft)" },
  horizon: { type: "number", default: 30_000, range: [1, 10_000_000], unit: "ms", summary: "how long to wait until all know the leader" },
} as const;

/** How an election begins, how many messages it takes, and what is expected of it. */
interface Contest {
  readonly algorithm: string;
  readonly begins: string;
  /** Closed form of the number of messages. */
  expected(n: number): number;
  /** Messages until all that are up know the leader; null if they never do. */
  count(n: number, given: Given, seed: number): number | null;
}

interface Given {
  readonly delay: Distribution;
  readonly bullyDelay: number;
  readonly low: number;
  readonly high: number;
  readonly horizon: number;
}

const CONTESTS: readonly Contest[] = [
  { algorithm: "bully", begins: "the coordinator is down; the next highest notices", expected: (n) => n - 1, count: (n, given, seed) => countBully(n, n - 2, given, seed) },
  { algorithm: "bully", begins: "the coordinator is down; the lowest notices", expected: (n) => n * n - n - 1, count: (n, given, seed) => countBully(n, 0, given, seed) },
  { algorithm: "ring", begins: "all begin at once, numbers in random order", expected: (n) => n * harmonic(n) + n, count: countRing },
  { algorithm: "raft", begins: "at a cold start, by random timeouts", expected: (n) => 3 * (n - 1), count: countRaft },
];

/** Messages of an election by bully, by ring and by Raft, each on its own terms, beside the closed forms. Failure detection and acknowledged heartbeats are not counted. */
export const electionMessages: Experiment<typeof parameters, readonly (number | null)[]> = {
  name: "election-messages",
  question: "How many messages does it take to elect a leader and make it known?",
  parameters,
  trials: 200,
  row: {
    algorithm: "`bully` (Garcia-Molina 1982), `ring` (Chang and Roberts 1979) or `raft`",
    begins: "how the election begins",
    nodes: "nodes in the cluster, any that are down among them",
    messages: "messages until all that are up know the leader, mean (null: they did not, in some run)",
    least: "fewest in any run",
    most: "most in any run",
    expected: "by the closed form: n − 1 and n² − n − 1 (bully), n·H_n + n on average (ring), 3(n − 1) if only one node stands (raft)",
  },
  check({ nodes, low, high }) {
    if (low > high) throw new Error(`low must not exceed high: got low ${low} ms and high ${high} ms`);
    if (typeof nodes === "string" || nodes.length === 0) throw new Error("nodes needs one number or more");
    const bad = nodes.find((n) => !Number.isInteger(n) || n < 2 || n > 500);
    if (bad !== undefined) throw new Error(`nodes are whole numbers from 2 to 500: got ${bad}`);
  },
  trial: ({ nodes, ...given }, seed) => CONTESTS.flatMap(({ count }) => (nodes as readonly number[]).map((n) => count(n, given, seed))),
  summarize(samples, { nodes }) {
    const sizes = nodes as readonly number[];
    return CONTESTS.flatMap(({ algorithm, begins, expected }, c) =>
      sizes.map((n, i) => {
        const counts = samples.map((sample) => sample[c * sizes.length + i]!);
        const known = counts.filter((count) => count !== null);
        return { algorithm, begins, nodes: n, messages: mean(counts), least: known.length > 0 ? Math.min(...known) : null, most: known.length > 0 ? Math.max(...known) : null, expected: expected(n) };
      }),
    );
  },
};

const harmonic = (n: number): number => Array.from({ length: n }, (_, i) => 1 / (i + 1)).reduce((sum, term) => sum + term, 0);

/** Crashes the highest node of a settled cluster, and lets another one notice. */
function countBully(n: number, notices: number, { delay, bullyDelay, horizon }: Given, seed: number): number | null {
  let sent = 0;
  const cluster: Cluster<Bully> = simulate(bully({ delay: bullyDelay, ping: Infinity }), { size: n, seed, latency: delay, digest: false, observer: { sent: () => void sent++ } });
  if (!cluster.runUntil(() => cluster.nodes.every(({ state }) => state.coordinator === n - 1), horizon)) return null;
  // Late announcements of the first election are no part of the second.
  cluster.run(cluster.now + 2 * bullyDelay);
  cluster.crash(n - 1);
  sent = 0;
  cluster.input(notices, { type: "suspect" });
  cluster.runUntil(() => cluster.nextTime === Infinity, cluster.now + horizon);
  return cluster.nodes.every(({ up, state }) => !up || state.coordinator === n - 2) ? sent : null;
}

function countRing(n: number, { delay, horizon }: Given, seed: number): number | null {
  let sent = 0;
  const random = deriveRandom(seed, n + 1000);
  const numbers = Array.from({ length: n }, (_, node) => ({ node, key: random() })).sort((a, b) => a.key - b.key);
  const cluster: Cluster<ChangRoberts> = simulate(changRoberts(), { size: n, seed, latency: delay, digest: false, disks: (node) => ({ stored: { number: numbers[node]!.node } }), observer: { sent: () => void sent++ } });
  cluster.runUntil(() => cluster.nextTime === Infinity, horizon);
  return cluster.nodes.every(({ state }) => state.leader === n - 1) ? sent : null;
}

function countRaft(n: number, { delay, low, high, horizon }: Given, seed: number): number | null {
  let sent = 0;
  const counts = (message: unknown) => (message as RaftMessage).type !== "AppendEntriesReply";
  const cluster = simulate(raft({ electionTimeout: [low, high] }), { size: n, seed, latency: delay, digest: false, observer: { sent: (_from, _to, message) => void (counts(message) && sent++) } });
  const known = cluster.runUntil(() => {
    const [first] = cluster.nodes;
    return first!.state.leader !== null && cluster.nodes.every(({ state }) => state.leader === first!.state.leader);
  }, horizon);
  return known ? sent : null;
}
