import { hashInteger } from "../hashing/hashString.js";
import { Maglev } from "../hashing/maglev.js";
import type { Experiment } from "./experiment.js";
import { checkTable } from "./schemeParameters.js";

const parameters = {
  backends: { type: "integer", default: 1000, range: [2, 100_000], summary: "backends before the failure" },
  table: { type: "integer", default: 65537, range: [2, 20_000_000], summary: "entries of the lookup table, a prime" },
  failed: { type: "number", default: 0.01, range: [0, 1], unit: "share of the backends", summary: "backends that fail at once, drawn at random, to the nearest whole one" },
} as const;

interface Sample {
  readonly changed: number;
  readonly changedAlive: number;
}

/**
 * How many entries of a Maglev table change when backends fail (Eisenbud et al. 2016, §5.3): those of the failed ones
 * must, and the turns that these miss move a few others'.
 */
export const maglevDisruption: Experiment<typeof parameters, Sample> = {
  name: "maglev-disruption",
  question: "How many entries of a Maglev table change when backends fail?",
  parameters,
  trials: 10,
  row: {
    changed: "share of all entries that have another backend afterwards, those of the failed ones among them",
    changedAlive: "of the entries whose backend is still there, the share that has another one all the same",
  },
  check({ backends, table, failed }) {
    checkTable(table, backends);
    if (Math.round(failed * backends) >= backends) throw new Error(`failed: at least one of ${backends} backends must be left, not ${failed} of them fail`);
  },
  trial({ backends, table, failed }, seed) {
    const shuffled = Array.from({ length: backends }, (_, node) => ({ node, drawn: hashInteger(node, seed) })).sort((a, b) => a.drawn - b.drawn);
    const left = shuffled.slice(Math.round(failed * backends)).map(({ node }) => node);
    const before = new Maglev(Array.from({ length: backends }, (_, node) => node), { size: table, seed });
    const after = new Maglev(left, { size: table, seed });
    const alive = new Set(left);
    let [changed, kept, changedAlive] = [0, 0, 0];
    before.entries.forEach((place, entry) => {
      const backend = before.nodes[place]!;
      const differs = backend !== after.nodes[after.entries[entry]!];
      if (differs) changed++;
      if (!alive.has(backend)) return;
      kept++;
      if (differs) changedAlive++;
    });
    return { changed: changed / table, changedAlive: changedAlive / kept };
  },
  summarize: (samples) => [
    {
      changed: samples.reduce((sum, { changed }) => sum + changed, 0) / samples.length,
      changedAlive: samples.reduce((sum, { changedAlive }) => sum + changedAlive, 0) / samples.length,
    },
  ],
};
