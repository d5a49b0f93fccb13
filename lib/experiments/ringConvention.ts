import { Ring } from "../hashing/ring.js";
import { hashKeys } from "../hashing/schemes.js";
import { deriveSeed } from "../random.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  nodes: { type: "integer", default: 10, range: [2, 100_000], summary: "nodes on the ring" },
  points: { type: "integer", default: 160, range: [1, 100_000], summary: "points (virtual nodes) of a node" },
  keys: { type: "integer", default: 20_000, range: [1, 10_000_000], summary: "keys that are placed" },
} as const;

const CONVENTIONS = ["before", "after"] as const;

interface Loads {
  readonly maxOverMean: number;
  readonly joinMoved: number;
  readonly joinStrayed: number;
  readonly leaveMoved: number;
  readonly leaveStrayed: number;
  readonly agreed: number;
}

/**
 * Claim 4.3: a node owns the ring from its position to the next node's, the survey says; most systems let it own what lies
 * before its position. Both on the same points, and what becomes of keys that are looked up by the other one.
 */
export const ringConvention: Experiment<typeof parameters, readonly Loads[]> = {
  name: "ring-convention",
  question: "Does it matter whether a node owns the arc before its position or after it?",
  parameters,
  trials: 20,
  row: {
    owns: "what a node owns at each of its points: the arc `before` it (Karger et al., Chord), or `after` it (the survey)",
    maxOverMean: "keys of the most loaded node by keys a node; as all fields, the mean over the trials",
    joinMoved: "share of the keys that move when one node more joins",
    joinStrayed: "share of the keys that then move to any other node than the new one",
    leaveMoved: "share of the keys that move when a node leaves",
    leaveStrayed: "share of the keys that then move though their node stays",
    agreed: "share of the keys that have the same node by both conventions",
  },
  trial({ nodes, points, keys }, seed) {
    const hashes = hashKeys(keys, deriveSeed(seed, 1));
    const rings = CONVENTIONS.map((owns) => new Ring(Array.from({ length: nodes }, (_, i) => i), { points, owns, seed }));
    const agreed = share(hashes, (hash) => rings[0]!.lookupHash(hash) === rings[1]!.lookupHash(hash));
    return rings.map((ring) => {
      const [larger, smaller] = [ring.with(nodes), ring.without(0)];
      const loads = new Int32Array(nodes);
      for (const hash of hashes) loads[ring.lookupHash(hash)]!++;
      const moves = (hash: number, other: Ring<number>) => ring.lookupHash(hash) !== other.lookupHash(hash);
      return {
        maxOverMean: (Math.max(...loads) * nodes) / keys,
        joinMoved: share(hashes, (hash) => moves(hash, larger)),
        joinStrayed: share(hashes, (hash) => moves(hash, larger) && larger.lookupHash(hash) !== nodes),
        leaveMoved: share(hashes, (hash) => moves(hash, smaller)),
        leaveStrayed: share(hashes, (hash) => moves(hash, smaller) && ring.lookupHash(hash) !== 0),
        agreed,
      };
    });
  },
  summarize: (samples) =>
    CONVENTIONS.map((owns, i) => {
      const mean = (field: keyof Loads) => samples.reduce((sum, sample) => sum + sample[i]![field], 0) / samples.length;
      return { owns, maxOverMean: mean("maxOverMean"), joinMoved: mean("joinMoved"), joinStrayed: mean("joinStrayed"), leaveMoved: mean("leaveMoved"), leaveStrayed: mean("leaveStrayed"), agreed: mean("agreed") };
    }),
};

function share(hashes: Uint32Array, holds: (hash: number) => boolean): number {
  return hashes.reduce((count, hash) => (holds(hash) ? count + 1 : count), 0) / hashes.length;
}
