import { describe, expect, it } from "vitest";
import { broadcastCost } from "../../lib/experiments/broadcastCost.js";
import type { Experiment, Row } from "../../lib/experiments/experiment.js";
import { infectionCurve } from "../../lib/experiments/infectionCurve.js";
import { majorityUpdate } from "../../lib/experiments/majorityUpdate.js";
import { printedGossip } from "../../lib/experiments/printedGossip.js";
import { coinLimit } from "../../lib/experiments/published/epidemics.js";
import { rumor } from "../../lib/experiments/rumor.js";
import { rumorAveraging } from "../../lib/experiments/rumorAveraging.js";
import { rumorBackUp } from "../../lib/experiments/rumorBackUp.js";
import { rumorDeletion } from "../../lib/experiments/rumorDeletion.js";
import { rumorRounds } from "../../lib/experiments/rumorRounds.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { rumorTrials } from "../../lib/experiments/trials/rumor.js";

const rowsOf = (experiment: Experiment<any, any>, parameters = {}, trials?: number): readonly Row[] => runExperiment(experiment, parameters, { seed: 1, ...(trials !== undefined && { trials }) }).rows;
const rumorRow = (parameters = {}, trials = 500) => rowsOf(rumor, parameters, trials)[0] as Record<"residue" | "traffic" | "tLast" | "rounds", number>;

describe("published rumours", () => {
  it("the limit solves its equation", () => {
    for (const k of [1, 2, 5]) expect(Math.exp(-(k + 1) * (1 - coinLimit(k)))).toBeCloseTo(coinLimit(k), 12);
    expect(coinLimit(1)).toBeCloseTo(0.2032, 4);
  });
});

describe("rumor: every rule is a parameter", () => {
  it("a counter that nothing sets back, judged by the moment, gives the other numbers of the trap", () => {
    const plain = [1, 2, 3].map((k) => rumorRow({ k, resets: "no", useful: "now" }).residue);
    for (const [i, published] of [0.203, 0.059, 0.02].entries()) expect(Math.abs(plain[i]! / published - 1)).toBeLessThan(0.08);
  });

  it("blind with a coin gives Table 2 of Demers et al. 1987", () => {
    const table = [1, 2, 3, 4, 5].map((k) => rumorRow({ mode: "blind", stop: "coin", k }));
    for (const [i, s] of [0.96, 0.2, 0.06, 0.021, 0.008].entries()) expect(Math.abs(table[i]!.residue / s - 1), `k = ${i + 1}`).toBeLessThan(0.12);
    for (const [i, m] of [0.04, 1.6, 2.8, 3.9, 4.9].entries()) expect(Math.abs(table[i]!.traffic / m - 1), `k = ${i + 1}`).toBeLessThan(0.04);
  });

  it("a connection limit makes pushing cheaper for what it leaves out, and hunting makes up for refusals", () => {
    const [free, limited, hunting] = [rumorRow({ k: 2 }), rumorRow({ k: 2, connectionLimit: 1 }), rumorRow({ k: 2, connectionLimit: 1, hunts: 20 })];
    expect(limited!.residue).toBeLessThan(0.7 * free!.residue);
    expect(hunting!.residue).toBeLessThan(0.7 * limited!.residue);
  });

  it("both engines are behind one parameter", () => {
    const [columns, sites] = ["columns", "sites"].map((engine) => rumorRow({ n: 30, k: 2, variant: "push-pull", engine }, engine === "sites" ? 300 : 3000));
    expect(Math.abs(columns!.traffic / sites!.traffic - 1)).toBeLessThan(0.03);
    expect(Math.abs(columns!.rounds / sites!.rounds - 1)).toBeLessThan(0.03);
  });

  it("says what does not fit together", () => {
    expect(() => rumorRow({ n: 10, infected: 11 })).toThrow("infected must not exceed n: got 11 of 10 sites");
    expect(() => rumorRow({ engine: "sites", loss: 0.1 })).toThrow("engine sites runs one rumour from one site and loses nothing");
    expect(() => rumorRow({ engine: "sites", n: 1_000_000 })).toThrow("engine sites is for up to 100000 sites");
    for (const experiment of [infectionCurve, rumorRounds]) expect(() => rowsOf(experiment, { n: "1" })).toThrow("n are whole numbers from 3 to 10000000: got 1");
    expect(() => rowsOf(broadcastCost, { n: "20000" })).toThrow("n are whole numbers from 2 to 10000: got 20000");
    expect(() => rowsOf(majorityUpdate, { nodes: "1" })).toThrow("nodes are whole numbers from 2 to 1000: got 1");
    expect(() => rowsOf(printedGossip, { nodes: "1" })).toThrow("nodes are whole numbers from 2 to 10000: got 1");
  });
});

