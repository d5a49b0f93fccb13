import type { Operation } from "../history.js";
import { registerHistory, type Access } from "./registerHistory.js";
import { requireUniqueWrites } from "./requireUniqueWrites.js";

/** How stale one read was. */
export interface StaleRead {
  readonly read: Operation;
  /** How many newer versions were complete when it began. */
  readonly versions: number;
  /** How long one of these had been complete by then, in ms: 0 for a fresh read, null where the history has no times. */
  readonly ms: number | null;
}

/** All reads of a history in one row. Means and percentiles are over all reads, fresh ones included as 0; ms are null where the history has no times. */
export interface StalenessRow {
  readonly reads: number;
  /** Reads behind by at least one version. */
  readonly stale: number;
  /** Reads of a value that nobody wrote; counted nowhere else. */
  readonly unwritten: number;
  readonly versionsMax: number;
  readonly versionsMean: number;
  readonly msMax: number | null;
  readonly msMean: number | null;
  /** By nearest rank. */
  readonly msP99: number | null;
}

/**
 * The staleness of every answered read, in the order of invocations, and of all in one row.
 *
 * Exactly: a write is newer than the version read if it began after that version was there for certain, which is when
 * its write or the first read of it was answered; it counts if it was answered before the read began. Where writes
 * overlapped, their order is not known and nothing is counted: both figures are lower bounds, and a linearizable history
 * has 0 throughout. Golab, Li and Shah (PODC 2011) bound the same two for a history as a whole, as k-atomicity and
 * Δ-atomicity; here each read is measured by itself.
 *
 * Time grows with the operations and with how far reads are behind. Throws an Error if two writes of a register write
 * the same value, or one writes null.
 */
export function staleness(operations: readonly Operation[]): { readonly reads: readonly StaleRead[]; readonly row: StalenessRow } {
  const history = registerHistory(operations);
  requireUniqueWrites(history);
  /** By version: the place by which it was there. */
  const there = history.writers.map((): number => Infinity);
  for (const version of history.initial) there[version] = -1;
  const writes: Access[][] = history.initial.map(() => []);
  for (const access of history.accesses) {
    there[access.version] = Math.min(there[access.version]!, access.operation.returned);
    if (!access.reads) writes[access.register]!.push(access);
  }
  const timed = operations.every(({ invokedAt, returnedAt, returned }) => invokedAt !== undefined && (returnedAt !== undefined || returned === Infinity));

  const reads: StaleRead[] = [];
  let unwritten = 0;
  for (const { reads: isRead, register, version, operation } of history.accesses) {
    if (!isRead) continue;
    if (version !== history.initial[register] && history.writers[version]!.length === 0) {
      unwritten++;
      continue;
    }
    const own = writes[register]!;
    let versions = 0;
    let since = Infinity;
    for (let place = firstAfter(own, there[version]!); place < own.length && own[place]!.operation.invoked < operation.invoked; place++) {
      const newer = own[place]!.operation;
      if (newer.returned > operation.invoked) continue;
      versions++;
      since = Math.min(since, newer.returnedAt ?? Infinity);
    }
    reads.push({ read: operation, versions, ms: !timed ? null : versions === 0 ? 0 : operation.invokedAt! - since });
  }
  return { reads, row: { reads: reads.length, stale: reads.filter(({ versions }) => versions > 0).length, unwritten, ...summary(reads) } };
}

/** Index of the first write, in the order of invocations, that began after a place. */
function firstAfter(writes: readonly Access[], place: number): number {
  let low = 0;
  let high = writes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (writes[middle]!.operation.invoked > place) high = middle;
    else low = middle + 1;
  }
  return low;
}

function summary(reads: readonly StaleRead[]): Pick<StalenessRow, "versionsMax" | "versionsMean" | "msMax" | "msMean" | "msP99"> {
  const versions = reads.map((read) => read.versions);
  const ms = Float64Array.from(reads.filter((read) => read.ms !== null), (read) => read.ms!).sort();
  const timed = ms.length > 0;
  return {
    versionsMax: versions.reduce((most, count) => Math.max(most, count), 0),
    versionsMean: versions.length === 0 ? 0 : versions.reduce((sum, count) => sum + count, 0) / versions.length,
    msMax: timed ? ms[ms.length - 1]! : null,
    msMean: timed ? ms.reduce((sum, time) => sum + time, 0) / ms.length : null,
    msP99: timed ? ms[Math.max(0, Math.ceil(ms.length * 0.99 - 1e-9) - 1)]! : null,
  };
}
