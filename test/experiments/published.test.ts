import { expect, it } from "vitest";
import { comparePublished } from "../../lib/experiments/published.js";
import { epidemicComparisons } from "../../lib/experiments/published/epidemics.js";
import { FIGURE_16 } from "../../lib/experiments/published/raft.js";

/** What does not come out, and is told with a reason: anything else is noticed. */
const APART = [
  "push, feedback, counter, k = 1, updates a site",
  "x(3) of 1000 members, meetings at random moments",
  "x(4) of 1000 members, meetings at random moments",
  "x(5) of 1000 members, meetings at random moments",
  "x(2) of 200 members, on pings once a period",
  "DISK, R=1, W=1, 99.9 % fresh after, as a quantile, ms",
  "DISK, R=1, W=2, 99.9 % fresh after, as a quantile, ms",
  "1st percentile of keys a node, 1 virtual node",
];

const cells = comparePublished();

it("every published cell is reproduced within its tolerance, or a note says why not", () => {
  expect(cells.filter(({ ok }) => !ok).map(({ cell }) => cell)).toEqual(APART);
  for (const { ok, note = "" } of cells) expect(ok || note.length > 60).toBe(true);
  expect(cells.length).toBeGreaterThanOrEqual(180);
  for (const { published, reproduced, tolerance, ok } of cells) expect(ok).toBe(reproduced !== null && Math.abs(reproduced - published) <= tolerance * published);
  // Whoever reads a table must see which numbers nobody measured.
  for (const { source, formula } of cells) if (/closed form|limit of|bounds|SWIM|§3\.1|dissertation/.test(source)) expect(formula).toBeDefined();
  for (const { source, formula } of cells) if (/Table [134]|Figure (9|16)/.test(source)) expect(formula).toBeUndefined();
  // A tolerance as wide as the number itself would hold for anything; but one number is only read to an order of magnitude.
  const wide = cells.filter(({ tolerance }) => tolerance > 0.4);
  expect(wide.map(({ published }) => published)).toEqual([4e-6]);
  expect(cells.filter(({ cell }) => cell.includes("p50")).every(({ tolerance }) => tolerance <= 0.06)).toBe(true);
  expect(FIGURE_16).toHaveLength(3);
});

it("Table 1 of Demers et al. comes out as it is printed: what is further off than its tolerance rounds to the printed digits, and a note says so", () => {
  const table = cells.filter(({ source }) => source === epidemicComparisons[0]!.source);
  expect(table).toHaveLength(15);
  for (const cell of table) expect(cell.ok || (cell.note !== undefined && cell.reproduced!.toPrecision(2) === `${cell.published}`), JSON.stringify(cell)).toBe(true);
  expect(table.filter(({ ok }) => !ok).length).toBeLessThanOrEqual(1);
});
