import { hashInteger, hashString } from "../../lib/hashing/hashString.js";
import { deriveRandom } from "../../lib/random.js";

export interface Member {
  readonly name: string;
  readonly weight: number;
}

export interface Point {
  readonly position: number;
  readonly node: string;
}

/** The hash function of a ring: so many bits of a string's hash. With few, points collide. */
export const hashOf = (bits: number, seed: number) => (text: string): number => hashString(text, seed) >>> (32 - bits);

/** The ring as it should be. */
export function wholeRing(members: readonly Member[], points: number, hash: (text: string) => number): Point[] {
  const all: Point[] = [];
  for (const { name, weight } of members) for (let i = 0; i < weight * points; i++) all.push({ position: hash(`${name}#${i}`), node: name });
  return inOrder(all);
}

export const inOrder = (points: readonly Point[]): Point[] => [...points].sort((a, b) => a.position - b.position || (a.node < b.node ? -1 : 1));

/** The different nodes from a position on: read off point by point, as the rule says it. */
export function nodesFrom(ring: readonly Point[], position: number): string[] {
  const onwards = [...ring.filter((point) => point.position >= position), ...ring.filter((point) => point.position < position)];
  return [...new Set(onwards.map(({ node }) => node))];
}

/** Reads "10a 20b": points in the order of the ring. */
export const points = (text: string): Point[] => inOrder(text.split(" ").map((word) => ({ position: Number.parseInt(word, 10), node: word.replace(/^\d+/, "") })));

/** A ring at random, of nodes a, b, c …: positions from 0 to `most`, not all different where there are many points. */
export function randomRing(seed: number, nodes: number, size: number, most: number): Point[] {
  const random = deriveRandom(seed, 0);
  return inOrder(Array.from({ length: size }, () => ({ position: Math.floor((most + 1) * random()), node: String.fromCharCode(97 + Math.floor(nodes * random())) })));
}

/** A ring that nobody can hold in memory: 2^30 points of 40 nodes, on 2^32 positions, each made when it is looked at. Pairs of points share 8 positions; some lie at the same one. */
export const endless = {
  length: 1073741824,
  at(index: number): Point {
    const pair = Math.floor(index / 2);
    const place = hashInteger(pair, 35);
    const position = 8 * pair + (place % 4) + (index % 2) * ((place >>> 8) % 3);
    // Both of a pair at one position: in the order of their names.
    const [one, other] = [nodeOf(2 * pair), nodeOf(2 * pair + 1)];
    const swapped = (place >>> 8) % 3 === 0 && other < one;
    return { position, node: (index % 2 === 0) !== swapped ? one : other };
  },
};

const nodeOf = (index: number): string => `n${10 + (hashInteger(index, 36) % 40)}`;

/** The same as `nodesFrom`, for that ring: it begins to look a little before the position, and reads on. */
export function endlessNodesFrom(position: number, count: number): string[] {
  const start = 2 * Math.floor(position / 8);
  const found = new Set<string>();
  for (let index = start; found.size < count; index++) {
    const point = endless.at(index % endless.length);
    if (index >= endless.length || point.position >= position) found.add(point.node);
  }
  return [...found];
}
