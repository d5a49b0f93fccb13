import { rumor } from "../rumor.js";
import { rumorRounds } from "../rumorRounds.js";
import { type RunOptions, runExperiment } from "../runExperiment.js";
import { cell, closedForm, type Comparison, type Published } from "./comparison.js";

/** Residue, traffic and last receipt of rumours among 1000 sites, Demers et al. 1987, Tables 1 and 3, by k from 1. */
export const DEMERS_TABLES = [
  { table: 1, variant: "push", s: [0.18, 0.037, 0.011, 0.0036, 0.0012], m: [1.7, 3.3, 4.5, 5.6, 6.7], tLast: [16.8, 16.9, 17.4, 17.5, 17.7] },
  { table: 3, variant: "pull", s: [3.1e-2, 5.8e-4, 4.0e-6], m: [2.7, 4.5, 6.1], tLast: [17.6, 15.4, 14.0] },
] as const;

/** Mean rounds until all of 1000 sites know. */
export const REFERENCE_ROUNDS = { push: 18.06, pull: 13.79, "push-pull": 9.14 } as const;

/** What was published of rumours. */
export const epidemicComparisons: readonly Comparison[] = [
  ...DEMERS_TABLES.map(({ table }) => ({ source: `Demers et al. 1987, Table ${table}`, compare: (source: string) => demers(source, table) })),
  { source: "Demers et al. 1987, §1.4, limit of many sites", compare: limit },
  { source: "Demers et al. 1987, §1.4, residue e^−m of every push variant", compare: residueByTraffic },
  { source: "Doerr and Künnemann 2014, bounds on push", compare: bounds },
  { source: "reference runs on the complete graph", compare: referenceRounds },
];

const rumorRow = (parameters: Readonly<Record<string, string | number>>, options: RunOptions) => runExperiment(rumor, parameters, { seed: 1, ...options }).rows[0] as Readonly<Record<"residue" | "traffic" | "tLast" | "rounds", number>>;

function demers(source: string, table: number): Published[] {
  const { variant, s, m, tLast } = DEMERS_TABLES.find((one) => one.table === table)!;
  return s.flatMap((published, i) => {
    const k = i + 1;
    // Of what is so rare some must be seen.
    const trials = published < 1e-5 ? 4000 : 1000;
    const row = rumorRow({ variant, k }, { trials });
    const rare = published < 1e-5 ? 0.9 : published < 0.003 ? 0.25 : 0.08;
    return [
      cell(source, `${variant}, feedback, counter, k = ${k}, residue`, published, row.residue, rare),
      toTwoDigits(cell(source, `${variant}, feedback, counter, k = ${k}, updates a site`, m[i]!, row.traffic, 0.02)),
      cell(source, `${variant}, feedback, counter, k = ${k}, last receipt, cycles`, tLast[i]!, row.tLast, 0.03),
    ];
  });
}

/** The table prints a tenth: what rounds to it may be further from it than the tolerance. */
function toTwoDigits(made: Published): Published {
  if (made.ok || made.reproduced === null || Math.abs(made.reproduced - made.published) > 0.05) return made;
  return { ...made, note: `the paper prints ${made.published}, and ${made.reproduced.toFixed(3)} is that to two digits; its residue for this row, too, is printed to two digits only, and e to the power of −${made.reproduced.toFixed(3)} is ${Math.exp(-made.reproduced).toFixed(3)}` };
}

/** The share s that never learns the update solves s = exp(−(k + 1)(1 − s)) where cycles are so short that each contact finds the state of the moment. */
export function coinLimit(k: number): number {
  let s = 0;
  for (let step = 0; step < 200; step++) s = Math.exp(-(k + 1) * (1 - s));
  return s;
}

function limit(source: string): Published[] {
  return [1, 2, 3].map((k) => {
    const row = rumorRow({ n: 100_000, stop: "coin", k, useful: "now" }, { trials: 10 });
    return closedForm(cell(source, `push, feedback, coin, k = ${k}, residue`, coinLimit(k), row.residue, 0.05));
  });
}

const PUSH_VARIANTS = [
  { mode: "feedback", stop: "counter", k: 1 },
  { mode: "feedback", stop: "counter", k: 3 },
  { mode: "feedback", stop: "coin", k: 2 },
  { mode: "blind", stop: "counter", k: 2 },
  { mode: "blind", stop: "coin", k: 3 },
] as const;

/** Each update hits one site of all, whatever the rule: the chance that none of n·m hits a given one is e^−m. */
function residueByTraffic(source: string): Published[] {
  return PUSH_VARIANTS.map((rules) => {
    const row = rumorRow({ n: 10_000, ...rules }, { trials: 100 });
    return closedForm(cell(source, `push, ${rules.mode}, ${rules.stop}, k = ${rules.k}, residue`, Math.exp(-row.traffic), row.residue, 0.05));
  });
}

/** ⌊log2 n⌋ + ln n − 1.116 and ⌈log2 n⌉ + ln n + 2.765: what is compared is the middle, with half of the distance as tolerance. */
function bounds(source: string): Published[] {
  return runExperiment(rumorRounds, { n: "100,1000,10000,100000" }, { seed: 1, trials: 4 })
    .rows.filter(({ variant }) => variant === "push")
    .map(({ n, rounds }) => {
      const size = n as number;
      const [low, high] = [floorLog2(size) + Math.log(size) - 1.116, floorLog2(size - 1) + 1 + Math.log(size) + 2.765];
      return closedForm(cell(source, `push, n = ${size}, rounds, from ${low.toFixed(2)} to ${high.toFixed(2)}`, (low + high) / 2, rounds as number, (high - low) / (high + low)));
    });
}

const floorLog2 = (n: number) => 31 - Math.clz32(n);

function referenceRounds(source: string): Published[] {
  return Object.entries(REFERENCE_ROUNDS).map(([variant, published]) => cell(source, `${variant}, n = 1000, rounds`, published, rumorRow({ variant, stop: "never" }, { trials: 2000 }).rounds, 0.15 / published));
}
