import type { Mutant } from "../../promises.js";
import { EVERYBODY_SERVED, ONE_INSIDE } from "./criticalSection.js";
import { lamport, type LamportRules } from "./lamport.js";
import { type LamportServing, servedByLamport } from "./lamport.promises.js";

const PAPER = "Lamport 1978";
const broken = (changed: Partial<LamportRules>) => () => servedByLamport(lamport(changed));

/** Lamport's mutual exclusion with one rule broken. */
export const lamportMutants: readonly Mutant<LamportServing>[] = [
  {
    name: "lamport-enters-unheard",
    bug: "a node enters as soon as its request is the first in its queue, without having heard from all since",
    source: `${PAPER}, rule 5(ii)`,
    engine: "lamport-exclusion",
    caughtBy: ONE_INSIDE,
    broken: broken({ heardSince: () => true }),
  },
  {
    name: "lamport-unbroken-ties",
    bug: "of two requests with the same timestamp each goes before the other",
    source: `${PAPER}: the total order breaks ties by an order of the processes`,
    engine: "lamport-exclusion",
    caughtBy: ONE_INSIDE,
    broken: broken({ goesBefore: (own, other) => own.timestamp <= other.timestamp }),
  },
  {
    name: "lamport-clock-stands",
    bug: "a clock counts the messages that come, and is not set past their timestamps",
    source: `${PAPER}, IR2(b)`,
    engine: "lamport-exclusion",
    caughtBy: "a clock moves on with every message, and past its timestamp",
    broken: broken({ advance: (clock) => clock + 1 }),
  },
  {
    name: "lamport-release-not-to-all",
    bug: "the node with the highest id is not told when another leaves",
    source: `${PAPER}, rule 3: to every other process`,
    engine: "lamport-exclusion",
    caughtBy: EVERYBODY_SERVED,
    broken: broken({ toldOfRelease: (to, { size }) => to < size - 1 }),
  },
  {
    name: "lamport-any-order",
    bug: "messages are taken as they come, not in the order in which they were sent",
    source: `${PAPER}: messages of one process to another are received in the order of sending`,
    engine: "lamport-exclusion",
    caughtBy: ONE_INSIDE,
    under: { tolerates: ["reordering"] },
    broken() {
      const sound = lamport();
      return servedByLamport({ ...sound, onMessage: (state, from, message, context) => sound.onMessage(state, from, { ...message, number: (state.channels.received[from] ?? 0) + 1 }, context) });
    },
  },
];
