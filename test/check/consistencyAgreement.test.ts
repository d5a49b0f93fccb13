import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkCausal } from "../../lib/check/consistency/checkCausal.js";
import { checkCausalConvergence } from "../../lib/check/consistency/checkCausalConvergence.js";
import { checkMonotonicReads } from "../../lib/check/consistency/checkMonotonicReads.js";
import { checkReadYourWrites } from "../../lib/check/consistency/checkReadYourWrites.js";
import { checkSequential } from "../../lib/check/consistency/checkSequential.js";
import { staleness } from "../../lib/check/consistency/staleness.js";
import type { Verdict } from "../../lib/check/consistency/verdict.js";
import type { Operation } from "../../lib/check/history.js";
import { randomHistories } from "./consistencyHistories.js";
import * as oracle from "./consistencyOracles.js";

const anyOrder = { versions: "in any order" } as const;
type Check = (operations: readonly Operation[]) => Verdict;
type Definition = (operations: readonly Operation[]) => boolean;

const pairs: [string, Check, Definition, fc.Arbitrary<Operation[]>][] = [
  ["sequential", (h) => checkSequential(h), oracle.sequential, randomHistories(7)],
  ["sequential, values written twice", (h) => checkSequential(h), oracle.sequential, randomHistories(10, { unique: false })],
  ["causal", checkCausal, oracle.causal, randomHistories(7)],
  ["causal convergence", checkCausalConvergence, oracle.causalConvergence, randomHistories(7)],
  ["read your writes", (h) => checkReadYourWrites(h), (h) => oracle.readYourWrites(h, true), randomHistories(8)],
  ["read your writes, versions in any order", (h) => checkReadYourWrites(h, anyOrder), (h) => oracle.readYourWrites(h, false), randomHistories(8)],
  ["monotonic reads", (h) => checkMonotonicReads(h), (h) => oracle.monotonicReads(h, true), randomHistories(8, { clients: 2 })],
  ["monotonic reads, versions in any order", (h) => checkMonotonicReads(h, anyOrder), (h) => oracle.monotonicReads(h, false), randomHistories(8, { clients: 2 })],
];

describe("the checkers agree with the definitions tried out on every order", () => {
  it.each(pairs)("%s", (_, check, definition, histories) => {
    const counts = { yes: 0, no: 0 };
    const agrees = (operations: readonly Operation[]) => {
      const verdict = check(operations);
      const holds = definition(operations);
      counts[holds ? "yes" : "no"]++;
      expect(verdict.holds).toBe(holds);
      if (verdict.holds !== false) return;
      // The witness is a part of the history that breaks the promise, and nothing can be removed from it.
      const { witness } = verdict;
      expect(operations).toEqual(expect.arrayContaining([...witness]));
      expect(definition(witness)).toBe(false);
      for (const removed of witness) {
        const rest = witness.filter((operation) => operation !== removed);
        const stillRead = removed.f === "write" && rest.some(({ f, key, output }) => f === "read" && key === removed.key && output === removed.input);
        if (!stillRead) expect(definition(rest)).toBe(true);
      }
    };
    fc.assert(fc.property(histories, agrees), { seed: 3, numRuns: 600 });
    expect(counts.yes).toBeGreaterThan(40);
    expect(counts.no).toBeGreaterThan(40);
  });

  it("versions behind", () => {
    let stale = 0;
    const agrees = (operations: readonly Operation[]) => {
      const { reads, row } = staleness(operations);
      expect(reads.map(({ versions }) => versions)).toEqual(oracle.versionsBehind(operations));
      stale += row.stale;
    };
    fc.assert(fc.property(randomHistories(12), agrees), { seed: 4, numRuns: 400 });
    expect(stale).toBeGreaterThan(100);
  });
});

/** A promise implies others: wherever the stronger holds, all of these do; and each of these holds somewhere without it. */
const implications: [string, Definition, [string, Check][]][] = [
  [
    "linearizable",
    oracle.linearizable,
    [
      ["sequential", (h) => checkSequential(h)],
      ["read your writes", (h) => checkReadYourWrites(h)],
      ["monotonic reads", (h) => checkMonotonicReads(h)],
      ["fresh reads", (h) => (staleness(h).row.stale === 0 ? { holds: true } : { holds: false, because: "", witness: [] })],
    ],
  ],
  ["sequential", (h) => checkSequential(h).holds === true, [["causal convergence", checkCausalConvergence]]],
  [
    "causal convergence",
    (h) => checkCausalConvergence(h).holds === true,
    [
      ["causal", checkCausal],
      ["read your writes, versions in any order", (h) => checkReadYourWrites(h, anyOrder)],
      ["monotonic reads, versions in any order", (h) => checkMonotonicReads(h, anyOrder)],
    ],
  ],
  ["read your writes", (h) => checkReadYourWrites(h).holds === true, [["read your writes, versions in any order", (h) => checkReadYourWrites(h, anyOrder)]]],
  ["monotonic reads", (h) => checkMonotonicReads(h).holds === true, [["monotonic reads, versions in any order", (h) => checkMonotonicReads(h, anyOrder)]]],
];

describe("a stronger promise implies the weaker ones, and none of these implies it", () => {
  it.each(implications)("%s", (_, stronger, weaker) => {
    const separated = new Map(weaker.map(([name]) => [name, 0]));
    let strong = 0;
    const implies = (operations: readonly Operation[]) => {
      const holds = stronger(operations);
      if (holds) strong++;
      for (const [name, check] of weaker) {
        const verdict = check(operations);
        if (holds) expect(verdict.holds, name).toBe(true);
        else if (verdict.holds === true) separated.set(name, separated.get(name)! + 1);
      }
    };
    fc.assert(fc.property(randomHistories(7), implies), { seed: 5, numRuns: 2000 });
    expect(strong).toBeGreaterThan(200);
    for (const [name, count] of separated) expect(count, `${name} without it`).toBeGreaterThan(0);
  });
});
