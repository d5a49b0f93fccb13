import type { Mutant } from "../../promises.js";
import type { Protocol } from "../../protocol.js";
import { removeDelta } from "../crdt/observedRemoveSet.js";
import { latest } from "../versions/lastWriterWins.js";
import { mergeVectors } from "../versions/versionVector.js";
import { antiEntropy } from "./antiEntropy.js";
import { counterCells } from "./cells/counters.js";
import { lastWriterWinsCells, type StampedCell } from "./cells/lastWriterWins.js";
import { setCells } from "./cells/sets.js";
import { siblingCells } from "./cells/siblings.js";
import type { CountersEngine } from "./counters.promises.js";
import { antiEntropyDelta, type SetsEngine, type SiblingsEngine } from "./dotted.promises.js";
import { STAMPED, type StampedEngine } from "./stamped.promises.js";

const BECOME_EQUAL = "when the faults end, all stores become equal";
const STAYS_DELETED = "a deleted key does not return";
const UNKNOWN_WRITE = "a write is lost to no write that did not know it";

const counters: readonly Mutant<CountersEngine>[] = [
  {
    name: "adds-counts",
    bug: "counts that arrive are added to those that are there",
    source: "Shapiro et al. 2011, §3.1: a merge must be idempotent; made by real implementations: statistics that are summed up at every report",
    engine: "anti-entropy-full",
    caughtBy: "a counter never counts twice: nobody knows of more counts of a node than clients have made there",
    broken: () => {
      const sum = (a: Readonly<Record<number, number>>, b: Readonly<Record<number, number>>) => Object.fromEntries(Object.keys(mergeVectors(a, b)).map((node) => [node, (a[Number(node)] ?? 0) + (b[Number(node)] ?? 0)]));
      return antiEntropy({ ...counterCells, merge: sum, change: (_counter, { by }, { node }) => ({ [node]: by }) }, { method: "full" });
    },
  },
  {
    name: "one-total",
    bug: "there is one total instead of a count for each node, and the greater total wins",
    source: "Shapiro et al. 2011, §3.1: why a counter is a vector",
    engine: "anti-entropy-full",
    caughtBy: "a node forgets none of its own counts",
    broken: () => antiEntropy({ ...counterCells, change: (counter = {}, { by }, { node }) => ({ [node]: Math.max(0, ...Object.values(counter)) + by }), merge: greaterTotal }, { method: "full" }),
  },
];

/** The cell whose greatest count is the greater one, alone. */
function greaterTotal(a: Readonly<Record<number, number>>, b: Readonly<Record<number, number>>): Readonly<Record<number, number>> {
  const total = (counter: Readonly<Record<number, number>>) => Math.max(0, ...Object.values(counter));
  return total(b) > total(a) ? b : a;
}

/** The declared engine over other cells. */
const withCells = (changes: Parameters<typeof lastWriterWinsCells>[0]) => antiEntropy(lastWriterWinsCells({ ...STAMPED, ...changes }), { method: "digests" });

const stamped: readonly Mutant<StampedEngine>[] = [
  {
    name: "physical-clock",
    bug: "a write takes its time from the writer's clock, which may be behind that of what it overwrites",
    source: "Cassandra and Riak with last-writer-wins and clocks that differ (Kingsbury, Jepsen: Cassandra, 2013); Kulkarni et al. 2014",
    engine: "anti-entropy-digest",
    caughtBy: "an answered write is newer than all that its node held of the key",
    broken: () => withCells({ clock: "physical" }),
  },
  {
    name: "collected-in-time",
    bug: "a tombstone is dropped in its time, here at its node's next round, also where a node has not seen it",
    source: "Demers et al. 1987, §2: a death certificate that is deleted too early; Cassandra's gc_grace_seconds without repair",
    engine: "anti-entropy-digest",
    caughtBy: STAYS_DELETED,
    broken: () => withCells({ collect: "in time", grace: 0 }),
  },
  {
    name: "witnesses-by-number",
    bug: "a tombstone counts how often it was received, not by whom",
    source: "Demers et al. 1987, §2; as votes counted by number, not by voter",
    engine: "anti-entropy-digest",
    caughtBy: STAYS_DELETED,
    broken: () => {
      const sound = lastWriterWinsCells({ ...STAMPED, grace: 0 });
      const witness = (cell: StampedCell) => (cell.value === null ? { ...cell, seenBy: [...cell.seenBy, cell.seenBy.length] } : cell);
      const seenByAll = ({ value, seenBy }: StampedCell, size: number) => value === null && seenBy.length >= size;
      return antiEntropy({ ...sound, tombstones: { witness, seenByAll, spent: seenByAll, grace: 0 } }, { method: "digests" });
    },
    // Of two nodes, the second one is all.
    under: { sizes: [5] },
  },
  {
    name: "late-answers",
    bug: "cells are taken in whatever exchange they were sent, also if it is over",
    source: "this course: an answer that was under way while a tombstone was dropped",
    engine: "anti-entropy-digest",
    caughtBy: STAYS_DELETED,
    broken: () => {
      const sound = withCells({ grace: 0 });
      return {
        ...sound,
        onMessage(state, from, message, context) {
          if (message.type === "Cells") state.open.push(message.exchange);
          sound.onMessage(state, from, message, context);
        },
      };
    },
    // An answer is held back while the tombstone makes its way.
    under: { tolerates: ["clog", "reordering"], sizes: [2] },
  },
];

