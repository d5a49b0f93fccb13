import type { NodeId } from "../../protocol.js";
import { createRandom } from "../../random.js";

/**
 * A sparse overlay: by node, its neighbours in ascending order. It is the union of `degree` / 2 random rings through all
 * nodes, so that it is connected, a link leads both ways, and nobody has more than `degree` neighbours (Law and Siu,
 * Distributed Construction of Random Expander Networks, INFOCOM 2003). The same seed gives the same overlay everywhere.
 * Throws a `RangeError` unless `degree` is an even number from 2.
 */
export function overlay(size: number, degree: number, seed = 1): readonly (readonly NodeId[])[] {
  if (!(Number.isInteger(degree) && degree >= 2 && degree % 2 === 0)) throw new RangeError(`expected an even number of neighbours from 2, not ${degree}`);
  const name = `${size} ${degree} ${seed}`;
  let built = known.get(name);
  if (!built) {
    built = build(size, degree, seed);
    if (known.size < 64) known.set(name, built);
  }
  return built;
}

/** Each node of a cluster asks for the overlay when it starts. */
const known = new Map<string, readonly (readonly NodeId[])[]>();

function build(size: number, degree: number, seed: number): readonly (readonly NodeId[])[] {
  const random = createRandom(seed);
  const neighbors = Array.from({ length: size }, () => new Set<NodeId>());
  for (let ring = 0; 2 * ring < degree; ring++) {
    const order = Array.from({ length: size }, (_, node) => node);
    for (let i = size - 1; i > 0; i--) {
      const other = Math.floor(random() * (i + 1));
      [order[i], order[other]] = [order[other]!, order[i]!];
    }
    order.forEach((node, i) => {
      const next = order[(i + 1) % size]!;
      if (node === next) return;
      neighbors[node]!.add(next);
      neighbors[next]!.add(node);
    });
  }
  return neighbors.map((set) => [...set].sort((a, b) => a - b));
}
