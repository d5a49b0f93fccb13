/** What is asked of a register that is kept on several replicas. */
export interface Demand {
  /** How many replicas there are, each with one copy (N). */
  readonly replicas: number;
  /** `last write`: a read always finds the last write that was completed before it. `eventual`: it may find an older one. */
  readonly promise: "last write" | "eventual";
  /** So many replicas may be down, whichever they are, and reads still get all the answers that they wait for. */
  readonly downForReads: number;
  /** The same for writes. */
  readonly downForWrites: number;
  /** After a write was completed, so many replicas may lose their disks, whichever they are, and a copy of it is left. */
  readonly disksLost: number;
  /** How many reads there are for how many writes. */
  readonly reads: number;
  readonly writes: number;
}

/** A read waits for `read` replicas (R), a write for `write` (W). Whole numbers from 1 to N. */
export interface Quorums {
  readonly read: number;
  readonly write: number;
}

/** Whether a register with these quorums keeps all that is demanded. What it costs is another matter. */
export function keeps({ replicas, promise, downForReads, downForWrites, disksLost }: Demand, { read, write }: Quorums): boolean {
  // TODO: do reads and writes come through; do they meet; is a copy left? Not every demand asks for all of it.
  throw new Error("keeps is still to do");
}

/**
 * The cheapest quorums that keep a demand: those for which the fewest answers are waited for, R for each read and W for each
 * write. Where several cost the same, any of them. Null if there are none.
 */
export function chooseQuorums(demand: Demand): Quorums | null {
  // TODO: of all that keep the demand, one that costs the least.
  throw new Error("chooseQuorums is still to do");
}

/** Given: how many answers are waited for. */
function cost({ reads, writes }: Demand, { read, write }: Quorums): number {
  return reads * read + writes * write;
}
