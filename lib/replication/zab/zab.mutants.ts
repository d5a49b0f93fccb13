import type { Mutant } from "../../promises.js";
import type { Context, NodeId, Protocol } from "../../protocol.js";
import { rewire } from "../rewired.js";
import { lastLogged, persist } from "./history.js";
import type { Transaction, Zab, ZabMessage, ZabState } from "./types.js";
import { precedes, sameZxid } from "./zxid.js";
import { ORACLE, SMALL } from "./zab.promises.js";
import { zab } from "./zab.js";

const TOTAL_ORDER = "agreement and total order: all deliver the same, in the same order, with nothing left out";
const PREFIXES = "prefix consistency: nodes that delivered the same hold the same";
const PRIMARY_INTEGRITY = "primary integrity: who broadcasts has delivered all that is ever delivered of earlier epochs";
const HISTORY_FIRST = "whose current epoch it is has the history that the epoch began with";
const DURABLE_FIRST = "durable before acknowledged: epochs and transactions";

/** Zab whose messages go through a hand that spoils them as they arrive: what it returns is handled instead. */
function spoiled(spoil: (state: ZabState, from: NodeId, message: ZabMessage, context: Context<Zab>) => ZabMessage, sound = zab(ORACLE)): Protocol<Zab> {
  return { ...sound, onMessage: (state, from, message, context) => sound.onMessage(state, from, spoil(state, from, message, context), context) };
}

/** Zab whose messages go through a hand that spoils them as they leave; what it does not pass on is never sent. */
const misspoken = (speak: (state: ZabState, to: NodeId, message: ZabMessage, context: Context<Zab>) => void, options = ORACLE): Protocol<Zab> =>
  rewire(zab(options), (state, context) => ({ send: (to, message) => speak(state, to, message, context) }));

/** Whether a learner that waits for its leader's history will take this message for a part of it. */
const isHistory = (state: ZabState, from: NodeId, message: ZabMessage) =>
  (message.type === "Diff" || message.type === "Trunc") && from === state.leader && state.phase === "synchronization" && message.epoch === state.acceptedEpoch && sameZxid(message.from, lastLogged(state));

/** A learner that has its leader's history in memory, and on disk only when it next logs something, or when this message has come. */
function lazyLearner(until: "NewLeader" | "UpToDate", first: (state: ZabState, context: Context<Zab>) => void = () => {}): Protocol<Zab> {
  type Lazy = ZabState & { unwritten?: Transaction[] };
  const sound = zab(ORACLE);
  return {
    ...sound,
    onMessage(state: Lazy, from, message, context) {
      const late = isHistory(state, from, message);
      const write = (transactions: readonly Transaction[]) => {
        const all = [...(state.unwritten ?? []), ...transactions];
        state.unwritten = late ? all : [];
        if (!late && all.length > 0) context.append(all);
      };
      if (late) first(state, context);
      if (message.type === until) write([]);
      rewire(sound, () => ({ append: write })).onMessage(state, from, message, context);
    },
  };
}

function adoptEpoch(state: ZabState, context: Context<Zab>): void {
  state.currentEpoch = state.acceptedEpoch;
  persist(state, context);
}

/** A leader that sends NEWLEADER before the snapshot, and learners that rely on it that what they have by then is all. */
function newLeaderTooEarly(): Protocol<Zab> {
  const hasty = misspoken((_state, to, message, context) => {
    if (message.type === "Snap") context.send(to, { type: "NewLeader", epoch: message.epoch, last: message.from });
    context.send(to, message);
  });
  return spoiled((state, from, message) => {
    if (message.type === "NewLeader" && from === state.leader && state.phase === "synchronization" && message.epoch === state.acceptedEpoch && sameZxid(message.last, lastLogged(state))) state.synced = true;
    return message;
  }, hasty);
}

/** A leader that leaves a learner out until it has acknowledged NEWLEADER, and goes on with the next proposal as if nothing had been in between. */
function lateJoiner(): Protocol<Zab> {
  type Forgetful = ZabState & { leftOut?: NodeId[] };
  return misspoken((state: Forgetful, to, message, context) => {
    if (message.type !== "Propose") return context.send(to, message);
    const { leftOut = [] } = state;
    const acknowledged = state.acknowledged[to];
    if (acknowledged === undefined) state.leftOut = [...leftOut, to];
    else if (leftOut.includes(to)) {
      state.leftOut = leftOut.filter((node) => node !== to);
      context.send(to, { ...message, after: acknowledged });
    } else context.send(to, message);
  }, SMALL);
}

