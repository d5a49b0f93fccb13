import { describe, expect, it } from "vitest";
import { checkLinearizable } from "../../lib/check/linearizability/checkLinearizable.js";
import { models } from "../../lib/check/models/index.js";
import { operationsOf } from "../../lib/check/pairEvents.js";
import { recordTwoCopies } from "../../lib/experiments/recordTwoCopies.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { twoCopies } from "../../lib/experiments/twoCopies.js";

const kept = (reads: string, acknowledge: string) => runExperiment(twoCopies, { reads, acknowledge }, { trials: 40, seed: 1 }).rows[0]!;

describe("what clients of two copies can rely on", () => {
  it("is everything where the first copy is read, and no more than convergence where either is", () => {
    expect(kept("first", "at-once")).toMatchObject({ linearizable: 40, sequential: 40, causal: 40, readYourWrites: 40, monotonicReads: 40, converges: 40, stalest: 0 });
    const loose = kept("either", "at-once");
    for (const promise of ["linearizable", "sequential", "causal", "readYourWrites", "monotonicReads"]) expect(loose[promise], promise).toBeLessThan(40);
    expect(loose).toMatchObject({ converges: 40 });
    expect(loose.stalest).toBeGreaterThan(0);
  });

  it("is sequential consistency, not linearizability, where clients stay with a copy and writes wait", () => {
    const waiting = kept("own", "when-copied");
    expect(waiting).toMatchObject({ sequential: 40, causal: 40, readYourWrites: 40, monotonicReads: 40 });
    expect(waiting.linearizable).toBeLessThan(40);
  });

  it("is found from histories in which every client waits for its answer, and every operation has one", () => {
    const { history } = recordTwoCopies({ reads: "either", acknowledge: "when-copied", clients: 3, operations: 5, latency: "uniform:5,40" }, 9);
    const operations = operationsOf(history);
    expect(operations).toHaveLength(3 * (5 + 1));
    expect(operations.every(({ returned }) => returned < Infinity)).toBe(true);
    expect(checkLinearizable(operations, models.register!).verdict).not.toBe("unknown");
  });
});
