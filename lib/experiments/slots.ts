import { slotOf, SlotTable } from "../hashing/slots.js";
import { createRandom } from "../random.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  from: { type: "integer", default: 3, range: [1, 1000], summary: "nodes to whom the slots are dealt out" },
  to: { type: "integer", default: 4, range: [1, 1000], summary: "nodes after a rebalancing; if fewer, the last ones have left" },
  keys: { type: "integer", default: 20_000, range: [1, 10_000_000], summary: "keys that are placed" },
  tagged: { type: "number", default: 0, range: [0, 1], unit: "share of the keys", summary: "keys with a hash tag" },
  tags: { type: "integer", default: 10, range: [1, 1_000_000], summary: "different hash tags, equally often used" },
  slots: { type: "integer", default: 16384, range: [1, 65536], summary: "slots; a Redis cluster has 16,384" },
} as const;

interface Sample {
  readonly maxOverMean: number;
  readonly movedKeys: number;
}

/** Fixed slots, as in a Redis cluster (its specification): a key's slot is the CRC-16 of its hash tag, and slots are moved from node to node. */
export const slots: Experiment<typeof parameters, Sample> = {
  name: "slots",
  question: "How evenly do fixed slots spread keys, and how many move with a rebalancing?",
  parameters,
  trials: 10,
  row: {
    fewest: "slots of the node with the fewest, after the rebalancing",
    most: "slots of the node with the most",
    maxOverMean: "keys of the most loaded node by keys a node, after the rebalancing; mean over the trials",
    movedSlots: "share of the slots that the rebalancing moves",
    leastSlots: "share that has to move if all nodes are to have their share",
    movedKeys: "share of the keys that move; mean over the trials",
  },
  check({ from, to, slots: all }) {
    if (Math.max(from, to) > all) throw new Error(`${all} slots are too few for ${Math.max(from, to)} nodes`);
  },
  trial({ from, to, keys, tagged, tags, slots: all }, seed) {
    const { before, after } = tables(from, to, all);
    const random = createRandom(seed);
    const loads = new Int32Array(to);
    let moved = 0;
    for (let i = 0; i < keys; i++) {
      const tag = random() < tagged ? `{user:${Math.floor(random() * tags)}}` : "";
      const slot = slotOf(`${tag}key:${seed}:${i}`, all);
      loads[after.owners[slot]!]!++;
      if (before.owners[slot] !== after.owners[slot]) moved++;
    }
    return { maxOverMean: (Math.max(...loads) * to) / keys, movedKeys: moved / keys };
  },
  summarize(samples, { from, to, slots: all }) {
    const { before, after } = tables(from, to, all);
    const counts = after.counts();
    const mean = (field: keyof Sample) => samples.reduce((sum, sample) => sum + sample[field], 0) / samples.length;
    return [
      {
        fewest: Math.min(...counts),
        most: Math.max(...counts),
        maxOverMean: mean("maxOverMean"),
        movedSlots: before.owners.filter((owner, slot) => owner !== after.owners[slot]).length / all,
        leastSlots: Math.abs(to - from) / Math.max(from, to),
        movedKeys: mean("movedKeys"),
      },
    ];
  },
};

/** Nodes are numbers, so a node's place in both tables is its number. */
function tables(from: number, to: number, all: number) {
  const before = SlotTable.spread(Array.from({ length: from }, (_, i) => i), all);
  return { before, after: before.rebalance(Array.from({ length: to }, (_, i) => i)) };
}
