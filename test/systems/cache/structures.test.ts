import { describe, expect, it } from "vitest";
import { createRandom } from "../../../lib/random.js";
import { addKey, bloomFilter, falsePositives, mayContain } from "../../../lib/systems/cache/bloomFilter.js";
import { count, countMinSketch, estimate, halve } from "../../../lib/systems/cache/countMinSketch.js";
import { isDue } from "../../../lib/systems/cache/earlyRecompute.js";
import type { Eviction } from "../../../lib/systems/cache/eviction.js";
import { lru } from "../../../lib/systems/cache/lru.js";
import { drop, listed, recencyList, use } from "../../../lib/systems/cache/recencyList.js";
import { board, land, noFlights } from "../../../lib/systems/cache/singleFlight.js";
import { tinyLfu } from "../../../lib/systems/cache/tinyLfu.js";

describe("least recently used", () => {
  it("does step by step what a plain array does", () => {
    const random = createRandom(1);
    const policy = lru(5);
    const state = policy.begin();
    const plain: string[] = [];
    for (let step = 0; step < 3000; step++) {
      const key = `${Math.floor(random() * 12)}`;
      const place = plain.indexOf(key);
      if (place >= 0) plain.splice(place, 1);
      if (place >= 0 && random() < 0.1) policy.drop(state, key);
      else {
        plain.unshift(key);
        if (place >= 0) policy.use(state, key);
        else expect(policy.add(state, key)).toEqual(plain.splice(5));
      }
      expect(policy.keys(state)).toEqual(plain);
      expect(state.length).toBe(plain.length);
    }
    expect(() => lru(0)).toThrow("capacity: expected a whole number from 1, not 0");
  });

  it("keeps its order through JSON", () => {
    const list = recencyList();
    for (const key of ["10", "9", "x", "9"]) use(list, key);
    drop(list, "10");
    expect(listed(JSON.parse(JSON.stringify(list)))).toEqual(["9", "x"]);
  });
});

describe("W-TinyLFU (Einziger, Friedman and Manes 2017)", () => {
  it("never holds more than its capacity, and what it names is gone", () => {
    for (const capacity of [1, 2, 3, 10, 50]) {
      const random = createRandom(capacity);
      const policy = tinyLfu(capacity);
      const state = policy.begin();
      const held = new Set<string>();
      for (let step = 0; step < 1500; step++) {
        const key = `${Math.floor(random() * random() * 4 * capacity)}`;
        if (held.has(key)) policy.use(state, key);
        else {
          held.add(key);
          for (const victim of policy.add(state, key)) expect(held.delete(victim)).toBe(true);
        }
        expect(held.size).toBeLessThanOrEqual(capacity);
      }
      expect(new Set(policy.keys(state))).toEqual(held);
    }
  });

  it("a scan of keys that come once does not drive out what is popular, as it does with LRU (§1)", () => {
    const left = (policy: Eviction<any>) => {
      const state = policy.begin();
      const held = new Set<string>();
      const ask = (key: string) => {
        if (held.has(key)) return policy.use(state, key);
        held.add(key);
        for (const victim of policy.add(state, key)) held.delete(victim);
      };
      for (let round = 0; round < 5; round++) for (let key = 0; key < 80; key++) ask(`popular ${key}`);
      for (let key = 0; key < 200; key++) ask(`once ${key}`);
      return [...held].filter((key) => key.startsWith("popular")).length;
    };
    expect(left(lru(100))).toBe(0);
    expect(left(tinyLfu(100))).toBeGreaterThan(75);
  });
});

describe("count-min sketch and Bloom filter", () => {
  it("a sketch never counts too low, below its highest count", () => {
    const sketch = countMinSketch({ width: 64 });
    for (let i = 0; i < 40; i++) for (let times = 0; times <= i % 7; times++) count(sketch, `${i}`);
    for (let i = 0; i < 40; i++) expect(estimate(sketch, `${i}`)).toBeGreaterThanOrEqual((i % 7) + 1);
    for (let times = 0; times < 40; times++) count(sketch, "often");
    expect(estimate(sketch, "often")).toBe(15);
    halve(sketch);
    expect(estimate(sketch, "often")).toBe(7);
  });

  it("a filter contains all that was added, and false positives are about as many as the formula says", () => {
    const filter = bloomFilter(8 * 2000, 6);
    for (let i = 0; i < 2000; i++) addKey(filter, `in ${i}`);
    for (let i = 0; i < 2000; i++) expect(mayContain(filter, `in ${i}`)).toBe(true);
    const wrong = Array.from({ length: 30_000 }, (_, i) => mayContain(filter, `out ${i}`)).filter(Boolean).length / 30_000;
    expect(Math.abs(wrong / falsePositives(8, 6) - 1)).toBeLessThan(0.15);
    expect(() => bloomFilter(0, 1)).toThrow("bits");
  });
});

describe("single flight and early recomputation", () => {
  it("one load for all who wait; when it has landed, whatever came of it, the next one begins", () => {
    const flights = noFlights<string>();
    expect([board(flights, "k", "a"), board(flights, "k", "b"), board(flights, "other", "c")]).toEqual([true, false, true]);
    expect(land(flights, "k")).toEqual(["a", "b"]);
    expect(land(flights, "k")).toEqual([]);
    expect(board(flights, "k", "d")).toBe(true);
  });

  it("XFetch: the chance to recompute x ms before the expiry is e^(−x/(Δβ)); with β = 0 it comes at the expiry (Vattani et al. 2015)", () => {
    const random = createRandom(3);
    const share = (x: number, beta: number) => Array.from({ length: 20_000 }, () => isDue(1000 - x, 1000, 50, beta, random())).filter(Boolean).length / 20_000;
    for (const [x, beta] of [[50, 1], [100, 1], [100, 2], [20, 0.5]] as const) expect(Math.abs(share(x, beta) - Math.exp(-x / (50 * beta)))).toBeLessThan(0.012);
    expect([share(0.001, 0), share(0, 0)]).toEqual([0, 1]);
  });
});
