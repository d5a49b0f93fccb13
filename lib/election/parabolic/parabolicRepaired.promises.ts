import { unfollowed } from "../leaderPromises.js";
import type { Declaration, Ending, Facts, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import type { NodeId } from "../../protocol.js";
import { likeliest, type Load } from "./leaderProbability.js";
import { participants, parabolicRepaired, type ParabolicRepaired, type ParabolicRepairedOptions } from "./parabolicRepaired.js";

const COURSE = "this course; the survey's section 3.1, repaired";
const RAFT = "Ongaro and Ousterhout 2014, §5.2";
const DETECTOR = "van Renesse, Minsky and Hayden, A Gossip-Style Failure Detection Service, Middleware 1998";

/** Two nodes at a time have the same load: which of them goes first the load does not say. */
const inPairs: Load = (node) => Math.floor(node / 2) / 8;
/** How the declared engine is set. */
export const DECLARED = { load: inPairs, silence: 12 } as const satisfies ParabolicRepairedOptions;

type Node = NodeView<ParabolicRepaired>;
const leads = ({ up, state }: Node) => up && state.role === "leader";
const firstOf = ({ id, state }: Node) => likeliest(participants(state, id, DECLARED.silence), DECLARED.load);

/** More than any run has rounds in a life, or epochs. */
const LIFE = 1_000_000;

const oneLeader: Invariant<ParabolicRepaired> = {
  name: "at most one leader an epoch",
  source: `${COURSE}, after ${RAFT}`,
  afterStep({ id, state }, facts) {
    if (state.role === "leader") facts.agree("leader of epoch", state.reign, id);
  },
  onOutput: (_node, { leader, epoch }, facts) => facts.agree("leader of epoch", epoch, leader),
};

const oneVote: Invariant<ParabolicRepaired> = {
  name: "one vote an epoch, on disk before it is spoken of",
  source: RAFT,
  onSend({ id, disk: { stored } }, to, message, facts) {
    if (message.type !== "Vote" && message.type !== "Stand") return;
    facts.agree("vote of", `node ${id} in epoch ${message.epoch}`, message.type === "Vote" ? to : id);
    facts.must((stored?.epoch ?? 0) >= message.epoch, () => `node ${id} speaks of its vote in epoch ${message.epoch}, its disk has epoch ${stored?.epoch ?? 0}`);
  },
};

const ofAMajority: Invariant<ParabolicRepaired> = {
  name: "a leader has the votes of a majority of all nodes in its epoch",
  source: RAFT,
  onSend({ id }, to, message, facts) {
    if (message.type === "Vote") facts.agree("voted", `${id} in ${message.epoch} for ${to}`, 1);
  },
  concerns: leads,
  overall(nodes, facts) {
    for (const { id, state } of nodes.filter(leads)) {
      if (facts.known("counted", state.reign) !== undefined) continue;
      facts.agree("counted", state.reign, id);
      const voters = nodes.filter((node) => node.id === id || facts.known("voted", `${node.id} in ${state.reign} for ${id}`) !== undefined);
      facts.must(2 * voters.length > nodes.length, () => `node ${id} leads epoch ${state.reign} with the votes of ${voters.length} of ${nodes.length} nodes`);
    }
  },
};

const votesForTheFirst: Invariant<ParabolicRepaired> = {
  name: "who votes, votes for whom its own view puts first",
  source: COURSE,
  afterStep(node, facts) {
    const { id, up, state } = node;
    const vote = id * LIFE + state.epoch;
    if (!up || state.vote === null || facts.known("looked at", vote) !== undefined) return;
    facts.agree("looked at", vote, state.vote);
    facts.must(firstOf(node) === state.vote, () => `node ${id} votes for node ${state.vote}, and its view puts node ${firstOf(node)} first`);
  },
};

const reached = (node: NodeId, facts: Facts) => Number(facts.known("beats of node", node) ?? 0);

const beatsAreTheirOwn: Invariant<ParabolicRepaired> = {
  name: "no view is ahead of what a node has said of itself, which never falls",
  source: DETECTOR,
  onSend({ id }, _to, message, facts) {
    if (message.type !== "View") return;
    message.view.forEach(({ life, beat }, node) => {
      if (node === id) facts.rises("beats of node", node, life * LIFE + beat);
      else if (life > 0) facts.must(life * LIFE + beat <= reached(node, facts), () => `node ${id} tells of beat ${beat} in life ${life} of node ${node}, which has not come so far`);
    });
  },
};

const viewsRise: Invariant<ParabolicRepaired> = {
  name: "what a view holds of a node never falls while the viewer lives",
  source: DETECTOR,
  afterStep({ id, up, state: { view } }, facts) {
    const crashes = Number(facts.known("crashes of node", id) ?? 0);
    if (!up) return facts.rises("crashes of node", id, crashes + 1);
    const seen = `seen by node ${id} after ${crashes} crashes: node`;
    view.forEach(({ life, beat }, node) => facts.rises(seen, node, life * LIFE + beat));
  },
};

const theLikeliest: Progress<ParabolicRepaired> = {
  name: "when the faults end, all views agree, and whom they put first leads and is followed by all",
  source: COURSE,
  missing(nodes) {
    const all = nodes.map(({ id }) => id);
    const first = likeliest(all, DECLARED.load)!;
    const narrow = nodes.filter(({ id, state }) => participants(state, id, DECLARED.silence).length < nodes.length);
    if (narrow.length > 0) return `${narrow.map(({ id }) => `node ${id}`).join(", ")} ${narrow.length > 1 ? "do" : "does"} not see all`;
    const { role, reign } = nodes[first]!.state;
    if (role !== "leader") return `node ${first} is to lead, and does not`;
    const strangers = nodes.filter(({ state }) => state.leader !== first || state.reign !== reign);
    return unfollowed(first, strangers, ` epoch ${reign}`);
  },
};

const newestReign = (nodes: readonly Node[]) => nodes.filter(leads).reduce((most, { state }) => Math.max(most, state.reign), 0);
const remember = (nodes: readonly Node[]) => String(newestReign(nodes));

const leaderStays: Ending<ParabolicRepaired> = {
  name: "while nothing fails, a leader stays",
  source: COURSE,
  lasts: 5000,
  remember,
  missing: (nodes, before) => (remember(nodes) === before ? undefined : `epoch ${before} had a leader; 5,000 ms later the newest that has one is ${newestReign(nodes)}`),
};

const failureNoticed: Ending<ParabolicRepaired> = {
  name: "without its leader, the rest notices and elects another",
  source: DETECTOR,
  isolate: "leader",
  lasts: 6000,
  nodes: 3,
  remember,
  missing: (nodes, before) => (newestReign(nodes) > Number(before) ? undefined : "6,000 ms after the leader was cut off nobody leads a newer epoch"),
};

const reachables: readonly Reachable<ParabolicRepaired>[] = [
  { name: "a leader", afterStep: leads },
  { name: "two leaders at once, in different epochs", concerns: leads, overall: (nodes) => nodes.filter(leads).length > 1 },
  { name: "two views that put different nodes first", overall: (nodes) => new Set(nodes.filter(({ up }) => up).map(firstOf)).size > 1 },
  { name: "a leader whose own view puts another first", afterStep: (node) => leads(node) && firstOf(node) !== node.id },
  { name: "a vote refused because the epoch is taken", onSend: (_from, _to, { type }) => type === "Refused" },
  { name: "the higher of two equally likely nodes leads", afterStep: (node) => leads(node) && node.id === 1 },
  { name: "a second life", afterStep: ({ up, id, state }) => up && state.view[id]!.life > 1 && state.view[id]!.beat > 0 },
  { name: "a vote kept through a crash", afterStep: ({ up, disk: { stored } }) => !up && stored !== undefined && stored.vote !== null },
];

/** PARABOLIC with what it lacks: views that converge, an order among equals, epochs and votes. */
export const parabolicRepairedPromises: Declaration<ParabolicRepaired> = {
  name: "parabolic-repaired",
  summary: "PARABOLIC with views that converge by gossip, an order among equally likely nodes, and an epoch with a majority's votes for each leader",
  source: COURSE,
  engine: () => parabolicRepaired(DECLARED),
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write", "clock-skew", "clock-drift"],
  sizes: [1, 2, 3, 4, 5, 7],
  invariants: [oneLeader, oneVote, ofAMajority, votesForTheFirst, beatsAreTheirOwn, viewsRise],
  reachables,
  progress: [theLikeliest],
  endings: [leaderStays, failureNoticed],
  probe: ({ role }) => role,
  roles: ["leader", "candidate"],
  calm: 12_000,
};
