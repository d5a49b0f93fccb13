import { expect, test } from "vitest";
import { hashRings, type HashRingRow, rings, type RingRow, rumorColours } from "../../lib/plot/index.js";
import { createRandom } from "../../lib/random.js";
import { count, hang, words } from "./gallery.js";

/** A rumour among so many nodes, each of which tells one other a round. */
function rounds(nodes: number, last: number): RingRow[] {
  const random = createRandom(3);
  const knows = new Set([0]);
  return Array.from({ length: last + 1 }, (_, round) => {
    const contacts = round === 0 ? [] : [...knows].map((node) => [node, Math.floor(nodes * random())] as const);
    for (const [, to] of contacts) knows.add(to);
    return { moment: `round ${round}`, states: Array.from({ length: nodes }, (_, node) => (knows.has(node) ? "tells" : "does not know")), contacts };
  });
}

test("rings show a dot a node in the colour of its state, and who spoke to whom", () => {
  const rows = rounds(40, 7);
  const { svg } = hang("rings", (document) => rings(rows, { document, colours: rumorColours, title: "Forty nodes, seven rounds", caption: "Each node that knows tells one other." }));
  expect(words(svg, "moment")).toEqual(rows.map(({ moment }) => moment));
  expect(count(svg, "node")).toBe(40 * 8);
  const pairs = (row: RingRow) => new Set(row.contacts!.map(([a, b]) => [a, b].sort((x, y) => x - y).join())).size;
  expect(count(svg, "contact")).toBe(rows.reduce((sum, row) => sum + pairs(row), 0));
  const arrows = hang("rings-arrows", (document) => rings(rows, { document, colours: rumorColours, arrows: true, contact: "tells", title: "Forty nodes, seven rounds", caption: "Each node that knows tells one other." })).svg;
  expect(count(arrows, "arrow-head")).toBe(rows.reduce((sum, row) => sum + new Set(row.contacts!.map((pair) => pair.join())).size, 0));
  // "knows, silent" is nobody's state here.
  expect(words(svg, "legend")).toEqual(["does not know", "tells", "contact"]);
});

test("many nodes make small dots, and a picture that is still small", () => {
  hang("rings-many", (document) => rings(rounds(120, 8), { document, colours: rumorColours, title: "A hundred and twenty" }));
});

/** So many owners with so many random points each; an owner has the arcs that end at its points. */
function ring(points: number): HashRingRow {
  const random = createRandom(points);
  const all = ["A", "B", "C", "D"].flatMap((owner) => Array.from({ length: points }, () => ({ at: random(), owner }))).sort((a, b) => a.at - b.at);
  return { name: `${points} point${points > 1 ? "s" : ""} a node`, arcs: all.map(({ at, owner }, i) => ({ from: i === 0 ? all.at(-1)!.at - 1 : all[i - 1]!.at, to: at, owner })), keys: [{ at: 0.02, name: "key" }] };
}

test("hash rings show each owner's arcs, and how uneven they are", () => {
  const rows = [1, 4, 16].map(ring);
  const { svg } = hang("hash-rings", (document) => hashRings(rows, { document, title: "Four nodes on a ring", caption: "The more points a node has, the more even its share." }));
  expect(count(svg, "arc")).toBe(4 + 16 + 64);
  expect(count(svg, "point")).toBe(4 + 16 + 64);
  expect(words(svg, "legend").slice(4)).toEqual(["a point: its arc ends here", "a key"]);
  expect(words(svg, "ring-name")).toEqual(["1 point a node", "4 points a node", "16 points a node"]);
  const share = (row: HashRingRow) => Math.max(...["A", "B", "C", "D"].map((owner) => row.arcs.filter((arc) => arc.owner === owner).reduce((sum, { from, to }) => sum + to - from, 0)));
  expect(words(svg, "balance").join(" ")).toContain((4 * share(rows[0]!)).toFixed(2));
  expect(rows[1]!.arcs.reduce((sum, { from, to }) => sum + to - from, 0)).toBeCloseTo(1, 9);
});
