import { unfollowed } from "./leaderPromises.js";
import type { Declaration, Ending, Invariant, NodeView, Progress, Reachable } from "../promises.js";
import type { NodeId } from "../protocol.js";
import { gossipElectionRepaired, type RepairedElection } from "./gossipElectionRepaired.js";

const COURSE = "this course, after Ongaro and Ousterhout 2014, §5.2";
const DETECTOR = "van Renesse, Minsky and Hayden, A Gossip-Style Failure Detection Service, Middleware 1998";

type Node = NodeView<RepairedElection>;
const leads = ({ state }: Node) => state.role === "leader";
const leading = (nodes: readonly Node[]) => nodes.filter((node) => node.up && leads(node));

const oneLeader: Invariant<RepairedElection> = {
  name: "at most one leader an epoch",
  source: COURSE,
  afterStep({ id, state }, facts) {
    if (state.role === "leader") facts.agree("leader of epoch", state.epoch, id);
  },
  onOutput(_node, { leader, epoch }, facts) {
    facts.agree("leader of epoch", epoch, leader);
  },
};

const oneVote: Invariant<RepairedElection> = {
  name: "one vote an epoch, also after a crash, and no rumour tells of another",
  source: COURSE,
  onSend(_from, _to, { epoch, votes }, facts) {
    votes.forEach((vote, voter) => {
      if (vote !== null) facts.agree("vote of", `node ${voter} in epoch ${epoch}`, vote);
    });
  },
  afterStep({ id, up, disk: { stored } }, facts) {
    if (!up && stored && stored.vote !== null) facts.agree("vote of", `node ${id} in epoch ${stored.epoch}`, stored.vote);
  },
};

const durableFirst: Invariant<RepairedElection> = {
  name: "epoch and vote are on disk before they are spoken of",
  source: COURSE,
  onSend({ id, disk: { stored } }, _to, { epoch, votes }, facts) {
    const durable = stored?.epoch ?? 0;
    facts.must(durable >= epoch, () => `node ${id} speaks of epoch ${epoch}, its disk has epoch ${durable}`);
    if (epoch > 0 && durable === epoch) facts.must(stored!.vote === votes[id], () => `node ${id} tells of its vote for ${votes[id]} in epoch ${epoch}, its disk has ${stored!.vote}`);
  },
};

const votedIn: Invariant<RepairedElection> = {
  name: "a leader has the votes of a majority of all nodes in its epoch",
  source: COURSE,
  onSend({ id }, _to, { epoch, votes }, facts) {
    const vote = votes[id] ?? null;
    if (vote !== null && facts.known("own vote", `${id} in ${epoch}`) === undefined) facts.agree("own vote", `${id} in ${epoch}`, vote);
  },
  concerns: leads,
  overall(nodes, facts) {
    for (const { id, state } of leading(nodes)) {
      if (facts.known("counted", state.epoch) !== undefined) continue;
      facts.agree("counted", state.epoch, id);
      const voters = nodes.filter((node) => node.id === id || facts.known("own vote", `${node.id} in ${state.epoch}`) === id);
      facts.must(2 * voters.length > nodes.length, () => `node ${id} leads epoch ${state.epoch} with the votes of ${voters.length} of ${nodes.length} nodes`);
    }
  },
};

const beatsAreTheLeaders: Invariant<RepairedElection> = {
  name: "no heartbeat counter is ahead of what its leader has sent",
  source: DETECTOR,
  onSend({ id, state }, _to, { epoch, beat }, facts) {
    const sent = Number(facts.known("heartbeats of epoch", epoch) ?? 0);
    if (state.role === "leader" && state.epoch === epoch && beat > sent) facts.rises("heartbeats of epoch", epoch, beat);
    else facts.must(beat <= sent, () => `node ${id} tells of heartbeat ${beat} in epoch ${epoch}, its leader has sent ${sent}`);
  },
};

