import type { Context, NodeId, Protocol } from "../../protocol.js";
import { isQuorum, votersOf } from "./configuration.js";
import { isUpToDate, lastIndex, lastTerm } from "./log.js";
import type { Heartbeat, HeartbeatReply, LeadersSnapshot, Raft, RaftMessage, RaftState, RequestVote, RequestVoteReply } from "./types.js";

/** How a Raft cluster elects. */
export interface ElectionOptions {
  /** Election timeouts are drawn uniformly from this range, in ms, anew each time (§5.2). Default [150, 300]. */
  electionTimeout?: readonly [low: number, high: number];
  /** Time between a leader's heartbeats, in ms. Default: half the lowest election timeout. */
  heartbeat?: number;
  /** Ask a majority whether it would vote before disturbing anyone with a higher term (thesis §9.6). Default false. */
  preVote?: boolean;
  /**
   * A leader that has not heard from a majority for one lowest election timeout steps down, and nobody helps to depose a
   * leader that it heard from more recently than that (thesis §6.2 and §4.2.3). Default false.
   */
  checkQuorum?: boolean;
  /**
   * By node: whoever has less than the highest waits longer before it stands, by the width of the range of timeouts for
   * each step, and hands its leadership over to whoever has more. Default: all have the same.
   */
  priority?: readonly number[];
}

/** What there is to do beside electing: nothing, or to replicate a log. */
export interface Duties {
  /** A leader speaks to all, at the start of its term and at every heartbeat. */
  sendAppendEntries(state: RaftState, context: Context<Raft>): void;
  /** This node has been elected; called before it speaks. */
  elected?(state: RaftState, context: Context<Raft>): void;
  /** This node leads no more. */
  deposed?(state: RaftState, context: Context<Raft>): void;
  /** Whether this node may stand: not if it is no voter any more, and knows it for sure. Default: it may. */
  mayCampaign?(state: RaftState, context: Context<Raft>): boolean;
  /** The leader of this node's own term has spoken, and is followed. */
  onAppendEntries(state: RaftState, from: NodeId, message: Heartbeat, context: Context<Raft>): void;
  /** The same, of a leader that sends what stands for the beginning of its log. */
  onInstallSnapshot?(state: RaftState, from: NodeId, message: LeadersSnapshot, context: Context<Raft>): void;
  /** A follower of this leader, in its own term, has answered. */
  onAppendEntriesReply?(state: RaftState, from: NodeId, reply: HeartbeatReply, context: Context<Raft>): void;
  /** A message of this node's own term that is not about elections. */
  onOther?(state: RaftState, from: NodeId, message: RaftMessage, context: Context<Raft>): void;
}

/** The rules of elections, and a way to give a leadership up. */
export interface Elections extends Required<Protocol<Raft>> {
  /** Makes a leader a follower in its own term, which then has no leader any more. */
  stepDown(state: RaftState, context: Context<Raft>): void;
}

/**
 * Raft's leader election (Ongaro and Ousterhout, USENIX ATC 2014, §5.1, §5.2 and §5.4.1). Follower, candidate, leader;
 * one durable vote a term; a log that is behind wins no vote. Throws a `RangeError` if the options do not fit together.
 */
