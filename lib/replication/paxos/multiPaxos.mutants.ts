import type { Mutant } from "../../promises.js";
import type { Context, NodeId, Protocol } from "../../protocol.js";
import { majority } from "../raft/quorum.js";
import { rewire } from "../rewired.js";
import { FORMATTED, multiPaxos, multiPaxosWith } from "./multiPaxos.js";
import type { MultiPaxos, MultiPaxosMessage, MultiPaxosState } from "./multiPaxos.types.js";

const declared = (): Protocol<MultiPaxos> => multiPaxos({ emptyDisk: "lost" });

/** Multi-Paxos whose handling of messages goes through a hand that spoils it: what it returns is handled instead. */
function spoiled(spoil: (state: MultiPaxosState, from: NodeId, message: MultiPaxosMessage, context: Context<MultiPaxos>) => MultiPaxosMessage): Protocol<MultiPaxos> {
  const sound = declared();
  return { ...sound, onMessage: (state, from, message, context) => sound.onMessage(state, from, spoil(state, from, message, context), context) };
}

const HISTORY = "the clients' history is linearizable";

/** Multi-Paxos with one rule broken. */
export const multiPaxosMutants: readonly Mutant<MultiPaxos>[] = [
  {
    name: "multi-paxos-stale-promises",
    bug: "a promise for an older ballot counts for the one under way",
    source: "Lamport 2001, §2.2, phase 2a; made by real implementations: replies are not compared with the current ballot",
    engine: "multi-paxos",
    caughtBy: "a leader has the promises of a quorum",
    broken: () => spoiled((state, _from, message) => (message.type === "Promise" && message.ballot < state.ballot ? { ...message, ballot: state.ballot } : message)),
  },
  {
    name: "multi-paxos-ballot-reused",
    bug: "the ballot is not on disk: after a restart it is used again",
    source: "Lamport 2001, §2.5: proposers remember the highest number they have used; made by real implementations",
    engine: "multi-paxos",
    caughtBy: "a proposer's ballots rise, also after a crash",
    broken() {
      const sound = declared();
      return { ...sound, init: (self, size, stored, log = []) => sound.init(self, size, stored && { ballot: 0, promised: log.reduce((most, { ballot }) => Math.max(most, ballot), 0) }, log) };
    },
  },
  {
    name: "multi-paxos-accept-without-promise",
    bug: "an accept does not raise the promise",
    source: "Lamport 2001, §2.2, P1a; made by real implementations",
    engine: "multi-paxos",
    caughtBy: "an acceptor's promise never falls",
    broken() {
      const sound = declared();
      const silent = rewire(sound, () => ({ save() {} }));
      return {
        ...sound,
        onMessage(state, from, message, context) {
          const { promised } = state;
          if (message.type !== "Accept") return sound.onMessage(state, from, message, context);
          silent.onMessage(state, from, message, context);
          state.promised = promised;
        },
      };
    },
  },
  {
    name: "multi-paxos-lost-disk-rejoins",
    bug: "an acceptor that has lost its disk in a crash takes part as if it were new",
    source: "Chandra, Griesemer and Redstone, Paxos Made Live, PODC 2007, §5.1, the rule left out",
    engine: "multi-paxos",
    caughtBy: "what is chosen in a slot stays chosen, and is the same everywhere",
    // Every restart finds a formatted disk: were disks lost to the sound engine, too, a majority might abstain, and clients wait.
    broken() {
      const sound = declared();
      return { ...sound, init: (self, size) => sound.init(self, size, FORMATTED) };
    },
  },
  {
    name: "multi-paxos-own-value",
    bug: "a new leader ignores what its promises tell of",
    source: "Lamport 2001, §2.2, P2c and phase 2a, and §3, the rule left out; made by real implementations",
    engine: "multi-paxos",
    caughtBy: "what is chosen in a slot stays chosen, and is the same everywhere",
    broken: () => spoiled((_state, _from, message) => (message.type === "Promise" ? { ...message, accepted: [] } : message)),
  },
  {
    name: "multi-paxos-quorums-apart",
    bug: "the quorums of the two phases need not meet: together they are as many as there are acceptors",
    source: "Howard, Malkhi and Spiegelman 2016, §3, the condition left out",
    engine: "multi-paxos",
    caughtBy: "a leader has the promises of a quorum",
    broken: () => multiPaxosWith((size) => ({ phase1: size - majority(size), phase2: majority(size) }), { emptyDisk: "lost" }),
  },
  {
    name: "multi-paxos-gaps-left",
    bug: "a new leader leaves gaps in the log as they are",
    source: "Lamport 2001, §3: gaps are filled with no-ops; the rule left out",
    engine: "multi-paxos",
    caughtBy: "when the faults end, one leader is followed by all, and all have carried out the same",
    broken: () => rewire(declared(), (_state, context) => ({ send: (to, message) => context.send(to, message.type === "Accept" ? { ...message, proposals: message.proposals.filter(({ value }) => value !== null) } : message) })),
  },
  {
    name: "multi-paxos-no-sessions",
    bug: "a request that is asked for again is carried out again",
    source: "Ongaro 2014, dissertation, §6.3, the rule left out; made by real implementations: an update of uncertain outcome is retried",
    engine: "multi-paxos",
    caughtBy: HISTORY,
    broken() {
      const sound = declared();
      return {
        ...sound,
        onMessage(state, from, message, context) {
          state.sessions.last = {};
          sound.onMessage(state, from, message, context);
        },
      };
    },
  },
  {
    name: "multi-paxos-local-reads",
    bug: "a leader answers reads from what it has, without a slot in the log",
    source: "Chandra, Griesemer and Redstone 2007, §5.2: without a lease, a leader that was replaced reads stale data; made by real implementations",
    engine: "multi-paxos",
    caughtBy: HISTORY,
    broken() {
      const sound = declared();
      return {
        ...sound,
        onInput(state, input, context) {
          if (input.type !== "request" || input.command.op !== "get" || state.role !== "leader") return sound.onInput!(state, input, context);
          context.output({ type: "answer", client: input.client, serial: input.serial, result: state.sessions.machine[input.command.key] ?? null });
        },
      };
    },
  },
];
