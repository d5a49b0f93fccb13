import { describe, expect, it } from "vitest";
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

});
