import { describe, expect, test } from "vitest";
import type { HistoryEvent, Operation } from "../../lib/check/history.js";
import { checkLinearizable } from "../../lib/check/linearizability/checkLinearizable.js";
import { models } from "../../lib/check/models/index.js";
import { operationsOf } from "../../lib/check/pairEvents.js";
import { createRandom } from "../../lib/random.js";
import { kinds, randomHistory } from "./randomHistory.js";

/** `A enqueue 1` invokes, `A ok` or `A ok 1` answers, `A info` gives up. */
function history(...lines: string[]): Operation[] {
  const waiting = new Map<string, string>();
  return operationsOf(
    lines.map((line): HistoryEvent => {
      const [process = "", word = "", ...rest] = line.split(" ");
      const value: unknown = rest.length > 0 ? JSON.parse(rest.join(" ")) : null;
      if (word === "ok" || word === "info" || word === "fail") return { process, type: word, f: waiting.get(process)!, value };
      waiting.set(process, word);
      return { process, type: "invoke", f: word, value };
    }),
  );
}

const verdict = (model: string, ...lines: string[]) => checkLinearizable(history(...lines), models[model]!).verdict;

describe("the queue histories of Herlihy and Wing 1990, figure 1", () => {
  test("H1: overlapping enqueues may take effect in either order", () => {
    expect(verdict("queue", "A enqueue 1", "B enqueue 2", "B ok", "A ok", "B dequeue", "B ok 1", "A dequeue", "A ok 2", "A enqueue 3")).toBe("linearizable");
  });
  test("H2: an enqueue that had ended comes first out", () => {
    expect(verdict("queue", "A enqueue 1", "A ok", "B enqueue 2", "A dequeue", "A ok 2", "B ok")).toBe("not-linearizable");
  });
  test("H3: a dequeue may return what an enqueue without an answer has put there", () => {
    expect(verdict("queue", "A enqueue 1", "B dequeue", "B ok 1")).toBe("linearizable");
  });
  test("H4: one element is not dequeued twice", () => {
    expect(verdict("queue", "A enqueue 1", "B enqueue 2", "A ok", "B ok", "A dequeue", "C dequeue", "A ok 2", "C ok 2")).toBe("not-linearizable");
  });
});

describe("operations whose fate is unknown", () => {
  test("an unanswered dequeue may have taken an element, an unanswered read changes nothing", () => {
    expect(verdict("queue", "A enqueue 1", "A ok", "B dequeue", "B info", "C dequeue", "C ok null")).toBe("linearizable");
    expect(verdict("queue", "A enqueue 1", "A ok", "C dequeue", "C ok null", "B dequeue", "B info")).toBe("not-linearizable");
  });
  test("an unanswered write may take effect at any later time, and only once", () => {
    expect(verdict("register", "A write 1", "A info", "B write 2", "B ok", "B read", "B ok 2", "B read", "B ok 1")).toBe("linearizable");
    expect(verdict("register", "A write 1", "A info", "B read", "B ok 1", "B write 2", "B ok", "B read", "B ok 1")).toBe("not-linearizable");
  });
  test("a failed write did not happen", () => {
    expect(verdict("register", "A write 1", "A fail", "B read", "B ok null")).toBe("linearizable");
    expect(verdict("register", "A write 1", "A fail", "B read", "B ok 1")).toBe("not-linearizable");
  });
  test("a hundred of the same kind cost no more than one after the other", () => {
    const lost = Array.from({ length: 100 }, (_, i) => [`W${i} write 1`, `W${i} info`]).flat();
    expect(verdict("register", ...lost, "A write 2", "A ok", "A read", "A ok 3")).toBe("not-linearizable");
  });
});

test("a lock is released by its holder only, and held by one process at a time", () => {
  expect(verdict("lock", "A acquire", "A ok", "A release", "A ok", "B acquire", "B ok")).toBe("linearizable");
  expect(verdict("lock", "A acquire", "A ok", "B acquire", "B ok")).toBe("not-linearizable");
  expect(verdict("lock", "A acquire", "A ok", "B release", "B ok")).toBe("not-linearizable");
});

