import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";
import { DESIGNS, PHASES, type PhaseSample, synchronize } from "./synchronize.js";

const parameters = {
  nodes: { type: "integer", default: 12, range: [3, 100], summary: "nodes that all want to have the same table" },
  servers: { type: "integer", default: 3, range: [1, 9], summary: "nodes that vote in the store (Raft); in the second design the others are sent its log, as a watch is" },
  keys: { type: "integer", default: 10, range: [1, 1000], summary: "keys of the table" },
  interval: { type: "number", default: 40, range: [1, 100_000], unit: "ms", summary: "time between two writes, each at a node that is up, of any key" },
  lasts: { type: "number", default: 2000, range: [100, 1_000_000], unit: "ms", summary: "how long each phase lasts: calm, churn, partition" },
  churn: { type: "number", default: 250, range: [1, 100_000], unit: "ms", summary: "in churn: time between two crashes of some node; it is down for half of that" },
  poll: { type: "number", default: 1000, range: [1, 1_000_000], unit: "ms", summary: "in the first design: how often a node asks the store for the whole table" },
  gossip: { type: "number", default: 100, range: [1, 100_000], unit: "ms", summary: "time between a node's rounds of anti-entropy with digests" },
  heartbeat: { type: "number", default: 100, range: [1, 1000], unit: "ms", summary: "time between heartbeats of the store's leader; who hears none for 150 to 300 ms wants to be elected" },
  clock: { type: "choice", default: "hybrid", values: ["hybrid", "physical"], summary: "gossip: whether a write's time is also above all that its node has seen" },
  skew: { type: "distribution", default: "normal:0,20", unit: "ms", summary: "by how much nodes' clocks are off" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of a message" },
  patience: { type: "number", default: 500, range: [1, 100_000], unit: "ms", summary: "a write that is not acknowledged in this time has failed" },
} as const;

/**
 * Claim G.5: nodes keep a table in step through a store like etcd, polled or watched, or by gossip, in calm, under churn and
 * while they are parted: one part has most of the servers and every other node, the other the rest. How old is what they have,
 * can they write, what does it cost, and is what was acknowledged last there in the end?
 */
export const etcdOrGossip: Experiment<typeof parameters, readonly (readonly PhaseSample[])[]> = {
  name: "etcd-or-gossip",
  question: "To keep nodes in step: through a store like etcd, or by gossip?",
  parameters,
  trials: 4,
  row: {
    design: "`polled`: nodes ask a Raft store for the table now and then; `watched`: they are sent its log; `gossip`: anti-entropy over values of which the last writer's wins",
    phase: "calm; churn (nodes crash and come back); partition (two parts)",
    stale: "share of what nodes have that is older than a write that was acknowledged",
    age: "mean age of that: how long ago it was overtaken, ms",
    ageP99: "the 99th percentile of the age of all that nodes have, ms; 0 for what is up to date",
    available: "share of writes that are acknowledged in time",
    bytes: "bytes that a node sends, kB a s: messages as JSON text and 66 bytes of headers",
    lost: "share of keys of which nodes do not have the write that was acknowledged last, when all faults are over and writing has stopped",
  },
  trial: (values, seed) => synchronize(values as never, seed),
  summarize(samples) {
    return DESIGNS.flatMap((design, d) =>
      PHASES.map((phase, p) => {
        const phases = samples.map((sample) => sample[d]![p]!);
        const ages = phases.flatMap(({ ages }) => ages);
        const stale = ages.filter((age) => age > 0);
        const total = (of: (phase: PhaseSample) => number) => phases.reduce((sum, phase) => sum + of(phase), 0);
        return {
          design,
          phase,
          stale: stale.length / Math.max(1, ages.length),
          age: stale.length > 0 ? stale.reduce((sum, age) => sum + age, 0) / stale.length : 0,
          ageP99: percentile(ages, 0.99),
          available: total(({ acknowledged }) => acknowledged) / Math.max(1, total(({ asked }) => asked)),
          bytes: total(({ bytes }) => bytes) / phases.length,
          lost: total(({ lost }) => lost) / phases.length,
        };
      }),
    );
  },
};
