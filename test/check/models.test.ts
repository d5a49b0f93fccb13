import { describe, expect, test } from "vitest";
import type { Operation } from "../../lib/check/history.js";
import { models } from "../../lib/check/models/index.js";
import { valueIdentity } from "../../lib/check/models/valueIdentity.js";

/** The state after operations written as `[f, input, output, process]`; undefined once one cannot be. */
function after(model: string, begin: unknown, ...operations: [f: string, input?: unknown, output?: unknown, process?: number][]): unknown {
  return operations.reduce<unknown>((state, [f, input = null, output, process = 0], id) => {
    const operation: Operation = { id, process, f, input, output, invoked: 2 * id, returned: 2 * id + 1 };
    return state === undefined ? undefined : models[model]!.step(state, operation);
  }, models[model]!.begin(begin, "x"));
}

describe("the models, one operation after the other", () => {
  test("a register returns what was written last, and at first its initial value", () => {
    expect(after("register", null, ["read", null, null], ["write", 1], ["read", null, 1])).toBe(1);
    expect(after("register", 7, ["read", null, null])).toBeUndefined();
  });
  test("a compare-and-set needs the old value; values are compared by their content", () => {
    expect(after("cas-register", { a: 1, b: 2 }, ["cas", [{ b: 2, a: 1 }, "new"]])).toBe("new");
    expect(after("cas-register", 1, ["cas", [2, 3]])).toBeUndefined();
  });
  test("an append joins strings and lengthens lists", () => {
    expect(after("kv", null, ["append", "a"], ["append", "b"], ["get", null, "ab"])).toBe("ab");
    expect(after("kv", [], ["append", "a"], ["append", 1])).toEqual(["a", 1]);
    expect(after("kv", null, ["append", 1], ["append", 2])).toEqual([1, 2]);
    expect(after("kv", { x: "z" }, ["append", "a"])).toBe("za");
    expect(after("kv", 5, ["append", "a"])).toBeUndefined();
  });
  test("a queue is first in, first out; of nothing it returns null", () => {
    expect(after("queue", null, ["enqueue", 1], ["enqueue", 2], ["dequeue", null, 1], ["dequeue", null, 2], ["dequeue", null, null])).toEqual([]);
    expect(after("queue", [1, 2], ["dequeue", null, 2])).toBeUndefined();
    expect(after("queue", [1], ["dequeue", null, null])).toBeUndefined();
  });
  test("a lock knows its holder", () => {
    expect(after("lock", null, ["acquire", null, null, 3])).toBe(3);
    expect(after("lock", 3, ["release", null, null, 4])).toBeUndefined();
    expect(after("lock", 3, ["release", null, null, 3], ["acquire", null, null, 4])).toBe(4);
  });
  test("an initial value that cannot be is refused with what was expected", () => {
    expect(() => models.queue!.begin(3)).toThrow("expected a list");
    expect(() => models.lock!.begin([])).toThrow("expected the process that holds the lock");
  });
  test("no two different values are taken for one", () => {
    const values = [null, 0, 1, "1", "", "null", [], {}, [1], ["1"], { a: 1 }, "json [1]", 'json "json [1]"', true, "true"];
    expect(new Set(values.map(valueIdentity)).size).toBe(values.length);
    expect(valueIdentity({ a: 1, b: [2] })).toBe(valueIdentity({ b: [2], a: 1 }));
  });
});
