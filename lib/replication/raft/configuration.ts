import type { NodeId } from "../../protocol.js";
import { majority } from "./quorum.js";

/** Who belongs to a cluster (Ongaro 2014, dissertation, chapter 4). */
export interface Configuration {
  /** Who votes, and is counted when an entry is committed. */
  readonly voters: readonly NodeId[];
  /** In a joint configuration: the voters of the one before. A majority of them must agree as well (§4.3). */
  readonly outgoing?: readonly NodeId[];
  /** Who is sent the log and has no vote (§4.2.1). */
  readonly learners?: readonly NodeId[];
}

/** Whether these nodes, each counted once, decide for the cluster: a majority of the voters, in a joint configuration of both groups. */
export function isQuorum({ voters, outgoing }: Configuration, nodes: readonly NodeId[]): boolean {
  const decide = (group: readonly NodeId[]) => group.filter((node) => nodes.includes(node)).length >= majority(group.length);
  return decide(voters) && (outgoing === undefined || decide(outgoing));
}

/** The highest number that a quorum has reached, of numbers by node: such as the index up to which a quorum has the log. */
export function reachedByQuorum({ voters, outgoing }: Configuration, numberOf: (node: NodeId) => number): number {
  const reached = reachedByMajority(voters, numberOf);
  return outgoing === undefined ? reached : Math.min(reached, reachedByMajority(outgoing, numberOf));
}

/** The highest number that a majority of a group has reached. Counted, for it is asked at every answer of a follower. */
function reachedByMajority(group: readonly NodeId[], numberOf: (node: NodeId) => number): number {
  let highest = -Infinity;
  for (const node of group) {
    const number = numberOf(node);
    if (number <= highest) continue;
    let count = 0;
    for (const other of group) if (numberOf(other) >= number) count++;
    if (count >= majority(group.length)) highest = number;
  }
  return highest;
}

/** Whether a node votes, in either group of a joint configuration. */
export const isVoter = ({ voters, outgoing }: Configuration, node: NodeId): boolean => voters.includes(node) || (outgoing?.includes(node) ?? false);

/** All who vote, each once. */
export const votersOf = ({ voters, outgoing }: Configuration): readonly NodeId[] => (outgoing === undefined ? voters : [...new Set([...voters, ...outgoing])]);

/** All who are sent the log, each once. */
export const membersOf = (configuration: Configuration): readonly NodeId[] => (configuration.learners === undefined ? votersOf(configuration) : [...new Set([...votersOf(configuration), ...configuration.learners])]);

/** How many voters one group has and the other has not. */
export const difference = (one: readonly NodeId[], other: readonly NodeId[]): number => one.filter((node) => !other.includes(node)).length + other.filter((node) => !one.includes(node)).length;
