import { gossipElectionRepaired } from "../election/gossipElectionRepaired.js";
import type { NodeId, Types } from "../protocol.js";
import type { Phase, ZabMessage } from "../replication/zab/types.js";
import { zab } from "../replication/zab/zab.js";
import { type Cluster, simulate } from "../sim/cluster.js";
import type { Experiment, Row } from "./experiment.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [3, 15], summary: "servers in the cluster" },
  delay: { type: "number", default: 5, range: [0.1, 1000], unit: "ms", summary: "one-way delay of every message: constant, so that nothing but the nodes' own choices is left to chance" },
  interval: { type: "number", default: 20, range: [1, 10_000], unit: "ms", summary: "time between two requests of clients" },
  crashAt: { type: "number", default: 800, range: [1, 1_000_000], unit: "ms", summary: "when the leader crashes" },
  back: { type: "number", default: 1000, range: [1, 1_000_000], unit: "ms", summary: "after how long it is back" },
  duration: { type: "number", default: 2500, range: [1, 1_000_000], unit: "ms", summary: "how long to watch" },
} as const;

/** In which phase a message of Zab is sent (Junqueira, Reed and Serafini, DSN 2011, §4.1; the election is phase 0). */
export const PHASE_OF: Readonly<Record<ZabMessage["type"], Phase>> = {
  Notification: "election",
  ...{ CEpoch: "discovery", NewEpoch: "discovery", AckEpoch: "discovery" },
  ...{ Diff: "synchronization", Trunc: "synchronization", Snap: "synchronization", NewLeader: "synchronization", AckNewLeader: "synchronization", UpToDate: "synchronization" },
  ...{ Propose: "broadcast", Ack: "broadcast", Commit: "broadcast", Inform: "broadcast", Ping: "broadcast", Pong: "broadcast", Forward: "broadcast" },
};

/** What was sent of one kind. */
interface Tally {
  readonly phase: string;
  readonly message: string;
  count: number;
  fromLeader: number;
  toLeader: number;
  amongPeers: number;
  timed: number;
  relayed: number;
  moved: number;
  first: number;
  last: number;
}

/** One message as it was sent. */
interface Sent {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly time: number;
  readonly kind: string;
  readonly timed: boolean;
  readonly relayed: boolean;
  readonly way: "fromLeader" | "toLeader" | "amongPeers";
}

type Sample = readonly Tally[];

/**
 * Claim 1.7: is there gossip in ZAB? Gossip is what its message log can show: a node sends *periodically*, to *peers drawn at
 * random*, and passes on what it has from others (*epidemic*). ZAB's log is read by phase, through an election, a crash of
 * the leader and its return; beside it that of an election by gossip, so that the measure is seen to find gossip where there is some.
 */
export const zabMessages: Experiment<typeof parameters, Sample> = {
  name: "zab-messages",
  question: "Who sends what to whom in ZAB, phase by phase, and is any of it gossip?",
  parameters,
  trials: 5,
  row: {
    protocol: "`zab`, or `gossip`: an election by gossip, for comparison",
    phase: "the phase to which the message belongs",
    message: "its kind",
    messages: "how many were sent, a run",
    fromLeader: "share of them that a leader sent",
    toLeader: "share that others sent to a leader, or to one that has crashed and is not back",
    amongPeers: "share between nodes neither of which leads",
    timed: "share sent because a timer ran out, and not in answer to a message or a request: periodic",
    random: "share that went to another receiver in a second run that differed in chance alone: random peers",
    relayed: "share that passed on what their sender had from another node: epidemic",
    first: "when the first was sent, ms, mean over runs",
    last: "when the last was sent, ms, mean over runs",
  },
  trial(values, seed) {
    const other = seed + 1;
    return [
      ...tally("zab", logOfZab(values, seed), logOfZab(values, other)),
      ...tally("gossip", logOfGossip(values, seed), logOfGossip(values, other)),
    ];
  },
  summarize(samples) {
    const kinds = new Map<string, Tally[]>();
    for (const one of samples.flat()) kinds.set(`${one.phase} ${one.message}`, [...(kinds.get(`${one.phase} ${one.message}`) ?? []), one]);
    const order = ["election", "discovery", "synchronization", "broadcast", "gossip"];
    return [...kinds.values()]
      .map((tallies): Row => {
        const { phase, message } = tallies[0]!;
        const mean = (field: Exclude<keyof Tally, "phase" | "message">) => tallies.reduce((sum, one) => sum + one[field], 0) / tallies.length;
        const share = (field: Exclude<keyof Tally, "phase" | "message">) => mean(field) / mean("count");
        return {
          protocol: phase === "gossip" ? "gossip" : "zab",
          phase,
          message,
          messages: (mean("count") * tallies.length) / samples.length,
          ...{ fromLeader: share("fromLeader"), toLeader: share("toLeader"), amongPeers: share("amongPeers") },
          ...{ timed: share("timed"), random: share("moved"), relayed: share("relayed") },
          ...{ first: mean("first"), last: mean("last") },
        };
      })
      .sort((a, b) => order.indexOf(a.phase as string) - order.indexOf(b.phase as string) || (a.first as number) - (b.first as number));
  },
};

