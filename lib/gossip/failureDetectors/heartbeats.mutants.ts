import type { Mutant } from "../../promises.js";
import { heartbeats, type Heartbeats } from "./heartbeats.js";
import { fixedTimeout, type FixedTimeoutState } from "./fixedTimeout.js";
import { INTERVAL, PATIENCE } from "./heartbeats.promises.js";

const CHEN = "Chen, Toueg and Aguilera, IEEE Transactions on Computers 51(5), 2002, ";
const sound = () => heartbeats({ interval: INTERVAL, detector: fixedTimeout({ timeout: PATIENCE }) });

/** Heartbeats with one rule broken. */
export const heartbeatMutants: readonly Mutant<Heartbeats<FixedTimeoutState>>[] = [
  {
    name: "old-heartbeats-count",
    bug: "a heartbeat that comes late or twice renews the trust in its sender like a new one",
    source: `${CHEN}NFD-S: only a heartbeat with a higher number counts`,
    engine: "heartbeats-fixed",
    caughtBy: "the newest heartbeat that a node counts of another is never replaced by an older one",
    broken() {
      const rules = sound();
      return {
        ...rules,
        onMessage(state, from, message, context) {
          const other = state.watched.find(({ node }) => node === from)!;
          Object.assign(other, { life: message.life, sequence: message.sequence - 1 });
          other.detector.sequence = message.sequence - 1;
          rules.onMessage(state, from, message, context);
        },
      };
    },
  },
  {
    name: "suspicion-lapses",
    bug: "a suspicion lapses by itself after ten heartbeats of one's own",
    source: `${CHEN}NFD-S: only a heartbeat ends a suspicion`,
    engine: "heartbeats-fixed",
    caughtBy: "whoever is suspected is trusted again only for a newer heartbeat",
    broken() {
      const rules = sound();
      return {
        ...rules,
        onTimer(state, timer, context) {
          if (timer === "beat" && state.sequence % 10 === 0) {
            for (const other of state.watched.filter(({ suspected }) => suspected)) {
              other.suspected = false;
              context.output({ type: "trust", node: other.node });
            }
          }
          rules.onTimer!(state, timer, context);
        },
      };
    },
  },
  {
    name: "watches-messages-only",
    bug: "a node looks at its detector when a heartbeat comes, and not when one stays away",
    source: `${CHEN}completeness`,
    engine: "heartbeats-fixed",
    caughtBy: "a node that is cut off is suspected by all others",
    broken() {
      const rules = sound();
      return { ...rules, onTimer: (state, timer, context) => (timer === "beat" ? rules.onTimer!(state, timer, context) : undefined) };
    },
  },
];
