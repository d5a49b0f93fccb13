import { type Arcs, cutArcs } from "./arcs.js";
import { hashInteger, hashString } from "./hashString.js";
import type { HashNode, Weighted } from "./placement.js";
import type { RingOptions } from "./ring.js";

/** Cuts the circle at the points of these nodes, each at a hash of its name and the point's number; an owner is a node's place among them. */
export function cutAtPoints(members: readonly Weighted<HashNode>[], { points, owns, seed, bits }: Required<RingOptions>): Arcs {
  const counts = members.map(({ weight }) => Math.max(1, Math.round(weight * points)));
  const positions = new Uint32Array(counts.reduce((sum, count) => sum + count, 0));
  const owners = new Int32Array(positions.length);
  const mask = -1 << (32 - bits);
  let filled = 0;
  for (let place = 0; place < members.length; place++) {
    // Where an arc is owned from its point on, the last of those at one place owns it: the first by name must come last.
    const owner = owns === "before" ? place : members.length - 1 - place;
    const name = String(members[owner]!.node);
    const [first, second] = [hashString(name, seed ^ POINTS), hashString(name, seed ^ ~POINTS)];
    for (let i = 0; i < counts[owner]!; i++) {
      positions[filled] = (hashInteger(i, first) ^ second) & mask;
      owners[filled++] = owner;
    }
  }
  const sorted = sortByPosition(positions, owners);
  return owns === "before" ? cutArcs(sorted.positions, sorted.owners) : arcsFrom(sorted.positions, sorted.owners);
}

/** Keys and points are hashed with seeds of their own: a key with a node's name lies anywhere. */
const POINTS = 0x70a17e5d;

interface Points {
  readonly positions: Uint32Array;
  readonly owners: Int32Array;
}

/** In ascending order; those at one position keep theirs. A radix sort, from the last digit to the first. */
function sortByPosition(positions: Uint32Array, owners: Int32Array): Points {
  let sorted: Points = { positions, owners };
  for (let shift = 0; shift < 32; shift += DIGIT) sorted = sortByDigit(sorted, shift);
  return sorted;
}

/** Bits of a digit. */
const DIGIT = 11;

function sortByDigit({ positions, owners }: Points, shift: number): Points {
  const { length } = positions;
  const [digits, mask] = [1 << DIGIT, (1 << DIGIT) - 1];
  // Where the next point with a digit goes: behind all those with a lower one.
  const next = new Uint32Array(digits + 1);
  for (let i = 0; i < length; i++) next[((positions[i]! >>> shift) & mask) + 1]!++;
  for (let digit = 1; digit < digits; digit++) next[digit]! += next[digit - 1]!;
  const sorted = { positions: new Uint32Array(length), owners: new Int32Array(length) };
  for (let i = 0; i < length; i++) {
    const at = next[(positions[i]! >>> shift) & mask]!++;
    sorted.positions[at] = positions[i]!;
    sorted.owners[at] = owners[i]!;
  }
  return sorted;
}

/** Arcs that are owned from their points on: the one that ends before point i is point i − 1's. */
function arcsFrom(positions: Uint32Array, owners: Int32Array): Arcs {
  const { length } = positions;
  // What ends before position 0 ends last.
  let first = 0;
  while (first < length && positions[first] === 0) first++;
  const point = (i: number) => (first + i) % length;
  return cutArcs(Uint32Array.from(positions, (_, i) => positions[point(i)]! - 1), Int32Array.from(owners, (_, i) => owners[(point(i) + length - 1) % length]!));
}
