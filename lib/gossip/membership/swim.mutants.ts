import type { Mutant } from "../../promises.js";
import type { Context, NodeId, Protocol } from "../../protocol.js";
import { beginIncarnation } from "./hearing.js";
import { lifeguard, swim } from "./swim.js";
import { swimRules } from "./swim.promises.js";
import { knownOf } from "./table.js";
import type { Swim, SwimMessage, SwimState, Update } from "./types.js";

const SWIM = "Das, Gupta and Motivala, SWIM, DSN 2002, ";

/** SWIM that leaves out, or puts in other words, some of the updates that it hears. */
function hearing(spoil: (state: SwimState, update: Update, context: Context<Swim>) => Update | undefined): Protocol<Swim> {
  const sound = swim(swimRules);
  const all = (state: SwimState, updates: readonly Update[], context: Context<Swim>) => updates.flatMap((update) => spoil(state, update, context) ?? []);
  return {
    ...sound,
    onMessage(state, from, message, context) {
      const heard: SwimMessage = { ...message, updates: all(state, message.updates, context) };
      sound.onMessage(state, from, heard.type === "Sync" ? { ...heard, known: all(state, heard.known, context) } : heard, context);
    },
  };
}

/** SWIM, or what is given, in which something goes wrong after each handler; `before` is what the node knew of the others, and its incarnation, before it. */
function afterwards(spoil: (state: SwimState, before: Before, context: Context<Swim>) => void, sound = swim(swimRules)): Protocol<Swim> {
  const around = (state: SwimState, context: Context<Swim>, handle: () => void) => {
    const before = { known: { ...state.known }, incarnation: state.incarnation, suspected: Object.keys(state.suspicions).map(Number) };
    handle();
    spoil(state, before, context);
  };
  return {
    ...sound,
    onMessage: (state, from, message, context) => around(state, context, () => sound.onMessage(state, from, message, context)),
    onTimer: (state, timer, context) => around(state, context, () => sound.onTimer!(state, timer, context)),
    onInput: (state, input, context) => around(state, context, () => sound.onInput!(state, input, context)),
  };
}

interface Before {
  readonly known: Readonly<Record<NodeId, Update>>;
  readonly incarnation: number;
  /** Who was under suspicion. */
  readonly suspected: readonly NodeId[];
}

const BACK = "no member is brought back by an old update";
const ALL_KNOWN = "when the faults end, all that take part are alive to all";

