import { describe, expect, it } from "vitest";
import { ballsIntoBins } from "../../lib/experiments/ballsIntoBins.js";
import { balancerDetection } from "../../lib/experiments/balancerDetection.js";
import { balancerPolicies } from "../../lib/experiments/balancerPolicies.js";
import { balancerHerding } from "../../lib/experiments/balancerHerding.js";
import { balancerStaleLoad } from "../../lib/experiments/balancerStaleLoad.js";
import { balancerSwitching } from "../../lib/experiments/balancerSwitching.js";
import { crossing } from "../../lib/experiments/crossing.js";
import { learnedTuning } from "../../lib/experiments/learnedTuning.js";
import type { RawParameters } from "../../lib/experiments/parameters.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { staleCrossing } from "../../lib/experiments/staleCrossing.js";
import { supermarket } from "../../lib/experiments/supermarket.js";
import { supermarketTail } from "../../lib/experiments/supermarketTail.js";
import { balancerTrials } from "../../lib/experiments/trials/balancer.js";
import type { Row } from "../../lib/experiments/experiment.js";

const judge = (id: string, rows: (parameters: RawParameters) => readonly Row[]) => balancerTrials.find((trial) => trial.id === id)!.judge((parameters = {}) => rows(parameters));
const quick = (experiment: Parameters<typeof runExperiment>[0], parameters: RawParameters = {}) => runExperiment(experiment, parameters, { trials: 1, seed: 3 }).rows;

describe("supermarket", () => {
  it("has the flags and the row that others rely on", () => {
    expect(Object.keys(supermarket.parameters)).toEqual(expect.arrayContaining(["queues", "choices", "load", "service", "replacement", "stale"]));
    const [row, ...more] = quick(supermarket, { arrivals: 2000 });
    expect(Object.keys(row!)).toEqual(["meanTime", "tail"]);
    expect((row!.tail as readonly number[])[0]).toBe(1);
    expect(more).toEqual([]);
  });

  it("refuses more choices than queues, in the words of the command line", () => {
    expect(() => quick(supermarket, { queues: 3, choices: 4 })).toThrow(/choices: expected at most as many as there are queues \(3\)/);
  });

  it("its tails stand beside the limit's, and its balls beside theirs", () => {
    const rows = quick(supermarketTail, { arrivals: 60_000, choices: "2", load: 0.7 });
    for (const row of rows.slice(0, 3)) expect(Math.abs((row.simulated as number) - (row.limit as number))).toBeLessThan(0.04);
    for (const row of quick(ballsIntoBins, { bins: 20_000, balls: 20_000 })) expect(Math.abs((row.simulated as number) - (row.limit as number))).toBeLessThan(0.01);
  });

  it("reads crossings off between the ages", () => {
    expect(crossing([{ x: 1, difference: -1 }, { x: 2, difference: 3 }])).toBe(1.25);
    expect(crossing([{ x: 1, difference: 1 }])).toBe(1);
    expect(crossing([{ x: 1, difference: -1 }])).toBeNull();
    const last = quick(staleCrossing, { arrivals: 30_000, ages: "0.2,1,8" }).at(-1)!;
    expect(last.losesToTwo as number).toBeGreaterThan(0.2);
    expect(last.losesToRandom as number).toBeGreaterThan(last.losesToTwo as number);
  });
});

describe("balancer experiments", () => {
  it("4.5: a verdict that could come out otherwise", () => {
    const rows = quick(balancerPolicies, { duration: 6 });
    expect(judge("4.5", () => rows)).toMatchObject({ verdict: "holds if" });
    const alike = rows.map((row) => ({ ...row, p99: 100 }));
    expect(judge("4.5", () => alike).verdict).toBe("fails");
    const adjusting = rows.map((row) => ({ ...row, p99: row.policy === "least connections" ? 80 : 100 }));
    expect(judge("4.5", () => adjusting).verdict).toBe("holds");
  });

  it("4.6: on a board, too, the least loaded herds and two choices last longer", () => {
    const rows = quick(balancerStaleLoad, { duration: 5, intervals: "0,200", carried: "board" });
    const p99 = (policy: string, interval: number) => rows.find((row) => row.policy === policy && row.interval === interval)!.p99 as number;
    expect(p99("least loaded", 0)).toBeLessThan(p99("two choices", 0));
    expect(p99("least loaded", 200)).toBeGreaterThan(1.5 * p99("two choices", 200));
    expect(judge("4.6", () => rows)).toMatchObject({ verdict: "holds if" });
    expect(judge("4.6", () => rows.filter((row) => row.interval === 0)).verdict).toBe("holds");
  });

  it("the herd can be seen: while some queues are long, others are empty", () => {
    const rows = quick(balancerHerding, { carried: "board", balancers: 1, length: 300 });
    const of = (policy: string, field: string) => rows.filter((row) => row.policy === policy).reduce((sum, row) => sum + (row[field] as number), 0);
    expect(of("least loaded", "longest")).toBeGreaterThan(2 * of("two choices", "longest"));
    expect(of("least loaded", "idle")).toBeGreaterThan(of("two choices", "idle"));
    expect((rows[0]!.lengths as readonly number[]).length).toBe(10);
  });

  it("4.7: what is lost is the share of the time until the crash is found, and nothing after", () => {
    const rows = quick(balancerDetection, { intervals: "500,2000", down: 6 });
    for (const row of rows) expect(row.lostAfter).toBe(0);
    for (const row of rows.filter((row) => row.policy === "round robin" && row.interval !== null)) expect(Math.abs((row.lost as number) / (row.fairShare as number) - 1)).toBeLessThan(0.2);
    expect(judge("4.7", () => rows)).toMatchObject({ verdict: "holds if" });
    expect(judge("4.7", () => rows.map((row) => ({ ...row, lostAfter: 3 }))).verdict).toBe("fails");
  });

  it("4.9: a balancer that switches at one threshold flaps, and one policy alone does better", () => {
    const rows = quick(balancerSwitching, { duration: 15 });
    expect(rows.find((row) => row.kind === "hasty")!.switches as number).toBeGreaterThan(5);
    expect(judge("4.9", () => rows).verdict).toBe("fails");
    expect(judge("4.9", () => rows.map((row) => (row.kind === "patient" ? { ...row, p99: 1, switches: 1 } : { ...row, switches: 1 }))).verdict).toBe("holds");
  });

  it("7.4: learning pays where the world stays as it is for long enough", () => {
    const placement = quick(learnedTuning, { duration: 10, shifts: "100,10000" });
    const detection = quick(learnedTuning, { part: "detection", shifts: "1000,300000" });
    expect(judge("7.4", ({ part }) => (part === "detection" ? detection : placement))).toMatchObject({ verdict: "holds if" });
    for (const { mistakes } of detection) expect(Math.abs((mistakes as number) - 0.01)).toBeLessThan(0.001);
    expect(judge("7.4", ({ part }) => (part === "detection" ? detection : placement.map((row) => ({ ...row, p99: row.rule === "bandit with context" ? 1e6 : row.p99! })))).verdict).toBe("fails");
  });
});
