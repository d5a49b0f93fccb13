import { drawSteps, hashingProperties, type Membership, shortestSteps, type Step } from "./hashing.properties.js";
import { hashInteger, hashString } from "./hashString.js";
import { permutationOf, populate } from "./maglev.js";

/** A way to place keys with a mistake that was really made, and the property that it breaks. */
export interface HashingMutant {
  readonly name: string;
  /** The mistake, in words. */
  readonly bug: string;
  /** What it would be without it. */
  readonly engine: "hash-ring" | "maglev";
  /** Where it was made, or might be. */
  readonly source: string;
  /** The name of the property that it breaks. */
  readonly caughtBy: string;
  make(): Membership;
}

/** Points on a narrow circle, so that some collide, in a map by position. */
class MapRing implements Membership {
  readonly #ring = new Map<number, string>();
  readonly #nodes = new Set<string>();
  readonly #overwrites: boolean;

  constructor(overwrites: boolean) {
    this.#overwrites = overwrites;
  }

  join(node: string) {
    this.#nodes.add(node);
    for (const point of points(node)) if (this.#overwrites || !this.#ring.has(point)) this.#ring.set(point, node);
  }

  leave(node: string) {
    this.#nodes.delete(node);
    // Whoever it belonged to: the name is not looked at.
    for (const point of points(node)) this.#ring.delete(point);
  }

  lookup(key: string) {
    const positions = [...this.#ring.keys()].sort((a, b) => a - b);
    const hash = hashString(key);
    return this.#ring.get(positions.find((position) => position >= hash) ?? positions[0]!);
  }
}

const points = (node: string) => Array.from({ length: 4 }, (_, i) => (hashInteger(i, hashString(node)) >>> 25) * 33554432);

/** Backends take their turns in the order in which this balancer heard of them. */
class MaglevInOrderOfArrival implements Membership {
  readonly #nodes: string[] = [];

  join(node: string) {
    this.#nodes.push(node);
  }

  leave(node: string) {
    this.#nodes.splice(this.#nodes.indexOf(node), 1);
  }

  lookup(key: string) {
    const entries = populate(this.#nodes.map((node) => permutationOf(node, SIZE)), SIZE);
    return this.#nodes[entries[hashString(key) % SIZE]!];
  }
}

const SIZE = 251;

/** Published mistakes in placing keys. */
export const hashingMutants: readonly HashingMutant[] = [
  {
    name: "hash-ring-overwrites",
    bug: "of two nodes with a point at one place the later one takes it over, and takes it along when it leaves",
    engine: "hash-ring",
    source: "rings kept as a map from position to node",
    caughtBy: "the order of joining does not matter",
    make: () => new MapRing(true),
  },
  {
    name: "hash-ring-forgets",
    bug: "a point whose place is taken is left out, and a node that leaves takes along what stands at its places",
    engine: "hash-ring",
    source: "node-hashring 1.0.2",
    caughtBy: "a node that leaves moves no other node's keys",
    make: () => new MapRing(false),
  },
  {
    name: "maglev-in-order-of-arrival",
    bug: "the table is filled in the order in which the backends were heard of",
    engine: "maglev",
    source: "balancers that discover their hosts in different orders: two of them send one connection to different hosts",
    caughtBy: "the order of joining does not matter",
    make: () => new MaglevInOrderOfArrival(),
  },
];

/** How a mutant was caught. */
export interface CaughtHashing {
  /** Of `drawSteps`. */
  readonly seed: number;
  /** The nodes that come and go, none of which could be left out. */
  readonly steps: readonly Step[];
  /** What went wrong, in words. */
  readonly message: string;
}

/** The shortest steps that show a mutant, of the first few seeds that do; undefined if none does, of 3,000. */
export function catchHashingMutant({ caughtBy, make }: HashingMutant): CaughtHashing | undefined {
  const property = Object.values(hashingProperties).find(({ name }) => name === caughtBy);
  if (!property) throw new Error(`there is no property "${caughtBy}"`);
  const caught: CaughtHashing[] = [];
  for (let seed = 1; seed <= 3000 && caught.length < 10; seed++) {
    const shortest = shortestSteps(property, make, drawSteps(seed));
    if (shortest) caught.push({ seed, ...shortest });
  }
  return caught.sort((a, b) => a.steps.length - b.steps.length || a.seed - b.seed)[0];
}
