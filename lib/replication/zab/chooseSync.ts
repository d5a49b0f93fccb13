import type { Transaction } from "./types.js";
import { compareZxid, type Zxid } from "./zxid.js";

/** What a leader has of its history at hand: everything after `base`. What came before is in its snapshot alone. */
export interface History {
  readonly base: Zxid;
  readonly log: readonly Transaction[];
}

/** How a learner's history becomes the leader's. */
export type Sync =
  /** It lacks these. */
  | { readonly kind: "DIFF"; readonly transactions: readonly Transaction[] }
  /** It drops everything after `to`; then it lacks these. */
  | { readonly kind: "TRUNC"; readonly to: Zxid; readonly transactions: readonly Transaction[] }
  /** It takes over a snapshot of the leader's, and what came after that. */
  | { readonly kind: "SNAP" };

/**
 * Chooses how to bring a learner whose history ends on `last` to the leader's history (Medeiros 2012, §4.2): SNAP if it
 * is too far behind, DIFF if its last transaction is one of the leader's, and TRUNC if it has logged transactions that the
 * leader does not have. Those were never committed: a leader's history has all that ever were.
 */
export function chooseSync({ base, log }: History, last: Zxid): Sync {
  if (compareZxid(last, base) < 0) return { kind: "SNAP" };
  const transactions = log.filter(({ zxid }) => compareZxid(zxid, last) > 0);
  // Histories that share a transaction are equal up to it, so the leader's last one that is not after `last` is common.
  const common = log[log.length - transactions.length - 1]?.zxid ?? base;
  return compareZxid(common, last) === 0 ? { kind: "DIFF", transactions } : { kind: "TRUNC", to: common, transactions };
}
