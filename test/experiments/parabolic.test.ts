import { describe, expect, it } from "vitest";
import { parabolicViews } from "../../lib/experiments/parabolicViews.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { leaderlessTrials } from "../../lib/experiments/trials/leaderless.js";

const rowsOf = (parameters: Readonly<Record<string, string | number>>, trials = 4) => runExperiment(parabolicViews, parameters, { seed: 1, trials }).rows;
const rows = rowsOf({ every: "0,500" });
const of = (design: string, every: number) => rows.find((row) => row["design"] === design && row["every"] === every)!;

describe("claim 3.1: whom its own list puts first leads", () => {
  it("one leads, at once and always, where nobody goes", () => {
    for (const design of ["as written", "as written, a leader stays one"]) expect(of(design, 0)).toMatchObject({ several: 0, most: 1, none: 0, differ: 0, agreed: 1 });
  });

  it("two or more lead where nodes are cut off and come back, the longer if a leader stays one", () => {
    expect(of("as written", 500)["several"]).toBeGreaterThan(0.1);
    expect(of("as written, a leader stays one", 500)["several"]).toBeGreaterThan(of("as written", 500)["several"] as number);
    expect(of("as written", 500)["differ"]).toBeGreaterThan(0.3);
  });

  it("repaired, two lead for a moment at most, and never in one epoch", () => {
    expect(of("repaired", 500)["several"]).toBeLessThan(0.02);
    expect(of("repaired", 500)["severalInEpoch"]).toBe(0);
  });

  it("a node that crashes takes no second leader along, but lists that differ", () => {
    const [written] = rowsOf({ fault: "crash", every: "500" }, 3);
    expect(written).toMatchObject({ several: 0 });
    expect(written!["differ"]).toBeGreaterThan(0.1);
  });

  it("the verdict: holds if the lists agree", () => {
    const trial = leaderlessTrials.find(({ id }) => id === "3.1")!;
    expect(trial.judge((parameters = {}) => rowsOf({ every: "0,1000", ...parameters }, 2)).verdict).toBe("holds if");
  });

  it("refuses parameters that do not fit together", () => {
    expect(() => rowsOf({ low: 500, high: 400 })).toThrow("--low");
    expect(() => rowsOf({ every: "-5" })).toThrow("--every");
  });
});
