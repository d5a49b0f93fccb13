import type { Declaration, Invariant } from "../../promises.js";
import { counterValue, type GrowOnlyCounter } from "../crdt/growOnlyCounter.js";
import { antiEntropy } from "./antiEntropy.js";
import { answeredOnDisk, lostInCrash, declared, differing, onlyGrows, storesBecomeOne } from "./antiEntropy.promises.js";
import { counterCells, type CountUp } from "./cells/counters.js";
import type { AntiEntropy } from "./types.js";

/** Anti-entropy over grow-only counters. */
export type CountersEngine = AntiEntropy<GrowOnlyCounter, CountUp, GrowOnlyCounter>;

const COUNTER = "Shapiro et al., A Comprehensive Study of Convergent and Commutative Replicated Data Types, 2011, Specification 6";

/** How often clients have had a node count, as its disk knows. */
const asked = (log: readonly CountersEngine["Entry"][], key: string): number => log.reduce((sum, entry) => (entry.type === "change" && entry.key === key ? sum + entry.change.by : sum), 0);

const countedOnce: Invariant<CountersEngine> = {
  name: "a counter never counts twice: nobody knows of more counts of a node than clients have made there",
  source: COUNTER,
  overall(nodes, facts) {
    for (const { id, up, state } of nodes) {
      if (!up) continue;
      for (const [key, counter] of Object.entries(state.store)) {
        for (const [node, count] of Object.entries(counter)) {
          const { disk, state: own } = nodes[Number(node)]!;
          // What it has not written yet it may know of itself, and nobody else.
          const most = Number(node) === id && own.sequence > disk.log.length ? Infinity : asked(disk.log, key);
          facts.must(count <= most, () => `node ${id} has ${count} counts of node ${node} under ${key}, and clients have made ${most}`);
        }
      }
    }
  },
};

const noCountForgotten: Invariant<CountersEngine> = {
  name: "a node forgets none of its own counts",
  source: COUNTER,
  afterStep({ id, up, state, disk }, facts) {
    if (!up || state.sequence !== disk.log.length) return;
    for (const [key, counter] of Object.entries(state.store)) facts.must((counter[id] ?? 0) >= asked(disk.log, key), () => `node ${id} has ${counter[id] ?? 0} of its ${asked(disk.log, key)} counts under ${key}`);
  },
};

/** Anti-entropy that sends whole stores, over grow-only counters. */
export const antiEntropyFull: Declaration<CountersEngine> = {
  ...declared,
  name: "anti-entropy-full",
  summary: "anti-entropy that sends whole stores, over grow-only counters",
  source: "Demers et al., PODC 1987, §1.3; Shapiro et al. 2011",
  engine: () => antiEntropy(counterCells, { method: "full" }),
  invariants: [answeredOnDisk, countedOnce, noCountForgotten, onlyGrows<GrowOnlyCounter>((counter) => Object.entries(counter).map(([node, count]) => [`count of node ${node}`, count]))],
  reachables: [
    differing,
    lostInCrash,
    { name: "a counter that three nodes have counted up", afterStep: ({ state }) => Object.values(state.store).some((counter) => Object.keys(counter).length >= 3) },
    { name: "a counter at 10", afterStep: ({ state }) => Object.values(state.store).some((counter) => counterValue(counter) >= 10) },
  ],
  progress: [storesBecomeOne],
  inputs: (random) => ({ type: "change", id: Math.floor(random() * 1_000_000_000), key: random() < 0.7 ? "visits" : "likes", change: { by: random() < 0.8 ? 1 : 3 } }),
};
