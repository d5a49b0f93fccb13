import { inWords } from "./inWords.js";
import type { RegisterHistory } from "./registerHistory.js";

/**
 * Throws an Error unless each value of a register is written at most once, and the initial one, null, never: only then
 * does a value say which write it came from.
 */
export function requireUniqueWrites({ writers, initial }: RegisterHistory): void {
  for (const version of initial) {
    const [write] = writers[version]!;
    if (!write) continue;
    const { operation } = write;
    throw new Error(`${inWords(operation)} (operation ${operation.id}): null is the initial value; this check needs every write to write a value of its own`);
  }
  for (const [first, second] of writers) {
    if (!second) continue;
    const [a, b] = [first!.operation, second.operation];
    throw new Error(`${inWords(a)} and ${inWords(b)} (operations ${a.id} and ${b.id}): this check needs every write to write a value of its own; let clients count their writes`);
  }
}
