import type { Mutant } from "../promises.js";
import { rewire } from "./rewired.js";
import { type TwoCopies, twoCopyRegister } from "./twoCopyRegister.js";

const SOURCE = "this course";

/** The register in two copies with one rule broken. */
export const twoCopyMutants: readonly Mutant<TwoCopies>[] = [
  {
    name: "late-copy",
    bug: "a copy that comes late overwrites a newer one",
    source: SOURCE,
    engine: "two-copies",
    caughtBy: "a copy never goes back to an older version",
    broken: () => {
      const sound = twoCopyRegister();
      return {
        ...sound,
        onMessage(state, from, message, context) {
          if (message.type === "Copy" && message.version < state.version) {
            state.version = message.version;
            state.value = message.value;
            context.save({ version: message.version, value: message.value });
          }
          sound.onMessage(state, from, message, context);
        },
      };
    },
  },
  {
    name: "copy-not-durable",
    bug: "a copy is acknowledged and not written to disk",
    source: SOURCE,
    engine: "two-copies-waiting",
    caughtBy: "an answered write is on both disks",
    broken: () => rewire(twoCopyRegister({ acknowledge: "when-copied" }), (_state, { self }) => (self === 1 ? { save() {} } : {})),
  },
  {
    name: "copy-sent-once",
    bug: "a copy that was lost is not sent again",
    source: SOURCE,
    engine: "two-copies",
    caughtBy: "when the faults end, both copies are equal",
    broken: () => rewire(twoCopyRegister(), () => ({ setTimer() {} })),
  },
];
