import { lamport } from "../election/mutualExclusion/lamport.js";
import { ricartAgrawala } from "../election/mutualExclusion/ricartAgrawala.js";
import type { Excluding } from "../election/mutualExclusion/withClients.js";
import type { InputOf, NodeId, Protocol } from "../protocol.js";
import type { Distribution } from "../random.js";
import { type Cluster, simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";
import { mean } from "./percentile.js";

const parameters = {
  nodes: { type: "list", default: "3,5,9", values: [], summary: "sizes of the cluster that are tried" },
  entries: { type: "integer", default: 5, range: [1, 1000], summary: "how often each node enters the critical section" },
  stay: { type: "number", default: 10, range: [0, 100_000], unit: "ms", summary: "how long a node stays in it" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
} as const;

/** Who asks while others have asked. */
const LOADS = ["alone", "contended"] as const;
type Load = (typeof LOADS)[number];

interface Algorithm {
  readonly algorithm: string;
  /** Closed form of the number of messages an entry. */
  expected(n: number): number;
  count(n: number, load: Load, given: Given, seed: number): number;
}

interface Given {
  readonly entries: number;
  readonly stay: number;
  readonly delay: Distribution;
}

const ALGORITHMS: readonly Algorithm[] = [
  { algorithm: "lamport", expected: (n) => 3 * (n - 1), count: (n, load, given, seed) => messagesAnEntry(lamport(), n, load, given, seed) },
  { algorithm: "ricart-agrawala", expected: (n) => 2 * (n - 1), count: (n, load, given, seed) => messagesAnEntry(ricartAgrawala(), n, load, given, seed) },
];

/** Messages an entry by the two algorithms for mutual exclusion without anybody who decides, beside their closed forms. */
export const mutualExclusionMessages: Experiment<typeof parameters, readonly number[]> = {
  name: "mutual-exclusion-messages",
  question: "How many messages does it take to enter a critical section that nobody grants?",
  parameters,
  trials: 5,
  row: {
    algorithm: "`lamport` (Lamport 1978, all acknowledgments sent) or `ricart-agrawala` (Ricart and Agrawala 1981)",
    load: "`alone`: the nodes enter in turn, each when the last has left and all is quiet; `contended`: all ask at once, and again as soon as they have left",
    nodes: "nodes in the cluster, n",
    messages: "messages that are sent an entry, mean of all runs",
    least: "fewest in any run",
    most: "most in any run",
    expected: "by the closed form: 3(n − 1) (lamport), 2(n − 1) (ricart-agrawala)",
  },
  check({ nodes }) {
    if (typeof nodes === "string" || nodes.length === 0) throw new Error("nodes needs one number or more");
    const bad = nodes.find((n) => !Number.isInteger(n) || n < 1 || n > 200);
    if (bad !== undefined) throw new Error(`nodes are whole numbers from 1 to 200: got ${bad}`);
  },
  trial: ({ nodes, ...given }, seed) => casesOf(nodes as readonly number[]).map(({ count, load, n }) => count(n, load, given, seed)),
  summarize: (samples, { nodes }) =>
    casesOf(nodes as readonly number[]).map(({ algorithm, expected, load, n }, i) => {
      const counts = samples.map((sample) => sample[i]!);
      return { algorithm, load, nodes: n, messages: mean(counts), least: Math.min(...counts), most: Math.max(...counts), expected: expected(n) };
    }),
};

const casesOf = (sizes: readonly number[]) => ALGORITHMS.flatMap((algorithm) => LOADS.flatMap((load) => sizes.map((n) => ({ ...algorithm, load, n }))));

/** Lets every node enter so many times, and counts. Throws an `Error` if one never comes in. */
function messagesAnEntry<T extends Excluding>(protocol: Protocol<T>, n: number, load: Load, { entries, stay, delay }: Given, seed: number): number {
  let sent = 0;
  const cluster: Cluster<T> = simulate(protocol, { size: n, seed, latency: delay, digest: false, observer: { sent: () => void sent++ } });
  const say = (node: NodeId, type: "enter" | "leave", at?: number) => cluster.input(node, { type } as InputOf<T>, at);
  const entered = Array.from({ length: n }, () => 0);
  if (load === "contended") for (let node = 0; node < n; node++) say(node, "enter");
  for (let i = 0; i < n * entries; i++) {
    if (load === "alone") say(i % n, "enter");
    if (!cluster.runUntil(() => cluster.outputs.length > i, Infinity)) throw new Error(`after ${i} of ${n * entries} entries nobody comes in any more`);
    const { node } = cluster.outputs[i]!;
    cluster.run(cluster.now + stay);
    say(node, "leave");
    if (load === "contended" && ++entered[node]! < entries) say(node, "enter");
    else if (load === "alone") cluster.runUntil(() => cluster.nextTime === Infinity, Infinity);
  }
  cluster.runUntil(() => cluster.nextTime === Infinity, Infinity);
  return sent / (n * entries);
}
