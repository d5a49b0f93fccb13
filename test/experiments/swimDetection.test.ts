import { describe, expect, it } from "vitest";
import { joinKnown } from "../../lib/experiments/joinKnown.js";
import { PHI_Z } from "../../lib/experiments/published/failureDetection.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { swimDetection } from "../../lib/experiments/swimDetection.js";
import { infected, swimInfection } from "../../lib/experiments/swimInfection.js";
import { swimSuspicion } from "../../lib/experiments/swimSuspicion.js";
import { membershipTrials } from "../../lib/experiments/trials/membership.js";
import { normalQuantile } from "../../lib/gossip/failureDetectors/normalTail.js";

type Numbers = Record<string, number>;
const run = (parameters: Record<string, string | number>, trials: number) => runExperiment(swimSuspicion, parameters, { seed: 2, trials }).rows[0] as Numbers;
const rowOf = (parameters: Record<string, string | number>, trials: number) => runExperiment(swimDetection, parameters, { seed: 2, trials }).rows[0] as Numbers;
const within = (found: number | undefined, expected: number, tolerance: number) => expect(Math.abs(found! / expected - 1), `${found} against ${expected}`).toBeLessThan(tolerance);

describe("swim", () => {
  it("periods that begin together: the first ping comes after 1/(1 − e^−1) = 1.58 periods (§3.1)", () => {
    const row = run({ n: 30, periods: 1 }, 500);
    within(row.formula, 1 / (1 - Math.exp(-29 / 30)), 1e-9);
    within(row.detection, 1.582, 0.07);
    within(row.dead, row.detection! + 1, 1e-9);
  });

  it("a phase of its own for each: after 1.0 period", () => within(run({ n: 30, periods: 1, phases: "random" }, 600).detection, 1, 0.08));

  it("sends a ping and its answer a member and period, whatever the size (§3.3)", () => {
    for (const n of [5, 50]) expect(rowOf({ n }, 3)).toMatchObject({ sent: 2, falseDetection: 0 });
  });

  it.each([[0.1, 1], [0.2, 3], [0.3, 2]])("loss of %d: a ping fails with probability (1 − p²)(1 − p⁴)^k for k = %d (§3.1)", (loss, indirect) => {
    const row = run({ n: 20, loss, indirect, suspicion: 20, periods: 50 }, 15);
    within(row.falseDetection, row.falseFormula!, 0.08);
  });

  it("more helpers accuse less, at the cost of more messages", () => {
    const rows = [0, 1, 3].map((indirect) => rowOf({ n: 20, loss: 0.1, indirect, periods: 20, suspicion: 20 }, 10));
    rows.slice(1).forEach((row, i) => {
      expect(row.falseDetection).toBeLessThan(rows[i]!.falseDetection!);
      expect(row.sent).toBeGreaterThan(rows[i]!.sent!);
    });
  });

  it("suspicion all but ends false deaths, and delays true ones by 3⌈ln(n + 1)⌉ periods (§4.2)", () => {
    const [at_once, suspected] = [0, 3].map((suspicion) => run({ n: 20, loss: 0.15, suspicion, periods: 30 }, 10));
    expect(at_once!.falseDead).toBeGreaterThan(0.01);
    expect(suspected!.falseDead).toBeLessThan(at_once!.falseDead! / 20);
    const calm = run({ n: 20, suspicion: 3, periods: 1 }, 5);
    within(calm.dead! - calm.detection! - 1, 12, 1e-6);
  });

  it("where some members are slow, Lifeguard takes fewer of the others for dead", () => {
    const [plain, guarded] = ["swim", "lifeguard"].map((engine) => run({ n: 20, slow: 3, periods: 60, suspicion: 1, engine }, 8));
    expect(plain!.falseDead).toBeGreaterThan(0.01);
    expect(guarded!.falseDead).toBeLessThan(plain!.falseDead! / 5);
  });

  it("refuses what does not fit together", () => {
    expect(() => run({ n: 5, failed: 5 }, 1)).toThrow(/must be fewer than n/);
    expect(() => run({ pingTimeout: 1000 }, 1)).toThrow(/below the period/);
  });
});

describe("swim-infection", () => {
  const rows = (parameters: Record<string, string | number>, trials: number) => runExperiment(swimInfection, parameters, { seed: 2, trials }).rows as Numbers[];

  it("grows as the formula says while few know, and lies below it later, on average over runs", () => {
    const found = rows({ n: 1000, meetings: "memoryless" }, 5000);
    for (const early of found.slice(0, 2)) within(early.mean, early.formula!, 0.07);
    expect(found[3]!.mean).toBeLessThan(0.9 * found[3]!.formula!);
    expect(found[3]!.p90).toBeGreaterThan(found[3]!.formula!);
  });

  it("follows the formula from where many know", () => {
    for (const row of rows({ n: 1000, begin: 100, meetings: "memoryless", times: "0,0.5,1,2" }, 1000)) within(row.mean, row.formula!, 0.02);
    expect(rows({ n: 100, begin: 20, times: "0" }, 5)[0]!.p10).toBeGreaterThanOrEqual(20);
  });

  it("spreads more slowly with periods, most slowly if all begin together", () => {
    const at = (parameters: Record<string, string | number>, trials: number) => rows({ n: 100, times: "2", ...parameters }, trials)[0]!.mean!;
    const [memoryless, random, synchronous] = [at({ meetings: "memoryless" }, 2000), at({}, 40), at({ phases: "synchronous" }, 40)];
    expect(random).toBeLessThan(0.85 * memoryless);
    expect(synchronous).toBeLessThan(0.85 * random);
  });

  it("the formula begins with one and ends with all", () => {
    expect(infected(1000, 0)).toBe(1);
    expect(infected(1000, 20)).toBeCloseTo(1000, 6);
  });
});

describe("join-known and claim 1.6", () => {
  it("a new member is known to all in O(log n) rounds, and waits for its data as long as that takes", () => {
    const rows = runExperiment(joinKnown, { sizes: "10,40,160" }, { seed: 1, trials: 8 }).rows as Numbers[];
    rows.forEach((row, i) => {
      expect(row.known).toBeLessThan(row.log2! + 1);
      within(row.share, 1 / (row.members! + 1), 0.2);
      if (i > 0) expect(row.known! - rows[i - 1]!.known!).toBeLessThan(2.5);
    });
    const bare = runExperiment(joinKnown, { sizes: "40", load: 0 }, { seed: 1, trials: 4 }).rows[0] as Numbers;
    expect(bare.serves).toBe(bare.known);
  });

  it("holds if nobody asks for data", () => {
    const [trial] = membershipTrials;
    const judge = (parameters: Record<string, string | number>) => trial!.judge((own = {}) => runExperiment(joinKnown, { sizes: "10,40", ...parameters, ...own }, { seed: 1, trials: 4 }).rows);
    expect(judge({}).verdict).toBe("holds if");
    expect(judge({ load: 0 }).verdict).toBe("holds");
    expect(judge({ horizon: 1 }).verdict).toBe("fails");
  });
});

it("the published z of φ's thresholds are the normal distribution's", () => {
  for (const { threshold, z } of PHI_Z) expect(normalQuantile(threshold)).toBeCloseTo(z, 3);
});
