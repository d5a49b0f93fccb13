import type { Protocol } from "../../protocol.js";
import { raft, type RaftOptions } from "./raft.js";
import type { Raft } from "./types.js";

/** Raft with one rule broken: a server that has voted in a term votes again for whoever asks next. */
export function raftVotingTwice(options?: RaftOptions): Protocol<Raft> {
  const sound = raft(options);
  return {
    ...sound,
    onMessage(state, from, message, context) {
      if (message.type === "RequestVote" && state.role === "follower") state.votedFor = null;
      sound.onMessage(state, from, message, context);
    },
  };
}

/**
 * Raft with its terms as the survey words them (Appendix E): every election adds one to the term of each server
 * that takes part, and a higher term is not adopted.
 */
export function raftCountingElections(options?: RaftOptions): Protocol<Raft> {
  const sound = raft(options);
  return {
    ...sound,
    onMessage(state, from, message, context) {
      if (message.term <= state.currentTerm) return sound.onMessage(state, from, message, context);
      if (message.type !== "RequestVote") return;
      // The server counts this election, whatever its number; it can vote only where its count agrees with the candidate's.
      const counted = { ...message, term: state.currentTerm + 1 };
      if (counted.term === message.term) sound.onMessage(state, from, message, context);
      else {
        state.currentTerm = counted.term;
        state.votedFor = null;
        context.save({ currentTerm: state.currentTerm, votedFor: null });
      }
    },
  };
}
