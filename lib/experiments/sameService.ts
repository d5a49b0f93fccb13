import { keyValue, keyValueClients } from "../replication/service/keyValue.js";
import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";
import { leaderlessEngines, serviceEngines } from "./serviceEngines.js";
import { serviceLoad } from "./serviceLoad.js";

const parameters = {
  design: { type: "choice", default: "single leader", values: ["single leader", "leaderless", "both"], summary: "engines with a single leader; Paxos over gossip and the quorum store; or all of them" },
  nodes: { type: "integer", default: 3, range: [3, 15], summary: "servers in the cluster" },
  clients: { type: "integer", default: 4, range: [1, 100], summary: "clients, each with one request at a time" },
  think: { type: "number", default: 10, range: [0, 10_000], unit: "ms", summary: "mean time between an answer and the client's next request" },
  retry: { type: "number", default: 100, range: [1, 100_000], unit: "ms", summary: "how long a client waits before it asks another node" },
  latency: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  channels: { type: "choice", default: "fifo", values: ["fifo", "any order"], summary: "whether messages of a link arrive in the order in which they were sent, as over TCP, which ZAB is made for, or overtake each other" },
  timeout: { type: "number", default: 150, range: [10, 100_000], unit: "ms", summary: "how long followers bear a silent leader: drawn from here to twice this (Raft, Multi-Paxos), or the mean of that (ZAB, primary–backup)" },
  heartbeat: { type: "number", default: 50, range: [1, 10_000], unit: "ms", summary: "time between heartbeats" },
  before: { type: "number", default: 1000, range: [1, 1_000_000], unit: "ms", summary: "how long the service runs before its leader crashes" },
  after: { type: "number", default: 2000, range: [1, 1_000_000], unit: "ms", summary: "how long it is watched from then on; the crashed node stays down" },
} as const;

interface Outcome {
  readonly operations: number;
  readonly operationsBefore: number;
  readonly downtime: number | null;
  readonly messagesBefore: number;
  readonly latencyBefore: number;
  readonly linearizable: boolean;
}

const enginesOf = (design: string) => [...(design === "leaderless" ? [] : serviceEngines), ...(design === "single leader" ? [] : leaderlessEngines)];

/** One key-value service, unchanged, on every engine, on equal networks, through a crash of the leader, or of a node where none leads. */
export const sameService: Experiment<typeof parameters, readonly Outcome[]> = {
  name: "same-service",
  question: "What does one service get of each engine: operations, latency, messages, and downtime when the leader dies?",
  parameters,
  trials: 40,
  row: {
    engine: "what replicates the service",
    operations: "operations done, a run",
    latency: "mean time to an answer before the crash, ms",
    messages: "messages between nodes an operation before the crash, heartbeats included",
    downtime: "median time from the crash to the first answer to a request that was asked after it, ms (null: none)",
    downtimeP90: "90th percentile of it, ms",
    restored: "share of runs in which there was such an answer",
    linearizable: "share of runs whose clients' history is linearizable",
  },
  check({ heartbeat, timeout }) {
    if (heartbeat >= timeout) throw new Error(`heartbeat must be shorter than timeout: got heartbeat ${heartbeat} ms and timeout ${timeout} ms`);
  },
  trial: ({ design, channels, ...options }, seed) =>
    enginesOf(design).map((engine) => {
      const { operations, operationsBefore, downtime, messagesBefore, latenciesBefore, history } = serviceLoad(engine, { machine: keyValue, clients: keyValueClients }, { ...options, fifo: channels === "fifo" }, seed);
      const latencyBefore = latenciesBefore.reduce((sum, latency) => sum + latency, 0);
      return { operations, operationsBefore, downtime, messagesBefore, latencyBefore, linearizable: history.fault() === undefined };
    }),
  summarize: (samples, { design }) =>
    enginesOf(design).map(({ name }, i) => {
      const outcomes = samples.map((sample) => sample[i]!);
      const sum = (field: "operations" | "operationsBefore" | "messagesBefore" | "latencyBefore") => outcomes.reduce((total, outcome) => total + outcome[field], 0);
      const downtimes = outcomes.map(({ downtime }) => downtime);
      const done = Math.max(1, sum("operationsBefore"));
      return {
        engine: name,
        operations: sum("operations") / outcomes.length,
        latency: sum("latencyBefore") / done,
        messages: sum("messagesBefore") / done,
        downtime: percentile(downtimes, 0.5),
        downtimeP90: percentile(downtimes, 0.9),
        restored: downtimes.filter((downtime) => downtime !== null).length / downtimes.length,
        linearizable: outcomes.filter(({ linearizable }) => linearizable).length / outcomes.length,
      };
    }),
};
