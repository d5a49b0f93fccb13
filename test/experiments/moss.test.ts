import { describe, expect, it } from "vitest";
import type { Experiment } from "../../lib/experiments/experiment.js";
import { mossCrash } from "../../lib/experiments/mossCrash.js";
import { mossNeighbours } from "../../lib/experiments/mossNeighbours.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { leaderlessTrials } from "../../lib/experiments/trials/leaderless.js";

const rowsOf = (experiment: Experiment<any>, parameters: Readonly<Record<string, string | number>> = {}, trials?: number) => runExperiment(experiment, parameters, { seed: 1, ...(trials !== undefined && { trials }) }).rows;

describe("claim 3.2: whoever holds the locks of all its neighbours leads", () => {
  const rows = rowsOf(mossNeighbours);
  const of = (graph: string, order: boolean) => rows.find((row) => row["graph"] === graph && row["order"] === order)!;

  it("alone, where any two neighbourhoods have a node in common; on a ring of six sometimes not", () => {
    for (const graph of ["complete", "quorums"]) expect(of(graph, true)).toMatchObject({ intersect: 1, one: 1, several: 0, none: 0 });
    expect(of("ring", true)).toMatchObject({ intersect: 0, severalIntersecting: null });
    expect(of("ring", true)["several"]).toBeGreaterThan(0);
    for (const row of rows) expect([0, null]).toContain(row["severalIntersecting"]);
  });

  it("quorums cost fewer messages than the locks of all (Maekawa 1985)", () => expect(of("quorums", true)["messages"]).toBeLessThan(of("complete", true)["messages"] as number));

  it("without the order of the clocks two rivals mostly wait for each other for ever", () => {
    const [ordered, unordered] = [true, false].map((order) => rowsOf(mossNeighbours, { rivals: "2" }, 100).find((row) => row["graph"] === "complete" && row["order"] === order)!);
    expect(ordered).toMatchObject({ one: 1, none: 0 });
    expect(unordered!["none"]).toBeGreaterThan(0.5);
  });

  it("one crash blocks it, before as after; with leases it does not", () => {
    const crashes = rowsOf(mossCrash, {}, 30);
    const after = (design: string, fault: string) => crashes.find((row) => row["design"] === design && row["fault"] === fault)!;
    for (const design of ["all neighbours", "ring", "quorums"]) {
      expect(after(design, "none"), design).toMatchObject({ led: 1, two: 0 });
      expect(after(design, "a node before")["nobody"], design).toBeGreaterThan(0.3);
      expect(after(design, "the leader after"), design).toMatchObject({ nobody: 1, after: null });
    }
    for (const fault of ["none", "a node before", "a node before, and back", "the leader after"]) expect(after("quorums with leases", fault), fault).toMatchObject({ led: 1, two: 0 });
  });

  it("the verdict: holds if neighbourhoods intersect, wishes are ordered, and nobody crashes", () => {
    const trial = leaderlessTrials.find(({ id }) => id === "3.2")!;
    expect(trial.judge((parameters = {}) => rowsOf(mossNeighbours, parameters, 100))).toMatchObject({ verdict: "holds if", figures: { severalIntersecting: 0, noneOrdered: 0 } });
  });

  it("refuses more rivals than nodes", () => expect(() => rowsOf(mossNeighbours, { rivals: "7" })).toThrow("--rivals"));
});