/** A leader that takes its own acknowledgement for that of another voter, too. */
function commitsAlone(): Protocol<Zab> {
  const sound = zab(ORACLE);
  const hurry = (state: ZabState, context: Context<Zab>) => {
    const logged = state.acknowledged[context.self];
    if (state.role === "leading" && state.phase === "broadcast" && logged && precedes(state.delivered, logged)) sound.onMessage(state, (context.self + 1) % context.size, { type: "Ack", epoch: state.currentEpoch, zxid: logged }, context);
  };
  return {
    ...sound,
    onMessage(state, from, message, context) {
      sound.onMessage(state, from, message, context);
      hurry(state, context);
    },
    onInput(state, input, context) {
      sound.onInput!(state, input, context);
      hurry(state, context);
    },
  };
}

/** Zab with one rule broken, each as somebody has broken it before, or may. */
export const zabMutants: readonly Mutant<Zab>[] = [
  {
    name: "epoch-before-history",
    bug: "the current epoch is written before the history that it begins with",
    source: "Junqueira, Reed and Serafini 2011, §4.1, synchronization; made by real implementations: a crash between the two writes",
    engine: "zab-oracle",
    caughtBy: HISTORY_FIRST,
    broken: () => lazyLearner("NewLeader", adoptEpoch),
  },
  {
    name: "acknowledged-before-durable",
    bug: "NEWLEADER is acknowledged before the leader's history is on disk",
    source: "Medeiros 2012, §3.3 and §4.2; made by real implementations that log in a thread of their own",
    engine: "zab-oracle",
    caughtBy: DURABLE_FIRST,
    broken: () => lazyLearner("UpToDate"),
  },
  {
    name: "no-trunc",
    bug: "a learner with transactions that its leader does not have keeps them",
    source: "Medeiros 2012, §4.2, TRUNC left out; made by real implementations",
    engine: "zab-oracle",
    caughtBy: PREFIXES,
    broken: () => misspoken((_state, to, message, context) => context.send(to, message.type === "Trunc" ? { type: "Diff", epoch: message.epoch, from: message.from, transactions: message.transactions } : message)),
  },
  {
    name: "new-leader-too-early",
    bug: "NEWLEADER is sent while a snapshot is under way",
    source: "Medeiros 2012, §4.2; made by real implementations",
    engine: "zab-oracle",
    caughtBy: HISTORY_FIRST,
    broken: newLeaderTooEarly,
  },
  {
    name: "late-joiner",
    bug: "proposals go to those alone that have acknowledged NEWLEADER, so that who is joining misses some",
    source: "Junqueira, Reed and Serafini 2011, §4.1, broadcast: a follower that joins is sent what was proposed meanwhile; made by real implementations",
    engine: "zab",
    caughtBy: TOTAL_ORDER,
    broken: lateJoiner,
  },
  {
    name: "promise-twice",
    bug: "a follower promises an epoch again that it has promised to another leader",
    source: "Junqueira, Reed and Serafini 2011, §4.1, discovery: an epoch above the one accepted last",
    engine: "zab-oracle",
    caughtBy: "at most one primary an epoch",
    broken: () => misspoken((_state, to, message, context) => context.send(to, message.type === "AckEpoch" ? { ...message, promise: true } : message)),
  },
  {
    name: "epoch-not-durable",
    bug: "the accepted epoch is not written to disk",
    source: "Junqueira, Reed and Serafini 2011, §4, f.p is in persistent storage",
    engine: "zab-oracle",
    caughtBy: DURABLE_FIRST,
    broken: () => rewire(zab(ORACLE), (_state, context) => ({ save: (stored) => context.save({ ...stored, acceptedEpoch: stored.currentEpoch }) })),
  },
  {
    name: "behind-and-leads",
    bug: "a leader whose history is older than that of a follower does not give up",
    source: "Medeiros 2012, §4.1; Junqueira, Reed and Serafini 2011, §4.1: the history of the new epoch is the newest of a quorum's",
    engine: "zab-oracle",
    caughtBy: PRIMARY_INTEGRITY,
    broken: () => spoiled((_state, _from, message) => (message.type === "AckEpoch" ? { ...message, currentEpoch: -1 } : message)),
  },
  {
    name: "commits-alone",
    bug: "a leader commits what it has logged itself, without waiting for a quorum",
    source: "Junqueira, Reed and Serafini 2011, §4.1, broadcast: commit after the acknowledgements of a quorum",
    engine: "zab-oracle",
    caughtBy: PRIMARY_INTEGRITY,
    broken: commitsAlone,
  },
  {
    name: "leads-for-ever",
    bug: "a leader that hears from no quorum goes on",
    source: "Medeiros 2012, §4.1: a leader without a quorum of followers returns to the election",
    engine: "zab",
    caughtBy: "a leader without a quorum gives up",
    broken() {
      const sound = zab(SMALL);
      return { ...sound, onTimer: (state, timer, context) => (timer === "patience" && state.role === "leading" && state.phase === "broadcast" ? undefined : sound.onTimer!(state, timer, context)) };
    },
  },
];
