import { describe, expect, it } from "vitest";
import { logBehindElection } from "../../lib/election/logBehind.js";
import { simulate } from "../../lib/sim/cluster.js";

const run = (lengths: readonly number[], seed: number, until = 5000) => {
  const cluster = simulate(logBehindElection(), { size: lengths.length, seed, disks: (node) => ({ log: Array(lengths[node]).fill(null) }) });
  cluster.run(until);
  return cluster;
};
const seeds = Array.from({ length: 60 }, (_, i) => i + 1);

describe("the survey's election: whose log is behind applies (section 2.1)", () => {
  it("elects nobody where logs are equal, not even an applicant", () => {
    for (const seed of seeds) {
      const cluster = run([3, 3, 3, 3, 3], seed);
      expect([cluster.outputs.length, ...cluster.nodes.map(({ state }) => state.currentTerm)], `seed ${seed}`).toEqual([0, 0, 0, 0, 0, 0]);
    }
  });

  it("elects nobody where only a minority is behind, though it applies for ever", () => {
    for (const seed of seeds) {
      const cluster = run([2, 2, 3, 3, 3], seed);
      expect(cluster.outputs, `seed ${seed}`).toEqual([]);
      expect(cluster.nodes[0]!.state.currentTerm, `seed ${seed}`).toBeGreaterThan(5);
    }
  });

  it("elects one of those behind where they are a majority, at most one a term; whoever has the longest log never leads", () => {
    const leaders = new Set<number>();
    for (const seed of seeds) {
      const { outputs } = run([2, 2, 2, 3, 3], seed);
      expect(outputs.length, `seed ${seed}`).toBeGreaterThan(0);
      const byTerm = new Map<number, number>();
      for (const { output } of outputs) {
        expect(byTerm.get(output.term) ?? output.leader, `seed ${seed}, term ${output.term}`).toBe(output.leader);
        byTerm.set(output.term, output.leader);
        leaders.add(output.leader);
      }
    }
    expect([...leaders].sort()).toEqual([0, 1, 2]);
  });

  it("refuses intervals of 0 ms", () => {
    expect(() => logBehindElection({ heartbeat: 0 })).toThrow("expected intervals above 0 ms, not heartbeat 0 and patience 150");
    expect(() => logBehindElection({ patience: NaN })).toThrow(RangeError);
  });
});
