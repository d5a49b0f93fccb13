import { majority } from "../raft/quorum.js";

/** How many acceptors make a quorum. Unless given, what is needed to meet the other one; majorities if neither is. */
export interface QuorumOptions {
  /** Promises that a proposer needs before it proposes. */
  readonly phase1?: number;
  /** Acceptances that make a value chosen. */
  readonly phase2?: number;
}

export interface Quorums {
  readonly phase1: number;
  readonly phase2: number;
}

/**
 * The quorums of `size` acceptors. Any quorum of phase 1 must share an acceptor with any of phase 2; those of one phase
 * need not meet each other (Howard, Malkhi and Spiegelman, Flexible Paxos, OPODIS 2016, §3). Throws a `RangeError` if
 * they do not meet, or are not whole numbers from 1 to `size`.
 */
export function quorumsOf({ phase1, phase2 }: QuorumOptions, size: number): Quorums {
  const meeting = (other: number | undefined) => (other === undefined ? majority(size) : size + 1 - other);
  const quorums = { phase1: phase1 ?? meeting(phase2), phase2: phase2 ?? meeting(phase1) };
  for (const [phase, quorum] of Object.entries(quorums)) {
    if (!(Number.isInteger(quorum) && quorum >= 1 && quorum <= size)) throw new RangeError(`expected a quorum from 1 to ${size} of ${size} acceptors for ${phase}, not ${quorum}`);
  }
  if (quorums.phase1 + quorums.phase2 <= size) throw new RangeError(`quorums of ${quorums.phase1} and ${quorums.phase2} of ${size} acceptors need not meet: their sum must be above ${size}`);
  return quorums;
}
