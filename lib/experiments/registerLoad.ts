import type { Operation } from "../check/history.js";
import type { NodeId, Protocol } from "../protocol.js";
import { deriveRandom, type Distribution } from "../random.js";
import type { KeyValueCommand } from "../replication/service/keyValue.js";
import { type Cluster, simulate } from "../sim/cluster.js";
import type { Serving } from "../replication/service/serving.js";
import { Moments } from "./moments.js";

/** Gets and puts of a key-value store, by clients who wait for their answers, and how long. */
export interface RegisterLoad {
  readonly size: number;
  readonly clients: number;
  /** Whom clients ask. Default: all nodes. */
  readonly doors?: readonly NodeId[];
  readonly keys: number;
  /** Share of gets. */
  readonly reads: number;
  /** Mean time between an answer and a client's next request, and how long it waits before it gives a request up and asks the next node for something else, ms. */
  readonly think: number;
  readonly patience: number;
  readonly latency: Distribution;
  /** When clients may begin. Default: at once. */
  ready?(cluster: Cluster<Serving>): boolean;
  /** How long they go on, ms. */
  readonly length: number;
  /** What else happens, from when they begin. */
  plan?(cluster: Cluster<Serving>, begin: number): void;
}

/** An operation as its client saw it, and the node that it asked last. */
export interface LoadedOperation extends Operation {
  readonly invokedAt: number;
  readonly door: NodeId;
}

export interface LoadRun {
  readonly cluster: Cluster<Serving>;
  /** When the clients began, ms. */
  readonly begin: number;
  /** In the order of their invocations. One that was given up has no answer. */
  readonly operations: readonly LoadedOperation[];
  /** Messages between nodes from then on, by type. */
  readonly messages: Readonly<Record<string, number>>;
}

interface Client {
  serial: number;
  door: number;
  waiting: { -readonly [field in keyof LoadedOperation]: LoadedOperation[field] } | undefined;
}

/** Puts a store under load. Each request is asked once: one without an answer in time may have happened. */
export function registerLoad(protocol: Protocol<Serving>, { size, clients, doors = Array.from({ length: size }, (_, node) => node), keys, reads, think, patience, latency, ready = () => true, length, plan }: RegisterLoad, seed: number): LoadRun {
  const messages: Record<string, number> = {};
  let counting = false;
  const cluster: Cluster<Serving> = simulate<Serving>(protocol, {
    size,
    seed,
    latency,
    digest: false,
    observer: {
      sent({ id }, to, message) {
        const { type } = message as { readonly type: string };
        if (counting && id !== to) messages[type] = (messages[type] ?? 0) + 1;
      },
    },
  });
  cluster.runUntil(() => ready(cluster), 60_000);
  const begin = cluster.now;
  counting = true;
  plan?.(cluster, begin);
  const random = deriveRandom(seed, size + 1_000);
  const operations: LoadedOperation[] = [];
  let place = 0;
  const all = Array.from({ length: clients }, (_, client): Client => ({ serial: 0, door: client % doors.length, waiting: undefined }));
  /** When clients ask, for the first time or for something else. */
  const moments = new Moments(clients);
  for (let client = 0; client < clients; client++) moments.set(client, begin + 2 * think * random());

  const ask = (client: number, one: Client) => {
    if (one.waiting) one.door = (one.door + 1) % doors.length;
    const key = `k${Math.floor(keys * random())}`;
    const get = random() < reads;
    const value = `${client}.${++one.serial}`;
    one.waiting = { id: operations.length, process: client, f: get ? "get" : "put", key, input: get ? null : value, invoked: place++, returned: Infinity, invokedAt: cluster.now, door: doors[one.door]! };
    operations.push(one.waiting);
    moments.set(client, cluster.now + patience);
    send(client, one, doors[one.door]!);
  };
  const send = (client: number, { serial, waiting }: Client, node: NodeId) => {
    const { f, key, input } = waiting!;
    const command: KeyValueCommand = f === "get" ? { op: "get", key: String(key) } : { op: "put", key: String(key), value: String(input) };
    waiting!.door = node;
    cluster.input(node, { type: "request", client, serial, command } as never);
  };
  let heard = cluster.outputs.length;
  const hear = () => {
    for (; heard < cluster.outputs.length; heard++) {
      const output = cluster.outputs[heard]!.output as { readonly type: string; readonly client?: number; readonly serial?: number; readonly result?: unknown; readonly leader?: NodeId | null };
      const one = output.client === undefined ? undefined : all[output.client];
      if (!one?.waiting || output.serial !== one.serial) continue;
      if (output.type === "refused") {
        if (output.leader !== null && output.leader !== undefined && output.leader !== one.waiting.door) send(output.client!, one, output.leader);
        continue;
      }
      Object.assign(one.waiting, { output: output.result, returned: place++, returnedAt: cluster.now });
      one.waiting = undefined;
      moments.set(output.client!, cluster.now + 2 * think * random());
    }
  };
  const end = begin + length;
  while (cluster.now < end) {
    for (const client of moments.come(cluster.now)) ask(client, all[client]!);
    hear();
    const next = Math.min(moments.next, end);
    if (cluster.nextTime <= next) cluster.step();
    else cluster.run(Math.max(next, cluster.now));
    hear();
  }
  return { cluster, begin, operations, messages };
}

/** One request more, of a node that is up: what it is told within so many ms; undefined if nothing. */
export function askOnce(cluster: Cluster<Serving>, node: NodeId, command: KeyValueCommand, within: number): unknown {
  const client = 1_000_000;
  const from = cluster.outputs.length;
  const serial = Math.floor(cluster.now) + 1;
  let asked = node;
  cluster.input(node, { type: "request", client, serial, command } as never);
  const answer = () => {
    for (const { output } of cluster.outputs.slice(from)) {
      const told = output as { readonly type: string; readonly client?: number; readonly serial?: number; readonly leader?: NodeId | null; readonly result?: unknown };
      if (told.client !== client || told.serial !== serial) continue;
      if (told.type === "answer") return told;
      if (told.leader !== null && told.leader !== undefined && told.leader !== asked && cluster.nodes[told.leader]!.up) cluster.input((asked = told.leader), { type: "request", client, serial, command } as never);
    }
    return undefined;
  };
  return cluster.runUntil(() => answer() !== undefined, cluster.now + within) ? answer()!.result : undefined;
}
