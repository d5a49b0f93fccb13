import { describe, expect, it } from "vitest";
import { explore, formatPath, parsePath, subjectOf, walk } from "../../../lib/check/explore/index.js";
import { paxosTrials } from "../../../lib/experiments/trials/paxos.js";
import { paxosFailover } from "../../../lib/experiments/paxosFailover.js";
import { runExperiment } from "../../../lib/experiments/runExperiment.js";
import { type OnePhase, onePhase } from "../../../lib/replication/paxos/onePhase.js";
import { onePhasePaxos } from "../../../lib/replication/paxos/onePhase.promises.js";

describe("claim 2.6: propose, accept, decide (the survey, chapter 2.2)", () => {

  it("decides on one value with one leader for ever, in every run of three nodes with two requests, a timeout and a crash", () => {
    expect(explore(onePhasePaxos, { size: 3, inputs: 2, timers: 1, crashes: 1 })).toMatchObject({ complete: true, violations: [], unique: 38171 });
  });

  const failover = subjectOf<OnePhase>(onePhasePaxos, onePhase({ leaders: [0, 1] }));
  const COUNTEREXAMPLE = 'input 0 {"type":"propose","value":"x"}; 0>1; 1>0; input 1 {"type":"propose","value":"y"}; 1>0; 0>1#2';

  it("chooses two values as soon as a second leader proposes, after six steps and no fewer", () => {
    const { violations } = explore(failover, { size: 3, inputs: 2, timers: 0 });
    expect(violations.map(({ property, message, path }) => [property, message, formatPath(path)])).toEqual([["one value is decided", "decided value: first x, then y", COUNTEREXAMPLE]]);
    expect(explore(failover, { size: 3, inputs: 2, timers: 0, depth: 5 }).violations).toEqual([]);
    expect(walk(failover, parsePath<OnePhase>(COUNTEREXAMPLE), { size: 3 }).nodes.map(({ state }) => state.decided)).toEqual(["x", "y", null]);
  });

  it("paxos-failover: two values with a second leader alone, none with one leader or with a prepare phase", () => {
    for (const fault of ["crash", "pause"]) {
      const { rows } = runExperiment(paxosFailover, { fault }, { trials: 200, seed: 3 });
      const [forEver, replaced, prepared] = rows.map(({ twoValues }) => twoValues as number);
      expect([forEver, prepared]).toEqual([0, 0]);
      expect(replaced).toBeGreaterThan(0.2);
      expect(replaced).toBeLessThan(0.6);
      expect(rows.map(({ allKnow }) => allKnow)).toEqual([1, 1, 1]);
    }
  });

  it("the verdict follows from the experiment", () => {
    const [claim] = paxosTrials;
    const judged = claim!.judge((parameters = {}) => runExperiment(claim!.experiment, parameters, { trials: 100, seed: 1 }).rows);
    expect(judged).toMatchObject({ verdict: "holds if", figures: { twoValuesOneLeader: 0, twoValuesWithPrepare: 0 } });
  });

  it("a time to send again that is not above 0 is refused", () => expect(() => onePhase({ retry: 0 })).toThrow("above 0 ms"));
});
