import type { Context } from "../../protocol.js";
import type { Snapshot, Transaction, Zab, ZabState } from "./types.js";
import { precedes, sameZxid, type Zxid } from "./zxid.js";

/** The last transaction that a node has logged. */
export const lastLogged = ({ log, base }: Pick<ZabState, "log" | "base">): Zxid => log.at(-1)?.zxid ?? base;

/** What a node has logged after a transaction. */
export const loggedAfter = ({ log }: Pick<ZabState, "log">, zxid: Zxid): Transaction[] => log.filter((transaction) => precedes(zxid, transaction.zxid));

/** Writes what survives a crash beside the log, in one record. */
export function persist({ acceptedEpoch, currentEpoch, snapshot, base }: ZabState, context: Context<Zab>): void {
  context.save({ acceptedEpoch, currentEpoch, snapshot, base });
}

/** Logs transactions, durably before anything that follows from it leaves this node. */
export function append(state: ZabState, transactions: readonly Transaction[], context: Context<Zab>): void {
  if (transactions.length === 0) return;
  state.log.push(...transactions);
  context.append(transactions);
}

/** Whether a node has this transaction at hand, or the history that its log begins with ends on it. */
export const holds = ({ log, base }: ZabState, zxid: Zxid): boolean => sameZxid(zxid, base) || log.some((transaction) => sameZxid(transaction.zxid, zxid));

/** Drops everything logged after `zxid`. */
export function truncateAfter(state: ZabState, zxid: Zxid, context: Context<Zab>): void {
  state.log = state.log.filter((transaction) => !precedes(zxid, transaction.zxid));
  context.truncate(state.purged + state.log.length);
}

/** Replaces history and machine by a snapshot. */
export function install(state: ZabState, snapshot: Snapshot, context: Context<Zab>): void {
  state.snapshot = snapshot;
  state.sessions = copyOf(snapshot.sessions);
  state.delivered = snapshot.zxid;
  state.base = snapshot.zxid;
  state.log = [];
  // The record first: whatever the log still holds if a crash comes in between, it is not after the snapshot, and no longer counts.
  persist(state, context);
  context.truncate(0);
  state.purged = 0;
}

/** Once there are more than twice `keep` delivered transactions in the log, takes a snapshot and forgets the older half. The log on disk only ever grows at its end and shrinks from there, so they stay on it, and count no longer. */
export function compact(state: ZabState, keep: number, context: Context<Zab>): void {
  const undelivered = loggedAfter(state, state.delivered).length;
  const old = state.log.length - undelivered - keep;
  if (old <= keep) return;
  state.snapshot = { zxid: state.delivered, sessions: copyOf(state.sessions) };
  state.base = state.log[old - 1]!.zxid;
  state.log = state.log.slice(old);
  state.purged += old;
  persist(state, context);
}

/** A copy of plain data that shares nothing with it. */
export const copyOf = <V>(value: V): V => JSON.parse(JSON.stringify(value)) as V;