describe("curves and rounds", () => {
  it("the share that knows rises from one site to all, in every variant", () => {
    const rows = rowsOf(infectionCurve, { n: "100,10000", variant: "all" }, 3);
    for (const variant of ["push", "pull", "push-pull"]) {
      for (const n of [100, 10_000]) {
        const shares = rows.filter((row) => row.variant === variant && row.n === n).map((row) => row.share as number);
        expect(shares[0]).toBeCloseTo(1 / n, 12);
        expect(shares.at(-1)).toBe(1);
        expect(shares.every((share, i) => i === 0 || share >= shares[i - 1]!)).toBe(true);
      }
    }
  });

  it("a tenfold cluster takes about log2 10 + ln 10 rounds more by push, and log3 10 more by push and pull", () => {
    const rows = rowsOf(rumorRounds, { n: "1000,10000" }, 4);
    const more = (variant: string) => rows.filter((row) => row.variant === variant).map((row) => row.rounds as number).reduce((small, large) => large - small);
    expect(Math.abs(more("push") - Math.log(10) / Math.LN2 - Math.log(10))).toBeLessThan(0.5);
    expect(Math.abs(more("push-pull") - Math.log(10) / Math.log(3))).toBeLessThan(0.7);
  });

  it("averaging keeps the mean and loses the variance by the theory's factor", () => {
    for (const pairs of ["each calls", "random pairs"]) {
      for (const row of rowsOf(rumorAveraging, { pairs, cycles: 8 }, 5).slice(1)) expect(Math.abs((row.factor as number) / (row.theory as number) - 1), `${pairs}, cycle ${row.cycle}`).toBeLessThan(0.06);
    }
  });

  it("anti-entropy behind rumours: pull squares what is left over", () => {
    const pull = rowsOf(rumorBackUp, { missed: 0.2 }).filter((row) => row.exchange === "pull");
    for (const row of pull.slice(1, 3)) expect(Math.abs((row.stale as number) / (row.theory as number) - 1)).toBeLessThan(0.15);
  });
});

describe("rumor-deletion (Demers et al. 1987, §2)", () => {
  const rows = rowsOf(rumorDeletion, { cut: "300,4000" }, 10);
  const back = (policy: string, cut: number) => rows.find((row) => row.policy === policy && row.cut === cut)!.back;

  it("what is removed without a trace comes back, whoever was cut off and for how short a time", () => expect([back("removed outright", 300), back("removed outright", 4000)]).toEqual([1, 1]));
  it("a certificate that all forget holds for as long as they keep it", () => expect([back("certificate, then forgotten", 300), back("certificate, then forgotten", 4000)]).toEqual([0, 1]));
  it("a dormant one holds for ever, at two sites in five", () => {
    expect([back("certificate, then dormant", 300), back("certificate, then dormant", 4000)]).toEqual([0, 0]);
    for (const row of rows.filter(({ policy }) => policy === "certificate, then dormant")) expect(row.certificates).toBeLessThanOrEqual(0.8);
  });
});

describe("what the survey says of gossip", () => {
  // With fewer trials than the ledger takes.
  const judged = Object.fromEntries(rumorTrials.map((trial) => [trial.id, trial.judge((parameters) => rowsOf(trial.experiment, parameters, 1 + Math.floor(trial.experiment.trials / 4)))]));

  it("as broadcast it costs other than it says (3.3)", () => {
    const { verdict, figures } = judged["3.3"]!;
    expect(verdict).toBe("holds if");
    expect(figures.messagesGossip).toBeGreaterThan(5 * (figures.messagesDirect as number));
    expect(figures.messagesARoundAllDirect).toBeGreaterThan(100 * (figures.messagesARoundAllGossip as number));
    expect(figures.reachedCrashGossip).toBeGreaterThan(0.95);
  });

  it("waiting for a majority leaves some behind, updating on receipt does not (3.4)", () => {
    const { verdict, figures } = judged["3.4"]!;
    expect(verdict).toBe("holds if");
    expect(figures.staleOnReceipt).toBe(0);
    expect(figures.staleAtMajority).toBeGreaterThan(0.05);
    expect(figures.majorityOnReceipt).toBeGreaterThan(5 * (figures.informedOnReceipt as number));
  });

  it("all come into one state, in rounds that grow as a logarithm (3.5)", () => expect(judged["3.5"]!.verdict).toBe("holds"));

  it("as printed it never does; whole it does, slowly (F.3)", () => {
    const { verdict, figures } = judged["F.3"]!;
    expect(verdict).toBe("holds if");
    expect([figures.convergedAsPrinted, figures.convergedReceived, figures.convergedWhole]).toEqual([0, 0, 1]);
    expect(figures.timeLarge).toBeGreaterThan(20_000);
  });

  it("every reason has a number and no word for a missing one", () => {
    for (const { because } of Object.values(judged)) {
      expect(because).toMatch(/\d/);
      expect(because).not.toMatch(/undefined|NaN|null|never/);
    }
  });
});
