import { type Dot, includes, mergeVectors, type VersionVector } from "./versionVector.js";

/** A value and the one update that wrote it. */
export interface Version<V> {
  readonly dot: Dot;
  readonly value: V;
}

/**
 * What one node holds under one key: the versions of which none was written knowing another, its *siblings*, each with
 * its dot, and the updates of this key that it knows. A dotted version vector set, with its dots spelled out (Preguiça et
 * al., Dotted Version Vectors, 2010; Almeida et al., Scalable and Accurate Causality Tracking for Eventually Consistent
 * Stores, 2014). Whoever knows an update and does not hold its version knows that a later one replaced it. Nodes count,
 * not clients, so vectors stay as short as the list of replicas. Held and sent whole, never in parts.
 */
export interface Siblings<V> {
  readonly context: VersionVector;
  /** In order of node and counter. */
  readonly versions: readonly Version<V>[];
}

/** Under a key that was never written. */
export const NO_SIBLINGS: Siblings<never> = { context: {}, versions: [] };

/** Everything that either knows: what both hold, and what one holds and the other has never heard of (2014, `sync`). */
export function sync<V>(a: Siblings<V>, b: Siblings<V>): Siblings<V> {
  const both = a.versions.filter(({ dot }) => holds(b, dot));
  const versions = [...both, ...discard(a, b.context).versions, ...discard(b, a.context).versions];
  return { context: mergeVectors(a.context, b.context), versions: inOrder(versions) };
}

/** Without the versions that somebody knows who has read so much (2014, `discard`). */
export function discard<V>({ context, versions }: Siblings<V>, read: VersionVector): Siblings<V> {
  return { context, versions: versions.filter(({ dot }) => !includes(read, dot)) };
}

/**
 * A client that has read so much writes: what it has read is replaced, what it has not read stays beside its value (2014,
 * `discard` and `event`). An empty `read` replaces nothing. The dot is the writing node's next, as from
 * `nextDot(siblings.context, node)`; throws a `RangeError` for one that is known already.
 */
export function update<V>(siblings: Siblings<V>, read: VersionVector, dot: Dot, value: V): Siblings<V> {
  if (includes(siblings.context, dot) || includes(read, dot)) throw new RangeError(`update ${dot.counter} of node ${dot.node} has been made before`);
  const rest = sync(siblings, { context: read, versions: [] });
  return { context: mergeVectors(rest.context, { [dot.node]: dot.counter }), versions: inOrder([...rest.versions, { dot, value }]) };
}

/** Whether this very version is held. */
export const holds = (siblings: Siblings<unknown>, { node, counter }: Dot): boolean => siblings.versions.some(({ dot }) => dot.node === node && dot.counter === counter);

const inOrder = <V>(versions: Version<V>[]): readonly Version<V>[] => versions.sort((a, b) => a.dot.node - b.dot.node || a.dot.counter - b.dot.counter);
