import fc from "fast-check";
import { expect, it } from "vitest";
import { minimize } from "../../lib/check/minimize.js";

it("what is left fails, and fails no more without any one of its elements", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 60 }), fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 6 }), fc.integer({ min: 0, max: 5 }), (list, needed, least) => {
      // Fails with all of some elements that are there, and at least so many others: not monotone in the pieces tried.
      const must = needed.filter((element) => list.includes(element));
      const fails = (part: readonly number[]) => must.every((element) => part.includes(element)) && part.filter((element) => element % 2 === 0).length >= Math.min(least, list.filter((element) => element % 2 === 0).length);
      const rest = minimize(list, fails);
      expect(fails(rest)).toBe(true);
      for (let i = 0; i < rest.length; i++) expect(fails(rest.toSpliced(i, 1))).toBe(false);
      expect(list.filter((element) => rest.includes(element))).toEqual(rest);
    }),
  );
});

it("a list that fails even when empty shrinks to nothing, and an element that must stay stays", () => {
  expect(minimize([1, 2, 3, 4, 5], () => true)).toEqual([]);
  expect(minimize([1, 2, 3, 4, 5], (part) => part.includes(4))).toEqual([4]);
  expect(minimize([7], (part) => part.length === 1)).toEqual([7]);
});

it("few questions are asked where little matters", () => {
  let asked = 0;
  minimize(Array.from({ length: 1000 }, (_, i) => i), (part) => (asked++, part.includes(500)));
  expect(asked).toBeLessThan(60);
});