export function elections(options: ElectionOptions, duties: Duties = onlyHeartbeats): Elections {
  const [low, high] = options.electionTimeout ?? [150, 300];
  const { heartbeat = low / 2, preVote = false, checkQuorum = false, priority } = options;
  if (!(low >= 0 && high >= low && high > 0 && high < Infinity)) throw new RangeError(`expected an election timeout [low, high] in ms with 0 ≤ low ≤ high and high above 0, not [${low}, ${high}]`);
  if (!(heartbeat > 0 && heartbeat < Infinity)) throw new RangeError(`expected a heartbeat interval above 0 ms, not ${heartbeat}`);
  if (checkQuorum && heartbeat >= low) throw new RangeError(`check-quorum needs a heartbeat interval below the lowest election timeout, not ${heartbeat} ms and ${low} ms`);

  function onTimer(state: RaftState, timer: Raft["Timer"], context: Context<Raft>): void {
    if (timer === "heartbeat") return speak(state, context);
    if (timer === "quorum") return checkContact(state, context);
    if (duties.mayCampaign?.(state, context) === false) {
      state.leader = null;
      return restartElectionTimer(context);
    }
    if (preVote) becomePreCandidate(state, context);
    else becomeCandidate(state, context);
  }

  function onMessage(state: RaftState, from: NodeId, message: RaftMessage, context: Context<Raft>): void {
    // A pre-vote proves nothing about its sender's term: whoever asks has not begun that term yet.
    if (message.type === "PreVote") return onPreVote(state, from, message, context);
    if (message.type === "PreVoteReply" && message.voteGranted) return onPreVoteReply(state, from, message, context);
    if (message.type === "RequestVote") return onRequestVote(state, from, message, context);
    if (message.term > state.currentTerm) {
      becomeFollower(state, message.term, context);
      persist(state, context);
    }
    switch (message.type) {
      case "RequestVoteReply":
        return onRequestVoteReply(state, from, message, context);
      case "AppendEntries":
      case "InstallSnapshot":
        if (message.term < state.currentTerm) return context.send(from, { type: "AppendEntriesReply", term: state.currentTerm, success: false });
        follow(state, from, context);
        return message.type === "AppendEntries" ? duties.onAppendEntries(state, from, message, context) : duties.onInstallSnapshot?.(state, from, message, context);
      case "AppendEntriesReply":
        if (state.role !== "leader" || message.term !== state.currentTerm) return;
        if (checkQuorum && from !== context.self && !state.active.includes(from)) state.active.push(from);
        return duties.onAppendEntriesReply?.(state, from, message, context);
      case "TimeoutNow":
        if (message.term === state.currentTerm && state.role === "follower" && duties.mayCampaign?.(state, context) !== false) becomeCandidate(state, context, true);
        return;
      case "PreVoteReply":
        return;
      default:
        duties.onOther?.(state, from, message, context);
    }
  }

  function onRequestVote(state: RaftState, from: NodeId, request: RequestVote, context: Context<Raft>): void {
    if (checkQuorum && !request.transfer && hearsLeader(state, context)) return;
    const newer = request.term > state.currentTerm;
    if (newer) becomeFollower(state, request.term, context);
    const free = state.votedFor === null || state.votedFor === from;
    const voteGranted = request.term === state.currentTerm && free && isUpToDate(request, state);
    if (voteGranted) {
      state.votedFor = from;
      restartElectionTimer(context);
    }
    if (newer || voteGranted) persist(state, context);
    context.send(from, { type: "RequestVoteReply", term: state.currentTerm, voteGranted });
  }

  function onRequestVoteReply(state: RaftState, from: NodeId, reply: RequestVoteReply, context: Context<Raft>): void {
    if (state.role !== "candidate" || reply.term !== state.currentTerm || !reply.voteGranted) return;
    if (countVote(state, from)) becomeLeader(state, context);
  }

  /** Grants a pre-vote if it would grant the vote and misses its leader itself; remembers nothing. */
  function onPreVote(state: RaftState, from: NodeId, request: RequestVote, context: Context<Raft>): void {
    const voteGranted = request.term > state.currentTerm && !hearsLeader(state, context) && isUpToDate(request, state);
    context.send(from, { type: "PreVoteReply", term: voteGranted ? request.term : state.currentTerm, voteGranted });
  }

  function onPreVoteReply(state: RaftState, from: NodeId, reply: RequestVoteReply, context: Context<Raft>): void {
    if (state.role !== "pre-candidate" || reply.term !== state.currentTerm + 1) return;
    if (countVote(state, from)) becomeCandidate(state, context);
  }

  /** Steps down, into a newer term if this is one; whoever calls it persists the term before anything else leaves. */
  function becomeFollower(state: RaftState, term: number, context: Context<Raft>): void {
    const wasLeader = state.role === "leader";
    state.role = "follower";
    state.votes = [];
    if (term > state.currentTerm) {
      state.currentTerm = term;
      state.votedFor = null;
      state.leader = null;
    }
    if (wasLeader) {
      context.cancelTimer("heartbeat");
      context.cancelTimer("quorum");
      restartElectionTimer(context);
      duties.deposed?.(state, context);
    }
  }

  function becomePreCandidate(state: RaftState, context: Context<Raft>): void {
    state.role = "pre-candidate";
    state.leader = null;
    state.votes = [];
    restartElectionTimer(context);
    requestVotes(state, "PreVote", state.currentTerm + 1, context);
    if (countVote(state, context.self)) becomeCandidate(state, context);
  }

  function becomeCandidate(state: RaftState, context: Context<Raft>, transfer = false): void {
    state.role = "candidate";
    state.currentTerm += 1;
    state.votedFor = context.self;
    state.leader = null;
    state.votes = [];
    persist(state, context);
    restartElectionTimer(context);
    requestVotes(state, "RequestVote", state.currentTerm, context, transfer);
    if (countVote(state, context.self)) becomeLeader(state, context);
  }

  function becomeLeader(state: RaftState, context: Context<Raft>): void {
    state.role = "leader";
    state.leader = context.self;
    state.votes = [];
    state.active = [];
    context.cancelTimer("election");
    context.output({ type: "leader", leader: context.self, term: state.currentTerm });
    if (checkQuorum) context.setTimer("quorum", low);
    duties.elected?.(state, context);
    speak(state, context);
  }

  /** A leader of this node's own term has spoken. */
  function follow(state: RaftState, leader: NodeId, context: Context<Raft>): void {
    if (state.role !== "follower") becomeFollower(state, state.currentTerm, context);
    if (state.leader !== leader) {
      state.leader = leader;
      context.output({ type: "leader", leader, term: state.currentTerm });
    }
    state.heardFromLeader = context.now;
    restartElectionTimer(context);
  }

  function requestVotes(state: RaftState, type: RequestVote["type"], term: number, context: Context<Raft>, transfer = false): void {
    const request: RequestVote = { type, term, lastLogIndex: lastIndex(state), lastLogTerm: lastTerm(state), ...(transfer && { transfer }) };
    for (const peer of votersOf(state.configuration)) if (peer !== context.self) context.send(peer, request);
  }

  function speak(state: RaftState, context: Context<Raft>): void {
    duties.sendAppendEntries(state, context);
    context.setTimer("heartbeat", heartbeat);
  }

  function checkContact(state: RaftState, context: Context<Raft>): void {
    if (!isQuorum(state.configuration, [...state.active, context.self])) return stepDown(state, context);
    state.active = [];
    context.setTimer("quorum", low);
  }

  function stepDown(state: RaftState, context: Context<Raft>): void {
    state.leader = null;
    becomeFollower(state, state.currentTerm, context);
  }

  /** Counts a voter once; returns whether the votes are now a majority of the cluster that this node knows of. */
  function countVote(state: RaftState, voter: NodeId): boolean {
    if (!state.votes.includes(voter)) state.votes.push(voter);
    return isQuorum(state.configuration, state.votes);
  }

  function hearsLeader(state: RaftState, context: Context<Raft>): boolean {
    if (state.role === "leader") return true;
    return state.heardFromLeader !== null && context.now - state.heardFromLeader < low;
  }

  function restartElectionTimer(context: Context<Raft>): void {
    const behind = priority ? Math.max(...priority) - (priority[context.self] ?? 0) : 0;
    context.setTimer("election", low + (high - low) * (behind + context.random()));
  }

  return {
    init: (_self, size, stored = { currentTerm: 0, votedFor: null }, log = []) => ({
      role: "follower",
      currentTerm: stored.currentTerm,
      votedFor: stored.votedFor,
      log: [...log],
      configuration: { voters: Array.from({ length: size }, (_, node) => node) },
      leader: null,
      votes: [],
      heardFromLeader: null,
      active: [],
    }),
    onStart: (_state, context) => restartElectionTimer(context),
    onMessage,
    onTimer,
    onInput: (state, _input, context) => {
      if (state.role !== "leader" && duties.mayCampaign?.(state, context) !== false) becomeCandidate(state, context);
    },
    stepDown,
  };
}

/** Term and vote are made durable together, once a handler: a crash must never keep one without the other. */
function persist({ currentTerm, votedFor }: RaftState, context: Context<Raft>): void {
  context.save({ currentTerm, votedFor });
}

/** A leader of which nothing is wanted but that it leads. */
const onlyHeartbeats: Duties = {
  sendAppendEntries(state, context) {
    const message: Heartbeat = { type: "AppendEntries", term: state.currentTerm };
    for (const peer of votersOf(state.configuration)) if (peer !== context.self) context.send(peer, message);
  },
  onAppendEntries: (state, from, _message, context) => context.send(from, { type: "AppendEntriesReply", term: state.currentTerm, success: true }),
};
