import { expect, test } from "vitest";
import { lines, type LinesOptions } from "../../lib/plot/index.js";
import { touches } from "../../lib/plot/touches.js";
import type { Point } from "../../lib/plot/placeLabels.js";
import { createRandom } from "../../lib/random.js";
import { blank, hang, words } from "./gallery.js";
import { clashes, textBoxes, type TextBox } from "./textBoxes.js";

interface Row {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

const rowsOf = (series: Readonly<Record<string, readonly (readonly [x: number, y: number])[]>>): Row[] => Object.entries(series).flatMap(([name, points]) => points.map(([x, y]) => ({ name, x, y })));
const axes = { x: { field: "x", label: "delay", unit: "ms" }, y: { field: "y", label: "errors", unit: "%" }, stroke: "name" } as const;
const logarithmic = { ...axes, x: { ...axes.x, log: true }, y: { ...axes.y, log: true } } as const;
type Options = Omit<LinesOptions<Row>, "document">;
const chart = (rows: readonly Row[], options: Options = axes): Element => lines(rows, { document: blank(), ...options });
const hung = (name: string, rows: readonly Row[], options: Options = axes): Element => hang(name, (document) => lines(rows, { document, ...options })).svg;

test("lines that end in one place have their names one below the other, each with a leader", () => {
  const svg = hung("lines-one-end", rowsOf({ "node 0": [[0, 1], [5, 3], [10, 6]], "node 1": [[0, 1], [7, 1], [10, 6]], "node 2": [[0, 2], [9, 2], [10, 6]] }));
  expect(nameClashes(svg)).toEqual([]);
  expect(leaders(svg).length).toBe(3);
  const starts = leaders(svg).map(([from]) => from!);
  for (const start of starts) expect(Math.hypot(start.x - starts[0]!.x, start.y - starts[0]!.y)).toBeLessThan(12);
});

test("names stand in the order in which the lines end, near their ends where there is room", () => {
  const ends: Readonly<Record<string, number>> = { alike: 84, owner: 62, replicas: 70, everywhere: 85, cache: 76 };
  const svg = hung("lines-crowd", rowsOf(Object.fromEntries(Object.entries(ends).map(([name, end], i) => [name, [[1, 208 - 20 * i], [10, end]]]))));
  expect(nameClashes(svg)).toEqual([]);
  const boxes = names(svg).sort((a, b) => a.top - b.top);
  expect(boxes.map(({ text }) => text)).toEqual(["everywhere", "alike", "cache", "replicas", "owner"]);
  expect(new Set(boxes.map(({ left }) => left.toFixed(1))).size).toBe(1);
});

test("a name does not lie on the line that goes on beside its line's end", () => {
  const svg = hung("lines-inner-end", rowsOf({ fixed: [[90, 2000], [160, 210], [210, 9], [280, 0.6]], chen: [[70, 5500], [170, 52], [240, 4]], phi: [[85, 2100], [145, 340], [172, 58]] }), { ...axes, y: logarithmic.y });
  expect(nameClashes(svg)).toEqual([]);
  expect(words(svg, "series").sort()).toEqual(["chen", "fixed", "phi"]);
});

test("a name does not lie on the axis, on a gathering of ends at the right, or on circles", () => {
  expect(nameClashes(chart(rowsOf({ accrual: [[62, 3100], [75, 105], [85, 1]], timeout: [[155, 3800], [760, 1]], watched: [[300, 1.1]] }), logarithmic))).toEqual([]);
  const rows = rowsOf({ "least loaded": [[4, 87], [45, 330], [450, 1750]], "least loaded, own added": [[4, 72], [130, 215], [390, 295]], "two choices": [[4, 82], [145, 215], [440, 360]], random: [[4, 285], [440, 284]] });
  expect(nameClashes(hung("lines-right-edge", rows, logarithmic))).toEqual([]);
  expect(nameClashes(chart(rows, { ...logarithmic, points: { rows: rows.map((row) => ({ ...row, y: row.y * 1.1 })), name: "measured", lineName: "formula" } }))).toEqual([]);
});

test("in charts drawn at random, with one to nine lines of any length, no name touches anything", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = createRandom(seed);
    const log = random() < 0.5;
    const rows = Array.from({ length: 1 + Math.floor(random() * 9) }, (_, i) => {
      const name = `${"policy ".repeat(1 + Math.floor(random() * 3))}${i}`;
      const steps = 1 + Math.floor(random() * 12);
      const last = random() < 0.5 ? 12 : steps;
      let y = 1 + random() * 100;
      return Array.from({ length: steps }, (_, j) => ({ name, x: 1 + ((j + 1) / steps) * last, y: (y = Math.max(0.5, y + (random() - 0.5) * 30)) }));
    }).flat();
    const points = random() < 0.3 ? { points: { rows: rows.map((row) => ({ ...row, y: row.y + random() })), name: "measured", lineName: "formula" } } : {};
    const svg = chart(rows, { ...(log ? logarithmic : axes), ...points });
    expect(nameClashes(svg), `seed ${seed}`).toEqual([]);
    expect(words(svg, "series").sort(), `seed ${seed}`).toEqual([...new Set(rows.map(({ name }) => name))].sort());
  }
});

