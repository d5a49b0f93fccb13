import { AveragingColumns, type Pairs } from "../gossip/rumor/averagingColumns.js";
import { createRandom } from "../random.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  n: { type: "integer", default: 10_000, range: [2, 10_000_000], summary: "sites in the cluster" },
  values: { type: "choice", default: "uniform", values: ["uniform", "peak"], summary: "what sites hold at the start: numbers drawn from 0 to 1, or one site n and all others 0, whose mean is 1: so a cluster counts itself" },
  pairs: { type: "choice", default: "each calls", values: ["each calls", "random pairs"], summary: "who meets: every site calls once a cycle, or as many pairs are drawn as there are sites" },
  cycles: { type: "integer", default: 20, range: [1, 1000], summary: "cycles of a run" },
} as const;

/** The variance after each cycle, from cycle 0 on, and how far the mean is off at the end. */
interface Sample {
  readonly variances: readonly number[];
  readonly drift: number;
}

/** Averaging by gossip (Jelasity et al. 2005, §4): by how much the variance falls in a cycle. */
export const rumorAveraging: Experiment<typeof parameters, Sample> = {
  name: "averaging",
  question: "How fast does gossip average over a cluster?",
  parameters,
  trials: 20,
  row: {
    cycle: "cycles so far",
    variance: "variance of what sites hold, geometric mean over the runs",
    factor: "by what the variance was multiplied in this cycle, geometric mean; null for cycle 0",
    theory: "what theory says of that factor: 1/(2√e) if every site calls once, 1/e for random pairs",
    drift: "by how much the mean differs from that at the start, at the end of a run, at most",
  },
  trial({ n, values, pairs, cycles }, seed) {
    const random = createRandom(seed);
    const start = Float64Array.from({ length: n }, (_, i) => (values === "uniform" ? random() : i === 0 ? n : 0));
    const columns = new AveragingColumns(start, random, pairs as Pairs);
    const before = columns.mean;
    const variances = [columns.variance];
    for (let cycle = 0; cycle < cycles; cycle++) {
      columns.step();
      variances.push(columns.variance);
    }
    return { variances, drift: Math.abs(columns.mean - before) };
  },
  summarize(samples, { cycles, pairs }) {
    const theory = pairs === "each calls" ? 1 / (2 * Math.sqrt(Math.E)) : 1 / Math.E;
    const drift = samples.reduce((most, sample) => Math.max(most, sample.drift), 0);
    const logs = Array.from({ length: cycles + 1 }, (_, cycle) => samples.reduce((sum, { variances }) => sum + Math.log(Math.max(variances[cycle]!, 1e-300)), 0) / samples.length);
    return logs.map((log, cycle) => ({ cycle, variance: Math.exp(log), factor: cycle === 0 ? null : Math.exp(log - logs[cycle - 1]!), theory, drift }));
  },
};
