import { expect, test } from "vitest";
import { logs, type LogRow } from "../../lib/plot/index.js";
import { keyValue } from "../../lib/replication/service/keyValue.js";
import { raft } from "../../lib/replication/raft/raft.js";
import { simulate } from "../../lib/sim/cluster.js";
import { count, hang, words } from "./gallery.js";

/** A leader takes commands, is cut off with one follower and takes more; the others elect another; the cut is mended. */
function sixMoments(): LogRow[] {
  const cluster = simulate(raft({ machine: keyValue }), { size: 5, seed: 1, latency: "uniform:1,10" });
  const rows: LogRow[] = [];
  let client = 0;
  const ask = (node: number, commands: number) => {
    for (let i = 0; i < commands; i++) cluster.input(node, { type: "request", client: client++, serial: 1, command: { op: "put", key: "a", value: "x" } });
  };
  const note = (time: number, what: string) => {
    cluster.run(time);
    for (const { id, up, state } of cluster.nodes) rows.push({ moment: `${time} ms: ${what}`, node: id, up, leads: up && state.role === "leader", terms: state.log.map(({ term }) => term), committed: state.commitIndex });
  };
  cluster.input(0, { type: "campaign" });
  cluster.run(40);
  ask(0, 3);
  note(43, "asked");
  note(49, "on its way");
  note(130, "all know");
  cluster.partition([[0, 1]]);
  ask(0, 4);
  note(600, "cut in two");
  ask(cluster.nodes.find(({ id, state }) => id > 1 && state.role === "leader")!.id, 2);
  note(680, "two more");
  cluster.heal();
  note(960, "mended");
  return rows;
}

test("logs show what each node has at each moment, by term, and what it knows to be committed", () => {
  const rows = sixMoments();
  const { svg } = hang("logs", (document) => logs(rows, { document, title: "Five logs, six moments", caption: "The number in a cell is the entry's term." }));
  expect(words(svg, "moment")).toEqual(["43 ms: asked", "49 ms: on its way", "130 ms: all know", "600 ms: cut in two", "680 ms: two more", "960 ms: mended"]);
  expect(count(svg, "entry")).toBe(rows.reduce((sum, { terms }) => sum + terms.length, 0));
  expect(words(svg, "entry-term").filter((term) => term === "2")).toHaveLength(rows.flatMap(({ terms }) => terms).filter((term) => term === 2).length);
  expect(count(svg, "committed")).toBe(rows.filter(({ committed }) => committed > 0).length);
  expect(count(svg, "node")).toBe(rows.length);
  expect(words(svg, "legend")).toEqual(["term 1", "term 2", "known to be committed", "node that leads"]);
  // Two rows of three panels, not four and two; each says its indices.
  expect(words(svg, "index")).toEqual(Array.from({ length: 6 }, () => ["1", "2", "3", "4", "5", "6", "7", "8"]).flat());
  // Where every log ends alike, the bars are as long as the logs.
  expect(rows.slice(-5).every(({ terms, committed }) => terms.length === committed)).toBe(true);
});

test("a log may begin after its first entry, its node may be down, and the numbers may be epochs", () => {
  const rows: LogRow[] = [
    { moment: "before", node: 0, terms: [1, 1, 3], committed: 2, leads: true },
    { moment: "before", node: 1, terms: [3], committed: 2, first: 3 },
    { moment: "before", node: 2, terms: [], committed: 0, up: false },
  ];
  const { svg } = hang("logs-few", (document) => logs(rows, { document, era: "epoch" }));
  expect(words(svg, "legend")).toEqual(["epoch 1", "epoch 3", "known to be committed", "node that leads", "node that is down"]);
  expect(words(svg, "node-name").sort()).toEqual(["0", "1"]);
  // What node 1 knows to be committed it has in its log no more.
  expect(count(svg, "committed")).toBe(1);
  const at = (term: string) => [...svg.querySelectorAll(".entry-term text")].filter((text) => text.textContent === term).map((text) => /translate\(([\d.]+)/.exec(text.getAttribute("transform") ?? "")?.[1]);
  expect(new Set(at("3")).size).toBe(1);
});

test("a log as long as many has room, and no rows make an empty frame", () => {
  const long = Array.from({ length: 24 }, (_, i) => 1 + Math.floor(i / 6));
  const { svg } = hang("logs-long", (document) => logs([{ moment: "now", node: 0, terms: long, committed: 20 }, { moment: "then", node: 0, terms: long, committed: 24 }], { document }));
  const right = Math.max(...[...svg.querySelectorAll(".entry rect")].map((rect) => Number(rect.getAttribute("x")) + Number(rect.getAttribute("width"))));
  expect(right).toBeLessThanOrEqual(720);
  expect(count(hang("logs-empty", (document) => logs([], { document })).svg, "entry")).toBe(0);
});
