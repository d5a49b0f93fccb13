import type { Mutant } from "../../promises.js";
import type { Context, NodeId, Protocol } from "../../protocol.js";
import { compareTimestamps } from "./deathCertificates.js";
import { RUMOR, RUMOR_PUSH_PULL } from "./rumor.promises.js";
import { persist } from "./replica.js";
import { rumorMongering } from "./rumorMongering.js";
import type { Rumor, RumorMessage, RumorMongering, RumorOptions, RumorState } from "./types.js";

type Sound = Protocol<RumorMongering>;
type Receive = (state: RumorState, from: NodeId, message: RumorMessage, context: Context<RumorMongering>, sound: Sound) => void;

/** The sound engine, but for what it does with messages. */
function receiving(onMessage: Receive, options: RumorOptions = RUMOR): Sound {
  const sound = rumorMongering(options);
  return { ...sound, onMessage: (state, from, message, context) => onMessage(state, from, message, context, sound) };
}

/** Rumour mongering in which a deletion leaves nothing behind. */
export function rumorMongeringWithoutCertificates(options: RumorOptions): Sound {
  const sound = rumorMongering(options);
  return {
    ...sound,
    onInput(state, input, context) {
      sound.onInput!(state, input, context);
      if (input.value !== null) return;
      delete state.items[input.key];
      delete state.hot[input.key];
      persist(state, context);
    },
  };
}

const rumorsIn = (message: RumorMessage): readonly Rumor[] => ("rumors" in message ? message.rumors : []);

const DEMERS = "Demers et al. 1987";
const IN_STEP = "when the faults end, every site comes to hold the newest item of every key, and no deleted one";
const CERTIFIED = "while a site holds a deleted item, some site holds its death certificate";
const NEVER_OLDER = "a site never goes back to something older, and drops only death certificates";

/** Rumour mongering with one rule broken. */
export const rumorMutants: readonly Mutant<RumorMongering>[] = [
  {
    name: "rumor-feedback-inverted",
    bug: "a site that was told that its rumour was news counts it as a wasted call",
    source: `${DEMERS}, §1.4: only unnecessary contacts count`,
    engine: "rumor",
    caughtBy: "a site loses interest only after it was told often enough that others knew",
    broken: () =>
      receiving((state, from, message, context, sound) => {
        const heard = message.type === "Answer" || message.type === "Feedback" ? { ...message, verdicts: message.verdicts.map((verdict) => ({ ...verdict, needed: false })) } : message;
        sound.onMessage(state, from, heard, context);
      }),
  },
  {
    name: "rumor-last-heard-wins",
    bug: "a site keeps what it heard last, whatever its timestamp",
    source: `${DEMERS}, §1.1: the newer timestamp supersedes`,
    engine: "rumor",
    caughtBy: NEVER_OLDER,
    broken: () =>
      receiving((state, from, message, context, sound) => {
        for (const { key, item } of rumorsIn(message)) if (state.items[key] && compareTimestamps(item.timestamp, state.items[key].timestamp) !== 0) delete state.items[key];
        sound.onMessage(state, from, message, context);
      }),
  },
  {
    name: "rumor-no-certificate",
    bug: "what is deleted is removed, and nothing is put in its place",
    source: `${DEMERS}, §2: the absence of an item does not spread`,
    engine: "rumor",
    caughtBy: CERTIFIED,
    broken: () => rumorMongeringWithoutCertificates(RUMOR),
  },
  {
    name: "rumor-certificate-expires",
    bug: "every site drops death certificates after a fixed time, and no site keeps one",
    source: `${DEMERS}, §2.1; bug of every store that collects tombstones before all replicas have seen them`,
    engine: "rumor",
    caughtBy: CERTIFIED,
    broken: () => rumorMongering({ ...RUMOR, certificates: { active: RUMOR.certificates!.active, dormant: 0 } }),
  },
  {
    name: "rumor-certificate-sleeps",
    bug: "a dormant death certificate refuses an obsolete copy, and stays asleep",
    source: `${DEMERS}, §2.2: awakened, as an immune reaction`,
    engine: "rumor",
    caughtBy: IN_STEP,
    broken: () =>
      receiving((state, from, message, context, sound) => {
        const asleep = (key: string) => state.dormant[key] !== undefined;
        const fresh = ({ key, item }: Rumor) => !asleep(key) || compareTimestamps(item.timestamp, state.dormant[key]!.timestamp) >= 0;
        if (message.type === "Digest") {
          const items = Object.fromEntries(Object.entries(message.items).filter(([key, { timestamp }]) => !asleep(key) || compareTimestamps(timestamp, state.dormant[key]!.timestamp) >= 0));
          sound.onMessage(state, from, { ...message, items }, context);
        } else sound.onMessage(state, from, "rumors" in message ? { ...message, rumors: message.rumors.filter(fresh) } : message, context);
      }),
  },
  {
    name: "rumor-reactivated-as-new",
    bug: "a death certificate that is awakened gets a new timestamp, and would cancel what was written since",
    source: `${DEMERS}, §2.3: the activation timestamp is another one`,
    engine: "rumor",
    caughtBy: "sites spread only what a client wrote, as it was written",
    broken: () =>
      receiving((state, from, message, context, sound) => {
        const dormant = Object.keys(state.dormant);
        sound.onMessage(state, from, message, context);
        for (const key of dormant) {
          const item = state.items[key];
          if (item && item.value === null && item.activated === context.now) state.items[key] = { ...item, timestamp: { time: Math.floor(context.now), node: context.self } };
        }
      }),
  },
  {
    name: "rumor-no-back-up",
    bug: "rumours alone: nothing brings an item to those that it left out",
    source: `${DEMERS}, §1.5: anti-entropy as back-up`,
    engine: "rumor",
    caughtBy: IN_STEP,
    broken() {
      const { antiEntropy: _, ...alone } = RUMOR;
      return rumorMongering(alone);
    },
  },
  {
    name: "rumor-forgets",
    bug: "after a restart a site begins with an empty database",
    source: `${DEMERS}, §1.1: the database is on disk`,
    engine: "rumor",
    caughtBy: "after a restart a site holds what its disk kept",
    broken() {
      const sound = rumorMongering(RUMOR);
      return { ...sound, init: (self, size) => sound.init(self, size) };
    },
  },
  {
    name: "rumor-every-call",
    bug: "a site takes every call, whatever its connection limit",
    source: `${DEMERS}, §1.4, connection limit`,
    engine: "rumor-push-pull",
    caughtBy: "a site takes no more calls in a cycle than its limit",
    broken: () => rumorMongering({ ...RUMOR_PUSH_PULL, connectionLimit: Infinity }),
  },
];
