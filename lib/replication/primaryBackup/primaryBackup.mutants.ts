import type { Mutant } from "../../promises.js";
import type { Context, NodeId, Protocol } from "../../protocol.js";
import { rewire } from "../rewired.js";
import { keyValue, type KeyValueCommand, type KeyValueResult, type KeyValueState } from "../service/keyValue.js";
import { primaryBackup } from "./primaryBackup.js";
import type { PrimaryBackup, PrimaryBackupMessage, PrimaryBackupOptions, PrimaryBackupState } from "./types.js";

type State = PrimaryBackupState<KeyValueState, KeyValueCommand, KeyValueResult>;
type Message = PrimaryBackupMessage<KeyValueCommand>;

const byMajority: PrimaryBackupOptions = { acknowledge: "majority", fencing: "majority" };
const atOnce: PrimaryBackupOptions = { acknowledge: "asynchronous", fencing: "none" };

/** The engine whose handling of messages goes through a hand that spoils it: what it returns is handled instead. */
function spoiled(options: PrimaryBackupOptions, spoil: (state: State, from: NodeId, message: Message, context: Context<PrimaryBackup>) => Message): Protocol<PrimaryBackup> {
  const sound = primaryBackup(keyValue, options);
  return { ...sound, onMessage: (state, from, message, context) => sound.onMessage(state, from, spoil(state, from, message, context), context) };
}

/** Primary–backup replication with one rule broken. */
export const primaryBackupMutants: readonly Mutant<PrimaryBackup>[] = [
  {
    name: "answers-after-one",
    bug: "a request is answered when one backup has it",
    source: "Alsberg and Day 1976, turned round: synchronous replication that quietly is semi-synchronous, as real databases make it when a backup is slow",
    engine: "primary-backup-synchronous",
    caughtBy: "an answered request is on every disk",
    broken: () => primaryBackup(keyValue, { acknowledge: "semi-synchronous", fencing: "majority" }),
    // Of two nodes, one backup is all.
    under: { sizes: [3, 5] },
  },
  {
    name: "copy-in-memory",
    bug: "a backup acknowledges what it has only in memory",
    source: "Alsberg and Day 1976; made by real implementations: replication that acknowledges on receipt",
    engine: "primary-backup-synchronous",
    caughtBy: "what a backup acknowledges is on its disk",
    broken: () => rewire(primaryBackup(keyValue), (state) => (state.role === "backup" ? { append() {} } : {})),
  },
  {
    name: "obeys-the-old-primary",
    bug: "a backup that has voted for a new view goes on acknowledging to the old primary",
    source: "Liskov and Cowling 2012, §4.2, step 1: a vote ends the old view for its voter",
    engine: "primary-backup-majority",
    caughtBy: "a node never speaks of an older view again",
    broken: () => {
      const sound = primaryBackup(keyValue, byMajority);
      return {
        ...sound,
        onMessage(state, from, message, context) {
          const promised = state.view;
          if (message.type === "Prepare" && message.view === state.normal) state.view = state.normal;
          sound.onMessage(state, from, message, context);
          state.view = Math.max(state.view, promised);
        },
      };
    },
  },
  {
    name: "own-log",
    bug: "a new primary keeps its own log, whatever its voters have",
    source: "Liskov and Cowling 2012, §4.2, step 3: the new log is the newest among the votes",
    engine: "primary-backup-majority",
    caughtBy: "a new primary has all that was carried out before",
    broken: () => spoiled(byMajority, (state, _from, message) => (message.type === "DoViewChange" ? { ...message, normal: state.normal, log: state.newest?.log ?? [] } : message)),
  },
  {
    name: "takes-over-alone",
    bug: "whoever misses the primary begins a view without a vote",
    source: "Liskov and Cowling 2012, §4.2, step 3, the rule left out: two of three, each sure that the other is dead",
    engine: "primary-backup-majority",
    caughtBy: "a new view has the votes of a majority",
    broken: () => primaryBackup(keyValue, { acknowledge: "majority", fencing: "none" }),
  },
  {
    name: "never-fenced",
    bug: "a primary that hears nobody takes requests as before",
    source: "this course: fencing by a majority, the half of it that binds the old primary",
    engine: "primary-backup-majority",
    caughtBy: "a primary that is cut off stops answering",
    broken: () => {
      const sound = primaryBackup(keyValue, byMajority);
      return {
        ...sound,
        onTimer(state, timer, context) {
          sound.onTimer!(state, timer, context);
          state.fenced = false;
        },
      };
    },
  },
  {
    name: "view-not-durable",
    bug: "a vote for a view is not written to disk",
    source: "Oki and Liskov 1988: the view number is kept on stable storage",
    engine: "primary-backup-majority",
    caughtBy: "a view is on disk before it is spoken of",
    broken: () => rewire(primaryBackup(keyValue, byMajority), (_state, context) => ({ save: (stored) => (stored.view === stored.normal ? context.save(stored) : undefined) })),
  },
  {
    name: "restart-in-the-first-view",
    bug: "the view is written to disk and not read again: a primary comes back in the view in which it began",
    source: "Oki and Liskov 1988, the same rule; made by real implementations: a primary that restarts takes itself for the primary",
    engine: "primary-backup-asynchronous",
    caughtBy: "a node never speaks of an older view again",
    broken: () => {
      const sound = primaryBackup(keyValue, atOnce);
      return { ...sound, init: (self, size, _stored, log) => sound.init(self, size, undefined, log) };
    },
  },
  {
    name: "keeps-its-tail",
    bug: "an old primary that returns keeps what only it has",
    source: "Liskov and Cowling 2012, §4.2, step 5: a backup replaces its log; left out by hand-made failovers, which then need a repair by hand",
    engine: "primary-backup-asynchronous",
    caughtBy: "when the faults end, one primary is followed by all and all have carried out the same",
    broken: () => spoiled(atOnce, (state, _from, message) => (message.type === "StartView" && message.view > state.view ? { ...message, log: [...message.log, ...state.log.slice(message.log.length)] } : message)),
  },
  {
    name: "applied-twice",
    bug: "a request that is asked again is carried out again",
    source: "Liskov and Cowling 2012, §4.1: the client table; made by real implementations: no client sessions",
    engine: "primary-backup-majority",
    caughtBy: "the clients' history is linearizable",
    broken: () => {
      const sound = primaryBackup(keyValue, byMajority);
      const forget = (state: State) => void (state.sessions.last = {});
      return {
        ...sound,
        onInput(state, input, context) {
          forget(state);
          sound.onInput!(state, input, context);
        },
      };
    },
  },
];
