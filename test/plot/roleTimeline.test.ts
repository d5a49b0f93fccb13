import { expect, test } from "vitest";
import { roleTimeline } from "../../lib/plot/index.js";
import { count, hang, words } from "./gallery.js";
import { raftTrace } from "./raftTrace.js";

test("a role timeline shows who led when, who was down, and when each term began", () => {
  const { svg } = hang("role-timeline", (document) =>
    roleTimeline(raftTrace({ until: 900 }), {
      document,
      title: "A failover seen from far away",
      term: (event) => (event.kind === "save" ? (event.value as { currentTerm: number }).currentTerm : undefined),
    }),
  );
  expect(words(svg, "legend")).toEqual(["follower", "candidate", "leader", "crash"]);
  expect(words(svg, "term-label")).toEqual(["term 1", "term 2", "term 3"]);
  expect(count(svg, "crash")).toBe(1);
  expect(count(svg, "role")).toBe(13);
  expect(words(svg)).toContain("time (ms)");
});

test("a role timeline of nothing is an empty frame", () => {
  const { svg } = hang("role-timeline-empty", (document) => roleTimeline([], { document, nodes: [0, 1] }));
  expect(words(svg)).toEqual(expect.arrayContaining(["node 0", "node 1"]));
});
