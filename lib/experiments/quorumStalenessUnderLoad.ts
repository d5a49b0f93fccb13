import { staleness } from "../check/consistency/staleness.js";
import type { Protocol } from "../protocol.js";
import { deriveRandom } from "../random.js";
import { quorumStore } from "../replication/quorumStore/quorumStore.js";
import { lastWriterWins } from "../replication/quorumStore/versioning.js";
import type { Experiment } from "./experiment.js";
import { registerLoad } from "./registerLoad.js";
import type { Serving } from "../replication/service/serving.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [1, 25], summary: "servers in the cluster" },
  n: { type: "integer", default: 3, range: [1, 7], summary: "replicas of a key" },
  clients: { type: "integer", default: 10, range: [1, 200], summary: "clients, each with one request at a time" },
  keys: { type: "integer", default: 4, range: [1, 10_000], summary: "keys, drawn evenly" },
  reads: { type: "number", default: 0.6, range: [0, 1], summary: "share of gets" },
  think: { type: "number", default: 5, range: [0, 10_000], unit: "ms", summary: "mean time between an answer and the client's next request" },
  patience: { type: "number", default: 200, range: [1, 100_000], unit: "ms", summary: "how long a client waits before it gives a request up" },
  latency: { type: "distribution", default: "exp:0.2", unit: "ms", summary: "one-way delay of every message" },
  retry: { type: "number", default: 30, range: [1, 10_000], unit: "ms", summary: "how long a coordinator waits for replicas before others stand in, in a sloppy quorum" },
  cutEvery: { type: "number", default: 200, range: [1, 1_000_000], unit: "ms", summary: "time between two moments at which some server, drawn at random, is cut off from the others" },
  cutFor: { type: "number", default: 60, range: [0, 1_000_000], unit: "ms", summary: "how long it is" },
  length: { type: "number", default: 1000, range: [1, 1_000_000], unit: "ms", summary: "length of a run" },
} as const;

interface Outcome {
  readonly reads: number;
  readonly stale: number;
  readonly behind: number;
  readonly gets: readonly number[];
  readonly puts: readonly number[];
  readonly unanswered: number;
  readonly asked: number;
}

/** Every R and W of n replicas, strict and sloppy. */
const designs = (n: number) => [false, true].flatMap((sloppy) => Array.from({ length: n * n }, (_, i) => ({ r: 1 + Math.floor(i / n), w: 1 + (i % n), sloppy })));

/** What R and W buy and cost in the store itself, while servers are cut off now and then: stale reads, latency, requests without an answer. Versions are told apart by hybrid clocks, so that each get has one value. */
export const quorumStalenessUnderLoad: Experiment<typeof parameters, readonly Outcome[]> = {
  name: "quorum-staleness-under-load",
  question: "How often does a quorum store read stale, by R and W, and what does it cost not to?",
  parameters,
  trials: 3,
  row: {
    r: "copies that a read waits for",
    w: "replicas for which a write must be stored",
    meet: "whether R + W > N",
    sloppy: "whether other nodes stand in for silent replicas",
    stale: "share of gets that missed a put acknowledged before they began",
    behind: "mean number of acknowledged versions that a get is behind",
    get: "mean time to the answer of a get, ms",
    put: "mean time to the answer of a put, ms",
    unanswered: "share of requests that were given up",
  },
  check({ nodes, n }) {
    if (n > nodes) throw new Error(`n must not exceed nodes: got n ${n} of ${nodes}`);
  },
  trial: ({ n, nodes, retry, cutEvery, cutFor, ...load }, seed) =>
    designs(n).map(({ r, w, sloppy }) => {
      const protocol = quorumStore({ versioning: lastWriterWins({ hybrid: true }), n, r, w, sloppy, patience: retry }) as unknown as Protocol<Serving>;
      const { operations } = registerLoad(
        protocol,
        {
          ...load,
          size: nodes,
          plan(cluster, begin) {
            const random = deriveRandom(seed, nodes);
            for (let at = begin + cutEvery; at + cutFor < begin + load.length; at += cutEvery + cutFor) {
              cluster.command({ type: "isolate", node: Math.floor(nodes * random()) }, at);
              cluster.heal(at + cutFor);
            }
          },
        },
        seed,
      );
      const times = (f: string) => operations.flatMap((operation) => (operation.f === f && operation.returnedAt !== undefined ? [operation.returnedAt - operation.invokedAt] : []));
      const { row } = staleness(operations);
      return { reads: row.reads, stale: row.stale, behind: row.versionsMean * row.reads, gets: times("get"), puts: times("put"), unanswered: operations.filter(({ returnedAt }) => returnedAt === undefined).length, asked: operations.length };
    }),
  summarize: (samples, { n }) =>
    designs(n).map(({ r, w, sloppy }, i) => {
      const outcomes = samples.map((sample) => sample[i]!);
      const sum = (field: "reads" | "stale" | "behind" | "unanswered" | "asked") => outcomes.reduce((total, outcome) => total + outcome[field], 0);
      const mean = (values: readonly number[]) => (values.length === 0 ? null : values.reduce((total, value) => total + value, 0) / values.length);
      return { r, w, meet: r + w > n, sloppy, stale: sum("stale") / Math.max(1, sum("reads")), behind: sum("behind") / Math.max(1, sum("reads")), get: mean(outcomes.flatMap(({ gets }) => gets)), put: mean(outcomes.flatMap(({ puts }) => puts)), unanswered: sum("unanswered") / Math.max(1, sum("asked")) };
    }),
};
