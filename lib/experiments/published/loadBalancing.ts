import { limitMeanTime } from "../../systems/balancer/supermarketLimit.js";
import { ballsIntoBins } from "../ballsIntoBins.js";
import { runExperiment } from "../runExperiment.js";
import { staleCrossing } from "../staleCrossing.js";
import { supermarket } from "../supermarket.js";
import { cell, closedForm, type Comparison, type Published } from "./comparison.js";

/** Mitzenmacher 2001, §3 and its Table 1: mean times with two choices, in mean services, by the share of the capacity that is used; in the limit, and simulated with 100 queues. */
export const SUPERMARKET = [
  { load: 0.5, limit: 1.2657, simulated: 1.2673, tolerance: 0.01, arrivals: 400_000, trials: 1 },
  { load: 0.9, limit: 2.6141, simulated: 2.6454, tolerance: 0.01, arrivals: 2_000_000, trials: 1 },
  // Near the full load queues fill and empty slowly: few of the customers tell anything new.
  { load: 0.99, limit: 5.432, simulated: 5.9275, tolerance: 0.04, arrivals: 7_000_000, trials: 1 },
] as const;

/** What was published of two choices and of old load data. */
export const loadBalancingComparisons: readonly Comparison[] = [
  { source: "Mitzenmacher 2001, supermarket model", compare: meanTimes },
  { source: "balls into bins, differential equations", compare: balls },
  { source: "Mitzenmacher 2000, stale load information", compare: crossings },
];

function meanTimes(source: string): Published[] {
  return [
    ...SUPERMARKET.map(({ load, limit }) => closedForm(cell(source, `two choices, λ = ${load}, ever more queues, mean time`, limit, limitMeanTime(load, 2), 1e-4), "too")),
    ...SUPERMARKET.map(({ load, simulated, tolerance, arrivals, trials }) => {
      const { meanTime } = runExperiment(supermarket, { queues: 100, choices: 2, load, arrivals, warmUp: arrivals / 20 }, { seed: 1, trials }).rows[0]!;
      return cell(source, `two choices, λ = ${load}, 100 queues, mean time`, simulated, meanTime as number, tolerance);
    }),
  ];
}

function balls(source: string): Published[] {
  const { rows } = runExperiment(ballsIntoBins, { bins: 400_000, balls: 400_000 }, { seed: 1, trials: 1 });
  return [0.7616, 0.2295, 0.0089].map((published, i) => closedForm(cell(source, `n balls, n bins, two choices: bins with at least ${i + 1}`, published, rows[i]!.simulated as number, i === 2 ? 0.03 : 0.01)));
}

/** The paper's crossings are read off curves; the second lies between 4 and 5. */
function crossings(source: string): Published[] {
  const last = runExperiment(staleCrossing, {}, { seed: 1, trials: 2 }).rows.at(-1)!;
  return [
    cell(source, "λ = 0.9, the least loaded loses to two choices from a board's age of", 0.5, last.losesToTwo as number, 0.15),
    cell(source, "λ = 0.9, the least loaded loses to random from a board's age of (4 to 5)", 4.5, last.losesToRandom as number, 0.15),
  ];
}
