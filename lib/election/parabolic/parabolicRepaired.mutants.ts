import type { Mutant } from "../../promises.js";
import { leaderProbabilities, likeliest } from "./leaderProbability.js";
import { isNewer, parabolicRepaired, participants, type ParabolicRepaired, parabolicWith } from "./parabolicRepaired.js";
import { DECLARED } from "./parabolicRepaired.promises.js";

const COURSE = "this course; the survey's section 3.1, repaired";
const RAFT = "Ongaro and Ousterhout 2014, §5.2";
const engine = "parabolic-repaired";
const sound = () => parabolicRepaired(DECLARED);

/** The repaired PARABOLIC with one of the repairs taken out again. */
export const parabolicMutants: readonly Mutant<ParabolicRepaired>[] = [
  {
    name: "parabolic-ties-to-oneself",
    bug: "of equally likely nodes each puts itself first",
    source: `${COURSE}; the survey has no rule for equals`,
    engine,
    caughtBy: "who votes, votes for whom its own view puts first",
    broken: () =>
      parabolicWith(DECLARED, {
        isNewer,
        likeliest(list, load, self) {
          const probabilities = leaderProbabilities(list, load);
          const own = list.indexOf(self);
          return probabilities.every((probability) => probability <= probabilities[own]!) ? self : likeliest(list, load);
        },
      }),
  },
  {
    name: "parabolic-last-heard-wins",
    bug: "what was heard last replaces what was known, whichever is newer",
    source: `${COURSE}; the survey updates lists by whatever message comes`,
    engine,
    caughtBy: "what a view holds of a node never falls while the viewer lives",
    broken: () => parabolicWith(DECLARED, { likeliest, isNewer: ({ life, beat }, known) => life > 0 && (life !== known.life || beat !== known.beat) }),
  },
  {
    name: "parabolic-lives-forgotten",
    bug: "a node that comes back counts its beats from 0 in its old life",
    source: "Das, Gupta and Motivala, SWIM, DSN 2002: what a node says after a crash must replace what is known of it from before",
    engine,
    caughtBy: "no view is ahead of what a node has said of itself, which never falls",
    broken() {
      const protocol = sound();
      return { ...protocol, init: (self, size, stored) => protocol.init(self, size, stored && { ...stored, lives: 0 }) };
    },
  },
  {
    name: "parabolic-vote-forgotten",
    bug: "epoch and vote are written to disk and not read again",
    source: `${RAFT} and Figure 2, votedFor; real implementations of Raft have made the same mistake`,
    engine,
    caughtBy: "one vote an epoch, on disk before it is spoken of",
    broken() {
      const protocol = sound();
      return { ...protocol, init: (self, size, stored) => protocol.init(self, size, stored && { ...stored, epoch: 0, vote: null }) };
    },
  },
  {
    name: "parabolic-most-of-the-view",
    bug: "votes are counted against the participants that a candidate sees, not against all nodes",
    source: `${COURSE}; the survey's list of participants`,
    engine,
    caughtBy: "a leader has the votes of a majority of all nodes in its epoch",
    broken() {
      const protocol = sound();
      return {
        ...protocol,
        onMessage(state, from, message, context) {
          protocol.onMessage(state, from, message, context);
          const seen = participants(state, context.self, DECLARED.silence).length;
          if (message.type !== "Vote" || state.role !== "candidate" || 2 * state.votes.length <= seen) return;
          state.role = "leader";
          state.leader = context.self;
          state.reign = state.epoch;
        },
      };
    },
  },
];
