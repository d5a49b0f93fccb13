import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contextOf, knows, mergeContexts } from "../../../lib/gossip/versions/causalContext.js";
import { compareTimestamps, hybridTime, latest } from "../../../lib/gossip/versions/lastWriterWins.js";
import { compareVectors, descends, includes, increment, mergeVectors, nextDot, type VersionVector } from "../../../lib/gossip/versions/versionVector.js";

const vectors = fc.dictionary(fc.integer({ min: 0, max: 3 }).map(String), fc.integer({ min: 1, max: 4 })).map((vector) => vector as VersionVector);
const seeded = { seed: 5, numRuns: 400 };

/** The updates that a vector stands for, one by one: what vectors are short for. */
const updatesOf = (vector: VersionVector) => new Set(Object.entries(vector).flatMap(([node, counter]) => Array.from({ length: counter }, (_, i) => `${node}.${i + 1}`)));

describe("a version vector", () => {
  it("is compared as the sets of updates that it stands for", () => {
    fc.assert(
      fc.property(vectors, vectors, (a, b) => {
        const [mine, theirs] = [updatesOf(a), updatesOf(b)];
        const [forth, back] = [[...theirs].every((update) => mine.has(update)), [...mine].every((update) => theirs.has(update))];
        expect(descends(a, b)).toBe(forth);
        expect(compareVectors(a, b)).toBe(forth && back ? "equal" : forth ? "after" : back ? "before" : "concurrent");
        expect(updatesOf(mergeVectors(a, b))).toEqual(new Set([...mine, ...theirs]));
      }),
      seeded,
    );
  });

  it("merges to a least upper bound: idempotent, commutative, associative", () => {
    fc.assert(
      fc.property(vectors, vectors, vectors, (a, b, c) => {
        expect(JSON.stringify(mergeVectors(a, a))).toBe(JSON.stringify(a));
        expect(JSON.stringify(mergeVectors(a, b))).toBe(JSON.stringify(mergeVectors(b, a)));
        expect(JSON.stringify(mergeVectors(a, mergeVectors(b, c)))).toBe(JSON.stringify(mergeVectors(mergeVectors(a, b), c)));
        expect(["after", "equal"]).toContain(compareVectors(mergeVectors(a, b), a));
        if (descends(c, a) && descends(c, b)) expect(descends(c, mergeVectors(a, b))).toBe(true);
      }),
      seeded,
    );
  });

  it("knows one update more once a node has made one", () => {
    const before: VersionVector = { 1: 2 };
    expect(increment(before, 1)).toEqual({ 1: 3 });
    expect(increment(before, 0)).toEqual({ 0: 1, 1: 2 });
    expect(nextDot(before, 0)).toEqual({ node: 0, counter: 1 });
    expect(includes(before, nextDot(before, 1))).toBe(false);
    expect(compareVectors(before, increment(before, 0))).toBe("before");
    expect(compareVectors(increment(before, 1), increment(before, 0))).toBe("concurrent");
    expect(before, "it is not changed itself").toEqual({ 1: 2 });
  });
});

describe("a causal context", () => {
  const dots = fc.array(fc.record({ node: fc.integer({ min: 0, max: 2 }), counter: fc.integer({ min: 1, max: 6 }) }), { maxLength: 12 });

  it("knows the updates that it was made of, however they come, and no others", () => {
    fc.assert(
      fc.property(dots, dots, (a, b) => {
        const merged = mergeContexts(contextOf(a), contextOf(b));
        for (let node = 0; node < 3; node++) for (let counter = 1; counter < 8; counter++) expect(knows(merged, { node, counter })).toBe([...a, ...b].some((dot) => dot.node === node && dot.counter === counter));
        expect(JSON.stringify(merged)).toBe(JSON.stringify(contextOf([...b, ...a])));
      }),
      seeded,
    );
  });

  it("has no cloud once nothing is missing in between", () => {
    expect(contextOf([{ node: 0, counter: 3 }, { node: 0, counter: 1 }])).toEqual({ vector: { 0: 1 }, cloud: [{ node: 0, counter: 3 }] });
    expect(mergeContexts(contextOf([{ node: 0, counter: 3 }, { node: 0, counter: 1 }]), contextOf([{ node: 0, counter: 2 }]))).toEqual({ vector: { 0: 3 }, cloud: [] });
  });
});

describe("last writer wins", () => {
  const stamped = fc.record({ value: fc.constantFrom("x", "y", null), timestamp: fc.record({ time: fc.integer({ min: 0, max: 3 }), node: fc.integer({ min: 0, max: 2 }) }) });

  it("chooses the same of all, in whatever order they come: RFC 677", () => {
    fc.assert(
      fc.property(stamped, stamped, stamped, (a, b, c) => {
        expect(latest(a, a)).toEqual(a);
        expect(latest(a, b)).toEqual(latest(b, a));
        expect(latest(a, latest(b, c))).toEqual(latest(latest(a, b), c));
        expect(compareTimestamps(latest(a, b).timestamp, a.timestamp)).toBeGreaterThanOrEqual(0);
      }),
      seeded,
    );
  });

  it("goes by the clock, not by what happened first: a writer whose clock is ahead wins", () => {
    const ahead = { value: "first", timestamp: { time: 1500, node: 0 } };
    expect(latest(ahead, { value: "second", timestamp: { time: 1200, node: 1 } })).toBe(ahead);
  });

  it("with a hybrid logical clock puts a write after all that its writer has seen: Kulkarni et al. 2014", () => {
    expect(hybridTime(1200, 1500)).toBe(1501);
    expect(hybridTime(1200, 100)).toBe(1200);
  });
});
