import type { Mutant } from "../../promises.js";
import type { Context, NodeId, Protocol } from "../../protocol.js";
import { rewire } from "../rewired.js";
import { raft, type RaftOptions } from "./raft.js";
import type { HardState, Raft, RaftMessage, RaftState } from "./types.js";

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

/** Raft whose handling of messages goes through a hand that spoils it: what it returns is handled instead. */
function spoiled(spoil: (state: RaftState, from: NodeId, message: RaftMessage, context: Context<Raft>) => RaftMessage): Protocol<Raft> {
  const sound = raft();
  return { ...sound, onMessage: (state, from, message, context) => sound.onMessage(state, from, spoil(state, from, message, context), context) };
}

/** Raft in which half of the votes are enough: whoever has them is given one more, which nobody gave. */
function raftOfHalves(): Protocol<Raft> {
  const sound = raft();
  const roundUp = (state: RaftState, context: Context<Raft>) => {
    if (state.role === "candidate" && 2 * state.votes.length === context.size) sound.onMessage(state, (context.self + 1) % context.size, { type: "RequestVoteReply", term: state.currentTerm, voteGranted: true }, context);
  };
  return {
    ...sound,
    onMessage(state, from, message, context) {
      sound.onMessage(state, from, message, context);
      roundUp(state, context);
    },
    onTimer(state, timer, context) {
      sound.onTimer!(state, timer, context);
      roundUp(state, context);
    },
    onInput(state, input, context) {
      sound.onInput!(state, input, context);
      roundUp(state, context);
    },
  };
}

/** Raft whose writes go through a hand that spoils them. */
const misremembering = (save: (stored: HardState, before: HardState, context: Context<Raft>) => void): Protocol<Raft> => {
  const sound = raft();
  return {
    ...rewire(sound, (state, context) => {
      const before = { currentTerm: state.currentTerm, votedFor: state.votedFor };
      return { save: (stored) => save(stored, before, context) };
    }),
  };
};

/** A vote that nobody gave, for a candidate that counts answers and not voters. */
const phantom = (state: RaftState) => void state.votes.push(state.configuration.voters.find((voter) => !state.votes.includes(voter)) ?? state.votes[0]!);

const isVote = (state: RaftState, message: RaftMessage) => message.type === "RequestVoteReply" && message.voteGranted && state.role === "candidate";

