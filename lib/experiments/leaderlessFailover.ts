import type { Protocol } from "../protocol.js";
import { raft } from "../replication/raft/raft.js";
import { quorumStore } from "../replication/quorumStore/quorumStore.js";
import { dottedSiblings } from "../replication/quorumStore/versioning.js";
import { keyValue } from "../replication/service/keyValue.js";
import { registerLoad } from "./registerLoad.js";
import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";
import type { Serving } from "../replication/service/serving.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [3, 25], summary: "servers in the cluster" },
  n: { type: "integer", default: 3, range: [1, 25], summary: "replicas of a key in the quorum store" },
  crashed: { type: "integer", default: 1, range: [0, 24], summary: "servers that crash at the same moment, Raft's leader among them, and stay down" },
  clients: { type: "integer", default: 8, range: [1, 200], summary: "clients, each with one request at a time; they only ask servers that stay up" },
  keys: { type: "integer", default: 24, range: [1, 10_000], summary: "keys, drawn evenly" },
  reads: { type: "number", default: 0.5, range: [0, 1], summary: "share of gets" },
  think: { type: "number", default: 10, range: [0, 10_000], unit: "ms", summary: "mean time between an answer and the client's next request" },
  patience: { type: "number", default: 100, range: [1, 100_000], unit: "ms", summary: "a request without an answer for so long counts as an error" },
  latency: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  retry: { type: "number", default: 30, range: [1, 10_000], unit: "ms", summary: "how long a coordinator waits for replicas before it asks others to stand in, in a sloppy quorum" },
  timeout: { type: "number", default: 150, range: [10, 100_000], unit: "ms", summary: "Raft's election timeout is drawn from here to twice this" },
  heartbeat: { type: "number", default: 50, range: [1, 10_000], unit: "ms", summary: "Raft's time between heartbeats" },
  before: { type: "number", default: 500, range: [1, 1_000_000], unit: "ms", summary: "how long the service runs before the crash" },
  after: { type: "number", default: 1000, range: [1, 1_000_000], unit: "ms", summary: "how long it is watched from then on" },
} as const;

interface Design {
  readonly name: string;
  /** Replicas that a read and a write need; 0 in Raft. */
  readonly r: number;
  readonly w: number;
  readonly sloppy: boolean;
}

/** Every quorum that may be asked for, of so many replicas; each that one replica less cannot fill also sloppy. */
function designs(n: number): Design[] {
  const majority = Math.floor(n / 2) + 1;
  const pairs = [[1, 1], [majority, majority], [1, n], [n, 1], [n, n]].filter(([r, w], i, all) => all.findIndex(([r2, w2]) => r2 === r && w2 === w) === i);
  const strict = pairs.map(([r, w]) => ({ name: `R=${r}, W=${w}`, r: r!, w: w!, sloppy: false }));
  return [...strict, ...strict.filter(({ r, w }) => r === w && w > 1).map((design) => ({ ...design, name: `${design.name}, sloppy`, sloppy: true })), { name: "raft", r: 0, w: 0, sloppy: false }];
}

interface Outcome {
  /** Requests asked before the crash and after it, and how many had no answer in time. */
  readonly asked: readonly [number, number];
  readonly errors: readonly [number, number];
  /** Of answered requests, ms. */
  readonly latencies: readonly [readonly number[], readonly number[]];
  /** Longest time after the crash in which no request that was asked after it is answered, ms. */
  readonly silence: number;
}

/** Claim 1.5: servers crash under load; what becomes of the requests of a quorum store, by R and W, and of Raft? */
export const leaderlessFailover: Experiment<typeof parameters, readonly Outcome[]> = {
  name: "leaderless-failover",
  question: "When a server fails, does a quorum store go on without waiting for anything?",
  parameters,
  trials: 6,
  row: {
    design: "R and W of the quorum store, and whether other nodes may stand in for silent replicas (`sloppy`); or Raft, whose leader crashes",
    crashed: "servers that crash",
    errorsBefore: "share of the requests before the crash that got no answer in time",
    errors: "the same of the requests after it",
    latencyBefore: "mean time to an answer before the crash, ms",
    latency: "mean time to an answer after it, ms (null: nobody was answered)",
    latencyP99: "99th percentile after it, ms (null: nobody was answered)",
    silence: "median over all runs of the longest time after the crash in which nobody was answered, ms",
  },
  check({ nodes, n, crashed }) {
    if (n > nodes) throw new Error(`n must not exceed nodes: got n ${n} of ${nodes}`);
    if (crashed >= nodes) throw new Error(`somebody must stay up: got crashed ${crashed} of ${nodes}`);
  },
  trial({ n, nodes, crashed, timeout, heartbeat, retry, before, after, ...load }, seed) {
    return designs(n).map(({ name, r, w, sloppy }) => {
      const isRaft = name === "raft";
      const protocol = (isRaft ? raft({ machine: keyValue, electionTimeout: [timeout, 2 * timeout], heartbeat }) : quorumStore({ versioning: dottedSiblings, n, r, w, sloppy, patience: retry })) as unknown as Protocol<Serving>;
      // Raft's leader is made to be node 0, so that clients can ask the others.
      let crash = Infinity;
      const { operations, begin } = registerLoad(
        protocol,
        {
          ...load,
          size: nodes,
          doors: Array.from({ length: nodes - crashed }, (_, i) => crashed + i),
          length: before + after,
          ready(cluster) {
            if (!isRaft) return true;
            if (cluster.events === 0) cluster.input(0, { type: "campaign" } as never);
            return cluster.nodes.every(({ state }) => (state as { readonly leader?: unknown }).leader === 0);
          },
          plan(cluster, start) {
            crash = start + before;
            for (let node = 0; node < crashed; node++) cluster.crash(node, crash);
          },
        },
        seed,
      );
      const ended = begin + before + after;
      // Who asked less than its patience before the end has not waited long enough.
      const parts = [operations.filter(({ invokedAt }) => invokedAt < crash - load.patience), operations.filter(({ invokedAt }) => invokedAt >= crash && invokedAt < ended - load.patience)] as const;
      const errors = parts.map((part) => part.filter(({ returnedAt }) => returnedAt === undefined).length);
      const latencies = parts.map((part) => part.flatMap(({ invokedAt, returnedAt }) => (returnedAt === undefined ? [] : [returnedAt - invokedAt])));
      const answers = [crash, ...operations.flatMap(({ invokedAt, returnedAt }) => (invokedAt >= crash && returnedAt !== undefined ? [returnedAt] : [])).sort((a, b) => a - b), ended];
      return { asked: [parts[0].length, parts[1].length], errors: [errors[0]!, errors[1]!], latencies: [latencies[0]!, latencies[1]!], silence: answers.slice(1).reduce((longest, at, i) => Math.max(longest, at - answers[i]!), 0) };
    });
  },
  summarize: (samples, { n, crashed }) =>
    designs(n).map(({ name }, i) => {
      const outcomes = samples.map((sample) => sample[i]!);
      const share = (part: 0 | 1) => outcomes.reduce((sum, { errors }) => sum + errors[part], 0) / Math.max(1, outcomes.reduce((sum, { asked }) => sum + asked[part], 0));
      const all = (part: 0 | 1) => outcomes.flatMap(({ latencies }) => latencies[part]);
      const mean = (values: readonly number[]) => (values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length);
      return {
        design: name,
        crashed,
        errorsBefore: share(0),
        errors: share(1),
        latencyBefore: mean(all(0)),
        latency: mean(all(1)),
        latencyP99: percentile(all(1), 0.99),
        silence: percentile(outcomes.map(({ silence }) => silence), 0.5),
      };
    }),
};
