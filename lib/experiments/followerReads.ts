import { ClientHistory } from "../check/clientHistory.js";
import { staleness } from "../check/consistency/staleness.js";
import { operationsOf } from "../check/pairEvents.js";
import type { Service } from "../promises.js";
import type { Protocol } from "../protocol.js";
import { deriveRandom, type Distribution } from "../random.js";
import { raft } from "../replication/raft/raft.js";
import type { ReadOptions } from "../replication/raft/reads.js";
import { keyValue, keyValueClients, type KeyValueCommand } from "../replication/service/keyValue.js";
import { localWrites } from "../replication/service/localWrites.js";
import type { Request } from "../replication/service/machine.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [3, 15], summary: "servers, each with a client of its own; those with an odd number only read" },
  interval: { type: "number", default: 25, range: [1, 10_000], unit: "ms", summary: "mean time between an answer and the client's next request" },
  latency: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  lag: { type: "number", default: 60, range: [0, 10_000], unit: "ms", summary: "how much longer messages to one of the followers are under way" },
  duration: { type: "number", default: 1500, range: [1, 100_000], unit: "ms", summary: "how long clients ask" },
  quiet: { type: "number", default: 1000, range: [1, 100_000], unit: "ms", summary: "after how long without requests the replicas are compared" },
} as const;

/** How the servers of a database cluster may serve reads and writes. */
export interface ReadDesign {
  readonly name: string;
  /** Who answers reads, and who decides on writes, in words. */
  readonly reads: string;
  readonly writes: string;
  build(): Protocol<any>;
  /** A server's copy of the data. */
  copyOf(state: any): unknown;
  /** Whether a server is ready to be asked, and whether it leads. */
  ready(state: any): boolean;
  leads(state: any): boolean;
}

const ofRaft = { copyOf: ({ sessions }: any) => sessions.machine, ready: ({ leader }: any) => leader !== null, leads: ({ role }: any) => role === "leader" };
const readingRaft = (reads: NonNullable<ReadOptions["reads"]>) => raft({ machine: keyValue, preVote: true, checkQuorum: true, reads, followerReads: true });

/** Every client asks its own server; where that refuses and names another, it asks there. */
export const readDesigns: readonly ReadDesign[] = [
  { name: "reads in the log", reads: "the leader, in the order of its log", writes: "the leader", build: () => readingRaft("log"), ...ofRaft },
  { name: "reads by index", reads: "any server, once it is as far as its leader was when asked; a majority says that it still led", writes: "the leader", build: () => readingRaft("index"), ...ofRaft },
  { name: "reads by lease", reads: "any server, once it is as far as its leader was when asked; the leader's clock says that it still led", writes: "the leader", build: () => readingRaft("lease"), ...ofRaft },
  { name: "local reads", reads: "any server, from its own copy", writes: "the leader", build: () => readingRaft("local"), ...ofRaft },
  { name: "local reads and writes", reads: "any server, from its own copy", writes: "any server, by itself", build: () => localWrites(keyValue), copyOf: ({ machine }: any) => machine, ready: () => true, leads: () => false },
];

interface Outcome {
  readonly reads: number;
  readonly stale: number;
  readonly versionsMax: number;
  readonly msMax: number;
  readonly readLatency: number;
  readonly writeLatency: number;
  readonly linearizable: boolean;
  readonly diverged: boolean;
}

/** Claim 1.11: followers that serve reads, and followers that serve writes; one of them lags. */
export const followerReads: Experiment<typeof parameters, readonly Outcome[]> = {
  name: "follower-reads",
  question: "What becomes of consistency if followers serve reads, or writes?",
  parameters,
  trials: 12,
  row: {
    design: "how reads and writes are served",
    reads: "who answers reads",
    writes: "who decides on writes",
    stale: "share of reads that missed a write that was complete when they began",
    versionsMax: "the most writes that a read was behind",
    staleFor: "the longest time for which a missed write had been complete, ms",
    readLatency: "mean time to a read's answer, ms",
    writeLatency: "mean time to a write's answer, ms",
    linearizable: "share of runs whose clients' history is linearizable",
    diverged: "share of runs whose replicas differ after a quiet time",
  },
  trial: (values, seed) => readDesigns.map((design) => serve(design, values, seed)),
  summarize: (samples) =>
    readDesigns.map(({ name, reads, writes }, i) => {
      const outcomes = samples.map((sample) => sample[i]!);
      const mean = (field: "readLatency" | "writeLatency") => outcomes.reduce((sum, outcome) => sum + outcome[field], 0) / outcomes.length;
      const total = (field: "reads" | "stale") => outcomes.reduce((sum, outcome) => sum + outcome[field], 0);
      const share = (field: "linearizable" | "diverged") => outcomes.filter((outcome) => outcome[field]).length / outcomes.length;
      return {
        design: name,
        reads,
        writes,
        stale: total("stale") / total("reads"),
        versionsMax: Math.max(...outcomes.map(({ versionsMax }) => versionsMax)),
        staleFor: Math.max(...outcomes.map(({ msMax }) => msMax)),
        readLatency: mean("readLatency"),
        writeLatency: mean("writeLatency"),
        linearizable: share("linearizable"),
        diverged: share("diverged"),
      };
    }),
};

