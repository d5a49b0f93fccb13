import { describe, expect, it } from "vitest";
import { failureDetector } from "../../lib/experiments/failureDetector.js";
import { failureDetectorMistakes } from "../../lib/experiments/failureDetectorMistakes.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";

const run = (parameters: Record<string, string | number>, trials = 150) => ({ ...runExperiment(failureDetector, parameters, { seed: 1, trials }).rows[0], ...runExperiment(failureDetectorMistakes, parameters, { seed: 1, trials }).rows[0] }) as Record<string, number | null>;
const within = (found: number | null | undefined, expected: number, tolerance: number) => expect(Math.abs(found! / expected - 1), `${found} against ${expected}`).toBeLessThan(tolerance);

/** Mistakes of NFD-S by Theorem 5 of Chen, Toueg and Aguilera 2002, for exponential delays with this mean. */
function chenTheorem({ interval, delta, loss, mean }: { interval: number; delta: number; loss: number; mean: number }) {
  const later = (time: number) => (time <= 0 ? 1 : Math.exp(-time / mean));
  const k = Math.ceil(delta / interval);
  const u = (x: number) => Array.from({ length: k + 1 }, (_, j) => loss + (1 - loss) * later(delta + x - j * interval)).reduce((product, p) => product * p, 1);
  const steps = 20_000;
  const integral = Array.from({ length: steps }, (_, i) => u(((i + 0.5) * interval) / steps)).reduce((sum, value) => sum + value, 0) * (interval / steps);
  const begins = (1 - loss) * (1 - later(delta + interval)) * u(0);
  return { mistakeRecurrence: interval / begins, mistakeDuration: integral / begins, accuracy: 1 - integral / interval };
}

describe("failure-detector", () => {
  it.each([
    { interval: 1000, delta: 1200, loss: 0.05, mean: 300 },
    { interval: 1000, delta: 500, loss: 0.1, mean: 100 },
    { interval: 100, delta: 350, loss: 0.3, mean: 60 },
  ])("with clocks that agree, Chen's detector errs as often and as long as his theorem says: %o", ({ mean, ...model }) => {
    const expected = chenTheorem({ mean, ...model });
    const row = run({ kind: "chen", clocks: "agree", delay: `exp:${1 / mean}`, ...model });
    within(row.mistakeRecurrence, expected.mistakeRecurrence, 0.05);
    within(row.mistakeDuration, expected.mistakeDuration, 0.05);
    expect(Math.abs(row.accuracy! - expected.accuracy)).toBeLessThan(0.004);
  });

  it("with clocks apart, it does nearly as well with α as with δ = α + the mean delay", () => {
    const expected = chenTheorem({ interval: 1000, delta: 600, loss: 0.1, mean: 100 });
    const row = run({ kind: "chen", interval: 1000, delta: 500, loss: 0.1, delay: "exp:0.01" });
    within(row.mistakeRecurrence, expected.mistakeRecurrence, 0.05);
    within(row.mistakeDuration, expected.mistakeDuration, 0.08);
  });

  it("Chen's detector never takes longer than η + δ to find a crash, a fixed timeout may", () => {
    const model = { interval: 1000, loss: 0, delay: "exp:0.005" };
    const chen = run({ ...model, kind: "chen", clocks: "agree", delta: 900 });
    expect(chen.detectionMax).toBeLessThanOrEqual(1900);
    within(chen.detection, 1400, 0.05);
    expect(run({ ...model, kind: "fixed", delta: 1900 }).detectionMax).toBeGreaterThan(1900);
  });

  it.each([[1, 0.04], [2, 0.06], [3, 0.15]])("φ accrual of threshold %d suspects falsely once in 10^Φ heartbeats, if their times are normal", (threshold, tolerance) => {
    const row = run({ kind: "phi", threshold, loss: 0, delay: "constant:20", jitter: "normal:0,50" }, 300);
    within(row.falseShare, Math.exp(-threshold * Math.LN10), tolerance);
    within(row.falseShare! * row.mistakeRecurrence!, 1000, 0.03);
  });

  it("a higher threshold errs less and detects later; so does a longer timeout", () => {
    const rows = [1, 2, 4, 8].map((threshold) => run({ kind: "phi", threshold, delay: "lognormal:50,0.8", loss: 0.05 }));
    const fixed = [1100, 1500, 2500, 4500].map((delta) => run({ kind: "fixed", delta, delay: "lognormal:50,0.8", loss: 0.05 }));
    for (const curve of [rows, fixed]) {
      curve.slice(1).forEach((row, i) => {
        expect(row.detection).toBeGreaterThan(curve[i]!.detection!);
        expect(row.accuracy).toBeGreaterThanOrEqual(curve[i]!.accuracy!);
        expect(row.mistakes).toBeLessThan(curve[i]!.mistakes!);
      });
    }
  });

  it("a fixed timeout without loss or delay is never wrong, and detects a crash within it", () => {
    const row = run({ kind: "fixed", delta: 1001, loss: 0, delay: "constant:0" });
    expect(row).toMatchObject({ mistakes: 0, mistakeRecurrence: null, mistakeDuration: null, accuracy: 1 });
    within(row.detection, 501, 0.1);
  });

  it("exponential times: threshold 1 waits for ln 10 means", () => {
    const row = run({ kind: "phi", distribution: "exponential", threshold: 1, loss: 0, delay: "constant:0" });
    within(row.detectionMax, 1000 * Math.LN10, 0.01);
  });
});
