import type { Mutant } from "../../promises.js";
import type { Protocol } from "../../protocol.js";
import { multiPaxos } from "../paxos/multiPaxos.js";
import { type GossipRules, overGossip } from "./gossipPaxos.js";
import { DECLARED } from "./gossipPaxos.promises.js";
import { overhear } from "./overheard.js";
import type { GossipPaxos } from "./types.js";

const PAPER = "Cason, Milosevic, Milosevic and Pedone, Gossip Consensus, Middleware 2021";
const SAID = "a rumour says what its origins said, also where several were merged";
const ONE_LOG = "when the faults end, one leader is followed by all, and all have carried out the same";

const broken = (rules: Partial<GossipRules>): Protocol<GossipPaxos> => overGossip(multiPaxos(DECLARED), DECLARED, rules);

/** Paxos over gossip with one rule broken. */
export const gossipPaxosMutants: readonly Mutant<GossipPaxos>[] = [
  {
    name: "gossip-paxos-vote-twice",
    bug: "votes are counted by rumour, not by voter: who votes again, asked again, counts twice",
    source: `${PAPER}: what was merged must be taken apart again, by voter`,
    engine: "gossip-paxos",
    caughtBy: "what is chosen in a slot stays chosen, and is the same everywhere",
    under: { sizes: [5], tolerates: ["loss", "partition", "clog"] },
    broken() {
      const paxos = multiPaxos(DECLARED);
      return overGossip(
        {
          ...paxos,
          onMessage(state, from, message, context) {
            const voters = (message.type === "Accepted" && state.open.find(({ slot }) => message.slots.includes(slot))?.acceptedBy) || [];
            const another = Array.from({ length: context.size }, (_, node) => node).find((node) => !voters.includes(node));
            paxos.onMessage(state, voters.includes(from) ? (another ?? from) : from, message, context);
          },
        },
        DECLARED,
      );
    },
  },
  {
    name: "gossip-paxos-merges-ballots",
    bug: "answers that are otherwise equal are merged, whatever ballot they are for",
    source: `${PAPER}: merged are votes for the same value in the same round`,
    engine: "gossip-paxos",
    caughtBy: SAID,
    broken: () => broken({ nameOf: ({ to, message }) => JSON.stringify([to, "ballot" in message ? { ...message, ballot: 0 } : message]) }),
  },
  {
    name: "gossip-paxos-filters-for-ever",
    bug: "once votes of a quorum have come past, further ones are dropped, also when the leader asks again",
    source: `${PAPER}: filtering must not drop what is still needed`,
    engine: "gossip-paxos",
    caughtBy: ONE_LOG,
    under: { sizes: [3], tolerates: ["loss"] },
    broken: () =>
      broken({
        overhear(overheard, origins, message) {
          const before = message.type === "Accept" && message.ballot === overheard.ballot ? { ...overheard.tally } : {};
          overhear(overheard, origins, message);
          for (const [slot, voters] of Object.entries(before)) if (Number(slot) >= overheard.chosen) overheard.tally[Number(slot)] = voters;
        },
      }),
  },
  {
    name: "gossip-paxos-filters-chosen",
    bug: "votes for what an old leader called chosen are dropped, also when a new leader asks that does not know it",
    source: "this engine's own first version, found by its hostile runs",
    engine: "gossip-paxos",
    caughtBy: ONE_LOG,
    under: { sizes: [3], tolerates: ["loss", "crash", "partition"] },
    broken: () =>
      broken({
        overhear(overheard, origins, message) {
          const { chosen } = overheard;
          overhear(overheard, origins, message);
          overheard.chosen = Math.max(overheard.chosen, chosen);
        },
      }),
  },
  {
    name: "gossip-paxos-known-by-content",
    bug: "a rumour that says the same as one before counts as that one, whatever ballot it is for",
    source: `${PAPER}: duplicates are known by their origin and number`,
    engine: "gossip-paxos",
    caughtBy: ONE_LOG,
    broken() {
      const sound = broken({});
      return {
        ...sound,
        onMessage(state, from, rumor, context) {
          const content = JSON.stringify([rumor.ids[0]!.origin, rumor.to, "ballot" in rumor.message ? { ...rumor.message, ballot: 0 } : rumor.message]);
          if (content in state.seen) return;
          state.seen[content] = { floor: 0, above: [] };
          sound.onMessage(state, from, rumor, context);
        },
      };
    },
  },
  {
    name: "gossip-paxos-one-life",
    bug: "a node that comes back counts its rumours from 0 again, under the name that it had before",
    source: `${PAPER}: duplicates are known by their origin and number, which must then be used once`,
    engine: "gossip-paxos",
    caughtBy: SAID,
    broken() {
      const sound = broken({});
      return { ...sound, onStart: (state, context) => void (sound.onStart!(state, context), (state.life = 0)) };
    },
  },
];
