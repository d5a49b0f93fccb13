import { unfollowed } from "../../election/leaderPromises.js";
import type { Declaration, Ending, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import type { NodeId } from "../../protocol.js";
import { isQuorum } from "./configuration.js";
import { isUpToDate, lastTerm } from "./log.js";
import { isMajority } from "./quorum.js";
import { raft } from "./raft.js";
import type { Entry, HardState, Raft, RaftMessage, Role } from "./types.js";

const electionSafety: Invariant<Raft> = {
  name: "at most one leader a term",
  source: "Ongaro and Ousterhout 2014, §5.2 and Figure 3, election safety",
  afterStep({ id, state }, facts) {
    if (state.role === "leader") facts.agree("leader of term", state.currentTerm, id);
  },
  onOutput(_node, output, facts) {
    if (output.type === "leader") facts.agree("leader of term", output.term, output.leader);
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
  concerns: ({ state }) => state.role === "leader",
  overall(nodes, facts) {
    for (const { id, state } of nodes) {
      if (state.role !== "leader" || facts.known("counted", state.currentTerm) !== undefined) continue;
      facts.agree("counted", state.currentTerm, id);
      const voters = nodes.filter((node) => node.id === id || facts.known("vote", `${node.id} in ${state.currentTerm}`) === id);
      facts.must(isQuorum(state.configuration, voters.map((node) => node.id)), () => `node ${id} leads term ${state.currentTerm} with ${voters.length} of ${nodes.length} votes`);
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

const restored: Invariant<Raft> = {
  name: "after a restart a node knows the term and the vote that its disk kept",
  source: "Ongaro and Ousterhout 2014, Figure 2, persistent state",
  afterStep({ id, up, state, disk }, facts) {
    const turns = Number(facts.known("crashes and restarts of node", id) ?? 0);
    if (up === (turns % 2 === 0)) return;
    facts.rises("crashes and restarts of node", id, turns + 1);
    if (!up) return;
    const { currentTerm, votedFor } = disk.stored ?? nothingStored;
    facts.must(state.currentTerm >= currentTerm, () => `node ${id} is back in term ${state.currentTerm}, its disk has term ${currentTerm}`);
    facts.must(state.currentTerm !== currentTerm || votedFor === null || state.votedFor === votedFor, () => `node ${id} is back in term ${currentTerm} and has forgotten its vote for node ${votedFor}`);
  },
};

/** Holds where logs do not change during an election. */
export const LEADER_UP_TO_DATE = "a new leader's log is not behind those of a majority";

const leaderUpToDate: Invariant<Raft> = {
  name: LEADER_UP_TO_DATE,
  source: "Ongaro and Ousterhout 2014, §5.4.1",
  concerns: ({ state }) => state.role === "leader",
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
    return unfollowed(newest.id, strangers, ` term ${newest.state.currentTerm}`);
  },
};

/** The leader of the newest term, and that term. */
function leadership(nodes: readonly NodeView<Raft>[]): { readonly id: NodeId; readonly term: number } | undefined {
  const newest = leading(nodes).sort((a, b) => b.state.currentTerm - a.state.currentTerm)[0];
  return newest && { id: newest.id, term: newest.state.currentTerm };
}

const remember = (nodes: readonly NodeView<Raft>[]) => JSON.stringify(leadership(nodes) ?? null);
type Leadership = { readonly id: NodeId; readonly term: number } | null;

function changed(nodes: readonly NodeView<Raft>[], before: string, after: string): string | undefined {
  const [old, now] = [JSON.parse(before) as Leadership, leadership(nodes)];
  if (!old || (old.id === now?.id && old.term === now.term)) return undefined;
  return `node ${old.id} led term ${old.term}; ${after} ${now ? `node ${now.id} leads term ${now.term}` : "nobody leads"}`;
}

const leaderStays: Ending<Raft> = {
  name: "while nothing fails, a leader stays",
  source: "Ongaro and Ousterhout 2014, §5.2: heartbeats prevent new elections",
  lasts: 1500,
  remember,
  missing: (nodes, before) => changed(nodes, before, "1,500 ms later"),
};

const othersElect: Ending<Raft> = {
  name: "without its leader, the rest elects another",
  source: "Ongaro and Ousterhout 2014, §5.2",
  isolate: "leader",
  lasts: 2000,
  nodes: 3,
  remember,
  missing: (nodes, before) => (Number(leadership(nodes)?.term) > Number((JSON.parse(before) as Leadership)?.term) ? undefined : "2,000 ms after the leader was cut off nobody leads a newer term"),
};

const followerReturns: Ending<Raft> = {
  name: "a follower that was away deposes nobody",
  source: "Ongaro 2014, dissertation, §9.6",
  isolate: "follower",
  lasts: 1000,
  healed: 1000,
  nodes: 3,
  remember,
  missing: (nodes, before) => changed(nodes, before, "after a follower was away for a second"),
};

const lonelyLeaderStepsDown: Ending<Raft> = {
  name: "a leader without a majority steps down",
  source: "Ongaro 2014, dissertation, §6.2",
  isolate: "leader",
  lasts: 2000,
  nodes: 3,
  remember,
  missing(nodes, before) {
    const old = JSON.parse(before) as Leadership;
    return old && nodes[old.id]!.state.role === "leader" ? `node ${old.id} has been cut off for 2,000 ms and still leads` : undefined;
  },
};

const reachables: readonly Reachable<Raft>[] = [
  { name: "a leader", afterStep: ({ state }) => state.role === "leader" },
  { name: "two candidates in one term", concerns: ({ state }) => state.role === "candidate", overall: (nodes) => pairOf("candidate", nodes, "same") },
  { name: "two leaders at once, in different terms", concerns: ({ state }) => state.role === "leader", overall: (nodes) => pairOf("leader", nodes, "different") },
  { name: "a vote refused", onSend: (_from, _to, message) => message.type === "RequestVoteReply" && !message.voteGranted },
  {
    name: "a candidate whose log is behind that of a node with a free vote",
    overall: (nodes) =>
      nodes.some((a) => a.up && a.state.role === "candidate" && nodes.some((b) => b.up && b.state.currentTerm === a.state.currentTerm && b.state.votedFor === null && !isUpToDate(logEnd(a.disk.log), { log: [...b.disk.log] }))),
  },
  { name: "a heartbeat of an old leader refused", onSend: (_from, _to, message) => message.type === "AppendEntriesReply" && !message.success },
  { name: "term 10", afterStep: ({ state }) => state.currentTerm >= 10 },
];

/** Terms of the logs that servers may hold when an election begins: a longer one may be of an older term. */
const HISTORIES = [
  [1, 1, 2, 2, 4],
  [1, 1, 1, 1, 1, 1],
  [1, 1, 2, 3, 3, 3],
];

const election = {
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write", "clock-skew", "clock-drift"],
  sizes: [1, 2, 3, 4, 5, 7],
  invariants: [electionSafety, oneVote, durableFirst, votedIn, termsRise, restored, leaderUpToDate],
  reachables,
  progress: [oneLeaderForAll],
  probe: ({ role }) => role,
  roles: ["leader", "candidate"],
  disks: (_node, random) => {
    const history = HISTORIES[Math.floor(random() * HISTORIES.length)]!;
    return { log: history.slice(0, Math.floor(random() * (history.length + 1))).map((term) => ({ term, command: null })) };
  },
  inputs: () => ({ type: "campaign" }),
  calm: 6000,
  rename: {
    state: (state, to) => ({ ...state, votedFor: renamed(state.votedFor, to), leader: renamed(state.leader, to), votes: state.votes.map(to).sort(byNumber), active: state.active.map(to).sort(byNumber), configuration: { voters: state.configuration.voters.map(to).sort(byNumber) } }),
    message: (message) => message,
    stored: (stored, to) => ({ ...stored, votedFor: renamed(stored.votedFor, to) }),
    // What a kind of fact is about ends in its name; the others say of a vote or a term which node it went to.
    fact: ({ kind, key, value }, to) => ({
      kind,
      key: typeof key === "string" ? key.replace(kind === "leave" ? /\d+(?= to)|(?<=to )\d+/g : /\d+/, (node) => String(to(Number(node)))) : isOfNode(kind) ? to(key) : key,
      value: isOfNode(kind) || kind === "leave" ? value : to(value as number),
    }),
  },
} satisfies Partial<Declaration<Raft>>;

const isOfNode = (kind: string) => kind.endsWith(" node");
const renamed = (node: NodeId | null, to: (node: NodeId) => NodeId) => (node === null ? null : to(node));
const byNumber = (a: number, b: number) => a - b;

const leaveToStand: Invariant<Raft> = {
  name: "who stands has the leave of a majority",
  source: "Ongaro 2014, dissertation, §9.6",
  onSend({ id }, to, message, facts) {
    if (message.type === "PreVoteReply" && message.voteGranted) facts.agree("leave", `${id} to ${to} for ${message.term}`, 1);
    // A leader may ask its successor to stand without further ado.
    if (message.type === "TimeoutNow") facts.agree("asked to stand", `${to} in ${message.term + 1}`, 1);
  },
  concerns: ({ state }) => state.role === "candidate",
  overall(nodes, facts) {
    for (const { id, up, state } of nodes) {
      if (state.role !== "candidate" || !up || facts.known("last stood, node", id) === state.currentTerm) continue;
      facts.rises("last stood, node", id, state.currentTerm);
      if (facts.known("asked to stand", `${id} in ${state.currentTerm}`) !== undefined) continue;
      const leaves = nodes.filter((node) => node.id === id || facts.known("leave", `${node.id} to ${id} for ${state.currentTerm}`) !== undefined);
      facts.must(isQuorum(state.configuration, leaves.map((node) => node.id)), () => `node ${id} stands in term ${state.currentTerm} with the leave of ${leaves.length} of ${nodes.length} nodes`);
    }
  },
};

/** Raft's leader election, as the paper has it, with what it promises. */
export const raftElection: Declaration<Raft> = {
  name: "raft-election",
  summary: "Raft's leader election: terms, durable votes, randomized timeouts",
  source: "Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm, USENIX ATC 2014, §5.1, §5.2, §5.4.1",
  engine: () => raft(),
  ...election,
  endings: [leaderStays, othersElect],
};

/** The input `campaign` lets a node stand without anybody's leave. */
const { inputs: _campaign, ...unasked } = election;

/** The same with pre-vote and check-quorum. */
export const raftElectionStable: Declaration<Raft> = {
  name: "raft-election-stable",
  summary: "Raft's leader election with pre-vote and check-quorum: who was away disturbs nobody, and a leader without a majority steps down",
  source: "Ongaro, Consensus: Bridging Theory and Practice, Stanford 2014, §6.2, §4.2.3, §9.6",
  engine: () => raft({ preVote: true, checkQuorum: true }),
  ...unasked,
  invariants: [...election.invariants, leaveToStand],
  endings: [leaderStays, othersElect, followerReturns, lonelyLeaderStepsDown],
};
