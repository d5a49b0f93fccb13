import type { Mutant } from "../promises.js";
import { changRoberts, type ChangRoberts } from "./changRoberts.js";

const OPTIONS = { startWithin: 300 };

/** Chang and Roberts's ring with one rule broken. */
export const changRobertsMutants: readonly Mutant<ChangRoberts>[] = [
  {
    name: "ring-passes-all",
    bug: "every number is passed on, whatever it is",
    source: "Chang and Roberts 1979, the comparison left out",
    engine: "chang-roberts",
    caughtBy: "a number passes only nodes whose own is smaller",
    broken() {
      const sound = changRoberts(OPTIONS);
      return {
        ...sound,
        onMessage(state, from, message, context) {
          if (message.type === "Candidate" && message.number < state.number) context.send((context.self + 1) % context.size, message);
          else sound.onMessage(state, from, message, context);
        },
      };
    },
  },
  {
    name: "ring-first-victory",
    bug: "a node that stops a smaller number takes itself for the winner",
    source: "Chang and Roberts 1979: only one's own number, come back, proves it",
    engine: "chang-roberts",
    caughtBy: "only the node with the greatest number leads",
    broken() {
      const sound = changRoberts(OPTIONS);
      return {
        ...sound,
        onMessage(state, from, message, context) {
          const won = message.type === "Candidate" && message.number < state.number && state.role === "candidate";
          sound.onMessage(state, from, won ? { type: "Candidate", number: state.number } : message, context);
        },
      };
    },
  },
  {
    name: "ring-stops-and-sleeps",
    bug: "a node that has not begun stops a smaller number and does not begin itself",
    source: "Chang and Roberts 1979: whoever is reached before it has begun begins",
    engine: "chang-roberts",
    caughtBy: "in the end the node with the greatest number leads and all know it",
    broken() {
      const sound = changRoberts(OPTIONS);
      return {
        ...sound,
        onMessage(state, from, message, context) {
          if (message.type === "Candidate" && message.number < state.number && state.role === "asleep") {
            context.cancelTimer("begin");
            return;
          }
          sound.onMessage(state, from, message, context);
        },
      };
    },
  },
];
