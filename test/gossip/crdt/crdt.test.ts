import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { counterValue, countUpDelta, type GrowOnlyCounter, mergeCounters } from "../../../lib/gossip/crdt/growOnlyCounter.js";
import { addDelta, elements, EMPTY_SET, mergeSets, type ObservedRemoveSet, removeDelta } from "../../../lib/gossip/crdt/observedRemoveSet.js";

const text = JSON.stringify;

describe("a grow-only counter", () => {
  const counters = fc.dictionary(fc.nat(3).map(String), fc.integer({ min: 1, max: 5 })).map((counter) => counter as GrowOnlyCounter);

  it("merges to a least upper bound: Shapiro et al. 2011, G-Counter", () => {
    fc.assert(
      fc.property(counters, counters, counters, (a, b, c) => {
        expect(text(mergeCounters(a, a))).toBe(text(a));
        expect(text(mergeCounters(a, b))).toBe(text(mergeCounters(b, a)));
        expect(text(mergeCounters(a, mergeCounters(b, c)))).toBe(text(mergeCounters(mergeCounters(a, b), c)));
        expect(counterValue(mergeCounters(a, b))).toBeGreaterThanOrEqual(Math.max(counterValue(a), counterValue(b)));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("counts each time once, in whatever order and however often its parts arrive", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2), { maxLength: 20 }), fc.infiniteStream(fc.nat(1000)), (counts, stream) => {
        const nodes: GrowOnlyCounter[] = [{}, {}, {}];
        const deltas = counts.map((node) => {
          const delta = countUpDelta(nodes[node]!, node);
          nodes[node] = mergeCounters(nodes[node]!, delta);
          return delta;
        });
        const arriving = [...deltas, ...deltas].map((delta) => ({ delta, at: stream.next().value as number })).sort((a, b) => a.at - b.at);
        expect(counterValue(arriving.reduce<GrowOnlyCounter>((all, { delta }) => mergeCounters(all, delta), {}))).toBe(counts.length);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it("counts by whole numbers", () => {
    expect(counterValue(countUpDelta({ 0: 2 }, 0, 3))).toBe(5);
    expect(() => countUpDelta({}, 0, 0.5)).toThrow("expected to count up by a whole number from 1, not 0.5");
  });
});

/** What a run does at one of three nodes. */
const steps = fc.array(fc.record({ kind: fc.constantFrom("add" as const, "remove" as const, "learn" as const, "learn" as const), node: fc.nat(2), element: fc.constantFrom("x", "y"), from: fc.nat(2) }), { maxLength: 30 });

interface Played {
  readonly nodes: readonly ObservedRemoveSet[];
  readonly deltas: readonly ObservedRemoveSet[];
}

function play(run: readonly { kind: "add" | "remove" | "learn"; node: number; element: string; from: number }[]): Played {
  const nodes: ObservedRemoveSet[] = [EMPTY_SET, EMPTY_SET, EMPTY_SET];
  const deltas: ObservedRemoveSet[] = [];
  for (const { kind, node, element, from } of run) {
    const set = nodes[node]!;
    const other = kind === "learn" ? nodes[from]! : kind === "add" ? addDelta(set, node, element) : removeDelta(set, element);
    if (kind !== "learn") deltas.push(other);
    nodes[node] = mergeSets(set, other);
  }
  return { nodes, deltas };
}

describe("an observed-remove set", () => {
  it("merges to a least upper bound", () => {
    fc.assert(
      fc.property(steps, (run) => {
        const [a, b, c] = play(run).nodes as [ObservedRemoveSet, ObservedRemoveSet, ObservedRemoveSet];
        expect(text(mergeSets(a, a))).toBe(text(a));
        expect(text(mergeSets(a, b))).toBe(text(mergeSets(b, a)));
        expect(text(mergeSets(a, mergeSets(b, c)))).toBe(text(mergeSets(mergeSets(a, b), c)));
        expect(text(mergeSets(mergeSets(a, b), a))).toBe(text(mergeSets(a, b)));
      }),
      { seed: 3, numRuns: 400 },
    );
  });

  it("has an element exactly if some add of it was seen by no removal and no later add: Bieniusa et al. 2012", () => {
    fc.assert(
      fc.property(steps, (run) => {
        // By causal histories: an add is an event; whoever removes or adds again knows the adds that its node knows.
        const known: Set<number>[] = [new Set(), new Set(), new Set()];
        const gone: Set<number>[] = [new Set(), new Set(), new Set()];
        const nodes: ObservedRemoveSet[] = [EMPTY_SET, EMPTY_SET, EMPTY_SET];
        run.forEach(({ kind, node, element, from }, event) => {
          if (kind === "learn") {
            known[from]!.forEach((add) => known[node]!.add(add));
            gone[from]!.forEach((add) => gone[node]!.add(add));
            nodes[node] = mergeSets(nodes[node]!, nodes[from]!);
          } else {
            known[node]!.forEach((add) => run[add]!.element === element && gone[node]!.add(add));
            if (kind === "add") known[node]!.add(event);
            nodes[node] = mergeSets(nodes[node]!, kind === "add" ? addDelta(nodes[node]!, node, element) : removeDelta(nodes[node]!, element));
          }
          const expected = [...known[node]!].filter((add) => !gone[node]!.has(add)).map((add) => run[add]!.element);
          expect(elements(nodes[node]!), `after step ${event}`).toEqual([...new Set(expected)].sort());
        });
      }),
      { seed: 4, numRuns: 400 },
    );
  });

  it("is the same made of its deltas, in whatever order and however often they come: Almeida, Shoker and Baquero 2018", () => {
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.nat(1000)), (run, stream) => {
        const { nodes, deltas } = play(run);
        const arriving = [...deltas, ...deltas].map((delta) => ({ delta, at: stream.next().value as number })).sort((a, b) => a.at - b.at);
        const whole = nodes.reduce(mergeSets);
        expect(text(arriving.reduce((all, { delta }) => mergeSets(all, delta), EMPTY_SET))).toBe(text(whole));
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it("keeps an add that a removal elsewhere has not seen, and leaves no trace of what is removed but a number", () => {
    const first = mergeSets(EMPTY_SET, addDelta(EMPTY_SET, 0, "x"));
    const added = mergeSets(first, addDelta(first, 1, "x"));
    const removed = mergeSets(first, removeDelta(first, "x"));
    expect(elements(mergeSets(added, removed))).toEqual(["x"]);
    expect(removed).toEqual({ context: { vector: { 0: 1 }, cloud: [] }, adds: [] });
    expect(elements(mergeSets(first, removed)), "who has not heard of the removal yet").toEqual([]);
  });
});