test("names for which no column has room are in the legend", () => {
  const many = rowsOf(Object.fromEntries(Array.from({ length: 24 }, (_, i) => [`server ${i}`, [[0, 1], [10, 2 + (i % 2)]]])));
  expect(words(chart(many), "legend")).toEqual(Array.from({ length: 24 }, (_, i) => `server ${i}`));
  const svg = chart(rowsOf({ "one leader for all keys, and everybody else asks it about each of them": [[0, 1], [10, 2]], none: [[0, 2], [10, 1]] }));
  expect(words(svg, "series")).toEqual([]);
  expect(words(svg, "legend").length).toBe(2);
});

test("what the tests above would find: a name on a line, on a circle, on the axis, on another name, beyond the margin", () => {
  const svg = chart(rowsOf({ above: [[0, 5], [10, 6]], below: [[0, 1], [10, 2]] }));
  const [above, below] = names(svg).map(({ element }) => element);
  const [, x, y] = /\(([\d.]+),([\d.]+)\)/.exec(above!.getAttribute("transform")!)!.map(Number) as [number, number, number];
  const moved = (to: string) => (above!.setAttribute("transform", to), nameClashes(svg));
  expect(moved(`translate(${x},${y})`)).toEqual([]);
  expect(moved(below!.getAttribute("transform")!)).toEqual(['"above" lies on "below"']);
  expect(moved(`translate(${x - 30},${y})`)).toEqual(['"above" touches a line', '"above" touches a circle']);
  expect(moved(`translate(300,${endsOf(svg.querySelector('[aria-label="rule"] line')!)[0]!.y})`)).toEqual(['"above" touches the axis']);
  expect(moved(`translate(${x + 30},${y})`)).toEqual(['"above" is cut']);
});

/** What is wrong with the names in a chart, seen from the drawing alone; nothing if all is well. */
function nameClashes(svg: Element): string[] {
  const circles = [...svg.querySelectorAll(".point circle, .overlay circle")].map((circle) => [{ x: Number(circle.getAttribute("cx")), y: Number(circle.getAttribute("cy")) }]);
  const found = names(svg).flatMap(({ text, ...box }) => [
    ...(drawn(svg, "line").some((line) => touches(line, grown(box, 1.25))) ? [`"${text}" touches a line`] : []),
    ...(leaders(svg).some((leader) => touches(leader, box)) ? [`"${text}" touches a leader`] : []),
    ...(circles.some((circle) => touches(circle, grown(box, svg.querySelector(".overlay circle") ? 6 : 3))) ? [`"${text}" touches a circle`] : []),
    ...(drawn(svg, "axis").some((line) => touches(line, box)) ? [`"${text}" touches the axis`] : []),
  ]);
  return [...clashes(svg), ...found];
}

function names(svg: Element): TextBox[] {
  return textBoxes(svg).filter(({ element }) => element.parentElement?.getAttribute("class") === "series");
}

function grown({ left, right, top, bottom }: Omit<TextBox, "text">, by: number) {
  return { left: left - by, right: right + by, top: top - by, bottom: bottom + by };
}

/** The corners of lines of one class; of the horizontal axis, where it is a rule. */
function drawn(svg: Element, kind: "line" | "axis"): Point[][] {
  if (kind === "line") return [...svg.querySelectorAll(".line path, path.line")].map((path) => [...path.getAttribute("d")!.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) })));
  return [...svg.querySelectorAll('[aria-label="rule"] line')].map(endsOf);
}

function leaders(svg: Element): Point[][] {
  return [...svg.querySelectorAll(".leader line, .leader path")].map((link) => (link.localName === "line" ? endsOf(link) : [...link.getAttribute("d")!.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }))));
}

function endsOf(line: Element): Point[] {
  return ["1", "2"].map((end) => ({ x: Number(line.getAttribute(`x${end}`)), y: Number(line.getAttribute(`y${end}`)) }));
}
