import type { Mutant } from "../../promises.js";
import { EVERYBODY_SERVED, IN_ORDER, ONE_INSIDE } from "./criticalSection.js";
import { isInside, ricartAgrawala } from "./ricartAgrawala.js";
import { type RicartAgrawalaServing, servedByRicartAgrawala } from "./ricartAgrawala.promises.js";

const PAPER = "Ricart and Agrawala 1981";

/** Ricart and Agrawala's mutual exclusion with one rule broken. */
export const ricartAgrawalaMutants: readonly Mutant<RicartAgrawalaServing>[] = [
  {
    name: "ricart-agrawala-replies-at-once",
    bug: "a reply is never deferred",
    source: `${PAPER}: a node that goes before defers its reply`,
    engine: "ricart-agrawala",
    caughtBy: ONE_INSIDE,
    broken() {
      const sound = ricartAgrawala();
      return servedByRicartAgrawala({
        ...sound,
        onMessage(state, from, message, context) {
          sound.onMessage(state, from, message, context);
          if (state.replyDeferred.pop() !== undefined) context.send(from, { type: "Reply" });
        },
      });
    },
  },
  {
    name: "ricart-agrawala-yields-in-ties",
    bug: "of two requests with the same number each lets the other go before",
    source: `${PAPER}: ties are broken by node numbers`,
    engine: "ricart-agrawala",
    caughtBy: ONE_INSIDE,
    broken() {
      const sound = ricartAgrawala();
      return servedByRicartAgrawala({
        ...sound,
        onMessage(state, from, message, context) {
          sound.onMessage(state, from, message, context);
          if (message.type === "Request" && message.sequenceNumber === state.ourSequenceNumber && state.replyDeferred.at(-1) === from) {
            state.replyDeferred.pop();
            context.send(from, { type: "Reply" });
          }
        },
      });
    },
  },
  {
    name: "ricart-agrawala-insists-in-ties",
    bug: "of two requests with the same number each goes before the other",
    source: `${PAPER}: ties are broken by node numbers`,
    engine: "ricart-agrawala",
    caughtBy: EVERYBODY_SERVED,
    broken() {
      const sound = ricartAgrawala();
      return servedByRicartAgrawala({
        ...sound,
        onMessage(state, from, message, context) {
          if (message.type === "Request" && message.sequenceNumber === state.ourSequenceNumber && state.requestingCriticalSection) {
            state.highestSequenceNumber = Math.max(state.highestSequenceNumber, message.sequenceNumber);
            state.replyDeferred.push(from);
          } else sound.onMessage(state, from, message, context);
        },
      });
    },
  },
  {
    name: "ricart-agrawala-number-stands",
    bug: "the number of a request that comes is not noted: one's own next number may be below it",
    source: `${PAPER}: a number is chosen above the highest that was seen`,
    engine: "ricart-agrawala",
    caughtBy: IN_ORDER,
    broken() {
      const sound = ricartAgrawala();
      return servedByRicartAgrawala({
        ...sound,
        onInput(state, input, context) {
          state.highestSequenceNumber = state.ourSequenceNumber;
          sound.onInput!(state, input, context);
        },
      });
    },
  },
  {
    name: "ricart-agrawala-answers-one",
    bug: "who leaves replies to the first of those whom it has kept waiting, and forgets the others",
    source: `${PAPER}: a reply to every node whose reply was deferred`,
    engine: "ricart-agrawala",
    caughtBy: EVERYBODY_SERVED,
    under: { sizes: [3, 4, 5] },
    broken() {
      const sound = ricartAgrawala();
      return servedByRicartAgrawala({
        ...sound,
        onInput(state, input, context) {
          if (input.type === "leave" && isInside(state)) state.replyDeferred.splice(1);
          sound.onInput!(state, input, context);
        },
      });
    },
  },
];