const merkle = { method: "merkle", depth: 2, levels: 1 } as const;

const siblings: readonly Mutant<SiblingsEngine>[] = [
  {
    name: "context-ignored",
    bug: "a write replaces all that its node holds, whatever its client has read",
    source: "Preguiça et al. 2010: version vectors with an entry a server, without dots; made by real implementations",
    engine: "anti-entropy-merkle",
    caughtBy: UNKNOWN_WRITE,
    broken: () => antiEntropy({ ...siblingCells, change: (cell, { value }, writer) => siblingCells.change(cell, { value, read: true }, writer) }, merkle),
  },
  {
    name: "siblings-collapsed",
    bug: "of siblings that meet, one is kept",
    source: "DeCandia et al. 2007, §4.4: reconciliation is the client's; made by real implementations that resolve on the server",
    engine: "anti-entropy-merkle",
    caughtBy: UNKNOWN_WRITE,
    broken: () =>
      antiEntropy(
        {
          ...siblingCells,
          merge(a, b) {
            const { context, versions } = siblingCells.merge(a, b);
            const stamp = ({ dot: { node, counter }, value }: (typeof versions)[number]) => ({ value, timestamp: { time: counter, node } });
            const kept = versions.map(stamp).reduce(latest);
            return { context, versions: versions.filter(({ dot }) => dot.node === kept.timestamp.node && dot.counter === kept.timestamp.time) };
          },
        },
        merkle,
      ),
  },
  {
    name: "tree-of-keys",
    bug: "the tree's hashes are of keys, and not of what is under them",
    source: "Merkle 1987; DeCandia et al. 2007, §4.7",
    engine: "anti-entropy-merkle",
    caughtBy: BECOME_EQUAL,
    broken: () => hashingNothing(),
  },
];

/** Trees in which all cells have one hash: digests have no text. */
function hashingNothing(): Protocol<SiblingsEngine> {
  const digest = (cell: Parameters<typeof siblingCells.digest>[0]) => Object.defineProperty({ ...siblingCells.digest(cell) }, "toJSON", { value: () => "" });
  return antiEntropy({ ...siblingCells, digest }, merkle);
}

const deltas: readonly Mutant<SetsEngine>[] = [
  {
    name: "removes-all-it-knows",
    bug: "a removal passes on all that its node knows instead of the adds that it takes back",
    source: "Almeida, Shoker and Baquero 2018: the context of a delta",
    engine: "anti-entropy-delta",
    caughtBy: "an add that no removal has seen stays",
    broken: () =>
      antiEntropy(
        { ...setCells, change: (set, change, writer) => (set && change.op === "remove" ? { ...removeDelta(set, change.element), context: set.context } : setCells.change(set, change, writer)) },
        { method: "deltas", most: 4 },
      ),
  },
  {
    name: "gaps-in-deltas",
    bug: "who is too far behind gets the deltas that are left",
    source: "Almeida, Shoker and Baquero 2018, Algorithm 2: otherwise the whole state is sent",
    engine: "anti-entropy-delta",
    caughtBy: BECOME_EQUAL,
    broken: () => {
      const sound = antiEntropyDelta.engine();
      return {
        ...sound,
        onTimer(state, timer, context) {
          const first = state.buffer[0]?.sequence ?? 0;
          for (let node = 0; node < context.size; node++) state.acknowledged[node] = Math.max(state.acknowledged[node] ?? 0, first - 1);
          sound.onTimer!(state, timer, context);
        },
      };
    },
  },
  {
    name: "acknowledged-and-forgotten",
    bug: "a delta is acknowledged, and what it brought is not there after a crash",
    source: "Almeida, Shoker and Baquero 2018, Algorithm 2: the state is durable before it is acknowledged",
    engine: "anti-entropy-delta",
    caughtBy: BECOME_EQUAL,
    broken: () => {
      const sound = antiEntropyDelta.engine();
      return { ...sound, init: (self, size, stored, log = []) => sound.init(self, size, stored, log.filter(({ type }) => type === "change")) };
    },
  },
  {
    name: "numbers-begin-again",
    bug: "deltas are counted from the beginning again after a crash, and an acknowledgement from before it counts",
    source: "Almeida, Shoker and Baquero 2018, Algorithm 2: the counter is durable",
    engine: "anti-entropy-delta",
    caughtBy: BECOME_EQUAL,
    broken: () => {
      const sound = antiEntropyDelta.engine();
      return { ...sound, init: (self, size, stored, log) => ({ ...sound.init(self, size, stored, log), sequence: 0 }) };
    },
  },
];

/** Anti-entropy with one rule broken. */
export const antiEntropyMutants: readonly Mutant<any>[] = [...counters, ...stamped, ...siblings, ...deltas];
