import { describe, expect, it } from "vitest";
import { createRandom } from "../../../lib/random.js";
import { type KeyDraws, keyDraws, keyIn, regionOfKey } from "../../../lib/systems/designs/keyDraws.js";

const DRAWS = 20_000;

/** How often each key is drawn for a client of a region. */
function counts(given: KeyDraws, regions = 1, region = 0) {
  const [draw, random] = [keyDraws(given, regions), createRandom(1)];
  const drawn = new Map<string, number>();
  for (let i = 0; i < DRAWS; i++) {
    const key = draw(region, random);
    drawn.set(key, (drawn.get(key) ?? 0) + 1);
  }
  return drawn;
}

describe("keys are drawn", () => {
  it("evenly where the exponent is 0", () => {
    const drawn = counts({ keys: 10, skew: 0 });
    expect(drawn.size).toBe(10);
    for (const count of drawn.values()) expect(count / DRAWS).toBeCloseTo(0.1, 1.5);
  });

  it("by Zipf's law: key i has weight 1 / i^skew", () => {
    const drawn = counts({ keys: 50, skew: 2 });
    const total = Array.from({ length: 50 }, (_, i) => 1 / ((i + 1) * (i + 1))).reduce((sum, weight) => sum + weight);
    for (const [key, weight] of [["k0", 1], ["k1", 1 / 4], ["k2", 1 / 9]] as const) expect(drawn.get(key)! / DRAWS / (weight / total)).toBeCloseTo(1, 1);
  });

  it("from one key, always that key", () => {
    expect([...counts({ keys: 1, skew: 5 }).keys()]).toEqual(["k0"]);
    expect([...counts({ keys: 1, skew: 0 }).keys()]).toEqual(["k0"]);
  });

  it("of the client's own region with the probability asked for, and of all others alike", () => {
    const drawn = [...counts({ keys: 4, skew: 1, local: 0.7 }, 3, 1)];
    const share = (region: number) => drawn.filter(([key]) => regionOfKey(key) === region).reduce((sum, [, count]) => sum + count, 0) / DRAWS;
    expect(share(1)).toBeCloseTo(0.7, 1.5);
    expect(share(0)).toBeCloseTo(0.15, 1.5);
    expect(share(2)).toBeCloseTo(0.15, 1.5);
    expect([...counts({ keys: 4, skew: 0, local: 0 }, 1).keys()].map(regionOfKey)).toEqual([0, 0, 0, 0]);
  });

  it("a key's name tells its region, if it has one", () => {
    expect(regionOfKey(keyIn(12, 3))).toBe(12);
    expect(regionOfKey("k3")).toBeUndefined();
  });
});
