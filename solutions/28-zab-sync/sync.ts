import type { ZabHistory, ZabSync, Zxid } from "leaderlab";

/** Whether transaction `a` comes before transaction `b`: false if they are the same. */
export function precedes(a: Zxid, b: Zxid): boolean {
  // <answer> TODO: which of the two numbers of a zxid counts first?
  // Counters begin again in every epoch: they say nothing across two of them.
  return a.epoch !== b.epoch ? a.epoch < b.epoch : a.counter < b.counter;
  // </answer> throw new Error("precedes is still to do");
}

/**
 * How a leader brings a follower whose history ends on `last` to its own history (Medeiros, ZooKeeper's atomic broadcast
 * protocol, 2012, §4.2). Changes nothing.
 */
export function chooseSync({ base, log }: ZabHistory, last: Zxid): ZabSync {
  // <answer> TODO: SNAP, but only where nothing else will do: what does the log not have any more?
  // On `base` itself the log begins where the follower ends.
  if (precedes(last, base)) return { kind: "SNAP" };
  // </answer>

  // <answer> TODO: what does the follower lack, and up to where do the two agree? DIFF if it has nothing more, else TRUNC.
  const transactions = log.filter(({ zxid }) => precedes(last, zxid));
  // What is not after `last`, the follower has: two histories that share a transaction are the same up to it.
  const common = log[log.length - transactions.length - 1]?.zxid ?? base;
  // It has gone on from there by itself, under a leader that never got a majority.
  if (precedes(common, last)) return { kind: "TRUNC", to: common, transactions };
  return { kind: "DIFF", transactions };
  // </answer> throw new Error("chooseSync is still to do");
}
