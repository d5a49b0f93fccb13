import { pbs } from "../pbs.js";
import { quorumStaleness } from "../quorumStaleness.js";
import { redundancy } from "../redundancy.js";
import { runExperiment } from "../runExperiment.js";
import { cell, closedForm, type Comparison, type Published } from "./comparison.js";

/** How long a write takes on LinkedIn's disks, ms; every other hop is as on its SSDs, the experiment's default. */
const DISK = "0.38*pareto:1.05,1.51+0.62*exp:0.183";

/** Bailis and others 2012, Table 4, for 3 replicas: latencies at the 99.9th percentile, and the time after which 99.9 % of the reads are fresh, ms. */
export const PBS_TABLE_4 = [
  { disks: "SSD", r: 1, w: 1, read: 0.66, write: 0.66, t: 1.85 },
  { disks: "SSD", r: 1, w: 2, read: 0.66, write: 1.63, t: 1.79 },
  { disks: "SSD", r: 2, w: 1, read: 1.63, write: 0.65, t: 0 },
  { disks: "SSD", r: 2, w: 2, read: 1.62, write: 1.64, t: 0 },
  { disks: "DISK", r: 1, w: 1, read: 0.66, write: 10.99, t: 45.5 },
  { disks: "DISK", r: 1, w: 2, read: 0.65, write: 20.97, t: 43.3 },
  { disks: "DISK", r: 2, w: 1, read: 1.63, write: 10.9, t: 13.6 },
  { disks: "DISK", r: 2, w: 2, read: 1.64, write: 20.96, t: 0 },
] as const;

/** What was published of quorums. */
export const quorumComparisons: readonly Comparison[] = [
  { source: "Bailis et al. 2012, Table 4", compare: table4 },
  { source: "Bailis et al. 2012, §5.6", compare: freshAtOnce },
  { source: "Bailis et al. 2012, §3.1", compare: kStaleness },
  { source: "closed form, a majority of independent nodes is up", compare: majorities },
];

function table4(source: string): Published[] {
  return PBS_TABLE_4.flatMap(({ disks, r, w, read, write, t }) => {
    const row = runExperiment(pbs, { r, w, ...(disks === "DISK" && { W: DISK }) }, { seed: 1, trials: 80_000 }).rows[0]!;
    const name = `${disks}, R=${r}, W=${w}`;
    const tQuantile = row.tQuantile as number;
    return [
      cell(source, `${name}, 99.9 % of reads within, ms`, read, row.readP999 as number, 0.04),
      cell(source, `${name}, 99.9 % of writes within, ms`, write, row.writeP999 as number, 0.04),
      cell(source, `${name}, 99.9 % fresh after, first estimate of 50,000 trials that reaches it, ms`, t, row.tFirst as number, 0.08),
      cell(source, `${name}, 99.9 % fresh after, as a quantile, ms`, t, tQuantile, 0.08, Math.abs(tQuantile - t) <= 0.08 * t ? undefined : "the paper stops at the first time whose estimate of 50,000 trials reaches 99.9 %, and each time tried is one more chance to reach it by luck: its numbers are too small, as the row above shows by doing the same"),
    ];
  });
}

/** The model's shares agree within 0.4 percentage points. */
function freshAtOnce(source: string): Published[] {
  return [
    { disks: "SSD", published: 0.974 },
    { disks: "DISK", published: 0.439 },
  ].map(({ disks, published }) => cell(source, `${disks}, R=W=1, reads fresh at once`, published, runExperiment(pbs, disks === "DISK" ? { W: DISK } : {}, { seed: 1, trials: 60_000 }).rows[0]!.fresh as number, 0.004 / published));
}

function kStaleness(source: string): Published[] {
  const { rows } = runExperiment(quorumStaleness, {}, { seed: 1, trials: 40_000 });
  return [[2, 0.556], [3, 0.704], [5, 0.868]].map(([versions, published]) => closedForm(cell(source, `N=3, R=W=1, reads within ${versions} versions`, published!, rows.find((row) => row.versions === versions)!.simulated as number, 0.01)));
}

function majorities(source: string): Published[] {
  return [[3, 0.999702], [5, 0.99999015]].map(([nodes, published]) => {
    const row = runExperiment(redundancy, { nodes: nodes!, up: 990, down: 10 }, { seed: 1, trials: 1 }).rows.find(({ need }) => need === "majority")!;
    return closedForm(cell(source, `${nodes} nodes, each up 99 % of the time`, published!, row.formula as number, 1e-8), "too");
  });
}
