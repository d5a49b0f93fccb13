import type { ZabHistory, ZabSync, Zxid } from "leaderlab";

/** Whether transaction `a` comes before transaction `b`: false if they are the same. */
export function precedes(a: Zxid, b: Zxid): boolean {
  // TODO: which of the two numbers of a zxid counts first?
  throw new Error("precedes is still to do");
}

/**
 * How a leader brings a follower whose history ends on `last` to its own history (Medeiros, ZooKeeper's atomic broadcast
 * protocol, 2012, §4.2). Changes nothing.
 */
export function chooseSync({ base, log }: ZabHistory, last: Zxid): ZabSync {
  // TODO: SNAP, but only where nothing else will do: what does the log not have any more?

  // TODO: what does the follower lack, and up to where do the two agree? DIFF if it has nothing more, else TRUNC.
  throw new Error("chooseSync is still to do");
}
