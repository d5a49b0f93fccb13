import type { Mutant } from "../../promises.js";
import type { Context, NodeId, Protocol } from "../../protocol.js";
import { rewire } from "../rewired.js";
import { majority } from "../raft/quorum.js";
import { singleDecree, singleDecreeWith } from "./singleDecree.js";
import type { SingleDecree, SingleDecreeMessage, SingleDecreeState } from "./singleDecree.types.js";

const declared = (): Protocol<SingleDecree> => singleDecree({ emptyDisk: "lost" });

/** Paxos whose handling of messages goes through a hand that spoils it: what it returns is handled instead. */
function spoiled(spoil: (state: SingleDecreeState, from: NodeId, message: SingleDecreeMessage, context: Context<SingleDecree>) => SingleDecreeMessage): Protocol<SingleDecree> {
  const sound = declared();
  return { ...sound, onMessage: (state, from, message, context) => sound.onMessage(state, from, spoil(state, from, message, context), context) };
}

/** Paxos with one rule broken. */
export const singleDecreeMutants: readonly Mutant<SingleDecree>[] = [
  {
    name: "paxos-stale-promises",
    bug: "a promise for an older ballot counts for the one under way",
    source: "Lamport 2001, §2.2, phase 2a; made by real implementations: replies are not compared with the current ballot",
    engine: "paxos",
    caughtBy: "a proposal has the promises of a quorum",
    broken: () => spoiled((state, _from, message) => (message.type === "Promise" && message.ballot < state.ballot ? { ...message, ballot: state.ballot } : message)),
  },
  {
    name: "paxos-ballot-reused",
    bug: "the ballot is not on disk: after a restart it is used again",
    source: "Lamport 2001, §2.5: proposers remember the highest number they have used; made by real implementations",
    engine: "paxos",
    caughtBy: "a proposer's ballots rise, also after a crash",
    broken() {
      const sound = declared();
      // It begins anew with its first ballot, as if it had promised nothing to itself either.
      return { ...sound, init: (self, size, stored, log) => sound.init(self, size, stored && { ...stored, ballot: 0, promised: stored.accepted?.ballot ?? 0 }, log) };
    },
  },
  {
    name: "paxos-accept-without-promise",
    bug: "an accept does not raise the promise",
    source: "Lamport 2001, §2.2, P1a; made by real implementations",
    engine: "paxos",
    caughtBy: "an acceptor's promise never falls",
    broken() {
      const sound = rewire(declared(), ({ promised, accepted }, context) => ({ save: (stored) => context.save(stored.accepted?.ballot === accepted?.ballot ? stored : { ...stored, promised }) }));
      return {
        ...sound,
        onMessage(state, from, message, context) {
          const { promised } = state;
          sound.onMessage(state, from, message, context);
          if (message.type === "Accept") state.promised = promised;
        },
      };
    },
  },
  {
    name: "paxos-lost-disk-rejoins",
    bug: "an acceptor that has lost its disk takes part as if it were new",
    source: "Chandra, Griesemer and Redstone, Paxos Made Live, PODC 2007, §5.1, the rule left out",
    engine: "paxos",
    caughtBy: "an acceptor's promise never falls",
    broken: () => singleDecree({ emptyDisk: "new" }),
  },
  {
    name: "paxos-own-value",
    bug: "a proposer ignores the values that it is told of",
    source: "Lamport 2001, §2.2, P2c and phase 2a, the rule left out; made by real implementations",
    engine: "paxos",
    caughtBy: "a chosen value stays chosen",
    broken: () => spoiled((_state, _from, message) => (message.type === "Promise" ? { ...message, accepted: null } : message)),
  },
  {
    name: "paxos-first-value",
    bug: "a proposer takes the first value that it is told of, not the one of the highest ballot",
    source: "Lamport 2001, §2.2, P2c, half of the rule left out",
    engine: "paxos",
    caughtBy: "a proposal has the value of the newest acceptance that its promises tell of",
    broken: () => spoiled((state, _from, message) => (message.type === "Promise" && message.ballot === state.ballot && state.promises.some(({ accepted }) => accepted !== null) ? { ...message, accepted: null } : message)),
  },
  {
    name: "paxos-promise-not-durable",
    bug: "promises are not written to disk",
    source: "Lamport 2001, §2.5: an acceptor remembers across failures",
    engine: "paxos",
    caughtBy: "ballots, promises and acceptances are on disk before they are spoken of",
    broken: () => rewire(declared(), (_state, context) => ({ save: (stored) => context.save({ ...stored, promised: stored.accepted?.ballot ?? 0 }) })),
  },
  {
    name: "paxos-quorums-apart",
    bug: "the quorums of the two phases need not meet: together they are as many as there are acceptors",
    source: "Howard, Malkhi and Spiegelman 2016, §3, the condition left out",
    engine: "paxos",
    caughtBy: "a proposal has the promises of a quorum",
    broken: () => singleDecreeWith((size) => ({ phase1: size - majority(size), phase2: majority(size) }), { emptyDisk: "lost" }),
    under: { sizes: [3, 4, 5] },
  },
];