/** SWIM with one rule broken. */
export const swimMutants: readonly Mutant<Swim>[] = [
  {
    name: "accusation-keeps-incarnation",
    bug: "an accusation in a higher incarnation does not raise the stored one, so an old word that the member lives brings it back",
    source: "found in implementations of SWIM: the incarnation of a message that a member is dead not stored",
    engine: "swim",
    caughtBy: BACK,
    broken: () =>
      afterwards((state, before) => {
        for (const now of Object.values(state.known)) {
          const then = before.known[now.member];
          if ((now.status === "suspect" || now.status === "dead") && then && then.incarnation < now.incarnation) state.known[now.member] = { ...now, incarnation: then.incarnation };
        }
      }),
  },
  {
    name: "accused-not-told",
    bug: "who is held for dead is not told so when it speaks: its word is dropped as old",
    source: "found in implementations of SWIM: a stale alive message dropped without an answer",
    engine: "swim",
    caughtBy: ALL_KNOWN,
    broken: () => hearing((_state, update, { self }) => (update.member === self && update.status !== "suspect" ? undefined : update)),
  },
  {
    name: "incarnation-overflows",
    bug: "the incarnation is kept in two bits and begins again at 0 (in implementations: in 32)",
    source: "found in implementations of SWIM: the incarnation's overflow not handled",
    engine: "swim",
    caughtBy: "a member's own incarnation never falls while it is up",
    broken: () =>
      afterwards((state, before, context) => {
        if (state.incarnation > 3 && state.incarnation > before.incarnation) beginIncarnation(state, state.incarnation % 4, context);
      }),
  },
  {
    name: "suspect-adds-removed",
    bug: "a suspicion that comes late adds a member that is dead, and was removed, to the list again",
    source: "found in implementations of SWIM: a suspect message about a removed member",
    engine: "swim",
    caughtBy: BACK,
    broken: () =>
      hearing((state, update, { self }) => {
        const known = update.member === self ? undefined : knownOf(state, update.member);
        if (update.status === "suspect" && known?.status === "dead" && known.incarnation === update.incarnation) delete state.known[update.member];
        return update;
      }),
  },
  {
    name: "faulty-needs-higher",
    bug: "in the same incarnation, word that a member is dead does not override that it is alive: the member sees no reason to refute it",
    source: `${SWIM}§4.2, Confirm overrides Alive`,
    engine: "swim",
    caughtBy: ALL_KNOWN,
    broken: () =>
      hearing((state, update, { self }) => {
        const alive = update.member === self ? state.incarnation : knownOf(state, update.member)?.status === "alive" ? knownOf(state, update.member)!.incarnation : -1;
        return update.status === "dead" && update.incarnation === alive ? undefined : update;
      }),
  },
  {
    name: "refutes-in-old-incarnation",
    bug: "an accused member says that it is alive, but in the same incarnation, which overrides nothing",
    source: `${SWIM}§4.2, the incarnation is raised`,
    engine: "swim",
    caughtBy: ALL_KNOWN,
    broken: () =>
      hearing((state, update, context) => {
        if (update.member !== context.self || update.status === "alive" || update.incarnation < state.incarnation) return update;
        beginIncarnation(state, update.incarnation, context);
        return undefined;
      }),
  },
  {
    name: "raised-by-another",
    bug: "who hears from a suspect clears it by raising its incarnation on its behalf",
    source: `${SWIM}§4.2, only the member itself raises it`,
    engine: "swim",
    caughtBy: "only a member itself raises its incarnation",
    broken() {
      const sound = swim(swimRules);
      return {
        ...sound,
        onMessage(state, from, message, context) {
          const known = knownOf(state, from);
          const cleared: Update[] = known?.status === "suspect" ? [{ member: from, status: "alive", incarnation: known.incarnation + 1 }] : [];
          sound.onMessage(state, from, { ...message, updates: [...message.updates, ...cleared] }, context);
        },
      };
    },
  },
  {
    name: "leaver-failed",
    bug: "a member whose word that it leaves comes while it is suspected is reported failed all the same",
    source: "memberlist, Leave: a dead node that left is not a failed one",
    engine: "swim",
    caughtBy: "who has heard that a member left does not report it failed",
    broken: () =>
      afterwards((state, { suspected }, context) => {
        for (const member of suspected) if (state.known[member]?.status === "left") context.output({ member, status: "dead", incarnation: state.known[member].incarnation, by: context.self });
      }),
  },
  {
    name: "forgets-the-dead",
    bug: "the dead are forgotten at once, so old word of them is taken for news",
    source: "found in many designs: members removed without a trace",
    engine: "swim",
    caughtBy: BACK,
    broken: () =>
      afterwards((state) => {
        for (const { member, status } of Object.values(state.known)) if (status === "dead") delete state.known[member];
      }),
  },
  {
    name: "asks-seed-once",
    bug: "a node that joins asks once, and if the answer is lost never again",
    source: "this course",
    engine: "swim",
    caughtBy: ALL_KNOWN,
    broken() {
      const sound = swim(swimRules);
      return { ...sound, onTimer: (state, timer, context) => (timer === "contact" && state.roster.length === 0 ? undefined : sound.onTimer!(state, timer, context)) };
    },
  },
  {
    name: "one-accuser-twice",
    bug: "the same accuser, heard again, confirms a suspicion",
    source: "Dadgar, Phillips and Currey, Lifeguard, 2017, LHA-Suspicion: independent suspicions",
    engine: "swim-lifeguard",
    caughtBy: "a suspicion counts every accuser once",
    broken() {
      const sound = lifeguard({ ...swimRules, sync: 3000 });
      return {
        ...sound,
        onMessage(state, from, message, context) {
          for (const { member, status, by } of message.updates) if (status === "suspect" && by !== undefined && state.suspicions[member]?.by.includes(by)) state.suspicions[member].by.push(by);
          sound.onMessage(state, from, message, context);
        },
      };
    },
    under: { sizes: [3] },
  },
  {
    name: "boundless-doubt",
    bug: "a node that hears nothing grows more patient without end",
    source: "Dadgar, Phillips and Currey, Lifeguard, 2017, LHA-Probe: the score is bounded",
    engine: "swim-lifeguard",
    caughtBy: "a node's doubt of itself stays within its bounds",
    broken: () => lifeguard({ ...swimRules, sync: 3000, awareness: 1000 }),
    under: { sizes: [2], tolerates: ["partition", "cut"] },
  },
];
