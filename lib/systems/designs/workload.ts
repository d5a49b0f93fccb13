import type { NodeId } from "../../protocol.js";
import { deriveRandom, type Distribution, type Random } from "../../random.js";
import type { KeyValueCommand } from "../../replication/service/keyValue.js";
import type { Serving } from "../../replication/service/serving.js";
import { type Cluster, simulate } from "../../sim/cluster.js";
import type { Hardware } from "../../sim/hardware.js";
import { EventQueue } from "../../sim/queue.js";
import type { Design, Sizes, Variant } from "./design.js";
import { keyDraws } from "./keyDraws.js";
import { type Regions, regions } from "./regions.js";

/** What clients ask of a cluster, and over what. Times in ms. */
export interface Workload {
  readonly hardware?: Hardware;
  /** How long a write takes to become durable; what waits for a busy disk is written together. Default: it is durable at once. */
  readonly disk?: Distribution;
  /** One-way delay within a region, and by how much more it takes between regions (see `regions`). */
  readonly near: Distribution;
  readonly regions: number;
  readonly far: readonly number[];
  /**
   * `closed`: so many clients, each with one request at a time, that wait `think` on average between an answer and the
   * next. `open`: requests come at `rate` a ms, whatever becomes of those before.
   */
  readonly arrivals: { readonly type: "closed"; readonly clients: number; readonly think: number } | { readonly type: "open"; readonly rate: number };
  /** Share of gets. */
  readonly reads: number;
  /** So many keys, drawn with weight 1 / rank^skew: 0 is evenly. */
  readonly keys: number;
  readonly skew: number;
  /** Share of requests for keys that belong to the client's own region. Default: keys belong nowhere. */
  readonly local?: number;
  /** Bytes of a value. */
  readonly valueSize: number;
  /** How long a client waits for an answer before it gives a request up and turns to another node. */
  readonly patience: number;
  /** How long the cluster is left alone at the start, how long clients ask before anything is counted, and how long it is. */
  readonly settle: number;
  readonly warm: number;
  readonly window: number;
  /** What else happens: given the cluster when it has settled, and when counting begins. */
  plan?(cluster: Cluster<Serving>, counted: number): void;
  /** Called after each event of the cluster, for whoever acts on what it sees. */
  each?(now: number): void;
}

/** A request as its client saw it. Times in ms; one without an answer may have happened. */
export interface Asked {
  readonly id: number;
  readonly client: number;
  /** Where the client is. */
  readonly region: number;
  readonly f: "get" | "put";
  readonly key: string;
  /** What is put; null for a get. */
  readonly value: string | null;
  /** The node that was asked last. */
  readonly node: NodeId;
  readonly asked: number;
  /** Absent while there is no answer. */
  readonly answered?: number;
  readonly result?: unknown;
}

export interface Served {
  readonly cluster: Cluster<Serving>;
  /** When counting began and ended, ms. */
  readonly begin: number;
  readonly end: number;
  /** All requests since the clients began, in the order in which they were asked. */
  readonly requests: readonly Asked[];
  readonly regions: Regions;
  /** Messages that each node has sent to others, and that were sent to it while it was up, while it was counted. */
  readonly sent: readonly number[];
  readonly received: readonly number[];
  /** Nodes that led when the clients began. */
  readonly leaders: readonly NodeId[];
}

type Open = { -readonly [field in keyof Asked]: Asked[field] } & { serial: number };

interface Client {
  readonly number: number;
  readonly region: number;
  /** All nodes, the nearest first; where it begins among those that are equally near follows from its number. */
  readonly nodes: readonly NodeId[];
  /** How often it has turned to another node. */
  turns: number;
  /** By group, as far as the client knows: who leads it; and, where any node of it will do but not every node is one, whom it was sent to. */
  readonly leaders: Map<number, NodeId>;
  readonly holders: Map<number, NodeId>;
  serial: number;
  open: Open | undefined;
}

/** Something that happens on the clients' side of the wire. */
type Step = { readonly type: "begin"; readonly client: Client } | { readonly type: "arrival" } | { readonly type: "ask" | "patience"; readonly client: Client; readonly request: Open } | { readonly type: "reach"; readonly client: Client; readonly request: Open; readonly node: NodeId } | { readonly type: "hear"; readonly client: Client; readonly output: Told };

