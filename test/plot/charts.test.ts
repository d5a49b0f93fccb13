import { expect, test } from "vitest";
import { bars, lines } from "../../lib/plot/index.js";
import { blank, count, hang, words } from "./gallery.js";
import { clashes, textBoxes, type TextBox } from "./textBoxes.js";

/** Ongaro's thesis, chapter 9: the chance that votes split among s live servers of n, for a latency of l. */
function splitVote(n: number, s: number, l: number): number {
  const c = s - Math.floor(n / 2) + 1;
  let sum = 0;
  for (let k = c - 1; k <= s; k++) {
    let term = 1;
    for (let i = 1; i <= s; i++) term *= i <= k ? (l * (s - k + i)) / i : 1 - l;
    sum += term;
  }
  return sum;
}

const rows = [3, 5, 9].flatMap((n) => [0.01, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3].map((latency) => ({ servers: `${n} servers`, latency: 100 * latency, split: 100 * splitVote(n, n - 1, latency) })));

test("lines carry their names at their ends, circles what is laid over", () => {
  const { svg } = hang("lines-split-vote", (document) =>
    lines(rows, {
      document,
      title: "How often the first round splits the vote",
      x: { field: "latency", label: "latency as a share of the timeout range", unit: "%" },
      y: { field: "split", label: "split votes", unit: "%" },
      stroke: "servers",
      points: { rows: rows.map((row, i) => ({ ...row, split: row.split * (1 + 0.04 * Math.sin(i)) })), name: "simulated", lineName: "closed form" },
    }),
  );
  expect(count(svg, "line")).toBe(3);
  expect(count(svg, "overlay")).toBe(rows.length);
  expect(words(svg, "series")).toEqual(["3 servers", "5 servers", "9 servers"]);
  expect(words(svg, "legend")).toEqual(["closed form", "simulated"]);
  expect(words(svg)).toEqual(expect.arrayContaining(["split votes (%)", "latency as a share of the timeout range (%)"]));
});

test("lines on logarithmic axes have round ticks, and refuse what has no logarithm", () => {
  const growth = [10, 100, 1000, 10_000, 100_000].flatMap((n) => [{ way: "push", n, rounds: Math.log2(n) + Math.log(n) }, { way: "push-pull", n, rounds: Math.log(n) / Math.log(3) + 2 }]);
  const axes = { x: { field: "n", label: "nodes", unit: null, log: true }, y: { field: "rounds", label: "mean time", unit: "rounds" }, stroke: "way" } as const;
  const { svg } = hang("lines-log", (document) => lines(growth, { document, ...axes }));
  expect(words(svg)).toEqual(expect.arrayContaining(["10", "1,000", "100,000", "nodes", "mean time (rounds)"]));
  expect(() => hang("none", (document) => lines([{ way: "push", n: 0, rounds: 1 }], { document, ...axes }))).toThrow("needs values greater than 0");
});

test("bars stand in groups with their values above them; what is missing says so", () => {
  const percentiles = [
    ["150–155", 287, 1242],
    ["150–200", 147, 352],
    ["150–300", 171, null],
  ].flatMap(([range, p50, p99]) => [{ range, percentile: "median", ms: p50 }, { range, percentile: "99th percentile", ms: p99 }]);
  const { svg } = hang("bars-grouped", (document) =>
    bars(percentiles, { document, x: { field: "percentile", label: "percentile", unit: null }, y: { field: "ms", label: "downtime", unit: "ms" }, fx: { field: "range", label: "election timeout", unit: "ms" } }),
  );
  expect(svg.querySelectorAll(".bar rect").length).toBe(6);
  expect(words(svg, "value").sort()).toEqual(["1,242", "147", "171", "287", "352", "none"]);
  expect(words(svg, "legend")).toEqual(["median", "99th percentile"]);
  expect(words(svg)).toEqual(expect.arrayContaining(["downtime (ms)", "election timeout (ms)"]));
});

test("bars without groups have one colour; no rows make an empty frame", () => {
  const { svg } = hang("bars-plain", (document) => bars([{ scheme: "ring", moved: 16.9 }, { scheme: "modulo", moved: 83.3 }], { document, title: "Keys that move when two servers join ten", x: { field: "scheme", label: "scheme", unit: null }, y: { field: "moved", label: "keys moved", unit: "%" } }));
  expect(new Set([...svg.querySelectorAll(".bar rect")].map((rect) => rect.getAttribute("fill"))).size).toBe(1);
  const empty = hang("bars-empty", (document) => bars([] as { a: string; b: number }[], { document, x: { field: "a", label: "scheme", unit: null }, y: { field: "b", label: "keys moved", unit: "%" } }));
  expect(words(empty.svg)).toContain("keys moved (%)");
});

test("names under bars that would stand close to each other take more lines", () => {
  const designs = ["raft", "quorum-store-majority", "quorum-store", "sharded-raft", "a hybrid of both"].map((design, i) => ({ design, rate: 10 * i }));
  const { svg } = hang("bars-long-names", (document) => bars(designs, { document, x: { field: "design", label: "design", unit: null }, y: { field: "rate", label: "requests", unit: "1/s" }, caption: "A caption keeps its distance." }));
  expect([...svg.querySelectorAll("tspan")].map((line) => line.textContent)).toEqual(["quorum-store-", "majority"]);
  const boxes = textBoxes(svg);
  const [name, axis] = ["majority", "design"].map((text) => boxes.find((box) => box.text === text)!) as [TextBox, TextBox];
  expect(axis.top).toBeGreaterThan(name.bottom + 4);
});

test("ticks of a logarithmic axis are at least three, each with its number", () => {
  for (const [low, high] of [[70, 420], [0.3, 60], [2, 400], [1e-6, 1], [8, 13]] as const) {
    const svg = lines([{ x: low, y: low }, { x: high, y: high }], { document: blank(), x: { field: "x", label: "age", unit: "ms", log: true }, y: { field: "y", label: "time", unit: "ms", log: true } });
    const ticks = [...svg.querySelectorAll('[aria-label="x-axis tick label"] text')].map((text) => text.textContent ?? "");
    expect(ticks.length).toBeGreaterThanOrEqual(3);
    expect(ticks).not.toContain("");
    expect(clashes(svg)).toEqual([]);
  }
});