/** Raft's election with one rule broken, each as somebody has broken it before. */
export const raftElectionMutants: readonly Mutant<Raft>[] = [
  {
    name: "duplicate-votes",
    bug: "votes are counted by number, not by voter",
    source: "Ongaro and Ousterhout 2014, §5.2; made by real implementations: a duplicated reply counts twice",
    engine: "raft-election",
    caughtBy: "a leader has the votes of a majority in its term",
    broken: () =>
      spoiled((state, from, message) => {
        if (isVote(state, message) && message.term === state.currentTerm && state.votes.includes(from)) phantom(state);
        return message;
      }),
  },
  {
    name: "old-votes",
    bug: "a vote of an older term is counted",
    source: "Ongaro and Ousterhout 2014, §5.1; made by real implementations: replies are not compared with the current term",
    engine: "raft-election",
    caughtBy: "a leader has the votes of a majority in its term",
    broken: () => spoiled((state, _from, message) => (isVote(state, message) && message.term < state.currentTerm ? { ...message, term: state.currentTerm } : message)),
  },
  {
    name: "vote-forgotten",
    bug: "a candidate that steps down in its own term forgets its vote",
    source: "Ongaro and Ousterhout 2014, Figure 2, votedFor; made by real implementations in the step from candidate to follower",
    engine: "raft-election",
    caughtBy: "one vote a term, also after a crash",
    broken: () =>
      spoiled((state, _from, message, context) => {
        if (message.type === "AppendEntries" && message.term === state.currentTerm && state.role === "candidate") {
          state.votedFor = null;
          context.save({ currentTerm: state.currentTerm, votedFor: null });
        }
        return message;
      }),
  },
  {
    name: "two-writes",
    bug: "vote and term are written one after the other",
    source: "Ongaro and Ousterhout 2014, Figure 2, persistent state; made by real implementations: a crash between the two writes",
    engine: "raft-election",
    caughtBy: "one vote a term, also after a crash",
    broken: () =>
      misremembering((stored, before, context) => {
        if (stored.currentTerm !== before.currentTerm) context.save({ currentTerm: before.currentTerm, votedFor: stored.votedFor });
        context.save(stored);
      }),
  },
  {
    name: "vote-not-durable",
    bug: "the vote is not written to disk",
    source: "Ongaro and Ousterhout 2014, Figure 2, persistent state; made by real implementations",
    engine: "raft-election",
    caughtBy: "term and vote are on disk before they are spoken of",
    broken: () => misremembering((stored, _before, context) => context.save({ ...stored, votedFor: null })),
  },
  {
    name: "term-not-durable",
    bug: "the term is not written to disk",
    source: "Ongaro and Ousterhout 2014, Figure 2, persistent state; made by real implementations",
    engine: "raft-election",
    caughtBy: "term and vote are on disk before they are spoken of",
    broken: () => misremembering(() => {}),
  },
  {
    name: "no-log-check",
    bug: "logs are not compared before a vote",
    source: "Ongaro and Ousterhout 2014, §5.4.1; made by real implementations",
    engine: "raft-election",
    caughtBy: "a new leader's log is not behind those of a majority",
    broken: () => spoiled((_state, _from, message) => (message.type === "RequestVote" ? { ...message, lastLogTerm: Number.MAX_SAFE_INTEGER } : message)),
  },
  {
    name: "longer-is-newer",
    bug: "logs are compared by their length alone",
    source: "Ongaro and Ousterhout 2014, §5.4.1, half of the rule left out",
    engine: "raft-election",
    caughtBy: "a new leader's log is not behind those of a majority",
    broken: () => spoiled((state, _from, message) => (message.type === "RequestVote" ? { ...message, lastLogTerm: message.lastLogIndex >= state.log.length ? Number.MAX_SAFE_INTEGER : 0 } : message)),
  },
  {
    name: "restart-forgets-vote",
    bug: "the vote is written to disk and not read again",
    source: "Ongaro and Ousterhout 2014, Figure 2, persistent state: it is of no use unless it is read",
    engine: "raft-election",
    caughtBy: "after a restart a node knows the term and the vote that its disk kept",
    broken: () => {
      const sound = raft();
      return { ...sound, init: (self, size, stored, log) => sound.init(self, size, stored && { ...stored, votedFor: null }, log) };
    },
  },
  {
    name: "silent-leader",
    bug: "a leader sends its first heartbeat and no other",
    source: "Ongaro and Ousterhout 2014, §5.2, the rule left out",
    engine: "raft-election",
    caughtBy: "while nothing fails, a leader stays",
    broken: () => {
      const sound = raft();
      return { ...sound, onTimer: (state, timer, context) => (timer === "heartbeat" ? undefined : sound.onTimer!(state, timer, context)) };
    },
  },
  {
    name: "votes-of-all",
    bug: "a candidate needs the votes of all",
    source: "this course",
    engine: "raft-election",
    caughtBy: "without its leader, the rest elects another",
    broken: () => {
      const sound = raft();
      return {
        ...sound,
        onMessage(state, from, message, context) {
          const last = isVote(state, message) && new Set([...state.votes, from]).size === context.size;
          if (!isVote(state, message) || last || message.term !== state.currentTerm) return sound.onMessage(state, from, message, context);
          if (!state.votes.includes(from)) state.votes.push(from);
        },
      };
    },
  },
  {
    name: "no-pre-vote",
    bug: "a node stands without asking for leave",
    source: "Ongaro 2014, dissertation, §9.6; found missing in real clusters with partial connectivity",
    engine: "raft-election-stable",
    caughtBy: "who stands has the leave of a majority",
    broken: () => raft({ checkQuorum: true }),
  },
  {
    name: "no-check-quorum",
    bug: "a leader that hears of no majority goes on",
    source: "Ongaro 2014, dissertation, §6.2; found missing in real clusters with partial connectivity",
    engine: "raft-election-stable",
    caughtBy: "a leader without a majority steps down",
    broken: () => raft({ preVote: true }),
  },
  {
    name: "votes-twice",
    bug: "a server votes again in a term",
    source: "Ongaro and Ousterhout 2014, §5.2, the rule left out",
    engine: "raft-election",
    caughtBy: "one vote a term, also after a crash",
    broken: () => raftVotingTwice(),
  },
  {
    name: "half-is-enough",
    bug: "half of the votes are taken for a majority",
    source: "the survey's majority for even N, turned round; a common slip: N/2 for ⌊N/2⌋ + 1",
    engine: "raft-election",
    caughtBy: "a leader has the votes of a majority in its term",
    broken: () => raftOfHalves(),
  },
  {
    name: "old-heartbeat",
    bug: "a heartbeat of an older term is obeyed",
    source: "Ongaro and Ousterhout 2014, Figure 2, AppendEntries rule 1 left out",
    engine: "raft-election",
    caughtBy: "at most one leader a term",
    broken: () => spoiled((state, _from, message) => (message.type === "AppendEntries" && message.term < state.currentTerm ? { ...message, term: state.currentTerm } : message)),
  },
  {
    name: "counts-elections",
    bug: "every server counts elections, and no higher term is adopted",
    source: "the survey, Appendix E, literally",
    engine: "raft-election",
    caughtBy: "a leader has the votes of a majority in its term",
    broken: () => raftCountingElections(),
  },
];