type Scene = { readonly nodes: number; readonly delay: number; readonly interval: number; readonly crashAt: number; readonly back: number; readonly duration: number };

function logOfZab({ nodes, delay, interval, crashAt, back, duration }: Scene, seed: number): Sent[] {
  const cluster = simulate(zab(), { size: nodes, seed, latency: `constant:${delay}`, fifo: true, digest: false, trace: true, probe: ({ role }) => (role === "leading" ? "leader" : role) });
  for (let client = 0, at = interval; at < duration; client++, at += interval) cluster.input(client % nodes, { type: "request", client, serial: 1, command: { op: "put", key: "a", value: String(client) } }, at);
  return logOf(cluster, crashAt, back, duration, ({ type }) => type, relayedByZab);
}

/** Whether a message tells of what its sender has from another node: another's vote, or transactions of another primary. */
function relayedByZab(message: ZabMessage, from: NodeId): boolean {
  if (message.type === "Notification") return message.vote !== null && message.vote.leader !== from;
  if (message.type === "Propose" || message.type === "Inform") return message.transaction.zxid.epoch < message.epoch;
  return "transactions" in message && (message.type === "Snap" || message.transactions.some(({ zxid }) => zxid.epoch < message.epoch));
}

function logOfGossip({ nodes, delay, crashAt, back, duration }: Scene, seed: number): Sent[] {
  const cluster = simulate(gossipElectionRepaired(), { size: nodes, seed, latency: `constant:${delay}`, digest: false, trace: true, probe: ({ role }) => role });
  return logOf(cluster, crashAt, back, duration, () => "rumour", ({ votes }, from) => votes.some((vote, voter) => vote !== null && voter !== from));
}

/** What was sent in a run whose leader crashes and comes back, in order. */
function logOf<T extends Types>(cluster: Cluster<T>, crashAt: number, back: number, duration: number, kind: (message: T["Message"]) => string, relayed: (message: T["Message"], from: NodeId) => boolean): Sent[] {
  cluster.command({ type: "crash", node: { role: "leader" } }, crashAt);
  cluster.command({ type: "restart", node: "all" }, crashAt + back);
  cluster.run(duration);
  const causes: string[] = [];
  const roles: string[] = [];
  const sent: { -readonly [field in keyof Sent]: Sent[field] }[] = [];
  for (const event of cluster.trace!) {
    if (event.kind === "role") roles[event.node] = event.role;
    // Who was elected may not have heard of it when the message left.
    if (event.kind === "deliver" && roles[event.node] === "leader" && sent[event.id]!.way === "amongPeers") sent[event.id]!.way = "toLeader";
    if (event.kind === "deliver" || event.kind === "timer" || event.kind === "input" || event.kind === "start" || event.kind === "restart") causes[event.node] = event.kind;
    if (event.kind !== "send") continue;
    const { node: from, to, time, message } = event;
    const way = roles[from] === "leader" ? "fromLeader" : roles[to] === "leader" ? "toLeader" : "amongPeers";
    sent.push({ from, to, time, kind: kind(message), timed: causes[from] === "timer", relayed: relayed(message, from), way });
  }
  return sent;
}

/** Counts a log by kind; `other` is that of a run which differs in chance alone. */
function tally(protocol: "zab" | "gossip", log: readonly Sent[], other: readonly Sent[]): Tally[] {
  const kinds = new Map<string, Tally>();
  for (const { kind, time, timed, relayed, way } of log) {
    const phase = protocol === "zab" ? PHASE_OF[kind as ZabMessage["type"]] : protocol;
    const one = kinds.get(kind) ?? { phase, message: kind, count: 0, fromLeader: 0, toLeader: 0, amongPeers: 0, timed: 0, relayed: 0, moved: 0, first: time, last: time };
    kinds.set(kind, one);
    one.count++;
    one[way]++;
    if (timed) one.timed++;
    if (relayed) one.relayed++;
    one.last = time;
  }
  for (const [kind, one] of kinds) one.moved = moved(log, other, kind);
  return [...kinds.values()];
}

/** Of the messages of a kind, how many went to another receiver than the one in the same place of the other log, sender by sender. */
function moved(log: readonly Sent[], other: readonly Sent[], kind: string): number {
  const places = new Map<NodeId, NodeId[]>();
  for (const sent of other) {
    if (sent.kind !== kind) continue;
    const receivers = places.get(sent.from);
    if (receivers) receivers.push(sent.to);
    else places.set(sent.from, [sent.to]);
  }
  const seen = new Map<NodeId, number>();
  let count = 0;
  for (const { from, to, kind: own } of log) {
    if (own !== kind) continue;
    const place = seen.get(from) ?? 0;
    seen.set(from, place + 1);
    const there = places.get(from)?.[place];
    if (there !== undefined && there !== to) count++;
  }
  return count;
}
