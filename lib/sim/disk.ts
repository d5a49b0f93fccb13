import type { Durable, EntryOf, SnapshotOf, StoredOf, Types } from "../protocol.js";
import { copy } from "./copy.js";

/** One write that a handler asked for. */
export type Write<T extends Types> =
  | { readonly kind: "save"; readonly stored: StoredOf<T> }
  | { readonly kind: "append"; readonly entries: readonly EntryOf<T>[] }
  | { readonly kind: "truncate"; readonly length: number }
  | { readonly kind: "compact"; readonly count: number; readonly snapshot: SnapshotOf<T> };

/** What a node finds again after a crash: the stored record, the snapshot and the log, as far as they were synced. */
export class Disk<T extends Types> {
  stored: StoredOf<T> | undefined;
  snapshot: SnapshotOf<T> | undefined;
  log: EntryOf<T>[] = [];

  constructor(initial: Durable<T> = {}) {
    this.stored = copy(initial.stored);
    this.snapshot = copy(initial.snapshot);
    this.log = copy(initial.log ?? []) as EntryOf<T>[];
  }

  /** Carries out a write, durably. */
  sync(write: Write<T>): void {
    if (write.kind === "save") this.stored = write.stored;
    else if (write.kind === "append") for (const entry of write.entries) this.log.push(entry);
    else if (write.kind === "compact") {
      this.snapshot = write.snapshot;
      this.log = this.log.slice(write.count);
    } else if (write.length < this.log.length) this.log.length = write.length;
  }
}
