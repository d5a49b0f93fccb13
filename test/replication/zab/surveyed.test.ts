import { describe, expect, it } from "vitest";
import { drawRun } from "../../../lib/check/hostileRun.js";
import { play } from "../../../lib/check/play.js";
import { surveyedZabMutants, surveyedZabRepaired } from "../../../lib/replication/zab/surveyed.promises.js";
import { simulate } from "../../../lib/sim/cluster.js";
import { surveyedZab } from "../../../lib/replication/zab/surveyed.js";

describe("the survey's ZAB (chapter 2.2)", () => {
  it("under one leader all get what it sends, in its order, when a majority has it", () => {
    const cluster = simulate(surveyedZab(), { size: 3, seed: 1, latency: "constant:5", fifo: true });
    cluster.input(0, { type: "lead" });
    for (const value of ["x", "y"]) cluster.input(0, { type: "broadcast", value });
    cluster.run(100);
    for (const node of [0, 1, 2]) expect(cluster.outputs.filter((output) => output.node === node).map(({ time, output }) => [time, output.value])).toEqual(["x", "y"].map((value) => [node === 0 ? 10 : 15, value]));
  });

  it("with discovery and synchronization before it, no promise breaks in 2,000 hostile runs (DSN 2011, §4.1)", () => {
    const reached = new Set<string>();
    for (let seed = 1; seed <= 2000; seed++) {
      const played = play(surveyedZabRepaired, drawRun(surveyedZabRepaired, seed));
      expect(played.accusation, `seed ${seed}`).toBeUndefined();
      for (const name of played.reached) reached.add(name);
    }
    expect([...reached].sort()).toEqual(surveyedZabRepaired.reachables.map(({ name }) => name).sort());
  });

  it.each(surveyedZabMutants.map((mutant) => [mutant.name, mutant] as const))("%s loses what was delivered", (_name, { broken, caughtBy }) => {
    const seed = Array.from({ length: 3000 }, (_, i) => i + 1).find((seed) => play(surveyedZabRepaired, drawRun(surveyedZabRepaired, seed), { protocol: broken() }).accusation?.property === caughtBy);
    expect(seed).toBeDefined();
    expect(play(surveyedZabRepaired, drawRun(surveyedZabRepaired, seed!)).accusation).toBeUndefined();
  });
});
