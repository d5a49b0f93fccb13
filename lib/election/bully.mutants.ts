import type { Mutant } from "../promises.js";
import { bully, type Bully } from "./bully.js";

const SOURCE = "Garcia-Molina 1982, the bully algorithm: ";

/** The bully algorithm with one rule broken. */
export const bullyMutants: readonly Mutant<Bully>[] = [
  {
    name: "bully-impatient",
    bug: "a node does not wait for answers as long as they may take",
    source: `${SOURCE}its assumption of a known longest delay`,
    engine: "bully",
    caughtBy: "whoever becomes coordinator found every higher node down, at some moment of its election",
    broken: () => bully({ delay: 4 }),
  },
  {
    name: "bully-polite",
    bug: "a node that comes back asks for a coordinator first, and follows a lower one",
    source: `${SOURCE}whoever comes back holds an election`,
    engine: "bully",
    caughtBy: "nobody follows a node lower than itself",
    broken() {
      const sound = bully();
      return {
        ...sound,
        onStart(state, context) {
          state.role = "waiting";
          context.setTimer("answer", 400);
          for (let node = 0; node < context.self; node++) context.send(node, { type: "AreYouThere" });
        },
        onMessage: (state, from, message, context) => sound.onMessage(state, from, message.type === "Here" && state.role === "waiting" ? { type: "Coordinator" } : message, context),
      };
    },
  },
  {
    name: "bully-tells-nobody",
    bug: "the highest node, when it comes back, makes itself coordinator and tells only those that ask",
    source: `${SOURCE}a new coordinator tells all lower nodes`,
    engine: "bully",
    caughtBy: "when the faults end, the highest node leads and all know it",
    broken() {
      const sound = bully();
      return {
        ...sound,
        onStart(state, context) {
          if (context.self < context.size - 1) return sound.onStart!(state, context);
          state.role = "coordinator";
          state.coordinator = context.self;
        },
      };
    },
  },
];
