import type { Declaration, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import type { NodeId } from "../../protocol.js";
import { type QuorumOptions, quorumsOf } from "./quorums.js";
import { FORMATTED, isTrying, singleDecree } from "./singleDecree.js";
import type { Acceptance, SingleDecree, SingleDecreeMessage } from "./singleDecree.types.js";

const LAMPORT = "Lamport, Paxos Made Simple, 2001";

const oneValueABallot: Invariant<SingleDecree> = {
  name: "a ballot has one value",
  source: `${LAMPORT}, §2.2: different proposals have different numbers`,
  onSend(_from, _to, message, facts) {
    if (message.type === "Accept") facts.agree("value of ballot", message.ballot, message.value);
    if (message.type === "Promise" && message.accepted) facts.agree("value of ballot", message.accepted.ballot, message.accepted.value);
  },
};

const onlyProposed: Invariant<SingleDecree> = {
  name: "only what a client has proposed is chosen",
  source: `${LAMPORT}, §2.1`,
  onSend(_from, _to, message, facts) {
    if (message.type === "Accept") facts.must(facts.known("wanted", message.value) === 1, () => `ballot ${message.ballot} proposes ${message.value}, which no client wanted`);
  },
  afterStep({ state }, facts) {
    if (state.wanted !== null) facts.agree("wanted", state.wanted, 1);
  },
};

const promisesRise: Invariant<SingleDecree> = {
  name: "an acceptor's promise never falls",
  source: `${LAMPORT}, §2.2, P1a and phase 1b`,
  onSend({ id }, _to, message, facts) {
    if (message.type === "Promise" || message.type === "Accepted") facts.rises("promise of node", id, message.ballot);
  },
};

const newestTold: Invariant<SingleDecree> = {
  name: "a promise tells of the newest acceptance",
  source: `${LAMPORT}, §2.2, phase 1b`,
  onSend({ id }, _to, message, facts) {
    if (message.type === "Accepted") facts.rises("acceptance of node", id, message.ballot);
    if (message.type === "Promise") facts.rises("acceptance of node", id, message.accepted?.ballot ?? 0);
  },
};

const durableFirst: Invariant<SingleDecree> = {
  name: "ballots, promises and acceptances are on disk before they are spoken of",
  source: `${LAMPORT}, §2.5`,
  onSend({ id, disk }, _to, message, facts) {
    const { ballot, promised, accepted } = disk.stored ?? FORMATTED;
    if (message.type === "Prepare") facts.must(ballot >= message.ballot, () => `node ${id} asks for promises under ballot ${message.ballot}, its disk has ballot ${ballot}`);
    if (message.type === "Promise") facts.must(promised >= message.ballot && (accepted?.ballot ?? 0) >= (message.accepted?.ballot ?? 0), () => `node ${id} promises ballot ${message.ballot}, its disk has a promise of ${promised}`);
    if (message.type === "Accepted") facts.must((accepted?.ballot ?? 0) >= message.ballot, () => `node ${id} has accepted in ballot ${message.ballot}, its disk has an acceptance in ${accepted?.ballot ?? "none"}`);
  },
};

const ballotsFresh: Invariant<SingleDecree> = {
  name: "a proposer's ballots rise, also after a crash",
  source: `${LAMPORT}, §2.5: no proposer uses a number twice`,
  onSend({ id }, _to, message, facts) {
    if (message.type === "Prepare") facts.rises("ballot of node", id, message.ballot);
  },
};

const promisedFirst = (quorums: QuorumOptions): Invariant<SingleDecree> => ({
  name: "a proposal has the promises of a quorum",
  source: `${LAMPORT}, §2.2, phase 2a; Howard, Malkhi and Spiegelman 2016, §3`,
  onSend({ id }, to, message, facts) {
    if (message.type === "Promise") facts.agree("promise of node", `${id} for ${message.ballot}`, to);
    if (message.type !== "Accept") return;
    const size = Number(facts.known("nodes", "all"));
    const promised = count(size, (node) => node === id || facts.known("promise of node", `${node} for ${message.ballot}`) !== undefined);
    facts.must(promised >= quorumsOf(quorums, size).phase1, () => `ballot ${message.ballot} proposes ${message.value} with ${promised} of ${size} promises`);
  },
  overall: (nodes, facts) => facts.agree("nodes", "all", nodes.length),
});

/** Some quorum of those that have promised must know of no newer acceptance than the newest one of this value: which of them the proposer has heard, it keeps to itself. */
const newestValue = (quorums: QuorumOptions): Invariant<SingleDecree> => ({
  name: "a proposal has the value of the newest acceptance that its promises tell of",
  source: `${LAMPORT}, §2.2, P2c and phase 2a`,
  onSend({ id, disk }, _to, message, facts) {
    const report = (node: NodeId, ballot: number, accepted: Acceptance | null) => {
      // Promised again, it may tell of an acceptance in this very ballot.
      if (accepted && accepted.ballot >= ballot) return;
      facts.agree("newest acceptance", `of ${node} for ${ballot}`, accepted?.ballot ?? 0);
      if (accepted) facts.agree("value of ballot", accepted.ballot, accepted.value);
    };
    if (message.type === "Promise") report(id, message.ballot, message.accepted);
    // Its own promise went by no message.
    if (message.type === "Prepare" && disk.stored?.promised === message.ballot) report(id, message.ballot, disk.stored.accepted);
    if (message.type !== "Accept") return;
    const size = Number(facts.known("nodes", "all"));
    const told = Array.from({ length: size }, (_, node) => facts.known("newest acceptance", `of ${node} for ${message.ballot}`)).filter((ballot) => ballot !== undefined);
    const newest = told.reduce<number>((best, ballot) => (facts.known("value of ballot", ballot) === message.value ? Math.max(best, Number(ballot)) : best), 0);
    facts.must(told.filter((ballot) => Number(ballot) <= newest).length >= quorumsOf(quorums, size).phase1, () => `ballot ${message.ballot} proposes ${message.value}, and its promises tell of acceptances in the ballots ${told.join(", ")}`);
  },
  overall: (nodes, facts) => facts.agree("nodes", "all", nodes.length),
});

/** Counts acceptances: a value is chosen from the moment at which a quorum has accepted it in one ballot, whoever knows of it. */
const chosenStays = (quorums: QuorumOptions): Invariant<SingleDecree> => ({
  name: "a chosen value stays chosen",
  source: `${LAMPORT}, §2.2, P2 and P2b`,
  onSend({ id, disk }, _to, message, facts) {
    const own = disk.stored?.accepted;
    if (message.type === "Accept") {
      const chosenIn = facts.known("chosen", "in ballot");
      if (chosenIn !== undefined && message.ballot > Number(chosenIn)) facts.agree("chosen", "value", message.value);
      if (own?.ballot === message.ballot) facts.agree("acceptance", `${id} in ${message.ballot}`, message.value);
    }
    if (message.type !== "Accepted" || own?.ballot !== message.ballot) return;
    facts.agree("acceptance", `${id} in ${message.ballot}`, own.value);
    const size = Number(facts.known("nodes", "all"));
    if (count(size, (node) => facts.known("acceptance", `${node} in ${message.ballot}`) === own.value) < quorumsOf(quorums, size).phase2) return;
    if (facts.known("chosen", "in ballot") === undefined) facts.agree("chosen", "in ballot", message.ballot);
    facts.agree("chosen", "value", own.value);
  },
  onOutput(_node, output, facts) {
    if (output.type === "chosen") facts.agree("chosen", "value", output.value);
  },
  overall: (nodes, facts) => facts.agree("nodes", "all", nodes.length),
});

function count(size: number, holds: (node: NodeId) => boolean): number {
  let found = 0;
  for (let node = 0; node < size; node++) if (holds(node)) found++;
  return found;
}

const isOf = (type: SingleDecreeMessage["type"]) => (_from: NodeView<SingleDecree>, _to: NodeId, message: SingleDecreeMessage) => message.type === type;

const trying = (nodes: readonly NodeView<SingleDecree>[]) => nodes.filter(({ up, state }) => up && isTrying(state));

const reachables: readonly Reachable<SingleDecree>[] = [
  { name: "two proposers in a duel", concerns: ({ state }) => isTrying(state), overall: (nodes) => trying(nodes).length > 1 },
  { name: "a value adopted from a promise", afterStep: ({ state }) => state.phase === "proposing" && state.proposal !== state.wanted },
  { name: "a ballot refused", onSend: isOf("Nack") },
  { name: "a value chosen", afterStep: ({ state }) => state.chosen !== null },
  { name: "a value chosen that its proposer's client did not want", afterStep: ({ state }) => state.chosen !== null && state.wanted !== null && state.chosen !== state.wanted },
  { name: "a value chosen while an acceptor is down", concerns: ({ state }) => state.chosen !== null, overall: (nodes) => nodes.some(({ up }) => !up) && nodes.some(({ up, state }) => up && state.chosen !== null) },
  { name: "a value chosen in the fourth ballot of a node", onSend: ({ id, state }, _to, { type }) => type === "Chosen" && state.ballot > 3 * 5 + id },
  { name: "an acceptor that abstains, having lost its disk", afterStep: ({ state }) => state.abstains },
];

const allLearn: Progress<SingleDecree> = {
  name: "when the faults end, what somebody still proposes is decided, and all know the decision",
  source: `${LAMPORT}, §2.4`,
  missing(nodes) {
    // Whoever was to tell may have lost that with its disk.
    if (nodes.some(({ state }) => state.abstains)) return undefined;
    if (nodes.every(({ state }) => state.wanted === null && state.chosen === null)) return undefined;
    const without = nodes.filter(({ state }) => state.chosen === null);
    return without.length === 0 ? undefined : `${without.map(({ id }) => `node ${id}`).join(", ")} ${without.length > 1 ? "do" : "does"} not know what was chosen`;
  },
};

const declare = (name: string, summary: string, source: string, quorums: QuorumOptions): Declaration<SingleDecree> => ({
  name,
  summary,
  source,
  engine: () => singleDecree({ ...quorums, emptyDisk: "lost" }),
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write", "lost-disk", "clock-skew", "clock-drift"],
  sizes: [3, 4, 5],
  invariants: [oneValueABallot, chosenStays(quorums), onlyProposed, promisesRise, newestTold, durableFirst, ballotsFresh, promisedFirst(quorums), newestValue(quorums)],
  reachables,
  progress: [allLearn],
  probe: ({ phase, chosen }) => (chosen !== null ? "chosen" : phase),
  roles: ["preparing", "proposing", "chosen"],
  disks: () => ({ stored: FORMATTED }),
  inputs: (random) => ({ type: "propose", value: VALUES[Math.floor(random() * VALUES.length)]! }),
  calm: 12000,
});

const VALUES = ["x", "y", "z"] as const;

/** Single-decree Paxos with majorities in both phases. */
export const singleDecreePaxos = declare("paxos", "Paxos for one decision: ballots, promises, acceptances, majorities", "Lamport, Paxos Made Simple, ACM SIGACT News 32(4), 2001", {});

/** The same with two acceptors as a quorum of phase 2, and all but one as a quorum of phase 1. */
export const flexiblePaxos = declare("paxos-flexible", "Paxos for one decision with a quorum of two to accept, and of all but one to promise", "Howard, Malkhi and Spiegelman, Flexible Paxos: Quorum Intersection Revisited, OPODIS 2016", { phase2: 2 });
