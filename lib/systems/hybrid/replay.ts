import type { EntryOf, SnapshotOf, Types } from "../../protocol.js";
import type { GroupRecord } from "./groupTypes.js";

/** What one group has on a node's disk beside its stored record. */
export interface GroupLog<G extends Types> {
  snapshot: SnapshotOf<G> | undefined;
  log: EntryOf<G>[];
}

/** Brings the groups' logs, by shard, up to further records of the disk's log, in their order. */
export function replay<G extends Types>(logs: GroupLog<G>[], records: readonly GroupRecord<G>[], from = 0): GroupLog<G>[] {
  for (let i = from; i < records.length; i++) {
    const record = records[i]!;
    const of = (logs[record.shard] ??= { snapshot: undefined, log: [] });
    if ("entry" in record) of.log.push(record.entry);
    else if ("length" in record) of.log.length = Math.min(of.log.length, record.length);
    else {
      of.snapshot = record.snapshot;
      of.log = of.log.slice(record.count);
    }
  }
  return logs;
}
