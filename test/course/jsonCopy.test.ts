import fc from "fast-check";
import { expect, test } from "vitest";
import { isSameJson, jsonCopy } from "../../lib/course/grading/jsonCopy.js";

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** What answers hand over: data, and what is none. */
const anything = fc.anything({ withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true, withTypedArray: true, withBoxedValues: true });

test("a copy is what JSON makes of a value, whatever it is", () => {
  fc.assert(
    fc.property(anything, (value) => {
      const text = JSON.stringify(value) as string | undefined;
      expect(jsonCopy(value)).toStrictEqual(text === undefined ? undefined : JSON.parse(text));
      expect(JSON.stringify(jsonCopy(value))).toBe(text);
    }),
    { seed: 1, numRuns: 3000 },
  );
});

test("what JSON refuses is refused: circles and big integers", () => {
  const circle: Record<string, unknown> = {};
  circle["self"] = { circle };
  expect(() => jsonCopy(circle)).toThrow(/circular/i);
  expect(() => jsonCopy([1n])).toThrow(/BigInt/);
});

test("a value's own toJSON is asked, functions are left out, and a field named __proto__ stays a field", () => {
  const odd = { date: new Date(0), own: { toJSON: () => 7 }, call() {}, nothing: undefined, list: [undefined, () => {}, NaN, -0] };
  expect(jsonCopy(odd)).toStrictEqual({ date: "1970-01-01T00:00:00.000Z", own: 7, list: [null, null, null, 0] });
  const named = JSON.parse('{"__proto__": {"a": 1}}') as object;
  expect(Object.keys(jsonCopy(named))).toEqual(["__proto__"]);
});

test("nothing is shared with the value copied", () => {
  const value = { list: [{ a: 1 }] };
  const copy = jsonCopy(value);
  value.list[0]!.a = 2;
  expect(copy).toEqual({ list: [{ a: 1 }] });
});

test("two values are the same if their JSON is, the order of fields included", () => {
  const data = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(data, data, (one, other) => {
      expect(isSameJson(throughJson(one), throughJson(other))).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
    { seed: 1, numRuns: 3000 },
  );
  expect(isSameJson({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(false);
  expect(isSameJson([{ a: [1] }], [{ a: [1] }])).toBe(true);
});
