import type { EntryOf, StoredOf, Types } from "../protocol.js";
import { copy } from "./copy.js";

/** One write that a handler asked for. */
export type Write<T extends Types> =
  | { readonly kind: "save"; readonly stored: StoredOf<T> }
  | { readonly kind: "append"; readonly entries: readonly EntryOf<T>[] }
  | { readonly kind: "truncate"; readonly length: number };

/** What a node finds again after a crash: the stored record and the log, as far as they were synced. */
export class Disk<T extends Types> {
  stored: StoredOf<T> | undefined;
  log: EntryOf<T>[] = [];

  constructor(initial: { readonly stored?: StoredOf<T>; readonly log?: readonly EntryOf<T>[] } = {}) {
    this.stored = copy(initial.stored);
    this.log = copy(initial.log ?? []) as EntryOf<T>[];
  }

  /** Carries out a write, durably. */
  sync(write: Write<T>): void {
    if (write.kind === "save") this.stored = write.stored;
    else if (write.kind === "append") for (const entry of write.entries) this.log.push(entry);
    else if (write.length < this.log.length) this.log.length = write.length;
  }
}
