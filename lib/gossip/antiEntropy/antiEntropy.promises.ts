import type { Declaration, Facts, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import type { Dot } from "../versions/versionVector.js";
import { isAllOnDisk, lifeOf, newEntries } from "./judgedLogs.js";
import { storeText } from "./store.js";
import type { AntiEntropy, AntiEntropyEntry } from "./types.js";

const EPIDEMIC = "Demers et al., Epidemic Algorithms for Replicated Database Maintenance, PODC 1987, §1.3";
const LATTICE = "Shapiro et al., Conflict-free Replicated Data Types, SSS 2011: a monotonic semilattice";

/** A client is told that its change is made once the node's disk has it. */
export const answeredOnDisk: Invariant<AntiEntropy> = {
  name: "a change is answered once it is on the disk",
  source: "this course: what is answered survives a crash of the node that answered",
  onOutput({ id, disk }, output, facts) {
    facts.must(disk.log.some((entry) => entry.type === "change" && entry.id === output.id), () => `node ${id} answers change ${output.id}, which is not on its disk`);
  },
};

/** Numbers that may only rise while a node runs, by what they are of; where a cell is gone, nothing is asked of it. */
export function onlyGrows<Cell>(measures: (cell: Cell) => readonly (readonly [what: string, value: number])[]): Invariant<AntiEntropy<Cell>> {
  return {
    name: "a store only grows: no key goes back to what it was",
    source: LATTICE,
    afterStep(node, facts) {
      const life = lifeOf(node, facts);
      const { up, state } = node;
      // Every change of a store is counted.
      if (!up || facts.known("looked at", life) === state.sequence) return;
      facts.rises("looked at", life, state.sequence);
      for (const [key, cell] of Object.entries(state.store)) for (const [what, value] of measures(cell)) facts.rises(`${what} of ${key}, by`, life, value);
    },
  };
}

/** Cells in which every update is known by its dot: which are known, which are in force, and which of them a change has seen and takes out of force. */
export interface Dotted<Cell, Change> {
  known(cell: Cell): readonly Dot[];
  inForce(cell: Cell): readonly Dot[];
  takes(cell: Cell | undefined, change: Change): readonly Dot[];
}

const written = ({ node, counter }: Dot) => `${node}.${counter}`;

/** In force 1, no longer in force 2. */
export function dotMeasures<Cell>({ known, inForce }: Pick<Dotted<Cell, unknown>, "known" | "inForce">): (cell: Cell) => readonly (readonly [string, number])[] {
  return (cell) => {
    const held = new Set(inForce(cell).map(written));
    return known(cell).map((dot) => [`update ${written(dot)}`, held.has(written(dot)) ? 1 : 2] as const);
  };
}

/** Nothing is lost but what somebody has taken back knowing it. */
export function nothingUnseenIsLost<Cell, Change>(name: string, source: string, { known, inForce, takes }: Dotted<Cell, Change>, storeOf: (log: readonly AntiEntropyEntry<Cell, Change>[]) => Readonly<Record<string, Cell>>): Invariant<AntiEntropy<Cell, Change>> {
  function note(node: NodeView<AntiEntropy<Cell, Change>>, facts: Facts): void {
    for (const { entry, before } of newEntries(node, facts)) {
      if (entry.type !== "change") continue;
      for (const dot of takes(storeOf(before)[entry.key], entry.change)) facts.agree(`taken back of ${entry.key}`, written(dot), "yes");
    }
  }
  return {
    name,
    source,
    onSend: (from, _to, _message, facts) => note(from, facts),
    afterStep(node, facts) {
      note(node, facts);
      const { id, up, state } = node;
      if (!up || !isAllOnDisk(node) || facts.known("changes of node", id) === state.sequence) return;
      facts.rises("changes of node", id, state.sequence);
      for (const [key, cell] of Object.entries(state.store)) {
        const held = new Set(inForce(cell).map(written));
        for (const dot of known(cell)) facts.must(held.has(written(dot)) || facts.known(`taken back of ${key}`, written(dot)) !== undefined, () => `node ${id} has lost update ${written(dot)} of ${key}, which nobody has taken back that knew of it`);
      }
    },
  };
}

/** What one round after the other must bring. */
export const storesBecomeOne: Progress<AntiEntropy> = {
  name: "when the faults end, all stores become equal",
  source: EPIDEMIC,
  missing(nodes) {
    const texts = nodes.map(({ state }) => storeText(state.store));
    const other = texts.findIndex((text) => text !== texts[0]);
    return other < 0 ? undefined : `the stores of node 0 and node ${other} differ`;
  },
};

export const differing: Reachable<AntiEntropy> = {
  name: "a key under which three nodes hold three different things",
  overall(nodes) {
    const keys = new Set(nodes.flatMap(({ state }) => Object.keys(state.store)));
    return [...keys].some((key) => new Set(nodes.map(({ state }) => JSON.stringify(state.store[key] ?? null))).size >= 3);
  },
};

export const lostInCrash: Reachable<AntiEntropy> = {
  name: "a node that has lost what it took in before its crash",
  afterStep: ({ up, state, disk }) => !up && state.sequence > disk.log.length,
};

/** What every one of these engines bears. Clocks matter to timestamps only. */
export const declared = {
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write", "clock-skew", "clock-drift"],
  sizes: [2, 3, 3, 5],
  progress: [storesBecomeOne],
  calm: 4000,
} satisfies Partial<Declaration<AntiEntropy>>;
