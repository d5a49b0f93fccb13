import { expect, test } from "vitest";
import { distribution } from "../../lib/plot/index.js";
import { downtimes } from "./downtimes.js";
import { count, hang, words } from "./gallery.js";

const x = { label: "downtime", unit: "ms" };

test("a distribution has a curve with its name for each series, and published points beside it", () => {
  const { svg } = hang("distribution-downtime", (document) =>
    distribution(downtimes(), { document, title: "Time without a leader, by range of election timeouts", caption: "Curves: 1,000 trials a range. Circles: Ongaro and Ousterhout 2014, Figure 16.", x: { ...x, log: true, domain: [80, 2000] } }),
  );
  expect(count(svg, "distribution")).toBe(3);
  expect(count(svg, "published")).toBe(15);
  expect(words(svg, "series").sort()).toEqual(["150–155 ms", "150–200 ms", "150–300 ms"]);
  expect(words(svg, "legend")).toEqual(["our runs", "published"]);
  expect(words(svg)).toEqual(expect.arrayContaining(["downtime (ms)", "share of trials (%)", "1,000"]));
});

test("a curve ends below 100 % where some trials never ended, and says how many", () => {
  const values = Array.from({ length: 40 }, (_, i) => (i < 6 ? (i % 2 ? null : Infinity) : 100 + 10 * i));
  const { svg } = hang("distribution-never", (document) => distribution([{ name: "12–24 ms", values }, ...downtimes().slice(1)], { document, x }));
  expect(words(svg, "series")).toContain("12–24 ms (never: 15.0 %)");
});

test("the curves' names are in the legend where one could be taken for another's", () => {
  const series = Array.from({ length: 6 }, (_, i) => ({ name: `${5 + 2 * i} servers`, values: Array.from({ length: 300 }, (_, j) => 100 + 4 * i + (j * j) / (100 + 30 * i)) }));
  const { svg } = hang("distribution-crowded", (document) => distribution(series, { document, x }));
  expect(words(svg, "legend")).toEqual(series.map(({ name }) => name));
  expect(words(svg, "series")).toEqual([]);
});

test("without trials there is an empty frame; NaN is refused", () => {
  const { svg } = hang("distribution-empty", (document) => distribution([{ name: "nothing", values: [] }], { document, x }));
  expect(words(svg)).toContain("downtime (ms)");
  expect(() => hang("none", (document) => distribution([{ name: "broken", values: [NaN] }], { document, x }))).toThrow('Series "broken" contains NaN; write null where something never happened.');
});
