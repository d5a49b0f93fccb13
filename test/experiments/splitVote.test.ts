import { describe, expect, it } from "vitest";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { splitVote, splitVoteProbability } from "../../lib/experiments/splitVote.js";

describe("split-vote (dissertation, chapter 9)", () => {
  it.each([
    [5, 1, 0.01], [5, 1, 0.1], [5, 1, 0.2], [5, 1, 0.7], [5, 0, 0.2], [5, 2, 0.2], [3, 0, 0.1], [3, 1, 0.1], [2, 0, 0.3], [9, 1, 0.15], [4, 0, 0.1], [4, 1, 0.25],
  ])("%i nodes, %i failed, latency %f of the range: the simulation agrees with the closed form in 4 standard errors", (nodes, failed, latency) => {
    const trials = 4000;
    const { formula, simulated } = runExperiment(splitVote, { nodes, failed, latency }, { trials, seed: 2 }).rows[0]! as { formula: number; simulated: number };
    expect(Math.abs(simulated - formula)).toBeLessThanOrEqual(4 * Math.sqrt((formula * (1 - formula)) / trials) + 1 / trials);
  });

  it("never happens where messages take no time, always where they take the whole range", () => {
    expect(runExperiment(splitVote, { latency: 0 }, { trials: 200 }).rows).toEqual([{ formula: 0, simulated: 0 }]);
    expect(runExperiment(splitVote, { latency: 1 }, { trials: 200 }).rows).toEqual([{ formula: 1, simulated: 1 }]);
  });

  it("has the closed form written out for 4 of 5: three or more stand, C(4,2) l² (1−l)² + C(4,3) l³ (1−l) + l⁴", () => {
    for (const l of [0.01, 0.1, 0.2, 0.5]) expect(splitVoteProbability(5, 4, l)).toBeCloseTo(6 * l * l * (1 - l) * (1 - l) + 4 * l * l * l * (1 - l) + l * l * l * l, 12);
  });

  it("a server alone cannot split its vote", () => expect(splitVoteProbability(1, 1, 0.1)).toBe(0));

  it("needs a majority up", () => expect(() => runExperiment(splitVote, { failed: 3 })).toThrow(/with 3 of 5 servers down no vote can be won/));
});
