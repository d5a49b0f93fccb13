import { describe, expect, it } from "vitest";
import { subjectOf, walk } from "../../../lib/check/explore/index.js";
import { pseudoCodeCounterexample } from "../../../lib/experiments/pseudoCode.js";
import { pseudoCode } from "../../../lib/replication/raft/pseudoCode/pseudoCode.js";
import { type PseudoCodeStore, pseudoCodeCompleted } from "../../../lib/replication/raft/pseudoCode/pseudoCode.promises.js";
import { PSEUDO_CODE_RULES, type PseudoCodeRule } from "../../../lib/replication/raft/pseudoCode/types.js";
import { keyValue } from "../../../lib/replication/service/keyValue.js";
import { simulate } from "../../../lib/sim/cluster.js";

const put = (client: number): PseudoCodeStore["Input"] => ({ type: "request", client, serial: 1, command: { op: "put", key: "a", value: String(client) } });
const cluster = (rules: readonly PseudoCodeRule[], size: number, seed = 1) => simulate(pseudoCode({ machine: keyValue, rules }), { size, seed, latency: "constant:5" });
const without = (...missing: PseudoCodeRule[]) => PSEUDO_CODE_RULES.filter((rule) => !missing.includes(rule));

describe("the survey's pseudo-code as it is printed (Appendix D)", () => {
  it("election, step 1: whoever is not the leader stands, all at once and at every timeout", () => {
    const nodes = cluster([], 3).nodes;
    expect(nodes.map(({ state }) => [state.role, state.currentTerm])).toEqual([0, 1, 2].map(() => ["candidate", 1]));
  });

  it("election, step 2: the votes of a majority make a leader, and two of them have them in one term", () => {
    const run = cluster([], 2);
    expect(run.runUntil(() => run.nodes.every(({ state }) => state.role === "leader" && state.currentTerm === 1), 100)).toBe(true);
  });

  it("log, steps 1 to 3: entries reach the follower, are confirmed, and are committed by the leader, which answers", () => {
    const run = cluster(["election trigger", "durable vote"], 2);
    run.runUntil(() => run.nodes.some(({ state }) => state.role === "leader"), 1000);
    const leader = run.nodes.find(({ state }) => state.role === "leader")!;
    run.input(leader.id, put(1));
    run.run(run.now + 20);
    expect(leader.state).toMatchObject({ commitIndex: 1, lastApplied: 1 });
    expect(run.outputs.map(({ output }) => output)).toEqual([{ type: "answer", client: 1, serial: 1, result: null }]);
    expect(run.nodes[1 - leader.id]!.state).toMatchObject({ commitIndex: 0, log: leader.state.log });
  });

  it("log, step 3.2: what is not confirmed is sent again, and lands in the log again", () => {
    const run = cluster(["election trigger", "durable vote"], 2);
    run.runUntil(() => run.nodes.some(({ state }) => state.role === "leader"), 1000);
    const leader = run.nodes.find(({ state }) => state.role === "leader")!;
    run.command({ type: "cut", from: 1 - leader.id, to: leader.id });
    run.input(leader.id, put(1));
    run.run(run.now + 100);
    expect(run.nodes[1 - leader.id]!.state.log.length).toBeGreaterThan(1);
    expect(leader.state.log).toHaveLength(1);
  });

  it("a timeout range or an interval that makes no sense is refused", () => {
    expect(() => pseudoCode({ machine: keyValue, timeout: [300, 150] })).toThrow(RangeError);
    expect(() => pseudoCode({ machine: keyValue, resend: 0 })).toThrow(RangeError);
  });
});

describe("the pseudo-code with every rule that it lacks", () => {

  it("does the same, seed by seed", () => {
    const digest = () => {
      const run = simulate(pseudoCodeCompleted.engine(), { size: 3, seed: 7, latency: "uniform:1,10", loss: 0.2 });
      run.run(3000);
      return run.digest;
    };
    expect(digest()).toBe(digest());
  });

  it("brings a follower that was away up to date by going back (§5.3, nextIndex), and leaves it behind without that rule", () => {
    for (const [rules, entries] of [[PSEUDO_CODE_RULES, 4], [without("nextIndex back-off"), 0]] as const) {
      const run = cluster(rules, 3);
      run.crash(2, 0);
      run.runUntil(() => run.nodes.some(({ up, state }) => up && state.role === "leader"), 2000);
      const leader = run.nodes.find(({ state }) => state.role === "leader")!;
      for (let client = 1; client <= 3; client++) run.input(leader.id, put(client));
      run.run(run.now + 100);
      run.restart(2);
      run.run(run.now + 100);
      expect(run.nodes[2]!.state.commitIndex, rules.join()).toBe(entries);
    }
  });
});

describe.each(PSEUDO_CODE_RULES.map((rule) => [rule] as const))("without the rule “%s”, and with all others (claim 2.8)", (rule) => {
  const found = pseudoCodeCounterexample(rule)!;

  it("a promise breaks, in a run that can be told and drawn", () => {
    expect(found).toBeDefined();
    expect(found.steps).toBeGreaterThan(0);
    expect(found.trace.length).toBeGreaterThanOrEqual(found.steps);
    if (!found.path) return expect(found.kind).toBe("quiet run");
    expect(found.path).toHaveLength(found.steps);
    const { violations } = walk(subject(without(rule)), found.path, { size: found.nodes });
    expect(violations.map(({ property }) => property)).toContain(found.property);
    expect(found.steps).toBeLessThanOrEqual(25);
  });

  it("no single step can be left out", () => {
    for (let i = 0; i < (found.path?.length ?? 0); i++) expect(walk(subject(without(rule)), found.path!.toSpliced(i, 1), { size: found.nodes, skipImpossible: true }).violations.map(({ property }) => property), `without step ${i + 1}`).not.toContain(found.property);
  });

  it("the same steps break nothing once the rule is there", () => {
    if (found.path) expect(walk(subject(PSEUDO_CODE_RULES), found.path, { size: found.nodes, skipImpossible: true }).violations).toEqual([]);
  });
});

/** The promises alone: a walk is not to be judged by what clients were told. */
function subject(rules: readonly PseudoCodeRule[]) {
  const { service: _service, ...rest } = subjectOf(pseudoCodeCompleted, pseudoCode({ machine: keyValue, rules }));
  return rest;
}

it("the shortest counterexample of each missing rule has as many steps as the course says", () => {
  const steps = Object.fromEntries((["all", ...PSEUDO_CODE_RULES] as const).map((rule) => [rule, pseudoCodeCounterexample(rule)!]).filter(([, found]) => (found as { path: unknown }).path).map(([rule, found]) => [rule, (found as { steps: number }).steps]));
  expect(steps).toEqual({ all: 4, "durable vote": 6, "up-to-date check": 8, "step-down": 8, "conflict truncation": 6, "current term only": 24 });
});

it("nothing is found against the completed pseudo-code", () => expect(pseudoCodeCounterexample("none", { worlds: 20_000 })).toBeUndefined());
