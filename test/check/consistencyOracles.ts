/** The definitions of the promises, tried out on every order there is. Slow and plain on purpose: nothing here is shared with lib/check. */
import type { Operation } from "../../lib/check/history.js";

const reads = ({ f }: Operation) => f === "read";
const lost = ({ returned }: Operation) => returned === Infinity;
const value = (operation: Operation) => (reads(operation) ? operation.output : operation.input);
const sameProcess = (a: Operation, b: Operation) => a.process === b.process && a.invoked < b.invoked && !lost(a);
const inRealTime = (a: Operation, b: Operation) => a.returned < b.invoked;
type Order = (a: Operation, b: Operation) => boolean;

/** All sequences of these operations that agree with an order; ends as soon as `wanted` accepts one. */
function someSequence(operations: readonly Operation[], order: Order, wanted: (sequence: readonly Operation[]) => boolean, sequence: readonly Operation[] = []): boolean {
  if (sequence.length === operations.length) return wanted(sequence);
  return operations.some((next) => !sequence.includes(next) && operations.every((other) => other === next || sequence.includes(other) || !order(other, next)) && someSequence(operations, order, wanted, [...sequence, next]));
}

/** Every way to decide which lost writes happened; lost reads say nothing. */
function* outcomes(operations: readonly Operation[]): Generator<Operation[]> {
  const certain = operations.filter((operation) => !lost(operation));
  const maybe = operations.filter((operation) => lost(operation) && !reads(operation));
  for (let choice = 0; choice < 1 << maybe.length; choice++) yield [...certain, ...maybe.filter((_, index) => (choice >> index) & 1)];
}
const someOutcome = (operations: readonly Operation[], holds: (happened: readonly Operation[]) => boolean) => [...outcomes(operations)].some(holds);

const lastWrite = (sequence: readonly Operation[], key: unknown) => sequence.findLast((operation) => !reads(operation) && operation.key === key);
const legal = (sequence: readonly Operation[]) => sequence.every((operation, place) => !reads(operation) || (lastWrite(sequence.slice(0, place), operation.key)?.input ?? null) === operation.output);

export const linearizable = (operations: readonly Operation[]) => someOutcome(operations, (happened) => someSequence(happened, (a, b) => inRealTime(a, b), legal));
export const sequential = (operations: readonly Operation[]) => someOutcome(operations, (happened) => someSequence(happened, sameProcess, legal));

/** Where a read's value comes from: a write, null for the initial value, undefined for nowhere. */
function source(happened: readonly Operation[], read: Operation): Operation | null | undefined {
  return read.output === null ? null : happened.find((operation) => !reads(operation) && operation.key === read.key && operation.input === read.output);
}
const fromNowhere = (happened: readonly Operation[]) => happened.some((operation) => reads(operation) && source(happened, operation) === undefined);

/** Process order and reads-from, transitively closed; undefined if it has a cycle. */
function causality(happened: readonly Operation[]): Order | undefined {
  const after = new Map(happened.map((a) => [a, new Set(happened.filter((b) => sameProcess(a, b) || (reads(b) && source(happened, b) === a)))]));
  for (const middle of happened) for (const a of happened) if (after.get(a)!.has(middle)) for (const b of after.get(middle)!) after.get(a)!.add(b);
  return happened.some((a) => after.get(a)!.has(a)) ? undefined : (a, b) => after.get(a)!.has(b);
}

/** CC: each read is right at the end of some sequence of what it depends on. */
export const causal = (operations: readonly Operation[]) =>
  someOutcome(operations, (happened) => {
    const order = causality(happened);
    if (!order || fromNowhere(happened)) return false;
    return happened.filter(reads).every((read) => {
      const past = happened.filter((operation) => order(operation, read));
      return someSequence(past, order, (sequence) => (lastWrite(sequence, read.key)?.input ?? null) === read.output);
    });
  });

/** CCv: one sequence of everything; each read finds the last write, in that sequence, of those it depends on. */
export const causalConvergence = (operations: readonly Operation[]) =>
  someOutcome(operations, (happened) => {
    const order = causality(happened);
    if (!order || fromNowhere(happened)) return false;
    return someSequence(happened, order, (sequence) => happened.filter(reads).every((read) => (lastWrite(sequence.filter((operation) => order(operation, read)), read.key)?.input ?? null) === read.output));
  });

/** Each register's versions in some order, its place a version's age; `wanted` sees the operations of one register. */
const someVersionOrder = (operations: readonly Operation[], realTime: boolean, wanted: (own: readonly Operation[], age: (operation: Operation) => number) => boolean) =>
  someOutcome(operations, (happened) =>
    !fromNowhere(happened) && ["x", "y"].every((key) => {
      const own = happened.filter((operation) => operation.key === key);
      const writes = own.filter((operation) => !reads(operation));
      return someSequence(writes, (a, b) => realTime && inRealTime(a, b), (sequence) => wanted(own, (operation) => sequence.findIndex((write) => write.input === value(operation))));
    }));

export const readYourWrites = (operations: readonly Operation[], realTime: boolean) =>
  someVersionOrder(operations, realTime, (own, age) => own.every((write) => reads(write) || own.every((read) => !reads(read) || !sameProcess(write, read) || age(read) >= age(write))));
export const monotonicReads = (operations: readonly Operation[], realTime: boolean) =>
  someVersionOrder(operations, realTime, (own, age) => own.every((first) => !reads(first) || own.every((second) => !reads(second) || !sameProcess(first, second) || age(second) >= age(first))));

/** Versions behind, of each answered read of a value that was written, counted pair by pair. */
export function versionsBehind(operations: readonly Operation[]): number[] {
  return operations.filter((read) => reads(read) && !lost(read) && source(operations, read) !== undefined).map((read) => {
    const write = source(operations, read)!;
    const there = write === null ? -1 : Math.min(write.returned, ...operations.filter((other) => reads(other) && !lost(other) && other.key === read.key && other.output === read.output).map(({ returned }) => returned));
    return operations.filter((newer) => !reads(newer) && newer.key === read.key && there < newer.invoked && newer.returned < read.invoked).length;
  });
}
