import type { Mutant } from "../promises.js";
import type { Protocol } from "../protocol.js";
import { gossipElectionRepaired, type RepairedElection } from "./gossipElectionRepaired.js";

/** A small cluster is enough, and tells the bug in fewer words. */
const under = { sizes: [3], tolerates: ["crash"], calm: 3000 } as const;

/** The repaired election with one of the repairs taken out again. */
export const gossipElectionMutants: readonly Mutant<RepairedElection>[] = [
  {
    name: "gossip-vote-forgotten",
    bug: "epoch and vote are written to disk and not read again",
    source: "Ongaro and Ousterhout 2014, §5.2 and Figure 2, votedFor; real implementations of Raft have made the same mistake",
    engine: "gossip-election-repaired",
    caughtBy: "one vote an epoch, also after a crash, and no rumour tells of another",
    under,
    broken(): Protocol<RepairedElection> {
      const engine = gossipElectionRepaired();
      return { ...engine, init: (self, size) => engine.init(self, size) };
    },
  },
  {
    name: "gossip-most-of-those-heard",
    bug: "votes are counted against those that were heard of, not against all nodes",
    source: "the survey, section 2.1: \"most of its neighbours\"",
    engine: "gossip-election-repaired",
    caughtBy: "a leader has the votes of a majority of all nodes in its epoch",
    under: { ...under, sizes: [4] },
    broken(): Protocol<RepairedElection> {
      const engine = gossipElectionRepaired();
      return {
        ...engine,
        onMessage(state, from, rumour, context) {
          engine.onMessage(state, from, rumour, context);
          const heard = state.votes.filter((vote) => vote !== null);
          const own = heard.filter((vote) => vote === context.self);
          if (state.leader !== null || heard.length < 2 || 2 * own.length <= heard.length) return;
          state.role = "leader";
          state.leader = context.self;
          context.cancelTimer("patience");
        },
      };
    },
  },
  {
    name: "gossip-falls-silent",
    bug: "who knows of a leader sends no more",
    source: "the survey, section 2.1, last step",
    engine: "gossip-election-repaired",
    caughtBy: "while nothing fails, a leader stays",
    under,
    broken(): Protocol<RepairedElection> {
      const engine = gossipElectionRepaired();
      return { ...engine, onTimer: (state, timer, context) => (timer === "round" && state.leader !== null ? undefined : engine.onTimer!(state, timer, context)) };
    },
  },
];
