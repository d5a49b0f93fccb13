import type { Declaration } from "../../promises.js";
import { dotsOf, elements, type ObservedRemoveSet } from "../crdt/observedRemoveSet.js";
import type { Siblings } from "../versions/siblings.js";
import { counterOf, type Dot, type VersionVector } from "../versions/versionVector.js";
import { antiEntropy } from "./antiEntropy.js";
import { answeredOnDisk, lostInCrash, declared, differing, dotMeasures, type Dotted, nothingUnseenIsLost, onlyGrows } from "./antiEntropy.promises.js";
import { type ChangeSet, setCells, type SetDigest } from "./cells/sets.js";
import { siblingCells, type WriteSibling } from "./cells/siblings.js";
import { replicaOf } from "./replica.js";
import type { AntiEntropy } from "./types.js";

/** Anti-entropy over siblings with dotted version vectors. */
export type SiblingsEngine = AntiEntropy<Siblings<string>, WriteSibling, VersionVector>;
/** Anti-entropy over observed-remove sets. */
export type SetsEngine = AntiEntropy<ObservedRemoveSet, ChangeSet, SetDigest>;

const dotsIn = (vector: VersionVector): Dot[] => Object.keys(vector).flatMap((node) => Array.from({ length: counterOf(vector, Number(node)) }, (_, i) => ({ node: Number(node), counter: i + 1 })));

const siblings: Dotted<Siblings<string>, WriteSibling> = {
  known: ({ context }) => dotsIn(context),
  inForce: ({ versions }) => versions.map(({ dot }) => dot),
  takes: (cell, { read }) => (read && cell ? cell.versions.map(({ dot }) => dot) : []),
};

const sets: Dotted<ObservedRemoveSet, ChangeSet> = {
  known: ({ context: { vector, cloud } }) => [...dotsIn(vector), ...cloud],
  inForce: ({ adds }) => adds.map(({ dot }) => dot),
  takes: (cell, { element }) => (cell ? dotsOf(cell, element) : []),
};

const siblingReplica = replicaOf(siblingCells, false);
const setReplica = replicaOf(setCells, false);

/** Anti-entropy by Merkle trees, over siblings with dotted version vectors: two writes that did not know each other are both kept. */
export const antiEntropyMerkle: Declaration<SiblingsEngine> = {
  ...declared,
  name: "anti-entropy-merkle",
  summary: "anti-entropy by Merkle trees, over siblings with dotted version vectors",
  source: "DeCandia et al., Dynamo, SOSP 2007, §§4.4, 4.7; Preguiça et al. 2010; Almeida et al. 2014",
  engine: () => antiEntropy(siblingCells, { method: "merkle", depth: 2, levels: 1 }),
  invariants: [
    answeredOnDisk,
    nothingUnseenIsLost("a write is lost to no write that did not know it", "Parker et al. 1983; DeCandia et al. 2007, §4.4", siblings, (log) => siblingReplica.begin(log).store),
    onlyGrows<Siblings<string>>(dotMeasures(siblings)),
  ],
  reachables: [
    differing,
    lostInCrash,
    { name: "three siblings", afterStep: ({ state }) => Object.values(state.store).some(({ versions }) => versions.length >= 3) },
    { name: "siblings that one write replaces", afterStep: ({ state, disk }) => isMerging(disk.log.at(-1)) && state.sequence === disk.log.length },
    { name: "a tree compared down to its leaves", onSend: (_from, _to, message) => message.type === "Digests" && message.leaves !== null },
  ],
  inputs: (random) => ({ type: "change", id: Math.floor(random() * 1_000_000_000), key: "abcd"[Math.floor(4 * random() * random())]!, change: { value: `v${Math.floor(random() * 1_000_000)}`, read: random() < 0.6 } }),
};

/** Whether this is a write that knows two updates or more, and leaves itself alone. */
const isMerging = (entry: SiblingsEngine["Entry"] | undefined) => entry?.type === "change" && Object.values(entry.cells).some(({ context, versions }) => versions.length === 1 && Object.keys(context).length >= 2);

/** Anti-entropy by deltas, over observed-remove sets: an add that no removal has seen stays. */
export const antiEntropyDelta: Declaration<SetsEngine> = {
  ...declared,
  name: "anti-entropy-delta",
  summary: "anti-entropy by deltas with acknowledgements, over observed-remove sets",
  source: "Almeida, Shoker and Baquero, Delta State Replicated Data Types, 2018, Algorithm 2; Bieniusa et al. 2012",
  engine: () => antiEntropy(setCells, { method: "deltas", most: 4 }),
  invariants: [
    answeredOnDisk,
    nothingUnseenIsLost("an add that no removal has seen stays", "Bieniusa et al., An Optimized Conflict-free Replicated Set, 2012", sets, (log) => setReplica.begin(log).store),
    onlyGrows<ObservedRemoveSet>(dotMeasures(sets)),
  ],
  reachables: [
    differing,
    lostInCrash,
    { name: "an element that two nodes have added at once", afterStep: ({ state }) => Object.values(state.store).some((set) => elements(set).some((element) => dotsOf(set, element).length >= 2)) },
    { name: "a set from which all is removed", afterStep: ({ state }) => Object.values(state.store).some(({ context, adds }) => adds.length === 0 && Object.keys(context.vector).length > 0) },
    { name: "several deltas in one message", onSend: ({ state }, to, message) => message.type === "Deltas" && message.cells !== state.store && state.sequence - (state.acknowledged[to] ?? 0) >= 2 },
    { name: "a whole store sent to who is too far behind", onSend: ({ state }, _to, message) => message.type === "Deltas" && message.cells === state.store && state.buffer.length > 0 },
  ],
  inputs: (random) => ({ type: "change", id: Math.floor(random() * 1_000_000_000), key: random() < 0.7 ? "cart" : "wishes", change: { op: random() < 0.6 ? "add" : "remove", element: "xyz"[Math.floor(3 * random())]! } }),
};
