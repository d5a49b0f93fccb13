import { expect, test } from "vitest";
import { cellMap } from "../../lib/plot/index.js";
import { count, hang, words } from "./gallery.js";

const designs = ["one leader", "no leader"];
const rows = [3, 5, 9].flatMap((nodes) => [0, 50, 100].map((reads) => ({ nodes, reads: `${reads} %`, best: designs[nodes > 3 && reads < 100 ? 1 : 0]!, by: `${nodes * 10}` })));
const axes = { x: { field: "reads", label: "share of gets" }, y: { field: "nodes", label: "servers" }, fill: "best" } as const;

test("a cell a row, in the order in which the values come, the first row at the bottom", () => {
  const { svg } = hang("cell-map", (document) => cellMap(rows, { document, ...axes, text: "by", title: "Who is ahead", caption: "By how much, in the cells." }));
  expect(count(svg, "cell")).toBe(9);
  expect(words(svg, "value")).toEqual(rows.map(({ by }) => by));
  expect(words(svg, "legend")).toEqual(designs);
  expect(words(svg)).toEqual(expect.arrayContaining(["share of gets", "servers", "0 %", "50 %", "100 %"]));
  const [first, last] = [svg.querySelector(".cell rect"), [...svg.querySelectorAll(".cell rect")].at(-1)];
  expect(Number(first!.getAttribute("y"))).toBeGreaterThan(Number(last!.getAttribute("y")));
  expect(Number(first!.getAttribute("x"))).toBeLessThan(Number(last!.getAttribute("x")));
});

test("categories have the colours given, and stand in the legend in that order", () => {
  const colours = { "no leader": "#0072b2", "one leader": "#e69f00" };
  const { svg } = hang("cell-map-colours", (document) => cellMap(rows, { document, ...axes, colours }));
  expect(words(svg, "legend")).toEqual(["no leader", "one leader"]);
  expect([...svg.querySelectorAll(".cell rect")].map((cell) => cell.getAttribute("fill"))).toEqual(rows.map(({ best }) => colours[best as keyof typeof colours]));
  expect(words(svg, "value")).toEqual([]);
});

test("one cell makes a picture, and so do long names of rows", () => {
  const { svg } = hang("cell-map-one", (document) => cellMap([{ nodes: "a cluster with a very long name indeed", reads: "all", best: "no leader" }], { document, ...axes, cellHeight: 20 }));
  expect(words(svg)).toContain("a cluster with a very long name indeed");
});

test("without rows there is an empty frame", () => {
  const { svg } = hang("cell-map-empty", (document) => cellMap([] as typeof rows, { document, ...axes }));
  expect(count(svg, "cell")).toBe(0);
});
