import type { Operation } from "../history.js";
import type { Model } from "../models/model.js";

/** What is asked of a part of the history: does it fail? */
export type Fails = (operations: readonly Operation[]) => boolean;

/**
 * Leaves operations out of a history that fails for as long as it goes on to fail, until nothing more can go. Only what
 * cannot make a linearizable history fail is left out, so that the part proves the whole to fail.
 */
export function shrink(operations: readonly Operation[], model: Model, initial: unknown, fails: Fails): readonly Operation[] {
  let part = shortestPrefix(operations, fails);
  for (;;) {
    const before = part;
    part = withoutForgotten(part, model, fails);
    part = withoutGroups(part, model.removable(part, initial), fails);
    part = shortestPrefix(part, fails);
    if (part.length === before.length && part.every((operation, i) => operation.returned === before[i]!.returned)) return part;
  }
}

/** The history up to and with an answer: what is open there has no answer yet. */
export function cutAt(operations: readonly Operation[], place: number): Operation[] {
  return operations.flatMap((operation) => {
    if (operation.invoked > place) return [];
    return operation.returned <= place ? [operation] : [unanswered(operation)];
  });
}

function unanswered({ output: _, returnedAt: __, ...operation }: Operation): Operation {
  return { ...operation, returned: Infinity };
}

/** If a history fails up to an answer, it fails up to any later one: the first is found by halving. */
function shortestPrefix(operations: readonly Operation[], fails: Fails): readonly Operation[] {
  const answers = operations.map(({ returned }) => returned).filter((place) => place !== Infinity).sort((a, b) => a - b);
  let low = 0;
  let high = answers.length - 1;
  let shortest = operations;
  while (low < high) {
    const middle = (low + high) >> 1;
    const prefix = cutAt(operations, answers[middle]!);
    if (fails(prefix)) {
      shortest = prefix;
      high = middle;
    } else low = middle + 1;
  }
  // Nothing that begins after the last answer could make a difference.
  const cut = answers.length === 0 || high < answers.length - 1;
  return cut ? shortest : cutAt(operations, answers[high]!);
}

function withoutForgotten(part: readonly Operation[], model: Model, fails: Fails): readonly Operation[] {
  let tried = 0;
  let next = 0;
  for (const group of model.forgotten?.(part) ?? []) {
    // The latest are likeliest to do; of a long history's many others, fewer and fewer are tried.
    if (tried++ < next) continue;
    const rest = without(part, [group]);
    if (fails(rest)) return rest;
    next = tried < 100 ? tried : Math.ceil(tried * 1.1);
  }
  return part;
}

/** Leaves out groups, many at once at first (Zeller and Hildebrandt's delta debugging, 2002). */
function withoutGroups(part: readonly Operation[], groups: readonly (readonly number[])[], fails: Fails): readonly Operation[] {
  let kept = [...groups];
  let gone: (readonly number[])[] = [];
  for (let size = kept.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length; ) {
      const some = kept.slice(at, at + size);
      if (fails(without(part, [...gone, ...some]))) {
        gone = [...gone, ...some];
        kept.splice(at, size);
      } else at += size;
    }
  }
  return without(part, gone);
}

function without(part: readonly Operation[], groups: readonly (readonly number[])[]): readonly Operation[] {
  if (groups.length === 0) return part;
  const gone = new Uint8Array(part.length);
  for (const group of groups) for (const i of group) gone[i] = 1;
  return part.filter((_, i) => gone[i] === 0);
}