interface Told {
  readonly type: string;
  readonly client?: number;
  readonly serial?: number;
  readonly result?: unknown;
  readonly leader?: NodeId | null;
}

/** After how long a client that is refused, and not told who leads, asks another node, as a share of its patience. */
const AGAIN = 0.05;

/**
 * Runs a design under a workload: the same machines, the same network and the same clients for every design. Clients are
 * dealt out to the regions in turn. Their requests and answers are under way as long as any message between those places.
 * Throws a `RangeError` if the workload does not fit together, or asks more than a million requests, or
 * has clients that wait for nothing on machines and a network that take no time.
 */
export function serve(design: Design, variant: Variant, sizes: Sizes, workload: Workload, seed: number): Served {
  const { hardware, disk, near, far, arrivals, reads, patience, settle, warm, window } = workload;
  const places = regions(workload.regions, near, far);
  const { nodes: size } = sizes;
  const sent = new Array<number>(size).fill(0);
  const received = new Array<number>(size).fill(0);
  let counting = false;
  const cluster: Cluster<Serving> = simulate(variant.build(sizes), {
    size,
    seed,
    fifo: true,
    latency: (from, to) => places.delay(places.of(from), places.of(to)),
    digest: false,
    ...(disk && { diskWrite: disk, groupCommit: true }),
    ...(hardware && { hardware: { ...hardware, toClient: (output) => (output as Told).client !== undefined } }),
    ...(design.leads && { probe: (state: object) => (design.leads!(state) ? "leader" : "other") }),
    observer: {
      sent({ id }, to) {
        if (!counting || id === to) return;
        sent[id]!++;
        if (cluster.nodes[to]!.up) received[to]!++;
      },
    },
  });
  const leadersNow = () => cluster.nodes.filter(({ up, state }) => up && design.leads?.(state)).map(({ id }) => id);
  cluster.run(settle);
  if (design.leads) cluster.runUntil(() => leadersNow().length > 0, settle + 60_000);
  const leaders = leadersNow();
  const start = cluster.now;
  const [begin, end] = [start + warm, start + warm + window];
  workload.plan?.(cluster, begin);

  const random = deriveRandom(seed, size + CLIENTS);
  const draw = keyDraws(workload, places.count);
  const filler = "x".repeat(Math.max(0, workload.valueSize - 16));
  const requests: Open[] = [];
  const atOnce = AT_ONCE + (arrivals.type === "closed" ? arrivals.clients : 0);
  const clients: Client[] = [];
  /** By region, so that those who are answered soon do not ask more than others. */
  const idle: Client[][] = Array.from({ length: places.count }, () => []);
  let arrived = 0;
  const queue = new EventQueue();
  const steps: Step[] = [];
  let order = 0;
  const at = (time: number, step: Step) => void (steps[queue.push(time, order++)] = step);
  const addClient = (region = clients.length % places.count) => {
    const number = clients.length;
    const turn = Math.floor(number / places.count);
    const away = (node: NodeId) => places.distance(region, places.of(node));
    const ids = cluster.nodes.map(({ id }) => id);
    const nodes = [...new Set(ids.map(away))].sort((a, b) => a - b).flatMap((distance) => rotated(ids.filter((node) => away(node) === distance), turn));
    const client: Client = { number, region, nodes, turns: 0, leaders: new Map(), holders: new Map(), serial: 0, open: undefined };
    clients.push(client);
    return client;
  };

  const groupOf = (key: string) => design.groupOf?.(key, sizes) ?? 0;
  const known = (client: Client, f: "get" | "put") => (variant[f === "get" ? "reads" : "writes"] === "leader" ? client.leaders : client.holders);
  const doorOf = (client: Client, { f, key }: Open): NodeId => known(client, f).get(groupOf(key)) ?? client.nodes[client.turns % size]!;

  const begins = (client: Client) => {
    const get = random() < reads;
    const request: Open = { id: requests.length, client: client.number, region: client.region, f: get ? "get" : "put", key: draw(client.region, random), value: get ? null : `${client.number}.${++client.serial}${filler}`, node: -1, asked: cluster.now, serial: get ? ++client.serial : client.serial };
    if (requests.push(request) > MOST_REQUESTS) throw new RangeError(`more than ${MOST_REQUESTS.toLocaleString("en")} requests: ask for a shorter time, or less often`);
    if (requests.at(-atOnce)?.asked === cluster.now) throw new RangeError("clients would ask for ever: here neither they, nor the network, nor the machines take any time");
    client.open = request;
    at(cluster.now + patience, { type: "patience", client, request });
    asks(client, request, doorOf(client, request));
  };
  const asks = (client: Client, request: Open, node: NodeId) => {
    request.node = node;
    at(cluster.now + delay(client.region, node), { type: "reach", client, request, node });
  };
  const delay = (region: number, node: NodeId) => Math.max(0, places.delay(region, places.of(node)).sample(random));
  const reaches = ({ number }: Client, { serial, f, key, value }: Open, node: NodeId) => {
    const command: KeyValueCommand = f === "get" ? { op: "get", key } : { op: "put", key, value: value! };
    cluster.input(node, { type: "request", client: number, serial, command });
  };
  const ends = (client: Client) => {
    client.open = undefined;
    if (arrivals.type === "open") idle[client.region]!.push(client);
    else at(cluster.now + 2 * arrivals.think * random(), { type: "begin", client });
  };
  const hears = (client: Client, { type, serial, result, leader }: Told) => {
    const request = client.open;
    if (!request || serial !== request.serial) return;
    const group = groupOf(request.key);
    if (type === "refused") {
      known(client, request.f).delete(group);
      if (leader === null || leader === undefined || leader === request.node) {
        client.turns++;
        return at(cluster.now + AGAIN * patience, { type: "ask", client, request });
      }
      known(client, request.f).set(group, leader);
      return asks(client, request, leader);
    }
    if (variant[request.f === "get" ? "reads" : "writes"] === "leader") client.leaders.set(group, request.node);
    request.answered = cluster.now;
    request.result = result;
    ends(client);
  };
  const gives = (client: Client, request: Open) => {
    if (client.open !== request) return;
    for (const hints of [client.leaders, client.holders]) for (const [group, node] of hints) if (node === request.node) hints.delete(group);
    if (request.node === client.nodes[client.turns % size]) client.turns++;
    ends(client);
  };

  if (arrivals.type === "closed") for (let i = 0; i < arrivals.clients; i++) at(start + 2 * (arrivals.think + near.sample(random)) * random(), { type: "begin", client: addClient() });
  else at(start + exponential(arrivals.rate, random), { type: "arrival" });
  let heard = cluster.outputs.length;
  const hear = () => {
    for (; heard < cluster.outputs.length; heard++) {
      const { time, node, output } = cluster.outputs[heard]!;
      const told = output as Told;
      const client = told.client === undefined ? undefined : clients[told.client];
      if (client) at(time + delay(client.region, node), { type: "hear", client, output: told });
    }
  };
  const take = (step: Step) => {
    switch (step.type) {
      case "begin":
        return begins(step.client);
      case "arrival":
        at(cluster.now + exponential((arrivals as { readonly rate: number }).rate, random), step);
        const region = arrived++ % places.count;
        return begins(idle[region]!.shift() ?? addClient(region));
      case "ask":
        return void (step.client.open === step.request && asks(step.client, step.request, doorOf(step.client, step.request)));
      case "patience":
        return gives(step.client, step.request);
      case "reach":
        return void (step.client.open === step.request && reaches(step.client, step.request, step.node));
      case "hear":
        return hears(step.client, step.output);
    }
  };
  for (;;) {
    const next = queue.length === 0 ? Infinity : queue.nextTime;
    counting = cluster.now >= begin;
    if (Math.min(next, cluster.nextTime) > end) break;
    if (cluster.nextTime < next) {
      cluster.step();
      workload.each?.(cluster.now);
      hear();
    } else {
      const step = steps[queue.pop()]!;
      cluster.run(next);
      hear();
      take(step);
      // Without hardware a node may answer as it is asked.
      hear();
    }
  }
  return { cluster, begin, end, requests, regions: places, sent, received, leaders };
}

const rotated = <T>(list: readonly T[], by: number): T[] => list.map((_, i) => list[(i + by) % list.length]!);

const exponential = (rate: number, random: Random) => -Math.log(1 - random()) / rate;

/** They are all kept. */
const MOST_REQUESTS = 1_000_000;
/** Beyond the clients, who may begin together: so many requests in one moment are no chance. */
const AT_ONCE = 1000;

/** Stream of a seed from which clients draw. */
const CLIENTS = 1_000;