const epochsRise: Invariant<RepairedElection> = {
  name: "a node's epoch never falls",
  source: COURSE,
  afterStep({ id, disk: { stored } }, facts) {
    if (stored) facts.rises("durable epoch of node", id, stored.epoch);
  },
};

const oneLeaderForAll: Progress<RepairedElection> = {
  name: "when the faults end, one leader is followed by all",
  source: COURSE,
  missing(nodes) {
    const newest = newestLeader(nodes);
    if (!newest) return "nobody leads";
    const strangers = nodes.filter(({ state }) => state.leader !== newest.id || state.epoch !== newest.epoch);
    return unfollowed(newest.id, strangers, ` epoch ${newest.epoch}`);
  },
};

interface Leadership {
  readonly id: NodeId;
  readonly epoch: number;
}

function newestLeader(nodes: readonly Node[]): Leadership | undefined {
  const newest = leading(nodes).sort((a, b) => b.state.epoch - a.state.epoch)[0];
  return newest && { id: newest.id, epoch: newest.state.epoch };
}

const remember = (nodes: readonly Node[]) => JSON.stringify(newestLeader(nodes) ?? null);
const remembered = (before: string) => JSON.parse(before) as Leadership | null;

const leaderStays: Ending<RepairedElection> = {
  name: "while nothing fails, a leader stays",
  source: DETECTOR,
  lasts: 5000,
  remember,
  missing(nodes, before) {
    const [old, now] = [remembered(before), newestLeader(nodes)];
    return !old || (old.id === now?.id && old.epoch === now.epoch) ? undefined : `node ${old.id} led epoch ${old.epoch}; 5,000 ms later ${now ? `node ${now.id} leads epoch ${now.epoch}` : "nobody leads"}`;
  },
};

const failureNoticed: Ending<RepairedElection> = {
  name: "without its leader, the rest notices and elects another",
  source: DETECTOR,
  isolate: "leader",
  lasts: 8000,
  nodes: 3,
  remember,
  missing: (nodes, before) => (Number(newestLeader(nodes)?.epoch) > Number(remembered(before)?.epoch) ? undefined : "8,000 ms after the leader was cut off nobody leads a newer epoch"),
};

const reachables: readonly Reachable<RepairedElection>[] = [
  { name: "a leader", afterStep: leads },
  { name: "two leaders at once, in different epochs", concerns: leads, overall: (nodes) => new Set(leading(nodes).map(({ state }) => state.epoch)).size > 1 },
  { name: "an epoch in which votes are split", afterStep: ({ state: { votes, leader } }) => leader === null && votes.every((vote) => vote !== null) && votes.length > 1 },
  { name: "a leader with the votes of all", afterStep: ({ state }) => state.role === "leader" && state.votes.length > 3 && state.votes.every((vote) => vote !== null) },
  { name: "a vote kept through a crash", afterStep: ({ up, disk: { stored } }) => !up && stored !== undefined },
  { name: "epoch 5", afterStep: ({ state }) => state.epoch >= 5 },
];

/** The survey's election by gossip with what it lacks: epochs, a durable vote in each, a quorum, and rumours that go on. */
export const gossipElectionRepairedPromises: Declaration<RepairedElection> = {
  name: "gossip-election-repaired",
  summary: "election by gossip with epochs, durable votes that travel as rumours, a majority of all nodes, and heartbeats that never stop",
  source: "this course; the survey's section 2.1, repaired after Raft's terms and votes and van Renesse's gossiped heartbeats",
  engine: () => gossipElectionRepaired(),
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write", "clock-skew", "clock-drift"],
  sizes: [1, 2, 3, 4, 5, 7],
  invariants: [oneLeader, oneVote, durableFirst, votedIn, beatsAreTheLeaders, epochsRise],
  reachables,
  progress: [oneLeaderForAll],
  endings: [leaderStays, failureNoticed],
  probe: ({ role }) => role,
  roles: ["leader"],
  calm: 12_000,
};
