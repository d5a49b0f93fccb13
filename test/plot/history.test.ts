import { describe, expect, test } from "vitest";
import { checkLinearizable } from "../../lib/check/linearizability/checkLinearizable.js";
import { models } from "../../lib/check/models/index.js";
import { operationsOf } from "../../lib/check/pairEvents.js";
import { historyPicture } from "../../lib/plot/history.js";
import { createRandom } from "../../lib/random.js";
import { kinds, randomHistory } from "../check/randomHistory.js";
import { event, stale } from "./histories.js";
import { count, hang, words } from "./gallery.js";

describe("the picture of a history", () => {
  test("shows who overlapped whom, the longest order, what cannot follow it, and where no order remains", () => {
    const { witness } = checkLinearizable(operationsOf(stale), models.register!);
    const { svg } = hang("history-stale-read", (document) =>
      historyPicture(witness!.operations, { document, ...witness, title: "A read goes back in time", caption: "Process 1 has read 2, so 1 is gone when process 2 begins to read; and yet it reads 1." }),
    );
    expect(words(svg, "operation")).toEqual(expect.arrayContaining(["write 1", "read → 1"]));
    expect(words(svg, "legend")).toEqual(expect.arrayContaining(["in the order, with its place", "cannot follow"]));
    expect(words(svg, "blocked-label")).toEqual(["no order remains"]);
    expect(words(svg, "place")).toContain("?");
    expect(count(svg, "answered") + count(svg, "unanswered")).toBe(witness!.operations.length);
  });

  test("leaves operations without an answer open, and needs no judgement", () => {
    const { svg } = hang("history-plain", (document) => historyPicture(operationsOf([...stale, event("client-a", "invoke", "write", 9)]), { document }));
    expect(count(svg, "unanswered")).toBe(1);
    expect(words(svg, "legend")).toEqual(["operation", "never answered"]);
    expect(words(svg)).toEqual(expect.arrayContaining(["process client-a", "events, in their order"]));
    expect(words(svg, "operation")).toContain("write 9 → ?");
  });

  test("has a scale of time where every event has one", () => {
    const { svg } = hang("history-timed", (document) => historyPicture(operationsOf(stale.map((line, i) => ({ ...line, time: 10 * i + (i > 3 ? 25 : 0) }))), { document }));
    expect(words(svg)).toContain("time (ms)");
  });

  test("stays readable with thirty operations", () => {
    const operations = operationsOf(randomHistory(kinds.queue!.kind, createRandom(3), { operations: 30, processes: 5, corrupt: 0, lost: 0.05 }));
    const { order } = checkLinearizable(operations, models.queue!);
    hang("history-thirty", (document) => historyPicture(operations, { document, width: 960, order: (order ?? []).map(({ id }) => id) }));
  });

  test("of nothing is an empty frame", () => {
    hang("history-empty", (document) => historyPicture([], { document }));
  });
});
