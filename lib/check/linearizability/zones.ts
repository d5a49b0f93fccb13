import type { Operation } from "../history.js";
import type { Model } from "../models/model.js";
import { valueIdentity } from "../models/valueIdentity.js";
import type { Budget } from "./budget.js";
import type { Found } from "./search.js";

/**
 * Judges a register whose writes are of different values, in O(n log n): Gibbons and Korach, Testing shared memories
 * (SIAM Journal on Computing 26(4), 1997), section 4. Every read tells then which write it saw; a write and the reads of
 * its value are a cluster. From a cluster's first answer to its last invocation, if they come in this order, the register
 * must have held its value; if they do not, it may have held it for a moment between the two. It does not say where the
 * history fails. Undefined if a value is written twice, or is also the initial one, or if there is an operation that is
 * neither a read nor a write.
 */
export function judgeByZones(operations: readonly Operation[], model: Model, initial: unknown, budget: Budget): Found | undefined {
  if (!model.asRegister) return undefined;
  // Cluster 0 is the initial value's, with a write before everything.
  const clusterOfValue = new Map<unknown, number>([[valueIdentity(initial), 0]]);
  const clusters = new Int32Array(operations.length).fill(NONE);
  const reads: number[] = [];
  const readValues: unknown[] = [];
  const writes: number[] = [NONE];
  for (let i = 0; i < operations.length; i++) {
    const use = model.asRegister(operations[i]!);
    if (!use) return undefined;
    if (use.sets !== undefined) {
      const value = valueIdentity(use.sets);
      if (clusterOfValue.has(value)) return undefined;
      clusterOfValue.set(value, (clusters[i] = writes.length));
      writes.push(i);
    } else if (use.needs !== undefined) {
      reads.push(i);
      readValues.push(valueIdentity(use.needs));
    }
  }
  if (budget.spent(operations.length)) return { verdict: "unknown", order: [] };

  const firstAnswer = new Float64Array(writes.length);
  const lastInvocation = new Float64Array(writes.length);
  const sizes = new Int32Array(writes.length);
  for (let cluster = 0; cluster < writes.length; cluster++) {
    const write = operations[writes[cluster]!];
    firstAnswer[cluster] = write ? write.returned : -1;
    lastInvocation[cluster] = write ? write.invoked : -2;
    sizes[cluster] = write ? 1 : 0;
  }
  for (let i = 0; i < reads.length; i++) {
    const { invoked, returned } = operations[reads[i]!]!;
    const cluster = clusterOfValue.get(readValues[i]);
    if (cluster === undefined) return impossible;
    if (cluster > 0 && returned < operations[writes[cluster]!]!.invoked) return impossible;
    clusters[reads[i]!] = cluster;
    sizes[cluster]!++;
    if (returned < firstAnswer[cluster]!) firstAnswer[cluster] = returned;
    if (invoked > lastInvocation[cluster]!) lastInvocation[cluster] = invoked;
  }

  const held: number[] = [];
  const passing: number[] = [];
  for (let cluster = 0; cluster < writes.length; cluster++) {
    if (firstAnswer[cluster]! < lastInvocation[cluster]!) held.push(cluster);
    // A write without an answer that nobody saw may as well not have happened.
    else if (firstAnswer[cluster] !== Infinity) passing.push(cluster);
    else clusters[writes[cluster]!] = NONE;
  }
  held.sort((a, b) => firstAnswer[a]! - firstAnswer[b]!);
  for (let i = 1; i < held.length; i++) if (firstAnswer[held[i]!]! < lastInvocation[held[i - 1]!]!) return impossible;
  // A value that passes has its moment when all its operations have begun, or else after the value that is then held.
  passing.sort((a, b) => lastInvocation[a]! - lastInvocation[b]!);
  const order: number[] = [];
  let next = 0;
  for (const cluster of passing) {
    while (next < held.length && firstAnswer[held[next]!]! < lastInvocation[cluster]!) order.push(held[next++]!);
    if (next > 0 && firstAnswer[cluster]! < lastInvocation[held[next - 1]!]!) return impossible;
    order.push(cluster);
  }
  while (next < held.length) order.push(held[next++]!);
  return { verdict: "linearizable", order: inClusters(operations, clusters, order, sizes, writes) };
}

/** The operations cluster by cluster, each with its write first. */
function inClusters(operations: readonly Operation[], clusters: Int32Array, order: readonly number[], sizes: Int32Array, writes: readonly number[]): Operation[] {
  const places = new Int32Array(sizes.length);
  let count = 0;
  for (const cluster of order) {
    places[cluster] = count;
    count += sizes[cluster]!;
  }
  const ordered = new Array<Operation>(count);
  for (const cluster of order) if (cluster > 0) ordered[places[cluster]!++] = operations[writes[cluster]!]!;
  for (let i = 0; i < operations.length; i++) {
    const cluster = clusters[i]!;
    if (cluster !== NONE && writes[cluster] !== i) ordered[places[cluster]!++] = operations[i]!;
  }
  return ordered;
}

const NONE = -1;
const impossible: Found = { verdict: "not-linearizable", order: [] };
