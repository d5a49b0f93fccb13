import type { Declaration, Invariant, NodeView, Progress } from "../../promises.js";
import { compareTimestamps, type Timestamp } from "../versions/lastWriterWins.js";
import { antiEntropy } from "./antiEntropy.js";
import { answeredOnDisk, lostInCrash, declared, differing, onlyGrows, storesBecomeOne } from "./antiEntropy.promises.js";
import { lastWriterWinsCells, type LastWriterWinsOptions, type StampedCell, type StampedDigest, type WriteStamped } from "./cells/lastWriterWins.js";
import { lifeOf } from "./judgedLogs.js";
import { cellAt } from "./store.js";
import type { AntiEntropy } from "./types.js";

/** Anti-entropy over values of which the last writer's wins. */
export type StampedEngine = AntiEntropy<StampedCell, WriteStamped, StampedDigest>;

/** How the declared engine keeps its cells: no tombstone goes before all have it, and a while longer, so that all may learn that. */
export const STAMPED: LastWriterWinsOptions = { clock: "hybrid", collect: "when seen", grace: 300 };

const staysDeleted: Invariant<StampedEngine> = {
  name: "a deleted key does not return",
  source: "Demers et al. 1987, §2: death certificates",
  afterStep(node, facts) {
    const life = lifeOf(node, facts);
    if (!node.up) return;
    for (const [key, { value, timestamp }] of Object.entries(node.state.store)) {
      const deleted = Number(facts.known(`deletion of ${key} at`, life) ?? -Infinity);
      if (value === null) facts.rises(`deletion of ${key} at`, life, Math.max(deleted, timestamp.time));
      else facts.must(timestamp.time >= deleted, () => `node ${node.id} deleted ${key} at ${deleted} ms, and has a value of ${timestamp.time} ms again`);
    }
  },
};

/** The newest timestamp of a key in a part of a log. */
function newestOf(log: readonly StampedEngine["Entry"][], key: string): Timestamp | undefined {
  let newest: Timestamp | undefined;
  for (const entry of log) {
    const cell = entry.type === "drop" ? undefined : cellAt(entry.cells, key);
    if (cell && (!newest || compareTimestamps(cell.timestamp, newest) > 0)) newest = cell.timestamp;
  }
  return newest;
}

/** The write that a client has just been told of, in its node's log, and what that held of the key before. */
function ofWrite({ disk: { log } }: NodeView<StampedEngine>, id: number) {
  const at = log.findLastIndex((entry) => entry.type === "change" && entry.id === id);
  const entry = log[at];
  return entry?.type === "change" ? { key: entry.key, own: cellAt(entry.cells, entry.key)!.timestamp, before: newestOf(log.slice(0, at), entry.key) } : undefined;
}

const answeredIsNewest: Invariant<StampedEngine> = {
  name: "an answered write is newer than all that its node held of the key",
  source: "Kulkarni et al. 2014; Lamport, Time, Clocks, and the Ordering of Events, 1978: the clock condition",
  onOutput(node, { id }, facts) {
    const write = ofWrite(node, id);
    if (write?.before) facts.must(compareTimestamps(write.own, write.before) > 0, () => `node ${node.id} answers a write of ${write.key} with time ${write.own.time} ms, and held one of ${write.before!.time} ms: the answered write is lost`);
  },
};

const noTrace: Progress<StampedEngine> = {
  name: "when the faults end, nothing is left of deleted keys",
  source: "this course: a tombstone goes once all nodes have it",
  missing(nodes) {
    const left = nodes.flatMap(({ id, state }) => Object.entries(state.store).flatMap(([key, { value }]) => (value === null ? [`node ${id} still has the tombstone of ${key}`] : [])));
    return left[0];
  },
};

/** Anti-entropy that sends digests first, over values with timestamps by hybrid clocks, with tombstones that go once all nodes have them. */
export const antiEntropyDigest: Declaration<StampedEngine> = {
  ...declared,
  name: "anti-entropy-digest",
  summary: "anti-entropy that sends digests first, over values of which the last writer's wins, with tombstones",
  source: "Demers et al., PODC 1987, §§1.3, 2; van Renesse et al., LADIS 2008; Kulkarni et al., OPODIS 2014",
  engine: () => antiEntropy(lastWriterWinsCells(STAMPED), { method: "digests" }),
  invariants: [answeredOnDisk, staysDeleted, answeredIsNewest, onlyGrows<StampedCell>(({ timestamp }) => [["time", timestamp.time]])],
  reachables: [
    differing,
    lostInCrash,
    { name: "a tombstone dropped", afterStep: ({ disk }) => disk.log.at(-1)?.type === "drop" },
    {
      name: "a tombstone that comes back after it was dropped",
      afterStep({ disk: { log } }) {
        const last = log.at(-1);
        return last?.type === "merge" && Object.entries(last.cells).some(([key, { value }]) => value === null && log.some((entry) => entry.type === "drop" && entry.keys.includes(key)));
      },
    },
    { name: "cells sent both ways in one exchange", onSend: (_from, _to, message) => message.type === "Cells" && message.opens !== null && Object.keys(message.cells).length > 0 },
    {
      name: "an answered write lost to one that did not know it",
      overall: (nodes) => nodes.some((node) => nodes.some((other) => isLostTo(node, other))),
      concerns: ({ disk }) => disk.log.at(-1)?.type === "change",
    },
  ],
  progress: [storesBecomeOne, noTrace],
  inputs: (random) => ({ type: "change", id: Math.floor(random() * 1_000_000_000), key: random() < 0.7 ? "a" : "b", change: { value: random() < 0.3 ? null : `v${Math.floor(random() * 1_000_000)}` } }),
};

/** Whether the last entry of one node's log is a write with an older timestamp than that of another's last, neither having known the other. */
function isLostTo({ disk: { log } }: NodeView<StampedEngine>, { disk: { log: others } }: NodeView<StampedEngine>): boolean {
  const [mine, theirs] = [log.at(-1), others.at(-1)];
  if (log === others || mine?.type !== "change" || theirs?.type !== "change" || mine.key !== theirs.key) return false;
  const [lost, kept] = [cellAt(mine.cells, mine.key)!, cellAt(theirs.cells, mine.key)!];
  return compareTimestamps(lost.timestamp, kept.timestamp) < 0 && !others.some((entry) => entry.type === "merge" && cellAt(entry.cells, mine.key)?.timestamp.time === lost.timestamp.time);
}
