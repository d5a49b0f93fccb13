import { expect, test } from "vitest";
import { strips } from "../../lib/plot/index.js";
import { count, hang, words } from "./gallery.js";

test("strips are dark where much is, and equal neighbours are one", () => {
  const herd = [0, 1, 2].map((server) => Array.from({ length: 60 }, (_, i) => (Math.floor(i / 20) === server ? (i % 20) * 2 : Math.max(0, 12 - (i % 20)))));
  const spread = [0, 1, 2].map((server) => Array.from({ length: 60 }, (_, i) => 3 + ((i + server) % 3)));
  const { svg } = hang("strips-herd", (document) =>
    strips([{ name: "a herd", strips: herd }, { name: "spread", strips: spread }], { document, from: 100, every: 5, strip: "server", shades: [1, 4, 8, 16], unit: "requests", title: "Queues over time", caption: "Darker is longer." }),
  );
  expect(words(svg, "legend")).toEqual(["0 requests", "1 to 3", "4 to 7", "8 to 15", "16 and more"]);
  expect(words(svg, "panel")).toEqual(["a herd", "spread"]);
  expect(words(svg)).toEqual(expect.arrayContaining(["server 0", "server 2", "time (ms)"]));
  expect(count(svg, "strip")).toBeGreaterThan(20);
  expect(count(svg, "strip")).toBeLessThan(6 * 60);
});
