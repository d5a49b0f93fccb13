import { expect, it } from "vitest";
import { comparePublished } from "../../lib/experiments/published.js";
import { FIGURE_16 } from "../../lib/experiments/published/raft.js";

it("every published cell is reproduced within its tolerance", () => {
  const cells = comparePublished();
  expect(cells.filter(({ ok }) => !ok).map(({ cell, published, reproduced }) => `${cell}: ${published} published, ${reproduced} here`)).toEqual([]);
  expect(cells.length).toBeGreaterThanOrEqual(21);
  for (const { published, reproduced, tolerance, ok } of cells) expect(ok).toBe(reproduced !== null && Math.abs(reproduced - published) <= tolerance * published);
  // A tolerance as wide as the number itself would hold for anything.
  expect(Math.max(...cells.map(({ tolerance }) => tolerance))).toBeLessThanOrEqual(0.4);
  expect(cells.filter(({ cell }) => cell.includes("p50")).every(({ tolerance }) => tolerance <= 0.06)).toBe(true);
  expect(FIGURE_16).toHaveLength(3);
});
