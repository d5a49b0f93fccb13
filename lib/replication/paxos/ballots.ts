import type { NodeId } from "../../protocol.js";

/**
 * The lowest of a node's ballots above `above`. Ballots are integers from 1; node i of n owns those whose remainder by n
 * is i, so that no two nodes ever use the same one (Lamport 2001, §2.5). Ballot 0 stands for none.
 */
export function nextBallot(above: number, self: NodeId, size: number): number {
  const round = Math.floor(above / size);
  const ballot = round * size + self;
  return ballot > above ? ballot : ballot + size;
}

/** Whose ballot it is. */
export const ownerOf = (ballot: number, size: number): NodeId => ballot % size;
