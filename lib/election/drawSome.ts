import type { Random } from "../random.js";

/** `count` different ones of these, each set of that many equally likely; all of them if there are no more. */
export function drawSome<V>(values: readonly V[], count: number, random: Random): V[] {
  if (count >= values.length) return [...values];
  const rest = [...values];
  const drawn: V[] = [];
  while (drawn.length < count) {
    const at = Math.floor(random() * rest.length);
    drawn.push(rest[at]!);
    rest[at] = rest.at(-1)!;
    rest.pop();
  }
  return drawn;
}
