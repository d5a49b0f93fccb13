import type { Operation } from "./history.js";

/** An operation as one would say it: `read → 3`, `write 4`, `cas [1,2]`, and `→ ?` while it is unanswered. */
export function operationWords({ f, key, input, output, returned }: Operation): string {
  const argument = input === null || input === undefined ? "" : ` ${JSON.stringify(input)}`;
  const at = key === undefined ? "" : ` ${JSON.stringify(key)}`;
  const silent = output === null || output === undefined || JSON.stringify(output) === JSON.stringify(input);
  const result = returned === Infinity ? " → ?" : silent && !asks.includes(f) ? "" : ` → ${JSON.stringify(output)}`;
  return `${f}${at}${argument}${result}`;
}

/** Operations whose result is what they are for, even if it is null. */
const asks: readonly string[] = ["read", "get", "dequeue"];
