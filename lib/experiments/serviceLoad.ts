import { ClientHistory } from "../check/clientHistory.js";
import type { Service } from "../promises.js";
import type { Protocol } from "../protocol.js";
import { deriveRandom, type Distribution } from "../random.js";
import type { Machine } from "../replication/service/machine.js";
import { type Cluster, simulate } from "../sim/cluster.js";
import type { Serving } from "../replication/service/serving.js";
import { Moments } from "./moments.js";
import { leaderOf, type ServiceEngine, type ServicePatience } from "./serviceEngines.js";

/** A service and what its clients ask. */
export interface ServiceUse {
  readonly machine: Machine<any, any, any>;
  readonly clients: Omit<Service<any>, "consistency">;
}

export interface ServiceLoadOptions extends ServicePatience {
  readonly nodes: number;
  /** Clients, each with one request at a time. */
  readonly clients: number;
  /** How long a client waits between an answer and its next request, ms. */
  readonly think: number;
  /** How long it waits for an answer before it asks the next node, ms. */
  readonly retry: number;
  readonly latency: string | Distribution;
  /** Whether messages of a link arrive in the order in which they were sent, as over TCP. */
  readonly fifo: boolean;
  /** How long to watch before the leader crashes, and after, ms. */
  readonly before: number;
  readonly after: number;
  /** After how long the crashed node comes back, ms. Default: never. */
  readonly back?: number;
}

/** What came of it. */
export interface ServiceLoad {
  readonly cluster: Cluster<Serving>;
  /** Every operation as a client saw it, to be judged. */
  readonly history: ClientHistory<any>;
  /** Operations that were answered, in all and before the crash. */
  readonly operations: number;
  readonly operationsBefore: number;
  /** From the crash to the first answer of a request that was asked after it; null: none came. Ms. */
  readonly downtime: number | null;
  /** Messages that nodes sent each other before the crash, heartbeats included. */
  readonly messagesBefore: number;
  /** From the first time that a request was asked to its answer, of those answered before the crash, ms. */
  readonly latenciesBefore: readonly number[];
}

interface Client {
  serial: number;
  request: unknown;
  /** When the request was asked first, ms. */
  asked: number;
  node: number;
}

/** One service on one engine under clients who wait for their answers; its leader crashes once. */
export function serviceLoad(engine: ServiceEngine, { machine, clients: service }: ServiceUse, options: ServiceLoadOptions, seed: number): ServiceLoad {
  const { nodes: size, clients, think, retry, latency, fifo, before, after, back, ...patience } = options;
  let messages = 0;
  const protocol: Protocol<Serving> = engine.build(machine, patience);
  const cluster = simulate(protocol, { size, seed, latency, fifo, digest: false, observer: { sent: ({ id }, to) => void (id !== to && messages++) } });
  const random = deriveRandom(seed, size + 1_000);
  const history = new ClientHistory<any>({ ...service, consistency: "linearizable" });
  cluster.runUntil(() => leaderOf(engine, cluster.nodes) !== undefined, 60_000);
  const begin = cluster.now + 10 * patience.heartbeat;
  cluster.run(begin);
  messages = 0;
  const all = Array.from({ length: clients }, (_, client): Client => ({ serial: 0, request: undefined, asked: 0, node: client % size }));
  /** When clients ask, for the first time or again. */
  const moments = new Moments(clients);
  for (let client = 0; client < clients; client++) moments.set(client, begin + think * random());
  const latencies: number[] = [];
  let [operations, crashed] = [0, Infinity];
  let downtime: number | null = null;
  let heard = cluster.outputs.length;

  const ask = (number: number, client: Client) => {
    if (client.request === undefined) {
      client.request = service.request(number, ++client.serial, random);
      client.asked = cluster.now;
    } else client.node = (client.node + 1) % size;
    send(number, client);
  };
  const send = (number: number, client: Client) => {
    moments.set(number, cluster.now + retry);
    history.asked(client.request, cluster.now);
    cluster.input(client.node, client.request as never);
  };
  const hear = () => {
    for (; heard < cluster.outputs.length; heard++) {
      const { output } = cluster.outputs[heard]!;
      const told = service.answered(output);
      const client = told && all[told.client];
      if (!client || told.serial !== client.serial || client.request === undefined) continue;
      history.told(output, cluster.now);
      if (told.type === "ok") {
        operations++;
        if (crashed === Infinity) latencies.push(cluster.now - client.asked);
        else if (client.asked >= crashed) downtime ??= cluster.now - crashed;
        client.request = undefined;
        moments.set(told.client, cluster.now + 2 * think * random());
      } else if (told.leader !== null && told.leader !== client.node) {
        // It is told whom to ask, and asks there at once; the node that it was sent to may be down.
        client.node = told.leader;
        send(told.client, client);
      }
    }
  };
  const serveUntil = (end: number) => {
    while (cluster.now < end) {
      for (const number of moments.come(cluster.now)) ask(number, all[number]!);
      hear();
      const next = Math.min(moments.next, end);
      if (cluster.nextTime <= next) cluster.step();
      else cluster.run(Math.max(next, cluster.now));
      hear();
    }
  };

  serveUntil(begin + before);
  const [operationsBefore, messagesBefore] = [operations, messages];
  crashed = cluster.now;
  const leader = leaderOf(engine, cluster.nodes);
  if (leader !== undefined) cluster.crash(leader);
  if (back !== undefined && leader !== undefined) cluster.restart(leader, crashed + back);
  serveUntil(crashed + after);
  return { cluster, history, operations, operationsBefore, downtime, messagesBefore, latenciesBefore: latencies };
}
