import type { NodeId } from "../../protocol.js";
import type { Distribution, Random } from "../../random.js";

/** Places that nodes and clients are in, and how far apart these are. */
export interface Regions {
  readonly count: number;
  /** Where a node is: nodes are dealt out in turn. */
  of(node: NodeId): number;
  /** How much longer a message takes between two places than within one, one way, ms. */
  distance(from: number, to: number): number;
  /** One-way delay between two places, as a distribution, ms. */
  delay(from: number, to: number): Distribution;
}

/**
 * Regions in which a message takes `near`, and between which it takes `far` more: one-way times in ms, by pair in the order
 * 0–1, 0–2, 1–2, 0–3 …, taken in turn if there are fewer than pairs. Throws a `RangeError` if `far` is empty and needed.
 */
export function regions(count: number, near: Distribution, far: readonly number[]): Regions {
  if (count > 1 && far.length === 0) throw new RangeError("regions need a one-way time between them, in ms: none is given");
  const pairs = count * (count - 1) / 2;
  const farther = (from: number, to: number) => (from === to ? 0 : far[pairOf(Math.min(from, to), Math.max(from, to)) % far.length]!);
  const between = Array.from({ length: pairs }, (_, pair) => shifted(near, far[pair % far.length]!));
  return {
    count,
    of: (node) => node % count,
    distance: farther,
    delay: (from, to) => (from === to ? near : between[pairOf(Math.min(from, to), Math.max(from, to))]!),
  };
}

const pairOf = (low: number, high: number) => high * (high - 1) / 2 + low;

const shifted = (near: Distribution, by: number): Distribution => ({ text: `${by}+${near.text}`, sample: (random: Random) => by + near.sample(random) });
