import { unfollowed } from "../../election/leaderPromises.js";
import type { Declaration, Facts, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import type { NodeId } from "../../protocol.js";
import { keyValueClients } from "../service/keyValue.js";
import { FORMATTED, multiPaxos } from "./multiPaxos.js";
import type { MultiPaxos, Value } from "./multiPaxos.types.js";
import { type QuorumOptions, quorumsOf } from "./quorums.js";

const LAMPORT = "Lamport, Paxos Made Simple, 2001";

const nameOf = (value: Value) => (value === null ? "a no-op" : `request ${value.serial} of client ${value.client}`);

/** Notes how many nodes there are; messages do not tell. */
const counted = { overall: (nodes: readonly NodeView<MultiPaxos>[], facts: Facts) => facts.agree("nodes", "all", nodes.length) };
const sizeOf = (facts: Facts) => Number(facts.known("nodes", "all"));

function count(size: number, holds: (node: NodeId) => boolean): number {
  let found = 0;
  for (let node = 0; node < size; node++) if (holds(node)) found++;
  return found;
}

const oneValueABallot: Invariant<MultiPaxos> = {
  name: "a slot has one value in a ballot",
  source: `${LAMPORT}, §2.2 and §3`,
  onSend(_from, _to, message, facts) {
    if (message.type === "Accept") for (const { slot, value } of message.proposals) facts.agree("proposal", `for slot ${slot} in ballot ${message.ballot}`, nameOf(value));
    if (message.type === "Promise") for (const { slot, ballot, value } of message.accepted) facts.agree("proposal", `for slot ${slot} in ballot ${ballot}`, nameOf(value));
  },
};

/** Counts acceptances: a slot's value is chosen from the moment at which a quorum has accepted it in one ballot, whoever knows of it. */
const oneValueASlot = (quorums: QuorumOptions): Invariant<MultiPaxos> => ({
  name: "what is chosen in a slot stays chosen, and is the same everywhere",
  source: `${LAMPORT}, §2.2, P2, and §3`,
  onSend({ id }, _to, message, facts) {
    if (message.type === "Accept") {
      for (const { slot, value } of message.proposals) {
        const known = facts.known("proposal", `${slot}/${message.ballot}`);
        if (known !== undefined) continue;
        facts.agree("proposal", `${slot}/${message.ballot}`, nameOf(value));
        facts.agree("acceptance", `${id}/${slot}/${message.ballot}`, 1);
      }
    }
    if (message.type !== "Accepted") return;
    const size = sizeOf(facts);
    for (const slot of message.slots) {
      facts.agree("acceptance", `${id}/${slot}/${message.ballot}`, 1);
      const accepted = count(size, (node) => facts.known("acceptance", `${node}/${slot}/${message.ballot}`) !== undefined);
      if (accepted >= quorumsOf(quorums, size).phase2) facts.agree("chosen in slot", slot, facts.known("proposal", `${slot}/${message.ballot}`)!);
    }
  },
  onOutput({ id }, output, facts) {
    if (output.type !== "chosen") return;
    const chosen = facts.known("chosen in slot", output.slot);
    facts.must(chosen === nameOf(output.value), () => `node ${id} takes ${nameOf(output.value)} for chosen in slot ${output.slot}; ${chosen === undefined ? "no quorum has accepted anything there" : `a quorum has accepted ${chosen}`}`);
  },
  ...counted,
});

const promisesRise: Invariant<MultiPaxos> = {
  name: "an acceptor's promise never falls",
  source: `${LAMPORT}, §2.2, P1a and phase 1b`,
  onSend({ id }, _to, message, facts) {
    if (message.type === "Promise" || message.type === "Accepted") facts.rises("promise of node", id, message.ballot);
  },
};

const ballotsFresh: Invariant<MultiPaxos> = {
  name: "a proposer's ballots rise, also after a crash",
  source: `${LAMPORT}, §2.5: no proposer uses a number twice`,
  onSend({ id }, _to, message, facts) {
    if (message.type === "Prepare") facts.rises("ballot of node", id, message.ballot);
  },
};

const durableFirst: Invariant<MultiPaxos> = {
  name: "ballots, promises and acceptances are on disk before they are spoken of",
  source: `${LAMPORT}, §2.5`,
  onSend({ id, disk: { stored, log } }, _to, message, facts) {
    const { ballot, promised } = stored ?? FORMATTED;
    if (message.type === "Prepare") facts.must(ballot >= message.ballot, () => `node ${id} asks for promises under ballot ${message.ballot}, its disk has ballot ${ballot}`);
    if (message.type === "Promise") facts.must(promised >= message.ballot, () => `node ${id} promises ballot ${message.ballot}, its disk has a promise of ${promised}`);
    if (message.type !== "Accepted") return;
    for (const slot of message.slots) {
      const last = log.findLast((acceptance) => acceptance.slot === slot);
      facts.must(last !== undefined && last.ballot >= message.ballot, () => `node ${id} has accepted in slot ${slot} in ballot ${message.ballot}, its disk has ${last ? `an acceptance in ${last.ballot}` : "none"}`);
    }
  },
};

const promisedFirst = (quorums: QuorumOptions): Invariant<MultiPaxos> => ({
  name: "a leader has the promises of a quorum",
  source: `${LAMPORT}, §2.2, phase 2a, and §3; Howard, Malkhi and Spiegelman 2016, §3`,
  onSend({ id }, _to, message, facts) {
    if (message.type === "Promise") facts.agree("promise", `${id}/${message.ballot}`, 1);
    if (message.type !== "Accept" || facts.known("leader of ballot", message.ballot) !== undefined) return;
    facts.agree("leader of ballot", message.ballot, id);
    const size = sizeOf(facts);
    const promised = count(size, (node) => node === id || facts.known("promise", `${node}/${message.ballot}`) !== undefined);
    facts.must(promised >= quorumsOf(quorums, size).phase1, () => `node ${id} leads ballot ${message.ballot} with ${promised} of ${size} promises`);
  },
  ...counted,
});

const inOrder: Invariant<MultiPaxos> = {
  name: "slots are carried out in their order, none left out",
  source: `${LAMPORT}, §3`,
  afterStep({ id, up }, facts) {
    if (!up) facts.rises("crashes of node", id, Number(facts.known("crashes of node", id) ?? 0) + 1);
  },
  onOutput({ id }, output, facts) {
    if (output.type !== "chosen") return;
    const life = `${id} after ${facts.known("crashes of node", id) ?? 0} crashes`;
    const before = Number(facts.known("last slot of node", life) ?? -1);
    facts.must(output.slot === before + 1, () => `node ${id} carries out slot ${output.slot} after slot ${before}`);
    facts.rises("last slot of node", life, output.slot);
  },
};

const leading = (nodes: readonly NodeView<MultiPaxos>[]) => nodes.filter(({ up, state }) => up && state.role === "leader").sort((a, b) => b.state.ballot - a.state.ballot);

const reachables: readonly Reachable<MultiPaxos>[] = [
  { name: "a leader", afterStep: ({ state }) => state.role === "leader" },
  { name: "two leaders at once, in different ballots", concerns: ({ state }) => state.role === "leader", overall: (nodes) => leading(nodes).length > 1 },
  { name: "two proposers in a duel", concerns: ({ state }) => state.role === "preparing", overall: (nodes) => nodes.filter(({ up, state }) => up && state.role === "preparing").length > 1 },
  { name: "a ballot refused", onSend: (_from, _to, { type }) => type === "Nack" },
  { name: "a value adopted from a promise", afterStep: ({ state }) => state.role === "leader" && state.open.some(({ slot, value }) => value !== null && state.accepted[slot]?.ballot === state.ballot && state.asked[value.client] !== value.serial) },
  { name: "a gap filled with a no-op", onSend: (_from, _to, message) => message.type === "Accept" && message.proposals.some(({ value }) => value === null) },
  { name: "a slot chosen before the one below it", afterStep: ({ state }) => state.role === "leader" && Object.keys(state.ahead).length > 0 },
  { name: "a follower that lags is told what was chosen", onSend: (_from, _to, message) => message.type === "Chosen" && message.values.length > 0 },
  { name: "a request in two slots", afterStep: ({ state }) => twice(state.chosen) },
  { name: "slot 20", afterStep: ({ state }) => state.chosen.length > 20 },
];

/** Whether the last request was there before. */
function twice(chosen: readonly Value[]): boolean {
  const last = chosen.at(-1);
  return last !== null && last !== undefined && chosen.findIndex((value) => value?.client === last.client && value.serial === last.serial) < chosen.length - 1;
}

const oneLog = (quorums: QuorumOptions): Progress<MultiPaxos> => ({
  name: "when the faults end, one leader is followed by all, and all have carried out the same",
  source: `${LAMPORT}, §2.4 and §3`,
  missing(nodes) {
    const { phase1, phase2 } = quorumsOf(quorums, nodes.length);
    if (nodes.filter(({ state }) => !state.abstains).length < Math.max(phase1, phase2)) return undefined;
    const [leader] = leading(nodes);
    if (!leader) return "nobody leads";
    const strangers = nodes.filter(({ state }) => state.leader !== leader.id);
    if (strangers.length > 0) return unfollowed(leader.id, strangers, ` ballot ${leader.state.ballot}`);
    const behind = nodes.filter(({ state }) => state.chosen.length < leader.state.next);
    return behind.length > 0 ? `${behind.map(({ id, state }) => `node ${id} has carried out ${state.chosen.length}`).join(", ")} of ${leader.state.next} slots` : undefined;
  },
});

const declare = (name: string, summary: string, source: string, quorums: QuorumOptions): Declaration<MultiPaxos> => ({
  name,
  summary,
  source,
  engine: () => multiPaxos({ ...quorums, emptyDisk: "lost" }),
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write", "clock-skew", "clock-drift"],
  sizes: [3, 4, 5],
  invariants: [oneValueABallot, oneValueASlot(quorums), promisesRise, ballotsFresh, durableFirst, promisedFirst(quorums), inOrder],
  reachables,
  progress: [oneLog(quorums)],
  probe: ({ role }) => role,
  roles: ["leader", "preparing"],
  disks: () => ({ stored: FORMATTED }),
  inputs: () => ({ type: "campaign" }),
  service: { ...keyValueClients, consistency: "linearizable" },
  calm: 8000,
});

/** Multi-Paxos with majorities in both phases. */
export const multiPaxosLog = declare("multi-paxos", "Multi-Paxos: a log of decisions under a stable leader that carries a key-value store", "Lamport, Paxos Made Simple, ACM SIGACT News 32(4), 2001, §3", {});

/** The same with two acceptors as a quorum of phase 2, and all but one as a quorum of phase 1. */
export const multiPaxosFlexible = declare("multi-paxos-flexible", "Multi-Paxos with a quorum of two to accept, and of all but one to elect", "Howard, Malkhi and Spiegelman, Flexible Paxos: Quorum Intersection Revisited, OPODIS 2016", { phase2: 2 });
