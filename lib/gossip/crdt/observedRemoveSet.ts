import type { NodeId } from "../../protocol.js";
import { type CausalContext, contextOf, knows, mergeContexts, NOTHING_KNOWN } from "../versions/causalContext.js";
import { type Dot, nextDot } from "../versions/versionVector.js";

/** An element and the update that added it. */
export interface Added {
  readonly element: string;
  readonly dot: Dot;
}

/**
 * A set to which every node may add, and from which it may remove, without asking. A removal takes what its node has seen
 * added; an add that it has not seen stays. No tombstones: an add that is known and not held has been removed (Bieniusa
 * et al., An Optimized Conflict-free Replicated Set, 2012; with contexts as in Almeida, Shoker and Baquero, Delta State
 * Replicated Data Types, 2018, so that a part of a set is a set as well).
 */
export interface ObservedRemoveSet {
  /** The adds that are known. */
  readonly context: CausalContext;
  /** Those that are in force, by element, node and counter; an element that two nodes added at once is here twice. */
  readonly adds: readonly Added[];
}

export const EMPTY_SET: ObservedRemoveSet = { context: NOTHING_KNOWN, adds: [] };

/** Its elements, each once, in order. */
export const elements = ({ adds }: ObservedRemoveSet): string[] => [...new Set(adds.map(({ element }) => element))];

/** Everything that either knows: the adds that both hold, and those that one holds and the other has never heard of. */
export function mergeSets(a: ObservedRemoveSet, b: ObservedRemoveSet): ObservedRemoveSet {
  const heldByB = new Set(b.adds.map(nameOf));
  const both = a.adds.filter((added) => heldByB.has(nameOf(added)));
  const unknownTo = ({ context }: ObservedRemoveSet, { adds }: ObservedRemoveSet) => adds.filter(({ dot }) => !knows(context, dot));
  return { context: mergeContexts(a.context, b.context), adds: inOrder([...both, ...unknownTo(b, a), ...unknownTo(a, b)]) };
}

/** What adding an element at a node changes, as a set to be merged in: one new add, in place of those that the node has seen. */
export function addDelta(set: ObservedRemoveSet, node: NodeId, element: string): ObservedRemoveSet {
  // Of its own updates a node knows all, so the next number comes after those of the vector.
  const dot = nextDot(set.context.vector, node);
  return { context: contextOf([dot, ...dotsOf(set, element)]), adds: [{ element, dot }] };
}

/** What removing an element at a node that holds this set changes, as a set to be merged in: the adds that it has seen are known, and not held. */
export const removeDelta = (set: ObservedRemoveSet, element: string): ObservedRemoveSet => ({ context: contextOf(dotsOf(set, element)), adds: [] });

/** The adds of an element that are in force. */
export const dotsOf = ({ adds }: ObservedRemoveSet, element: string): Dot[] => adds.filter((added) => added.element === element).map(({ dot }) => dot);

const nameOf = ({ dot: { node, counter } }: Added) => `${node}.${counter}`;

function inOrder(adds: Added[]): readonly Added[] {
  return adds.sort((a, b) => (a.element < b.element ? -1 : a.element > b.element ? 1 : a.dot.node - b.dot.node || a.dot.counter - b.dot.counter));
}