const KEYS = ["a", "b", "c"];
const service: Service<any> = { ...keyValueClients, consistency: "linearizable" };

interface Scene {
  readonly nodes: number;
  readonly interval: number;
  readonly latency: Distribution;
  readonly lag: number;
  readonly duration: number;
  readonly quiet: number;
}

function serve({ build, copyOf, ready, leads }: ReadDesign, { nodes, interval, latency, lag, duration, quiet }: Scene, seed: number): Outcome {
  const lagging: Distribution = { text: `${lag}+${latency.text}`, sample: (random) => latency.sample(random) + lag };
  let laggard = -1;
  const cluster = simulate(build(), { size: nodes, seed, digest: false, fifo: true, latency: (_from, to) => (to === laggard ? lagging : latency) });
  cluster.runUntil(() => cluster.nodes.every(({ state }) => ready(state)), 60_000);
  laggard = cluster.nodes.findIndex(({ state }) => !leads(state));
  const random = deriveRandom(seed, nodes + 1_000);
  const history = new ClientHistory<any>(service);
  const begin = cluster.now;
  const clients = Array.from({ length: nodes }, (_, client) => ({ client, serial: 0, request: undefined as Request<KeyValueCommand> | undefined, asked: 0, due: begin + interval * random() }));
  const latencies = { get: [] as number[], put: [] as number[] };
  let heard = cluster.outputs.length;
  const hear = () => {
    for (; heard < cluster.outputs.length; heard++) {
      const { output } = cluster.outputs[heard]!;
      const told = service.answered(output);
      if (!told) continue;
      const client = clients[told.client];
      if (!client?.request || told.serial !== client.serial) continue;
      if (told.type === "refused") {
        if (told.leader !== null) cluster.input(told.leader, client.request as never);
        continue;
      }
      history.told(output, cluster.now);
      latencies[client.request.command.op === "get" ? "get" : "put"].push(cluster.now - client.asked);
      client.request = undefined;
      client.due = cluster.now + 2 * interval * random();
    }
  };
  while (cluster.now < begin + duration) {
    for (const client of clients) {
      if (client.request || client.due > cluster.now) continue;
      const writes = client.client % 2 === 0 && random() < 0.5;
      const serial = ++client.serial;
      const key = KEYS[Math.floor(random() * KEYS.length)]!;
      client.request = { type: "request", client: client.client, serial, command: writes ? { op: "put", key, value: `${client.client}.${serial}` } : { op: "get", key } };
      client.asked = cluster.now;
      history.asked(client.request, cluster.now);
      cluster.input(client.client, client.request as never);
      hear();
    }
    const next = clients.reduce((least, { request, due }) => (request ? least : Math.min(least, due)), begin + duration);
    if (cluster.nextTime <= next) cluster.step();
    else cluster.run(Math.max(next, cluster.now));
    hear();
  }
  cluster.run(cluster.now + quiet);
  hear();
  const { row } = staleness(operationsOf(history.events).map((operation) => ({ ...operation, f: operation.f === "get" ? "read" : "write" })));
  const mean = (times: readonly number[]) => times.reduce((sum, time) => sum + time, 0) / Math.max(1, times.length);
  return {
    ...{ reads: row.reads, stale: row.stale, versionsMax: row.versionsMax, msMax: row.msMax ?? 0 },
    ...{ readLatency: mean(latencies.get), writeLatency: mean(latencies.put) },
    linearizable: history.fault() === undefined,
    diverged: new Set(cluster.nodes.map(({ state }) => JSON.stringify(copyOf(state)))).size > 1,
  };
}
