import { drawRun } from "../check/hostileRun.js";
import { play } from "../check/play.js";
import type { Declaration, NodeView } from "../promises.js";
import type { NodeId, Protocol } from "../protocol.js";
import { type Distribution } from "../random.js";
import { gossipPaxos, type GossipPaxosOptions } from "../replication/gossipPaxos/gossipPaxos.js";
import { gossipPaxosLog } from "../replication/gossipPaxos/gossipPaxos.promises.js";
import { overlay } from "../replication/gossipPaxos/overlay.js";
import type { GossipPaxos } from "../replication/gossipPaxos/types.js";
import { multiPaxos } from "../replication/paxos/multiPaxos.js";
import { multiPaxosLog } from "../replication/paxos/multiPaxos.promises.js";
import type { MultiPaxos, MultiPaxosMessage, MultiPaxosState } from "../replication/paxos/multiPaxos.types.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";

const parameters = {
  nodes: { type: "list", default: "5,13,25", values: [], summary: "nodes in the cluster: several sizes" },
  degree: { type: "integer", default: 4, range: [2, 98], summary: "neighbours of a node in the overlay: an even number" },
  flooded: { type: "integer", default: 13, range: [0, 99], summary: "in larger clusters, gossip without suppression is left out: its messages are thousands a command" },
  linger: { type: "number", default: 2, range: [0, 1000], unit: "ms", summary: "how long an answer waits for others to be merged with" },
  commands: { type: "integer", default: 5, range: [1, 10_000], summary: "commands, one after the other" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message, over one link" },
  loss: { type: "number", default: 0, range: [0, 0.9], summary: "probability that a message is lost" },
  timeout: { type: "number", default: 600, range: [1, 1_000_000], unit: "ms", summary: "shortest election timeout; the longest is twice as long, a heartbeat a quarter" },
  horizon: { type: "number", default: 20_000, range: [1, 10_000_000], unit: "ms", summary: "the longest that an election, a command, or the time without a leader may take" },
} as const;

const TRANSPORTS = [
  { transport: "direct", rules: undefined },
  { transport: "gossip, nothing suppressed", rules: { suppress: false, filter: false, aggregate: false } },
  { transport: "gossip", rules: { filter: false, aggregate: false } },
  { transport: "gossip, filtered", rules: { aggregate: false } },
  { transport: "gossip, aggregated", rules: { filter: false } },
  { transport: "gossip, filtered and aggregated", rules: {} },
] as const;

const transportsFor = (size: number, { flooded }: { readonly flooded: number }) => TRANSPORTS.filter(({ rules }) => size <= flooded || !(rules && "suppress" in rules));

interface Outcome {
  /** From a command to its answer, ms; null: none within the horizon. */
  readonly latencies: readonly (number | null)[];
  /** Messages that carried a command or an answer to it, of all nodes; sent and received by the leader; and by the busiest other node. */
  readonly messages: number;
  readonly atLeader: number;
  readonly atBusiest: number;
  /** From the leader's crash to the next answer to a client, ms; null: none within the horizon. */
  readonly stalled: number | null;
  /** Clients that were answered after the crash while nobody led. */
  readonly answeredWithoutLeader: number;
  /** Whether no two nodes carried out different commands in a slot. */
  readonly agree: boolean;
}

interface Sample {
  /** By size, by transport. */
  readonly outcomes: readonly (readonly Outcome[])[];
  /** Whether a hostile run of direct Paxos, and one over gossip, kept every promise. */
  readonly kept: { readonly direct: boolean; readonly gossip: boolean };
}

/** Claim 3.6: Paxos over gossip beside direct Paxos: what a command costs, and what happens without a leader. */
export const gossipPaxosCost: Experiment<typeof parameters, Sample> = {
  name: "gossip-paxos-cost",
  question: "Is Paxos over gossip consistent, has it no leader, and what does it cost?",
  parameters,
  trials: 3,
  row: {
    transport: "how messages of Multi-Paxos get to other nodes: `direct`, or by `gossip` on a sparse overlay; what comes twice is dropped unless it says that nothing is suppressed, and then a rumour ends after as many links as the overlay is wide",
    nodes: "nodes in the cluster",
    diameter: "the most links between two nodes",
    p50: "median time from a command to its answer, ms (null: mostly none)",
    p99: "99th percentile of it, ms",
    messages: "messages a command, proposals and their acceptances alone",
    atLeader: "how many of these the leader sent or received, a command",
    atBusiest: "the same of the busiest other node",
    agree: "share of the trials in which no two nodes carried out different commands in a slot",
    stalled: "median time from the leader's crash until a client was answered again, ms (null: mostly never)",
    answeredWithoutLeader: "clients that were answered while nobody led",
    hostile: "share of hostile runs, one a trial, in which every promise was kept, linearizable histories among them (null: not tried with these rules)",
  },
  check({ nodes, degree }) {
    if (typeof nodes === "string" || nodes.some((size) => !(Number.isInteger(size) && size >= 3 && size <= 99))) throw new Error("expected whole numbers from 3 to 99 for --nodes");
    if (degree % 2 === 1) throw new Error(`expected an even number for --degree, not ${degree}`);
  },
  trial(values, seed) {
    const outcomes = (values.nodes as readonly number[]).map((size) => transportsFor(size, values).map(({ rules }) => (rules ? overGossip(size, rules, values, seed) : directly(size, values, seed))));
    return { outcomes, kept: { direct: keepsPromises(multiPaxosLog, seed), gossip: keepsPromises(gossipPaxosLog, seed) } };
  },
  summarize: (samples, { nodes, degree, flooded }) =>
    (nodes as readonly number[]).flatMap((size, i) =>
      transportsFor(size, { flooded }).map(({ transport, rules }, j) => {
        const outcomes = samples.map((sample) => sample.outcomes[i]![j]!);
        const latencies = outcomes.flatMap((one) => one.latencies);
        const each = (count: (outcome: Outcome) => number) => outcomes.reduce((sum, one) => sum + count(one), 0) / latencies.length;
        const kept = !rules ? "direct" : Object.keys(rules).length === 0 ? "gossip" : undefined;
        return {
          transport,
          nodes: size,
          diameter: transport === "direct" ? 1 : diameter(size, degree),
          p50: percentile(latencies, 0.5),
          p99: percentile(latencies, 0.99),
          messages: each(({ messages }) => messages),
          atLeader: each(({ atLeader }) => atLeader),
          atBusiest: each(({ atBusiest }) => atBusiest),
          agree: outcomes.filter(({ agree }) => agree).length / outcomes.length,
          stalled: percentile(outcomes.map(({ stalled }) => stalled), 0.5),
          answeredWithoutLeader: outcomes.reduce((sum, { answeredWithoutLeader }) => sum + answeredWithoutLeader, 0),
          hostile: kept ? samples.filter((sample) => sample.kept[kept]).length / samples.length : null,
        };
      }),
    ),
};

/** Whether a hostile run goes well. */
const keepsPromises = (declaration: Declaration<any>, seed: number): boolean => play<any>(declaration, drawRun<any>(declaration, seed)).accusation === undefined;

interface Circumstances {
  readonly degree: number;
  readonly linger: number;
  readonly commands: number;
  readonly delay: Distribution;
  readonly loss: number;
  readonly timeout: number;
  readonly horizon: number;
}

const patience = (timeout: number) => ({ electionTimeout: [timeout, 2 * timeout] as const, heartbeat: timeout / 4 });

const directly = (size: number, values: Circumstances, seed: number): Outcome =>
  measure<MultiPaxos>(multiPaxos(patience(values.timeout)), { size, paxosOf: (state) => state, messageOf: (message) => message }, values, seed);

function overGossip(size: number, rules: GossipPaxosOptions, values: Circumstances, seed: number): Outcome {
  const { degree, linger, timeout } = values;
  const hops = rules.suppress === false ? { hops: diameter(size, degree) } : {};
  return measure<GossipPaxos>(gossipPaxos({ ...patience(timeout), degree, linger, ...rules, ...hops }), { size, paxosOf: ({ paxos }) => paxos, messageOf: ({ message }) => message }, values, seed);
}

interface Serving {
  State: object;
  Message: unknown;
  Input: MultiPaxos["Input"];
  Output: MultiPaxos["Output"];
}

interface Reading<T extends Serving> {
  readonly size: number;
  paxosOf(state: T["State"]): MultiPaxosState;
  messageOf(message: T["Message"]): MultiPaxosMessage;
}

/** Lets a cluster elect a leader, asks it for commands, one after the other, then crashes it and asks the others until one answers. */
function measure<T extends Serving>(protocol: Protocol<T>, { size, paxosOf, messageOf }: Reading<T>, { commands, delay, loss, horizon }: Circumstances, seed: number): Outcome {
  const load = new Array<number>(size).fill(0);
  let [messages, counting] = [0, false];
  const sent = ({ id }: NodeView<T>, to: NodeId, wrapped: T["Message"]) => {
    const message = messageOf(wrapped);
    if (!counting || !(message.type === "Accepted" || (message.type === "Accept" && message.proposals.length > 0))) return;
    messages++;
    load[id]!++;
    load[to]!++;
  };
  const cluster = simulate<T>(protocol, { size, seed, latency: delay, loss, digest: false, observer: { sent } });
  const leader = () => cluster.nodes.filter(({ up, state }) => up && paxosOf(state).role === "leader").sort((a, b) => paxosOf(b.state).ballot - paxosOf(a.state).ballot)[0]?.id;
  const settled = () => cluster.nodes.every(({ state }) => paxosOf(state).leader !== null && paxosOf(state).leader === leader());
  cluster.runUntil(settled, horizon);
  const first = leader() ?? 0;
  const ask = (node: NodeId, client: number, serial: number) => cluster.input(node, { type: "request", client, serial, command: { op: "put", key: "a", value: `${serial}` } } as never);
  const answered = (client: number, serial: number) => cluster.outputs.some(({ output }) => output.type === "answer" && output.client === client && output.serial === serial);
  const latencies: (number | null)[] = [];
  counting = true;
  for (let serial = 1; serial <= commands; serial++) {
    const asked = cluster.now;
    ask(first, 0, serial);
    const done = cluster.runUntil(() => answered(0, serial), asked + horizon);
    latencies.push(done ? cluster.now - asked : null);
    // What a command still sets in motion is its own; the next one finds an idle cluster.
    cluster.run(cluster.now + PAUSE);
  }
  counting = false;
  const loadOfLeader = load[first]!;
  load[first] = 0;
  const before = cluster.outputs.length;
  cluster.crash(first);
  const crashed = cluster.now;
  let served = false;
  let answeredWithoutLeader = 0;
  while (!served && cluster.now < crashed + horizon) {
    for (const { id, up } of cluster.nodes) if (up) ask(id, 1 + id, 1);
    const until = cluster.now + RETRY;
    let looked = cluster.outputs.length;
    served = cluster.runUntil(() => {
      const news = cluster.outputs.slice(looked).filter(({ output }) => output.type === "answer");
      looked = cluster.outputs.length;
      if (news.length > 0 && leader() === undefined) answeredWithoutLeader += news.length;
      return news.length > 0;
    }, until);
    if (!served) cluster.run(until);
  }
  const answer = cluster.outputs.slice(before).find(({ output }) => output.type === "answer");
  return {
    latencies,
    messages,
    atLeader: loadOfLeader,
    atBusiest: Math.max(...load),
    stalled: answer ? answer.time - crashed : null,
    answeredWithoutLeader,
    agree: sameEverywhere(cluster.nodes.map(({ state }) => paxosOf(state).chosen)),
  };
}

/** Between two commands, and between two tries of a client that is refused, ms. */
const PAUSE = 150;
const RETRY = 20;

/** Whether of these logs each is a beginning of the longest. */
function sameEverywhere(logs: readonly MultiPaxosState["chosen"][]): boolean {
  const longest = logs.reduce((most, log) => (log.length > most.length ? log : most));
  return logs.every((log) => log.every((value, slot) => JSON.stringify(value) === JSON.stringify(longest[slot])));
}

/** The most links between two nodes of an overlay. */
function diameter(size: number, degree: number): number {
  const neighbors = overlay(size, degree);
  let most = 0;
  for (let start = 0; start < size; start++) {
    const distance = new Map<NodeId, number>([[start, 0]]);
    for (const [node, links] of distance) for (const next of neighbors[node]!) if (!distance.has(next)) distance.set(next, links + 1);
    most = Math.max(most, ...distance.values());
  }
  return most;
}
