import type { Declaration, Ending, Facts, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import type { NodeId } from "../../protocol.js";
import { isIn, rankOf } from "./precedence.js";
import { lifeguard, swim } from "./swim.js";
import type { Swim, SwimState, Update } from "./types.js";

const SOURCE = "Das, Gupta and Motivala, SWIM, DSN 2002";
const LIFEGUARD = "Dadgar, Phillips and Currey, Lifeguard, 2017";

type Node = NodeView<Swim>;
const TAKES_PART = ({ up, state }: Node) => up && state.presence === "member";
const heldOf = (state: SwimState): Update[] => Object.values(state.known);

/** Whoever starts again knows nothing: what it said before does not bind it. The number of its life, from 1; call it at every step. */
function lifeOf({ id, up }: Node, facts: Facts): number {
  const life = Number(facts.known("life of node", id) ?? 1);
  if (!up) facts.rises("life of node", id, life + 1);
  return life;
}

/** Facts are found faster by numbers. None of these clusters has a thousand nodes. */
const inLife = (life: number, id: NodeId, member: NodeId) => (1000 * life + id) * 1000 + member;
const inIncarnation = (member: NodeId, incarnation: number) => 1000 * incarnation + member;

const ownIncarnations: Invariant<Swim> = {
  name: "only a member itself raises its incarnation",
  source: `${SOURCE}, §4.2`,
  afterStep({ id, up, state }, facts) {
    if (!up) return;
    facts.agree("begun by its member", inIncarnation(id, state.incarnation), 1);
    for (const { member, incarnation } of heldOf(state)) {
      if (facts.known("begun by its member", inIncarnation(member, incarnation)) === undefined) facts.must(false, `node ${id} knows of node ${member} in incarnation ${incarnation}, which node ${member} never began`);
    }
  },
};

const ownRises: Invariant<Swim> = {
  name: "a member's own incarnation never falls while it is up",
  source: `${SOURCE}, §4.2`,
  afterStep(node, facts) {
    const life = lifeOf(node, facts);
    if (node.up) facts.rises("the incarnation of node", `${node.id} in its life ${life}`, node.state.incarnation);
  },
};

const noResurrection: Invariant<Swim> = {
  name: "no member is brought back by an old update",
  source: `${SOURCE}, §4.2, the order of updates`,
  afterStep(node, facts) {
    const life = lifeOf(node, facts);
    if (node.up) for (const update of heldOf(node.state)) neverFalls("what is known", node.id, life, update, facts);
  },
  onOutput({ id }, update, facts) {
    neverFalls("what is told", id, Number(facts.known("life of node", id) ?? 1), update, facts);
  },
};

function neverFalls(kind: string, id: NodeId, life: number, update: Update, facts: Facts): void {
  const key = inLife(life, id, update.member);
  const [rank, before] = [rankOf(update), facts.known(kind, key)];
  if (before !== undefined && rank < Number(before)) facts.must(false, `${kind} of node ${update.member} to node ${id} went from ${inWords(Number(before))} back to ${inWords(rank)}`);
  else facts.rises(kind, key, rank);
}

const inWords = (rank: number) => `${["alive", "suspect", "dead", "left"][rank % 4]} in incarnation ${Math.floor(rank / 4)}`;

const leaverNotFailed: Invariant<Swim> = {
  name: "who has heard that a member left does not report it failed",
  source: "memberlist, Leave",
  afterStep: (node, facts) => void lifeOf(node, facts),
  onOutput({ id }, { member, status, incarnation }, facts) {
    const key = inLife(Number(facts.known("life of node", id) ?? 1), id, member);
    if (status === "left") facts.rises("last incarnation that left", key, incarnation);
    if (status === "dead" && Number(facts.known("last incarnation that left", key) ?? -1) >= incarnation) facts.must(false, `node ${id} reports node ${member} dead in incarnation ${incarnation}, which it knows to have left`);
  },
};

const leftBySelf: Invariant<Swim> = {
  name: "nobody is said to have left who did not",
  source: "memberlist, Leave",
  afterStep({ id, up, state }, facts) {
    if (!up) return;
    if (state.presence !== "member") facts.agree("left", inIncarnation(id, state.incarnation), 1);
    for (const { member, status, incarnation } of heldOf(state)) {
      if (status === "left" && facts.known("left", inIncarnation(member, incarnation)) === undefined) facts.must(false, `node ${id} takes node ${member} to have left in incarnation ${incarnation}, which it did not`);
    }
  },
};

const answersAccusations: Invariant<Swim> = {
  name: "who hears that it is suspect or dead never says so of itself, but refutes",
  source: `${SOURCE}, §4.2`,
  onSend({ id }, _to, { own, updates }, facts) {
    for (const { member, status } of [own, ...updates]) if (member === id && (status === "suspect" || status === "dead")) facts.must(false, `node ${id} says of itself that it is ${status}`);
  },
};

const allKnown: Progress<Swim> = {
  name: "when the faults end, all that take part are alive to all",
  source: `${SOURCE}, §1: strong completeness and a membership list at each member`,
  missing(nodes) {
    for (const node of nodes.filter(TAKES_PART)) {
      for (const other of nodes.filter(TAKES_PART)) {
        if (other !== node && node.state.known[other.id]?.status !== "alive") return `node ${other.id} takes part and is ${node.state.known[other.id]?.status ?? "unknown"} to node ${node.id}`;
      }
    }
    return undefined;
  },
};

const goneToAll: Progress<Swim> = {
  name: "when the faults end, who has gone is in the cluster to nobody",
  source: `${SOURCE}, §3.1, completeness`,
  missing(nodes) {
    for (const gone of nodes.filter(({ state }) => state.presence === "gone")) {
      const mistaken = nodes.find((node) => TAKES_PART(node) && node.state.known[gone.id] !== undefined && isIn(node.state.known[gone.id]!));
      if (mistaken) return `node ${gone.id} has gone and is ${mistaken.state.known[gone.id]!.status} to node ${mistaken.id}`;
    }
    return undefined;
  },
};

const isolated = (nodes: readonly Node[]) => nodes.find(TAKES_PART);

const deadToAll: Ending<Swim> = {
  name: "a member that is cut off is dead to all others in time",
  source: `${SOURCE}, §3.1, completeness`,
  isolate: "member",
  lasts: 8000,
  remember: () => "",
  missing(nodes) {
    const silent = isolated(nodes);
    const mistaken = nodes.find((node) => TAKES_PART(node) && node !== silent && node.state.known[silent!.id]?.status !== "dead");
    return mistaken && `node ${silent!.id} was cut off, and is ${mistaken.state.known[silent!.id]?.status ?? "unknown"} to node ${mistaken.id}`;
  },
};

const backAgain: Ending<Swim> = {
  name: "a member that was cut off is believed again when it refutes",
  source: `${SOURCE}, §4.2`,
  isolate: "member",
  lasts: 8000,
  healed: 6000,
  remember: () => "",
  missing: (nodes) => allKnown.missing(nodes),
};

const nobodyAccused: Ending<Swim> = {
  name: "while nothing fails, nobody is accused",
  source: `${SOURCE}, §3.1, accuracy`,
  lasts: 3000,
  remember: (nodes) => JSON.stringify(nodes.map(({ state }) => state.incarnation)),
  missing(nodes, before) {
    const after = JSON.stringify(nodes.map(({ state }) => state.incarnation));
    return after === before ? undefined : `incarnations were ${before}, 3,000 ms later ${after}`;
  },
};

const reachables: readonly Reachable<Swim>[] = [
  { name: "a member that refutes an accusation", afterStep: ({ state }) => state.incarnation > 0 },
  { name: "a member that takes part and is dead to another", overall: (nodes) => nodes.some((node) => TAKES_PART(node) && heldOf(node.state).some(({ member, status }) => status === "dead" && TAKES_PART(nodes[member]!))) },
  { name: "an answer through another", onSend: ({ id }, _to, message) => message.type === "Ack" && message.of !== id },
  { name: "a node that finds a member gone of its own accord", afterStep: (node) => heldOf(node.state).some(({ status }) => status === "left") },
  { name: "a member that left, and is dead to one that did not hear it", overall: (nodes) => nodes.some((node) => TAKES_PART(node) && heldOf(node.state).some(({ member, status }) => status === "dead" && nodes[member]!.state.presence === "gone")) },
  { name: "a member that left and came back", onSend: (_from, _to, { updates }) => updates.some(({ status }) => status === "left") },
  { name: "a member in its fifth incarnation", afterStep: ({ state }) => state.incarnation > 3 },
];

const lifeguardReachables: readonly Reachable<Swim>[] = [
  { name: "a node that doubts its own health", afterStep: ({ state }) => state.health > 1 },
  { name: "a helper that hears nothing either, and says so", onSend: (_from, _to, { type }) => type === "Nack" },
  { name: "a suspicion that another confirms", afterStep: ({ state }) => Object.values(state.suspicions).some(({ by }) => by.length > 1) },
  { name: "a suspect that is told when it is pinged", onSend: (_from, to, { type, updates }) => type === "Ping" && updates.some(({ member, status }) => member === to && status === "suspect") },
];

const accusersOnce: Invariant<Swim> = {
  name: "a suspicion counts every accuser once",
  source: `${LIFEGUARD}, LHA-Suspicion`,
  afterStep({ id, state }, facts) {
    for (const [member, { by }] of Object.entries(state.suspicions)) if (new Set(by).size < by.length) facts.must(false, `node ${id} counts for the suspicion of node ${member} the accusers ${by.join(", ")}`);
  },
};

const boundedDoubt: Invariant<Swim> = {
  name: "a node's doubt of itself stays within its bounds",
  source: `${LIFEGUARD}, LHA-Probe`,
  afterStep({ id, state }, facts) {
    if (state.health < 0 || state.health >= MOST_PATIENT) facts.must(false, `node ${id} has score ${state.health}`);
  },
};

/** What both declarations run with: periods of 200 ms, so that a run sees many. */
export const swimRules = { period: 200, pingTimeout: 60, contact: 400, linger: 600 } as const;

const MOST_PATIENT = 8;

/** SWIM with suspicions, incarnations and updates on pings. */
export const swimMembership: Declaration<Swim> = {
  name: "swim",
  summary: "SWIM: pings and pings through others, suspicions that their member may refute, updates that ride along",
  source: SOURCE,
  engine: () => swim(swimRules),
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "lost-disk", "clock-skew", "clock-drift"],
  sizes: [1, 2, 3, 4, 5, 8],
  invariants: [ownIncarnations, ownRises, leaverNotFailed, noResurrection, leftBySelf, answersAccusations],
  reachables,
  progress: [allKnown, goneToAll],
  endings: [deadToAll, backAgain, nobodyAccused],
  probe: ({ presence, roster, suspicions }) => (presence !== "member" ? presence : roster.length === 0 ? "alone" : Object.keys(suspicions).length > 0 ? "suspecting" : "member"),
  roles: ["suspecting", "member"],
  inputs: (random) => (random() < 0.4 ? { type: "leave" } : { type: "join" }),
  calm: 8000,
};

/** The same with Lifeguard, gossip beside the pings, and exchanges of all that is known. */
export const swimLifeguard: Declaration<Swim> = {
  ...swimMembership,
  name: "swim-lifeguard",
  summary: "SWIM with Lifeguard: nodes that doubt their own health, suspicions that others confirm, suspects that are told",
  source: LIFEGUARD,
  engine: () => lifeguard({ ...swimRules, sync: 3000, awareness: MOST_PATIENT }),
  invariants: [...swimMembership.invariants, accusersOnce, boundedDoubt],
  reachables: [...reachables, ...lifeguardReachables],
};
