import type { NodeId } from "../protocol.js";
import { deriveRandom } from "../random.js";
import type { KeyValueCommand } from "../replication/service/keyValue.js";
import type { Serving } from "../replication/service/serving.js";
import { type Cluster, simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";
import { built, checkPatience, compared, type Entry, entriesOf, sizesOf } from "./performance/parameters.js";

const parameters = {
  ...compared,
  consistency: { ...compared.consistency, default: "both" },
  nodes: { type: "integer", default: 3, range: [1, 25], summary: "servers in the cluster" },
  tasks: { type: "integer", default: 40, range: [1, 10_000], summary: "tasks, each claimed by several workers at about the same time" },
  workers: { type: "integer", default: 3, range: [2, 100], summary: "workers that claim a task, each through a server of its own choice" },
  spread: { type: "number", default: 5, range: [0, 10_000], unit: "ms", summary: "they ask within so much time of each other" },
  latency: { type: "distribution", default: "uniform:0.5,2", unit: "ms", summary: "one-way delay of every message between servers" },
  patience: { type: "number", default: 100, range: [1, 100_000], unit: "ms", summary: "a worker that hears nothing for so long gives the task up" },
  ...built,
} as const;

interface Outcome {
  readonly owned: number;
  readonly twice: number;
  readonly refused: number;
}

/**
 * Claim 6.1: to claim a task, a worker appends its name to the task's list, reads the list, and takes the task for its own
 * if it comes first. That is safe if everybody reads lists that begin alike: what consensus gives, and registers do not
 * (Herlihy, Wait-free synchronization, 1991).
 */
export const taskClaims: Experiment<typeof parameters, readonly Outcome[]> = {
  name: "task-claims",
  question: "When workers claim tasks through each design, is a task ever claimed twice?",
  parameters,
  trials: 2,
  row: {
    design: "which design",
    leadership: "`one leader`, `a leader a shard` or `no leader`",
    consistency: "what it promises",
    owned: "share of the tasks that somebody took for its own",
    twice: "share of the tasks that two or more workers took for their own",
    refused: "share of the claims that the design cannot carry out: it has no append",
  },
  check: checkPatience,
  trial: (values, seed) => entriesOf(values).map((entry) => claim(entry, values, seed)),
  summarize: (samples, values) =>
    entriesOf(values).map(({ design, variant }, i) => {
      const mean = (field: keyof Outcome) => samples.reduce((sum, sample) => sum + sample[i]![field], 0) / samples.length;
      return { design: design.name, leadership: design.leadership, consistency: variant.guarantee, owned: mean("owned"), twice: mean("twice"), refused: mean("refused") };
    }),
};

interface Claim {
  readonly client: number;
  readonly task: number;
  node: NodeId;
  serial: number;
  at: number;
  state: "waits" | "appends" | "reads" | "owns" | "lost";
}

function claim({ design, variant }: Entry, values: Parameters<typeof taskClaims.trial>[0], seed: number): Outcome {
  const { nodes: size, tasks, workers, spread, latency, patience } = values;
  const cluster: Cluster<Serving> = simulate(variant.build(sizesOf(values, size)), { size, seed, latency, fifo: true, digest: false });
  cluster.run(4 * values.timeout + 8 * values.heartbeat);
  const random = deriveRandom(seed, size + 1_000);
  const begin = cluster.now;
  const claims = Array.from({ length: tasks * workers }, (_, client): Claim => {
    const task = Math.floor(client / workers);
    return { client, task, node: Math.floor(size * random()), serial: 1, at: begin + 2 * spread * task + spread * random(), state: "waits" };
  });
  let refused = 0;
  const ask = (one: Claim, node: NodeId) => {
    one.node = node;
    const key = `task${one.task}`;
    const command: KeyValueCommand = one.state === "reads" ? { op: "get", key } : { op: "append", key, value: `${one.client} ` };
    cluster.input(node, { type: "request", client: one.client, serial: one.serial, command });
  };
  const hear = (told: { readonly type: string; readonly client?: number; readonly serial?: number; readonly leader?: NodeId | null; readonly result?: unknown }) => {
    const one = told.client === undefined ? undefined : claims[told.client];
    if (!one || told.serial !== one.serial || (one.state !== "appends" && one.state !== "reads") || cluster.now > one.at + patience) return;
    if (told.type === "refused") {
      if (told.leader !== null && told.leader !== undefined && told.leader !== one.node) return ask(one, told.leader);
      if (!design.leads) {
        refused++;
        one.state = "lost";
      }
      return;
    }
    if (one.state === "appends") {
      one.state = "reads";
      one.serial++;
      return ask(one, one.node);
    }
    one.state = String(told.result).split(" ")[0] === String(one.client) ? "owns" : "lost";
  };
  let heard = cluster.outputs.length;
  const byTime = [...claims].sort((a, b) => a.at - b.at);
  const end = byTime.at(-1)!.at + patience;
  let next = 0;
  while (cluster.now < end) {
    const due = byTime[next]?.at ?? end;
    if (cluster.nextTime <= due) cluster.step();
    else {
      cluster.run(due);
      const one = byTime[next++];
      if (!one) break;
      one.state = "appends";
      ask(one, one.node);
    }
    for (; heard < cluster.outputs.length; heard++) hear(cluster.outputs[heard]!.output as never);
  }
  const owners = Array.from({ length: tasks }, (_, task) => claims.filter((one) => one.task === task && one.state === "owns").length);
  return { owned: owners.filter((count) => count > 0).length / tasks, twice: owners.filter((count) => count > 1).length / tasks, refused: refused / claims.length };
}
