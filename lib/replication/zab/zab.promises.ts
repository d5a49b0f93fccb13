import { unfollowed } from "../../election/leaderPromises.js";
import type { Declaration, Ending, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import { keyValueClients } from "../service/keyValue.js";
import { lastLogged } from "./history.js";
import { COUNTER_LIMIT, zabMoments } from "./zab.reachables.js";
import type { Stored, Transaction, Zab, ZabMessage } from "./types.js";
import type { ZabOptions } from "./rules.js";
import { compareZxid, NONE, precedes, showZxid, type Zxid } from "./zxid.js";
import { zab } from "./zab.js";

type View = NodeView<Zab>;

/** What a node has delivered, as far as it has it at hand, each with what came right before it. */
function delivered({ state }: View): { readonly before: Zxid; readonly transaction: Transaction }[] {
  const pairs: { before: Zxid; transaction: Transaction }[] = [];
  let before = state.base;
  for (const transaction of state.log) {
    if (precedes(state.delivered, transaction.zxid)) break;
    pairs.push({ before, transaction });
    before = transaction.zxid;
  }
  return pairs;
}

const contents = ({ request }: Transaction) => JSON.stringify([request.client, request.serial, request.command]);
const isPrimary = ({ up, state }: View) => up && state.role === "leading" && state.phase === "broadcast";

const integrity: Invariant<Zab> = {
  name: "integrity: what is delivered was broadcast by the primary of its epoch",
  source: "Junqueira, Reed and Serafini 2011, §3, integrity",
  afterStep(node, facts) {
    // What is on a disk before anything happens was broadcast in an epoch that nobody saw.
    if (facts.known("seen node", node.id) === undefined) {
      facts.agree("seen node", node.id, 1);
      for (const transaction of node.state.log) facts.agree("broadcast", showZxid(transaction.zxid), contents(transaction));
    }
    const { up, state, disk } = node;
    if (isPrimary(node)) facts.agree("primary of epoch", state.currentEpoch, node.id);
    // A primary that crashes between logging and sending has broadcast: what is in its log may be delivered later.
    const own = isPrimary(node) ? state.log : up ? [] : disk.log.slice(-1);
    for (const transaction of own) {
      const { epoch } = transaction.zxid;
      if (epoch === state.currentEpoch && facts.known("primary of epoch", epoch) === node.id) facts.agree("broadcast", showZxid(transaction.zxid), contents(transaction));
    }
    for (const { transaction } of delivered(node)) {
      const broadcast = facts.known("broadcast", showZxid(transaction.zxid));
      facts.must(broadcast === contents(transaction), () => `node ${node.id} delivers ${showZxid(transaction.zxid)}, ${contents(transaction)}; ${broadcast === undefined ? "nobody broadcast that" : `broadcast was ${broadcast}`}`);
    }
  },
};

const totalOrder: Invariant<Zab> = {
  name: "agreement and total order: all deliver the same, in the same order, with nothing left out",
  source: "Junqueira, Reed and Serafini 2011, §3, agreement and total order",
  afterStep(node, facts) {
    for (const { before, transaction } of delivered(node)) facts.agree("delivered right after", showZxid(before), showZxid(transaction.zxid));
  },
};

const localOrder: Invariant<Zab> = {
  name: "local primary order: of one epoch, transactions are delivered in the order of their counters, from 1",
  source: "Junqueira, Reed and Serafini 2011, §3, local primary order",
  afterStep(node, facts) {
    for (const { before, transaction } of delivered(node)) {
      const { epoch, counter } = transaction.zxid;
      facts.must(counter === (before.epoch === epoch ? before.counter + 1 : 1), () => `node ${node.id} delivers ${showZxid(transaction.zxid)} right after ${showZxid(before)}`);
    }
  },
};

const globalOrder: Invariant<Zab> = {
  name: "global primary order: transactions are delivered in the order of their epochs",
  source: "Junqueira, Reed and Serafini 2011, §3, global primary order",
  afterStep(node, facts) {
    for (const { before, transaction } of delivered(node)) facts.must(before.epoch <= transaction.zxid.epoch, () => `node ${node.id} delivers ${showZxid(transaction.zxid)} after ${showZxid(before)}`);
  },
};

const primaryIntegrity: Invariant<Zab> = {
  name: "primary integrity: who broadcasts has delivered all that is ever delivered of earlier epochs",
  source: "Junqueira, Reed and Serafini 2011, §3, primary integrity",
  afterStep(node, facts) {
    const { state } = node;
    for (const { transaction } of delivered(node)) {
      const { epoch, counter } = transaction.zxid;
      const highest = Number(facts.known("delivered of epoch", epoch) ?? 0);
      if (counter <= highest) continue;
      facts.rises("delivered of epoch", epoch, counter);
      const inherited = Number(facts.known("inherited of epoch", epoch) ?? Infinity);
      facts.must(counter <= inherited, () => `node ${node.id} delivers ${showZxid(transaction.zxid)}, which the primary of a later epoch did not have`);
    }
    if (!isPrimary(node) || facts.known("primary of epoch", state.currentEpoch) !== undefined) return;
    facts.agree("primary of epoch", state.currentEpoch, node.id);
    // What it has of the epoch before its own is all that can ever be delivered of that one.
    const { epoch, counter } = state.delivered;
    facts.must(epoch === state.currentEpoch || counter >= Number(facts.known("delivered of epoch", epoch) ?? 0), () => `node ${node.id} begins epoch ${state.currentEpoch} without transactions of epoch ${epoch} that were delivered`);
    for (let between = epoch + 1; between < state.currentEpoch; between++) facts.must(facts.known("delivered of epoch", between) === undefined, () => `node ${node.id} begins epoch ${state.currentEpoch} without transactions of epoch ${between} that were delivered`);
    if (epoch < state.currentEpoch && epoch > 0) facts.agree("inherited of epoch", epoch, counter);
  },
};

const prefixes: Invariant<Zab> = {
  name: "prefix consistency: nodes that delivered the same hold the same",
  source: "Junqueira, Reed and Serafini 2011, §2: incremental state changes; Schneider 1990",
  afterStep({ up, state }, facts) {
    if (up && state.delivered.counter > 0) facts.agree("machine after", showZxid(state.delivered), JSON.stringify(state.sessions));
  },
};

const onePrimary: Invariant<Zab> = {
  name: "at most one primary an epoch",
  source: "Junqueira, Reed and Serafini 2011, §4: a quorum promises an epoch once",
  afterStep({ id, state }, facts) {
    if (state.role === "leading" && (state.phase === "synchronization" || state.phase === "broadcast")) facts.agree("primary of epoch", state.currentEpoch, id);
  },
};

const durableFirst: Invariant<Zab> = {
  name: "durable before acknowledged: epochs and transactions",
  source: "Junqueira, Reed and Serafini 2011, §4.1: a follower accepts, then acknowledges; Medeiros 2012, §3.3",
  onSend({ id, disk: { stored, log } }, _to, message, facts) {
    const acceptedEpoch = stored?.acceptedEpoch ?? 0;
    const currentEpoch = stored?.currentEpoch ?? 0;
    if (message.type === "NewEpoch" || message.type === "AckEpoch") facts.must(acceptedEpoch >= message.epoch, () => `node ${id} promises epoch ${message.epoch}, its disk has ${acceptedEpoch}`);
    const acknowledged = acknowledgedIn(message);
    if (acknowledged === undefined || !("epoch" in message) || currentEpoch > message.epoch) return;
    facts.must(currentEpoch === message.epoch, () => `node ${id} acknowledges epoch ${message.epoch}, its disk has ${currentEpoch} for its current one`);
    facts.must(!precedes(lastOnDisk(stored, log), acknowledged), () => `node ${id} acknowledges ${showZxid(acknowledged)}, its disk ends on ${showZxid(lastOnDisk(stored, log))}`);
  },
};

/** Up to where a message says that its sender has logged everything. */
const acknowledgedIn = (message: ZabMessage): Zxid | undefined => (message.type === "AckNewLeader" || message.type === "Pong" ? message.last : message.type === "Ack" ? message.zxid : message.type === "Propose" ? message.transaction.zxid : undefined);

/** What the history on a disk ends on. */
function lastOnDisk(stored: Stored | undefined, log: readonly Transaction[]): Zxid {
  const base = stored?.base ?? NONE;
  const last = log.at(-1)?.zxid ?? base;
  return precedes(last, base) ? base : last;
}

const epochsRise: Invariant<Zab> = {
  name: "epochs never fall, and nobody's current epoch is above the one it accepted",
  source: "Junqueira, Reed and Serafini 2011, §4, f.p and f.a",
  afterStep({ id, disk: { stored } }, facts) {
    if (!stored) return;
    facts.rises("accepted epoch of node", id, stored.acceptedEpoch);
    facts.rises("current epoch of node", id, stored.currentEpoch);
    facts.must(stored.currentEpoch <= stored.acceptedEpoch, () => `node ${id} has current epoch ${stored.currentEpoch} and accepted ${stored.acceptedEpoch}`);
  },
};

const historyFirst: Invariant<Zab> = {
  name: "whose current epoch it is has the history that the epoch began with",
  source: "Junqueira, Reed and Serafini 2011, §4.1, synchronization: the epoch and the history are accepted together",
  afterStep({ id, state, disk: { stored, log } }, facts) {
    if (state.role === "leading" && state.phase === "synchronization") facts.agree("history of epoch begins with", state.currentEpoch, showZxid(lastLogged(state)));
    const epoch = stored?.currentEpoch ?? 0;
    if (facts.known("current epoch of node", id) === epoch) return;
    facts.rises("current epoch of node", id, epoch);
    const initial = facts.known("history of epoch begins with", epoch);
    if (initial === undefined) return;
    const [initialEpoch = 0, counter = 0] = String(initial).split(".").map(Number);
    const last = lastOnDisk(stored, log);
    facts.must(compareZxid(last, { epoch: initialEpoch, counter }) >= 0, () => `node ${id} has current epoch ${epoch} on its disk, which began with ${initial}, and a history that ends on ${showZxid(last)}`);
  },
};

const oneLeaderForAll: Progress<Zab> = {
  name: "when the faults end, one leader is followed by all, and all are up to date",
  source: "Junqueira, Reed and Serafini 2011, §4",
  missing(nodes) {
    const newest = nodes.filter(isPrimary).sort((a, b) => b.state.currentEpoch - a.state.currentEpoch)[0];
    if (!newest) return "nobody leads";
    const strangers = nodes.filter(({ state }) => state.leader !== newest.id || state.currentEpoch !== newest.state.currentEpoch || state.phase !== "broadcast");
    return unfollowed(newest.id, strangers, ` epoch ${newest.state.currentEpoch}`);
  },
};

/** The primary of the newest epoch, and that epoch. */
function leadership(nodes: readonly View[]): { readonly id: number; readonly epoch: number } | null {
  const newest = nodes.filter(isPrimary).sort((a, b) => b.state.currentEpoch - a.state.currentEpoch)[0];
  return newest ? { id: newest.id, epoch: newest.state.currentEpoch } : null;
}
const remember = (nodes: readonly View[]) => JSON.stringify(leadership(nodes));

const othersElect: Ending<Zab> = {
  name: "without its leader, the rest elects another",
  source: "Medeiros 2012, §4.1",
  isolate: "leader",
  lasts: 3000,
  nodes: 3,
  remember,
  missing(nodes, before) {
    const [old, now] = [JSON.parse(before) as ReturnType<typeof leadership>, leadership(nodes)];
    return now && now.epoch > (old?.epoch ?? 0) ? undefined : "3,000 ms after the leader was cut off nobody leads a newer epoch";
  },
};

const lonelyLeaderGivesUp: Ending<Zab> = {
  name: "a leader without a quorum gives up",
  source: "Medeiros 2012, §4.1: a leader without a quorum of followers returns to the election",
  isolate: "leader",
  lasts: 2000,
  nodes: 3,
  remember,
  missing(nodes, before) {
    const old = JSON.parse(before) as ReturnType<typeof leadership>;
    return old && nodes[old.id]!.state.role === "leading" && nodes[old.id]!.state.currentEpoch === old.epoch ? `node ${old.id} has been cut off for 2,000 ms and still leads` : undefined;
  },
};

/** What a node is called: who leads without a quorum's history is prospective, who follows without the leader's is joining. */
function probe({ role, phase }: Zab["State"]): string {
  if (role === "looking") return "looking";
  if (phase !== "broadcast") return role === "leading" ? "prospective" : "joining";
  return role === "leading" ? "leader" : role === "following" ? "follower" : "observer";
}

const declared = {
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write", "clock-skew", "clock-drift"],
  invariants: [integrity, totalOrder, localOrder, globalOrder, primaryIntegrity, prefixes, onePrimary, durableFirst, epochsRise, historyFirst],
  progress: [oneLeaderForAll],
  endings: [othersElect, lonelyLeaderGivesUp],
  probe,
  roles: ["leader", "prospective", "joining"],
  calm: 8000,
  service: { ...keyValueClients, consistency: "linearizable" },
} satisfies Partial<Declaration<Zab>>;

/** Small limits, so that snapshots and new epochs come in short runs, too. */
export const SMALL: ZabOptions = { keep: 3, counterLimit: COUNTER_LIMIT };

/** Elections by an oracle. */
export const ORACLE: ZabOptions = { election: "oracle", keep: 1, patience: 2000 };

const { anObserverDelivered: _, ...moments } = zabMoments;

/** Zab, as ZooKeeper has it. */
export const zabBroadcast: Declaration<Zab> = {
  name: "zab",
  summary: "Zab, ZooKeeper's atomic broadcast: fast leader election, discovery, synchronization, broadcast",
  source: "Junqueira, Reed and Serafini, Zab: High-performance broadcast for primary-backup systems, DSN 2011; Medeiros, ZooKeeper's atomic broadcast protocol: theory and practice, 2012",
  engine: () => zab(SMALL),
  sizes: [3, 5],
  reachables: Object.values(moments) as Reachable<Zab>[],
  ...declared,
};

/** The same with an observer: the last node learns and does not vote. */
export const zabWithObserver: Declaration<Zab> = {
  name: "zab-observer",
  summary: "Zab with an observer, which learns everything and votes on nothing",
  source: "Medeiros, ZooKeeper's atomic broadcast protocol: theory and practice, 2012; Apache ZooKeeper, observers guide",
  engine: () => zab({ ...SMALL, observers: 1 }),
  sizes: [4, 6],
  reachables: Object.values(zabMoments) as Reachable<Zab>[],
  ...declared,
};

/** What the primary of epoch 1 proposed before it crashed: each node has logged some of it. */
const FIRST_EPOCH: readonly Transaction[] = [1, 2, 3].map((counter) => ({ zxid: { epoch: 1, counter }, request: { client: -counter, serial: 1, command: { op: "append", key: "a", value: `${counter}` } } }));

/** Zab with an oracle in place of elections, which is often wrong: two leaders at once, and leaders that are behind. */
export const zabByOracle: Declaration<Zab> = {
  name: "zab-oracle",
  summary: "Zab's three phases under elections by an oracle that is often wrong: what they promise does not depend on whom it names",
  source: "Junqueira, Reed and Serafini, Zab: High-performance broadcast for primary-backup systems, DSN 2011, §4: leader election is an oracle's",
  engine: () => zab(ORACLE),
  sizes: [3],
  tolerates: ["duplication", "reordering", "crash", "slow-disk", "torn-write"],
  invariants: declared.invariants,
  reachables: [moments.diff, moments.trunc, moments.snap, moments.uncommitted, moments.ahead, moments.secondPromise, { name: "an epoch established", afterStep: (node) => isPrimary(node) }],
  progress: [],
  probe,
  roles: ["prospective", "joining"],
  inputs(random) {
    if (random() < 0.7) return { type: "elect", leader: Math.floor(3 * random()) };
    // Each client asks once, so that none has two requests under way.
    return { type: "request", client: Math.floor(1_000_000 * random()), serial: 1, command: { op: "append", key: "a", value: "x" } };
  },
  disks(_node, random) {
    const log = FIRST_EPOCH.slice(0, Math.floor(random() * (FIRST_EPOCH.length + 1)));
    return { log, stored: { acceptedEpoch: 1, currentEpoch: log.length > 0 || random() < 0.5 ? 1 : 0, snapshot: { zxid: NONE, sessions: { machine: {}, last: {} } }, base: NONE } };
  },
  calm: 2000,
};
