import type { Operation } from "../history.js";
import type { RegisterUse } from "./model.js";
import { valueIdentity } from "./valueIdentity.js";

/**
 * Removable groups of a register's history: a read; what sets a value that nobody else needs; and all that touches a
 * value, or a value made of it. What remains then needs only values whose setting remains, and finds them: in the order
 * that there was, nothing between the two is left but what leaves the value alone.
 */
export function registerGroups(operations: readonly Operation[], useOf: (operation: Operation) => RegisterUse): number[][] {
  const uses = operations.map((operation) => identified(useOf(operation)));
  const touching = new Map<unknown, number[]>();
  const needing = new Map<unknown, number[]>();
  uses.forEach(({ needs, sets }, i) => {
    for (const value of new Set([needs, sets])) if (value !== undefined) listIn(touching, value).push(i);
    if (needs !== undefined) listIn(needing, needs).push(i);
  });
  const groups: number[][] = [];
  for (const value of touching.keys()) {
    const members = new Set<number>();
    const made = new Set([value]);
    for (const each of made) {
      for (const i of touching.get(each) ?? []) members.add(i);
      for (const i of needing.get(each) ?? []) if (uses[i]!.sets !== undefined) made.add(uses[i]!.sets);
    }
    groups.push([...members].sort((a, b) => a - b));
  }
  uses.forEach(({ sets }, i) => {
    const alone = sets === undefined || (needing.get(sets) ?? []).every((other) => other === i);
    if (alone) groups.push([i]);
  });
  return groups;
}

/**
 * What an answered write makes forgotten: all that was answered before it began. It takes with it the reads that may have
 * come before it, since they may have seen what is forgotten. A write whose value somebody reads later stays: without it
 * a stale read would look like one of a value that was never there. Not where an operation that both needs and sets a value
 * may have come before it: it cannot be left out, for others may need what it set.
 */
export function* forgottenBy(operations: readonly Operation[], useOf: (operation: Operation) => RegisterUse): Iterable<number[]> {
  const uses = operations.map(useOf);
  for (let anchor = operations.length - 1; anchor >= 0; anchor--) {
    const { invoked, returned } = operations[anchor]!;
    if (uses[anchor]!.needs !== undefined || uses[anchor]!.sets === undefined || returned === Infinity) continue;
    const gone: number[] = [];
    let sound = true;
    for (let i = 0; i < operations.length && sound; i++) {
      const operation = operations[i]!;
      if (i === anchor || operation.invoked > returned) continue;
      const { needs, sets } = uses[i]!;
      if (operation.returned < invoked || sets === undefined) gone.push(i);
      else if (needs !== undefined) sound = false;
    }
    const rest = sound ? withoutSources(gone, uses) : [];
    if (rest.length > 0) yield rest;
  }
}

/** Leaves out of `gone` the last write of each value that an operation which stays needs. */
function withoutSources(gone: readonly number[], uses: readonly RegisterUse[]): number[] {
  const going = new Set(gone);
  const needed = new Set(uses.flatMap(({ needs }, i) => (needs === undefined || going.has(i) ? [] : [valueIdentity(needs)])));
  for (let i = uses.length - 1; i >= 0; i--) {
    const { needs, sets } = uses[i]!;
    if (sets === undefined || !needed.delete(valueIdentity(sets))) continue;
    if (needs === undefined) going.delete(i);
  }
  return gone.filter((i) => going.has(i));
}

const identified = ({ needs, sets }: RegisterUse): RegisterUse => ({
  ...(needs === undefined ? {} : { needs: valueIdentity(needs) }),
  ...(sets === undefined ? {} : { sets: valueIdentity(sets) }),
});

/** The list under a key of a map, made if there was none. */
export function listIn<K>(map: Map<K, number[]>, key: K): number[] {
  let list = map.get(key);
  if (!list) map.set(key, (list = []));
  return list;
}