test("a compare-and-set succeeds from one value only", () => {
  expect(verdict("cas-register", "A write 0", "A ok", "B cas [0,1]", "C cas [0,2]", "B ok", "C fail", "A read", "A ok 1")).toBe("linearizable");
  expect(verdict("cas-register", "A write 0", "A ok", "B cas [0,1]", "C cas [0,2]", "B ok", "C ok")).toBe("not-linearizable");
});

describe("a budget that ends", () => {
  // Writes that all overlap, of few values, and reads that fit no order: what a search finds hardest.
  const writers = Array.from({ length: 18 }, (_, i) => `W${i}`);
  const hard = history(...writers.map((name, i) => `${name} write ${i % 9}`), ...[3, 3, 3, 1].map((value, i) => [`R${i} read`, `R${i} ok ${value}`]).flat(), ...writers.map((name) => `${name} ok`), "Z read", "Z ok 99");

  test("in steps, in entries or by stop() gives unknown, never a guess", () => {
    for (const limit of [{ steps: 100 }, { steps: 0 }, { entries: 10 }, { stop: () => true }]) {
      expect(checkLinearizable(hard, models["cas-register"]!, limit)).not.toHaveProperty("order");
      expect(checkLinearizable(hard, models["cas-register"]!, limit).verdict).toBe("unknown");
    }
  });

  test("stop() is asked again and again during a search", () => {
    let asked = 0;
    const { verdict, steps } = checkLinearizable(hard, models.register!, { stop: () => ++asked > 5 });
    expect({ verdict, asked }).toEqual({ verdict: "unknown", asked: 6 });
    expect(steps).toBeLessThan(20_000);
  });

  test("while the witness is made smaller leaves the verdict as it is", () => {
    const late = history("A write 1", "A ok", "B write 2", "B ok", "B read", "B ok 1", "B write 3", "B ok");
    const { verdict, witness } = checkLinearizable(late, models.register!, { steps: 6 });
    expect(verdict).toBe("not-linearizable");
    expect(witness!.smallest).toBe(false);
  });

  test("is refused if it is no number", () => {
    expect(() => checkLinearizable([], models.register!, { steps: NaN })).toThrow("steps: expected a number from 0");
  });
});

describe("a key-value store is judged key by key", () => {
  const get = (process: number, key: string, value: unknown): HistoryEvent[] => [{ process, type: "invoke", f: "get", key, value: null }, { process, type: "ok", f: "get", key, value }];

  test("so a hundred keys with much in flight cost no more than each by itself", () => {
    const events = Array.from({ length: 100 }, (_, key) => {
      const names = [0, 1, 2, 3, 4, 5].map((i) => 10 * key + i);
      const put = (type: "invoke" | "ok") => names.map((process): HistoryEvent => ({ process, type, f: "append", key: `k${key}`, value: "ab"[process % 2]! }));
      return { begin: put("invoke"), end: put("ok") };
    });
    const all = [...events.flatMap(({ begin }) => begin), ...events.flatMap(({ end }) => end)];
    expect(checkLinearizable(operationsOf(all), models.kv!, { steps: 100_000 }).verdict).toBe("linearizable");
  });

  test("and the witness is of the key that fails, even if another key's budget ended", () => {
    const judgement = checkLinearizable(operationsOf([...get(0, "x", null), ...get(0, "y", 1)]), models.kv!);
    expect(judgement).toMatchObject({ verdict: "not-linearizable", witness: { key: "y", smallest: true } });
  });
});

test("a witness of a long history is small, and made in little time", () => {
  const events = randomHistory(kinds.register!.kind, createRandom(5), { operations: 20_000, processes: 5, corrupt: 0, lost: 0 });
  const reads = events.flatMap(({ type, f }, i) => (type === "ok" && f === "read" ? [i] : []));
  const at = reads[Math.floor(reads.length * 0.9)]!;
  const broken = events.map((event, i) => (i === at ? { ...event, value: 77 } : event));
  expect(checkLinearizable(operationsOf(broken), models.register!).witness!.operations).toHaveLength(1);
  const readers = events.map((event, i) => (i === at ? { ...event, value: null } : event));
  const { witness } = checkLinearizable(operationsOf(readers), models.register!);
  expect(witness!.smallest).toBe(true);
  expect(witness!.operations.length).toBeLessThan(5);
});
