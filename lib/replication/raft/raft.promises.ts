import type { Declaration, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import type { NodeId } from "../../protocol.js";
import { isMajority } from "./quorum.js";
import { isUpToDate, lastTerm, raft } from "./raft.js";
import type { Entry, HardState, Raft, RaftMessage, Role } from "./types.js";

const electionSafety: Invariant<Raft> = {
  name: "at most one leader a term",
  source: "Ongaro and Ousterhout 2014, §5.2 and Figure 3, election safety",
  afterStep({ id, state }, facts) {
    if (state.role === "leader") facts.agree("leader of term", state.currentTerm, id);
  },
  onOutput(_node, { leader, term }, facts) {
    facts.agree("leader of term", term, leader);
  },
};

const oneVote: Invariant<Raft> = {
  name: "one vote a term, also after a crash",
  source: "Ongaro and Ousterhout 2014, §5.2 and Figure 2, votedFor",
  onSend({ id }, to, message, facts) {
    const candidate = voteIn(id, to, message);
    if (candidate !== undefined) facts.agree("vote of", `node ${id} in term ${message.term}`, candidate);
  },
  afterStep({ id, up, disk: { stored } }, facts) {
    if (!up && stored && stored.votedFor !== null) facts.agree("vote of", `node ${id} in term ${stored.currentTerm}`, stored.votedFor);
  },
};

const votedIn: Invariant<Raft> = {
  name: "a leader has the votes of a majority in its term",
  source: "Ongaro and Ousterhout 2014, §5.2",
  onSend({ id }, to, message, facts) {
    const candidate = voteIn(id, to, message);
    if (candidate !== undefined && candidate !== id && facts.known("vote", `${id} in ${message.term}`) === undefined) facts.agree("vote", `${id} in ${message.term}`, candidate);
  },
  overall(nodes, facts) {
    for (const { id, state } of nodes) {
      if (state.role !== "leader" || facts.known("counted", state.currentTerm) !== undefined) continue;
      facts.agree("counted", state.currentTerm, id);
      const voters = nodes.filter((node) => node.id === id || facts.known("vote", `${node.id} in ${state.currentTerm}`) === id);
      facts.must(isMajority(voters.map((node) => node.id), nodes.length), () => `node ${id} leads term ${state.currentTerm} with ${voters.length} of ${nodes.length} votes`);
    }
  },
};

const durableFirst: Invariant<Raft> = {
  name: "term and vote are on disk before they are spoken of",
  source: "Ongaro and Ousterhout 2014, Figure 2, persistent state",
  onSend({ id, disk }, to, message, facts) {
    if (message.type === "PreVote" || message.type === "PreVoteReply") return;
    const { currentTerm, votedFor } = disk.stored ?? nothingStored;
    facts.must(currentTerm >= message.term, () => `node ${id} speaks of term ${message.term}, its disk has term ${currentTerm}`);
    const candidate = voteIn(id, to, message);
    // A vote that waited for a slow disk may leave when a later write is done, too.
    if (candidate === undefined || currentTerm !== message.term) return;
    facts.must(votedFor === candidate, () => `node ${id} votes for node ${candidate} in term ${message.term}, its disk has ${votedFor === null ? "no vote" : `a vote for node ${votedFor}`}`);
  },
};

const nothingStored: HardState = { currentTerm: 0, votedFor: null };

const termsRise: Invariant<Raft> = {
  name: "a node's term never falls",
  source: "Ongaro and Ousterhout 2014, Figure 2, currentTerm",
  afterStep({ id, disk }, facts) {
    if (disk.stored) facts.rises("durable term of node", id, disk.stored.currentTerm);
  },
};

const leaderUpToDate: Invariant<Raft> = {
  name: "a new leader's log is not behind those of a majority",
  source: "Ongaro and Ousterhout 2014, §5.4.1",
  overall(nodes, facts) {
    for (const { id, state, disk } of nodes) {
      if (state.role !== "leader" || facts.known("checked", state.currentTerm) !== undefined) continue;
      facts.agree("checked", state.currentTerm, id);
      const notAhead = nodes.filter((other) => isUpToDate(logEnd(disk.log), { log: [...other.disk.log] }));
      facts.must(isMajority(notAhead.map((other) => other.id), nodes.length), () => `node ${id} leads term ${state.currentTerm} with a log that is behind those of ${nodes.length - notAhead.length} of ${nodes.length} nodes`);
    }
  },
};

const logEnd = (log: readonly Entry[]) => ({ lastLogIndex: log.length, lastLogTerm: lastTerm({ log: [...log] }) });

/** Whom a message gives its sender's vote, if it does. */
function voteIn(from: NodeId, to: NodeId, message: RaftMessage): NodeId | undefined {
  if (message.type === "RequestVote") return from;
  return message.type === "RequestVoteReply" && message.voteGranted ? to : undefined;
}

const leading = (nodes: readonly NodeView<Raft>[]) => nodes.filter(({ up, state }) => up && state.role === "leader");

/** Whether two running nodes have this role, in one term or in two. */
function pairOf(role: Role, nodes: readonly NodeView<Raft>[], terms: "same" | "different"): boolean {
  for (const a of nodes) {
    if (!a.up || a.state.role !== role) continue;
    for (const b of nodes) if (b.id > a.id && b.up && b.state.role === role && (a.state.currentTerm === b.state.currentTerm) === (terms === "same")) return true;
  }
  return false;
}

const oneLeaderForAll: Progress<Raft> = {
  name: "when the faults end, one leader is followed by all",
  source: "Ongaro and Ousterhout 2014, §5.2",
  missing(nodes) {
    const newest = leading(nodes).sort((a, b) => b.state.currentTerm - a.state.currentTerm)[0];
    if (!newest) return "nobody leads";
    const strangers = nodes.filter(({ state }) => state.leader !== newest.id || state.currentTerm !== newest.state.currentTerm);
    return strangers.length > 0 ? `node ${newest.id} leads term ${newest.state.currentTerm}, but ${strangers.map(({ id }) => `node ${id}`).join(", ")} ${strangers.length > 1 ? "do" : "does"} not follow it` : undefined;
  },
};

const reachables: readonly Reachable<Raft>[] = [
  { name: "a leader", afterStep: ({ state }) => state.role === "leader" },
  { name: "two candidates in one term", overall: (nodes) => pairOf("candidate", nodes, "same") },
  { name: "two leaders at once, in different terms", overall: (nodes) => pairOf("leader", nodes, "different") },
  { name: "a vote refused", onSend: (_from, _to, message) => message.type === "RequestVoteReply" && !message.voteGranted },
  {
    name: "a vote refused to a log that is behind",
    onSend: ({ disk }, _to, message) => message.type === "RequestVoteReply" && !message.voteGranted && disk.stored?.currentTerm === message.term && disk.stored.votedFor === null,
  },
  { name: "a heartbeat of an old leader refused", onSend: (_from, _to, message) => message.type === "AppendEntriesReply" && !message.success },
  { name: "term 10", afterStep: ({ state }) => state.currentTerm >= 10 },
];

/** Logs of one history, of different lengths: what a cluster may hold when an election begins. */
const HISTORY = [1, 1, 2, 2, 4];

const election = {
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write", "clock-skew", "clock-drift"],
  sizes: [1, 2, 3, 4, 5, 7],
  invariants: [electionSafety, oneVote, durableFirst, votedIn, termsRise, leaderUpToDate],
  reachables,
  progress: [oneLeaderForAll],
  probe: ({ role }) => role,
  roles: ["leader", "candidate"],
  disks: (_node, random) => ({ log: HISTORY.slice(0, Math.floor(random() * 6)).map((term) => ({ term, command: null })) }),
  inputs: () => ({ type: "campaign" }),
  calm: 6000,
  rename: {
    state: (state, to) => ({ ...state, votedFor: renamed(state.votedFor, to), leader: renamed(state.leader, to), votes: state.votes.map(to).sort(byNumber), active: state.active.map(to).sort(byNumber) }),
    message: (message) => message,
    stored: (stored, to) => ({ ...stored, votedFor: renamed(stored.votedFor, to) }),
    // Votes and terms stand under the name of a node, and all but terms name one.
    fact: ({ kind, key, value }, to) => ({
      kind,
      key: typeof key === "string" ? key.replace(/\d+/, (node) => String(to(Number(node)))) : kind === "durable term of node" ? to(key) : key,
      value: kind === "durable term of node" ? value : to(value as number),
    }),
  },
} satisfies Partial<Declaration<Raft>>;

const renamed = (node: NodeId | null, to: (node: NodeId) => NodeId) => (node === null ? null : to(node));
const byNumber = (a: number, b: number) => a - b;

/** Raft's leader election, as the paper has it, with what it promises. */
export const raftElection: Declaration<Raft> = {
  name: "raft-election",
  summary: "Raft's leader election: terms, durable votes, randomized timeouts",
  source: "Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm, USENIX ATC 2014, §5.1, §5.2, §5.4.1",
  engine: () => raft(),
  ...election,
};

/** The same with pre-vote and check-quorum. */
export const raftElectionStable: Declaration<Raft> = {
  name: "raft-election-stable",
  summary: "Raft's leader election with pre-vote and check-quorum: who was away disturbs nobody, and a leader without a majority steps down",
  source: "Ongaro, Consensus: Bridging Theory and Practice, Stanford 2014, §6.2, §4.2.3, §9.6",
  engine: () => raft({ preVote: true, checkQuorum: true }),
  ...election,
};
