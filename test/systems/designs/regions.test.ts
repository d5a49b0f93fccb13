import { describe, expect, it } from "vitest";
import { createRandom, parseDistribution } from "../../../lib/random.js";
import { regions } from "../../../lib/systems/designs/regions.js";

const near = parseDistribution("constant:0.5");
const random = createRandom(1);

describe("regions", () => {
  it("are given their distances by pair, in the order 0–1, 0–2, 1–2, 0–3, either way", () => {
    const places = regions(4, near, [1, 2, 3, 4, 5, 6]);
    const table = Array.from({ length: 4 }, (_, from) => Array.from({ length: 4 }, (_, to) => places.delay(from, to).sample(random)));
    expect(table).toEqual([[0.5, 1.5, 2.5, 4.5], [1.5, 0.5, 3.5, 5.5], [2.5, 3.5, 0.5, 6.5], [4.5, 5.5, 6.5, 0.5]]);
    expect(table.map((row, from) => row.map((_, to) => places.distance(from, to) + 0.5))).toEqual(table);
  });

  it("take distances in turn if there are fewer than pairs", () => {
    const places = regions(3, near, [35, 60]);
    expect([places.distance(0, 1), places.distance(0, 2), places.distance(1, 2)]).toEqual([35, 60, 35]);
  });

  it("are dealt nodes in turn; some have none where there are more regions than nodes", () => {
    const places = regions(3, near, [1]);
    expect([0, 1, 2, 3, 4].map(places.of)).toEqual([0, 1, 2, 0, 1]);
  });

  it("need a distance if there are two, and none if there is one", () => {
    expect(() => regions(2, near, [])).toThrow(RangeError);
    expect(regions(1, near, []).delay(0, 0).sample(random)).toBe(0.5);
  });
});
