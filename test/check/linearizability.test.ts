import { describe, expect, test } from "vitest";
import type { Operation } from "../../lib/check/history.js";
import { checkLinearizable } from "../../lib/check/linearizability/checkLinearizable.js";
import { Budget } from "../../lib/check/linearizability/budget.js";
import { search } from "../../lib/check/linearizability/search.js";
import { judgeByZones } from "../../lib/check/linearizability/zones.js";
import { eventsOf } from "../../lib/check/linearizability/witness.js";
import { models } from "../../lib/check/models/index.js";
import { operationsOf } from "../../lib/check/pairEvents.js";
import { createRandom } from "../../lib/random.js";
import { bruteForce, isOrder } from "./bruteForce.js";
import { kinds, randomHistory } from "./randomHistory.js";

const small = (kind: string, seed: number, lost = 0.1): Operation[] => {
  const random = createRandom(seed);
  return operationsOf(randomHistory(kinds[kind]!.kind, random, { operations: 3 + Math.floor(random() * 5), processes: 3, corrupt: seed % 4 === 0 ? 0 : 0.35, lost: seed % 3 === 0 ? lost : 0 }));
};

describe.each(Object.entries(kinds))("%s: on 2,000 small random histories", (name, { model: modelName }) => {
  const model = models[modelName]!;
  const seeds = Array.from({ length: 2000 }, (_, seed) => seed);

  test("the verdict is that of the brute force, and the order or the witness proves it", () => {
    let linearizable = 0;
    for (const seed of seeds) {
      const operations = small(name, seed);
      const { verdict, order, witness } = checkLinearizable(operations, model);
      const expected = bruteForce(modelName, operations);
      expect({ seed, verdict }).toEqual({ seed, verdict: expected ? "linearizable" : "not-linearizable" });
      if (expected) {
        linearizable++;
        expect({ seed, proof: isOrder(modelName, operations, order!) }).toEqual({ seed, proof: true });
      } else {
        expect({ seed, proof: bruteForce(modelName, witness!.operations) }).toEqual({ seed, proof: false });
        expect(witness!.smallest).toBe(true);
        expect(witness!.unplaced.length).toBeGreaterThan(0);
        expect(bruteForce(modelName, operationsOf(eventsOf(witness!.operations)))).toBe(false);
      }
    }
    // Both verdicts must occur often, or nothing was tested.
    expect(linearizable).toBeGreaterThan(500);
    expect(linearizable).toBeLessThan(1800);
  });

  test("from a witness nothing more can be left out", () => {
    for (const seed of seeds.slice(0, 600)) {
      const { witness } = checkLinearizable(small(name, seed), model);
      if (!witness) continue;
      const part = witness.operations;
      for (const group of [...model.removable(part, null), ...(model.forgotten?.(part) ?? [])]) {
        const rest = part.filter((_, i) => !group.includes(i));
        expect({ seed, group, linearizable: bruteForce(modelName, rest) }).toEqual({ seed, group, linearizable: true });
      }
    }
  });

  test("leaving out what a model allows never makes a linearizable history fail", () => {
    for (const seed of seeds) {
      const operations = small(name, seed, 0.4);
      const parts = modelName === "kv" ? ["x", "y"].map((key) => operations.filter((operation) => operation.key === key)) : [operations];
      for (const part of parts.filter((part) => bruteForce(modelName, part))) {
        const groups = model.removable(part, null);
        const together = groups.filter((_, i) => (seed >> i) & 1).flat();
        for (const group of [...groups, together, ...(model.forgotten?.(part) ?? [])]) {
          expect({ seed, group, linearizable: bruteForce(modelName, part.filter((_, i) => !group.includes(i))) }).toEqual({ seed, group, linearizable: true });
        }
      }
    }
  });

  test("the search by itself agrees, too, and zones wherever they apply", () => {
    let zones = 0;
    for (const seed of seeds) {
      const operations = small(name, seed, 0.3).filter(({ key }) => key !== "y");
      const begin = model.begin(null, "x");
      const expected = bruteForce(modelName, operations) ? "linearizable" : "not-linearizable";
      const found = search(operations, model, begin, new Budget({}));
      expect({ seed, verdict: found.verdict }).toEqual({ seed, verdict: expected });
      const zoned = judgeByZones(operations, model, begin, new Budget({}));
      if (!zoned) continue;
      zones++;
      expect({ seed, verdict: zoned.verdict }).toEqual({ seed, verdict: expected });
      if (expected === "linearizable") expect(isOrder(modelName, operations, zoned.order)).toBe(true);
    }
    if (name === "register with unique writes") expect(zones).toBe(2000);
  });
});
