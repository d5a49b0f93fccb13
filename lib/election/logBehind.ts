import type { Context, NodeId, Protocol } from "../protocol.js";

/** What a node of the survey's election remembers. Log indices start at 1; the log itself never changes here. */
export interface LogBehindState {
  role: "follower" | "candidate" | "leader";
  currentTerm: number;
  votedFor: NodeId | null;
  votes: NodeId[];
  leader: NodeId | null;
  logLength: number;
}

type LogBehindMessage =
  | { readonly type: "Heartbeat"; readonly logLength: number }
  | { readonly type: "Apply"; readonly term: number; readonly logLength: number }
  | { readonly type: "Vote"; readonly term: number; readonly granted: boolean }
  | { readonly type: "Announce"; readonly term: number };

export interface LogBehind {
  State: LogBehindState;
  Message: LogBehindMessage;
  Timer: "heartbeat" | "patience";
  Stored: { readonly currentTerm: number; readonly votedFor: NodeId | null };
  Entry: unknown;
  Output: { readonly type: "leader"; readonly leader: NodeId; readonly term: number };
}

export interface LogBehindOptions {
  /** Time between a node's heartbeats to random others, in ms. Default 50. */
  heartbeat?: number;
  /** How long an applicant waits for a majority before it gives up, in ms. Default 150. */
  patience?: number;
}

/**
 * "Raft" with the election trigger of the survey that the course puts on trial (its section 2.1), literally: every node
 * sends heartbeats to random others, and a node that learns from one that its log is behind applies for leadership.
 * Others compare logs before they vote, one durable vote a term, as the survey's later steps and Raft have it; there is
 * no election timeout. It declares what must be found of it: equal logs never elect anybody, and an applicant that is
 * behind a majority cannot win. Throws a `RangeError` for an interval of 0 ms or less.
 */
export function logBehindElection({ heartbeat = 50, patience = 150 }: LogBehindOptions = {}): Protocol<LogBehind> {
  if (!(heartbeat > 0 && patience > 0)) throw new RangeError(`expected intervals above 0 ms, not heartbeat ${heartbeat} and patience ${patience}`);

  function sendHeartbeat(state: LogBehindState, context: Context<LogBehind>): void {
    if (context.size > 1) {
      const other = Math.floor(context.random() * (context.size - 1));
      context.send(other < context.self ? other : other + 1, { type: "Heartbeat", logLength: state.logLength });
    }
    context.setTimer("heartbeat", heartbeat);
  }

  function apply(state: LogBehindState, context: Context<LogBehind>): void {
    state.role = "candidate";
    state.leader = null;
    enterTerm(state, state.currentTerm + 1, context.self, context);
    state.votes = [context.self];
    context.setTimer("patience", patience);
    toOthers(context, { type: "Apply", term: state.currentTerm, logLength: state.logLength });
  }

  function vote(state: LogBehindState, from: NodeId, term: number, logLength: number, context: Context<LogBehind>): void {
    const newer = term > state.currentTerm;
    const free = newer || (term === state.currentTerm && (state.votedFor === null || state.votedFor === from));
    const granted = free && logLength >= state.logLength;
    if (newer) state.role = "follower";
    if (newer || granted) enterTerm(state, term, granted ? from : null, context);
    context.send(from, { type: "Vote", term: state.currentTerm, granted });
  }

  function countVote(state: LogBehindState, from: NodeId, term: number, context: Context<LogBehind>): void {
    if (state.role !== "candidate" || term !== state.currentTerm) return;
    if (!state.votes.includes(from)) state.votes.push(from);
    if (state.votes.length <= context.size / 2) return;
    state.role = "leader";
    context.cancelTimer("patience");
    follow(state, context.self, context);
    toOthers(context, { type: "Announce", term: state.currentTerm });
  }

  return {
    init: (_self, _size, stored = { currentTerm: 0, votedFor: null }, log = []) => ({ role: "follower", ...stored, votes: [], leader: null, logLength: log.length }),
    onStart: sendHeartbeat,
    onTimer(state, timer, context) {
      if (timer === "heartbeat") sendHeartbeat(state, context);
      else if (state.role === "candidate") state.role = "follower";
    },
    onMessage(state, from, message, context) {
      switch (message.type) {
        case "Heartbeat":
          if (message.logLength > state.logLength && state.role === "follower") apply(state, context);
          break;
        case "Apply":
          vote(state, from, message.term, message.logLength, context);
          break;
        case "Vote":
          if (message.granted) countVote(state, from, message.term, context);
          break;
        case "Announce":
          if (message.term < state.currentTerm) break;
          state.role = "follower";
          if (message.term > state.currentTerm) enterTerm(state, message.term, null, context);
          follow(state, from, context);
      }
    },
  };
}

function enterTerm(state: LogBehindState, term: number, votedFor: NodeId | null, context: Context<LogBehind>): void {
  state.currentTerm = term;
  state.votedFor = votedFor;
  context.save({ currentTerm: term, votedFor });
}

function follow(state: LogBehindState, leader: NodeId, context: Context<LogBehind>): void {
  state.leader = leader;
  context.output({ type: "leader", leader, term: state.currentTerm });
}

function toOthers(context: Context<LogBehind>, message: LogBehindMessage): void {
  for (let node = 0; node < context.size; node++) if (node !== context.self) context.send(node, message);
}
