import { describe, expect, test } from "vitest";
import type { TraceEvent } from "../../lib/sim/trace.js";
import { spaceTime } from "../../lib/plot/index.js";
import { blank, count, hang, words } from "./gallery.js";
import { raftTrace } from "./raftTrace.js";
import { offsetOf, textBoxes } from "./textBoxes.js";

const trace = raftTrace();
const of = (kind: TraceEvent["kind"]) => trace.filter((event) => event.kind === kind);

describe("a space–time diagram", () => {
  test("has an arrow for each message, a × for each loss and crash, a circle for each timer", () => {
    const { svg } = hang("space-time-failover", (document) =>
      spaceTime(trace, { document, title: "A leader crashes, the votes split, a second round elects", caption: "Five nodes, timeouts of 150 to 300 ms. Node 2 leads, crashes at 180 ms and comes back at 520 ms; nodes 0 and 4 stand at the same time and get two votes each." }),
    );
    const open = of("send").length - of("deliver").length - of("drop").length;
    expect(count(svg, "message")).toBe(of("deliver").length + open);
    expect(count(svg, "arrow-head")).toBe(of("deliver").length);
    expect(count(svg, "lost")).toBe(of("drop").length);
    expect(count(svg, "loss")).toBe(of("drop").length);
    expect(count(svg, "timer")).toBe(of("timer").length);
    expect(count(svg, "crash")).toBe(1);
  });

  test("names its nodes, its unit, and in the legend what occurs and nothing else", () => {
    const { svg } = hang("space-time-failover", (document) => spaceTime(trace, { document, title: "A leader crashes, the votes split, a second round elects" }));
    expect(words(svg)).toEqual(expect.arrayContaining(["node 0", "node 4", "time (ms)"]));
    expect(words(svg, "legend")).toEqual(["follower", "candidate", "leader", "AppendEntries", "AppendEntriesReply", "RequestVote", "RequestVoteReply", "lost", "crash", "timer fires", "input", "output"]);
  });

  test("shows a window, with labels on the messages that the reader should follow", () => {
    const { svg } = hang("space-time-window", (document) =>
      spaceTime(trace, {
        document,
        from: 395,
        to: 450,
        messages: (message) => !(message as { type: string }).type.startsWith("Append"),
        label: (message) => {
          const { type, term, voteGranted } = message as { type: string; term: number; voteGranted?: boolean };
          return type === "RequestVote" ? `RequestVote ${term}` : voteGranted ? "granted" : undefined;
        },
      }),
    );
    expect(words(svg, "message-label").length).toBeGreaterThan(3);
    expect(words(svg, "legend")).not.toContain("AppendEntries");
  });

  test("labels what is lost, and covers no sign of an output with that label", () => {
    const events: TraceEvent[] = [0, 1, 2].map((node): TraceEvent => ({ kind: "start", time: 0, node }));
    // A quick network makes arrows steep, and what is lost ends close to where it began.
    events.push({ kind: "send", time: 1, node: 0, to: 1, id: 9, message: "" }, { kind: "deliver", time: 2, node: 1, from: 0, id: 9, message: "" });
    [10, 50, 90].forEach((time, id) => {
      const [node, to, message] = [2, 1, "term 2"];
      events.push({ kind: "output", time, node, value: "leads" }, { kind: "send", time, node, to, id, message }, { kind: "drop", time, node: to, from: node, id, reason: "loss", message });
    });
    const svg = spaceTime(events, { document: blank(), from: 0, to: 120, label: (message) => (message as string) || undefined });
    const signs = [...svg.querySelectorAll(".output path")].map((sign) => offsetOf(sign, svg));
    const labels = textBoxes(svg).filter(({ element }) => element.closest(".message-label"));
    expect(signs.length).toBe(3);
    expect(labels.map(({ text }) => text)).toEqual(["term 2", "term 2", "term 2"]);
    for (const label of labels) for (const [x, y] of signs) expect(x > label.left - 4 && x < label.right + 4 && y > label.top - 4 && y < label.bottom + 4).toBe(false);
  });

  test("cuts arrows at the window's edges", () => {
    const { svg } = hang("space-time-cut", (document) => spaceTime(trace, { document, from: 285, to: 300 }));
    for (const line of svg.querySelectorAll(".message path, .lost path")) {
      const [, x1, x2] = /^M([\d.]+),.*L([\d.]+),/.exec(line.getAttribute("d") ?? "") ?? [];
      expect(Number(x1)).toBeGreaterThanOrEqual(67.9);
      expect(Number(x2)).toBeLessThanOrEqual(696.1);
    }
  });

  test("stays readable with five nodes and a hundred and fifty messages", () => {
    const busy = raftTrace({ until: 1400, restartAt: 700, seed: 7, loss: 0.1 });
    expect(busy.filter(({ kind }) => kind === "send").length).toBeGreaterThan(120);
    hang("space-time-busy", (document) => spaceTime(busy, { document }));
  });

  test("of one node is one lifeline", () => {
    const { svg } = hang("space-time-one-node", (document) => spaceTime(raftTrace({ size: 1 }), { document }));
    expect(words(svg).filter((word) => word.startsWith("node"))).toEqual(["node 0"]);
    expect(count(svg, "role")).toBe(3);
  });

  test("of nothing is an empty frame with its labels", () => {
    const { svg } = hang("space-time-empty", (document) => spaceTime([], { document, nodes: [0, 1, 2] }));
    expect(words(svg)).toEqual(expect.arrayContaining(["node 0", "node 1", "node 2", "time (ms)"]));
    expect(count(svg, "message")).toBe(0);
  });

  test("knows messages without a type, roles of any name, and messages still under way", () => {
    const ring: TraceEvent[] = [0, 1, 2].flatMap((node): TraceEvent[] => [
      { kind: "start", time: 0, node },
      { kind: "role", time: 0, node, role: "waiting" },
      { kind: "deliver", time: 10 * node + 10, node: (node + 1) % 3, from: node, id: node, message: 1 },
      { kind: "send", time: 10 * node + 1, node, to: (node + 1) % 3, id: node, message: 1 },
    ]).concat({ kind: "send", time: 31, node: 0, to: 1, id: 9, message: 1 }).sort((a, b) => a.time - b.time);
    const { svg } = hang("space-time-ring", (document) => spaceTime(ring, { document, to: 40 }));
    expect(words(svg, "legend")).toEqual(["waiting", "message"]);
    expect(count(svg, "message")).toBe(4);
    expect(count(svg, "arrow-head")).toBe(3);
  });

  test("refuses a window that ends before it begins", () => {
    expect(() => hang("space-time-none", (document) => spaceTime(trace, { document, from: 300, to: 200 }))).toThrow("Expected a window with `from` before `to`, not 300 to 200 ms.");
  });
});
