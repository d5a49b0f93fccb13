import type { Types } from "../protocol.js";
import { type Distribution, parseDistribution, type Random } from "../random.js";
import type { Node } from "./node.js";

/** Puts nodes' clocks wrong: by a skew in ms, and by a drift in parts per million, each drawn once a node. */
export function setClocks<T extends Types>(nodes: readonly Node<T>[], skew: string | Distribution = "constant:0", drift: string | Distribution = "constant:0", random: Random): void {
  const sample = (distribution: string | Distribution) => (typeof distribution === "string" ? parseDistribution(distribution) : distribution).sample(random);
  for (const node of nodes) {
    node.clockOffset = sample(skew);
    node.clockRate = 1 + sample(drift) / 1_000_000;
    if (!(node.clockRate > 0)) throw new RangeError(`a clock's drift is above −1,000,000 parts per million, not ${(node.clockRate - 1) * 1_000_000}`);
  }
}
