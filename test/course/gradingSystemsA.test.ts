import { describe, expect, test } from "vitest";
import { createRandom } from "../../lib/random.js";
import { planted as lookup } from "../exercises/41-lookup-path.planted.js";
import { planted as flights } from "../exercises/42-single-flight.planted.js";
import { planted as availability } from "../exercises/51-availability.planted.js";
import { availabilityOf, grid, groups, leastByVotes, majorities, type Quorum } from "../exercises/51-availability.truth.js";
import { leastMoves, lowerBound, movesBetween, type Placement } from "../exercises/71-shard-placement.least.js";
import { planted as placement } from "../exercises/71-shard-placement.planted.js";
import { describeExercise } from "./describeExercise.js";

describeExercise("41-lookup-path", "lookup.ts", lookup);
describeExercise("42-single-flight", "singleFlight.ts", flights);
describeExercise("51-availability", "availability.ts", availability);
describeExercise("71-shard-placement", "placement.ts", placement);

describe("what 51-availability is judged by", () => {
  const families: readonly (readonly [quorums: readonly Quorum[], nodes: number])[] = [[majorities(3), 3], [majorities(6), 6], [grid(2, 3).writes, 6], [grid(3, 2).reads, 6], [leastByVotes([3, 2, 2, 1], 4), 4], [[], 2]];
  const chances = [0.99, 0.5, 0.9, 0.7, 0.3, 0.85];
  const holds = (quorums: readonly Quorum[], up: readonly number[]): boolean => quorums.some((quorum) => quorum.every((node) => up.includes(node)));

  test("is what comes out if all sets of nodes are gone through", () => {
    for (const [quorums, nodes] of families) {
      const all = Array.from({ length: nodes + 1 }, (_, size) => groups(nodes, size)).flat();
      const sum = all.filter((up) => holds(quorums, up)).reduce((total, up) => total + chances.slice(0, nodes).reduce((product, chance, node) => product * (up.includes(node) ? chance : 1 - chance), 1), 0);
      expect(availabilityOf(quorums, chances.slice(0, nodes))).toBeCloseTo(sum, 12);
    }
  });

  test("and what is found by trying, within four deviations of 20,000 trials", () => {
    const random = createRandom(51);
    for (const [quorums, nodes] of families) {
      const expected = availabilityOf(quorums, chances.slice(0, nodes));
      let up = 0;
      for (let trial = 0; trial < 20_000; trial++) if (holds(quorums, chances.slice(0, nodes).flatMap((chance, node) => (random() < chance ? [node] : [])))) up++;
      expect(Math.abs(up / 20_000 - expected)).toBeLessThanOrEqual(4 * Math.sqrt((expected * (1 - expected)) / 20_000));
    }
  });
});

describe("what 71-shard-placement is judged by", () => {
  /** Fewest moves to any placement that is apart and level, by trying all. */
  function byTrying(previous: Placement, nodes: readonly number[], copies: number): number {
    const lists = groups(nodes.length, Math.min(copies, nodes.length)).map((group) => group.map((place) => nodes[place]!));
    const all = previous.reduce<Placement[]>((some) => some.flatMap((one) => lists.map((list) => [...one, list])), [[]]);
    const level = all.filter((one) => {
      const held = nodes.map((node) => one.filter((shard) => shard.includes(node)).length);
      return Math.max(...held) - Math.min(...held) <= 1;
    });
    return Math.min(...level.map((one) => movesBetween(previous, one)));
  }

  test("is the least number of moves that is found by trying everything, and the bound is never above it", () => {
    const random = createRandom(71);
    let above = 0;
    for (let count = 0; count < 60; count++) {
      const [shards, size, copies] = [2 + Math.floor(3 * random()), 2 + Math.floor(3 * random()), 1 + Math.floor(3 * random())];
      const nodes = Array.from({ length: size }, (_, node) => node + 1);
      const previous = Array.from({ length: shards }, () => [0, ...nodes].filter(() => random() < 0.5).slice(0, copies));
      const least = leastMoves(previous, nodes, copies);
      expect(least).toBe(byTrying(previous, nodes, copies));
      expect(lowerBound(previous, nodes, copies)).toBeLessThanOrEqual(least);
      if (least > lowerBound(previous, nodes, copies)) above++;
    }
    // Where they differ, the bound alone would have done somebody wrong.
    expect(above).toBeGreaterThan(0);
  });
});
