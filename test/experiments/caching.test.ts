import { describe, expect, it } from "vitest";
import { bloomFalsePositives } from "../../lib/experiments/bloomFalsePositives.js";
import { cacheGossip } from "../../lib/experiments/cacheGossip.js";
import { cacheIndex } from "../../lib/experiments/cacheIndex.js";
import { cacheLosses } from "../../lib/experiments/cacheLosses.js";
import { cacheProxy } from "../../lib/experiments/cacheProxy.js";
import { hotKeys } from "../../lib/experiments/hotKeys.js";
import { cheHits, lruHits } from "../../lib/experiments/lruHits.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { TimeQueue } from "../../lib/experiments/timeQueue.js";
import { xfetch, xfetchLimit } from "../../lib/experiments/xfetch.js";
import { drawByShare, zipfShares } from "../../lib/experiments/zipf.js";
import { createRandom } from "../../lib/random.js";

describe("xfetch (Vattani et al. 2015)", () => {
  const run = (parameters = {}) => runExperiment(xfetch, parameters, { trials: 10_000 }).rows[0] as { meanSize: number; alone: number; earlyBy: number };

  it("has the flags and the row that others rely on", () => {
    expect(Object.keys(xfetch.parameters)).toEqual(expect.arrayContaining(["beta", "rate", "recompute"]));
    expect(Object.keys(run())).toEqual(["meanSize", "alone", "earlyBy"]);
  });

  it("comes to geometric sizes: e^(1/β) in the mean, e^(−1/β) alone, and begins Δβ(ln(rate Δβ) + γ) early", () => {
    for (const beta of [0.5, 1, 3]) {
      const [found, limit] = [run({ beta }), xfetchLimit({ beta, rate: 10, recompute: 100 })];
      for (const field of ["meanSize", "alone", "earlyBy"] as const) expect(Math.abs(found[field] / limit[field] - 1)).toBeLessThan(0.06);
    }
  });

  it("without early recomputation it is everybody who comes while the first computes: 1 + rate · Δ", () => {
    const { meanSize, earlyBy } = run({ beta: 0, rate: 0.2 });
    expect(Math.abs(meanSize / 21 - 1)).toBeLessThan(0.02);
    expect(Math.abs(earlyBy / -5 - 1)).toBeLessThan(0.05);
  });

  it("who is asked for seldom is recomputed after the expiry, and alone; no request comes before the value was there", () => {
    expect(run({ rate: 0.0001 }).alone).toBeGreaterThan(0.97);
    expect(run({ ttl: 300 }).earlyBy).toBeLessThan(300);
  });
});

describe("hit ratios, filters, hot keys", () => {
  it("LRU comes within a point of Che's approximation, TinyLFU above it, both below the best fixed set", () => {
    for (const skew of [0.7, 1]) {
      for (const row of runExperiment(lruHits, { keys: 2000, skew, sizes: "50,500", requests: 25_000, warmUp: 8000 }).rows as unknown as { lru: number; che: number; tinyLfu: number; fixed: number }[]) {
        expect(Math.abs(row.lru - row.che)).toBeLessThan(0.01);
        expect(row.tinyLfu).toBeGreaterThan(row.lru);
        expect(row.tinyLfu).toBeLessThan(row.fixed + 0.01);
      }
    }
    expect(cheHits(zipfShares(10, 1), 10)).toBe(1);
  });

  it("a Bloom filter's false positives are the formula's", () => {
    const row = runExperiment(bloomFalsePositives, { bits: 8, hashes: 6, probes: 200_000 }).rows[0]!;
    expect(Math.abs((row.measured as number) / 0.02158 - 1)).toBeLessThan(0.05);
  });

  it("claim 4.8: hashing balances keys, not requests; copies of hot keys do", () => {
    const { rows } = runExperiment(hotKeys, { requests: 30_000 }, { trials: 1 });
    const busiest = (popularity: string, scheme: string) => rows.find((row) => row.popularity === popularity && row.scheme === scheme)!.busiest as number;
    expect(busiest("alike", "one owner")).toBeLessThan(1.3);
    expect(busiest("Zipf", "one owner")).toBeGreaterThan(1.7);
    expect(busiest("Zipf", "hot keys everywhere")).toBeLessThan(1.3);
  });

  it("draws by the shares that it was given", () => {
    const shares = zipfShares(20, 1);
    const [draw, random] = [drawByShare(shares), createRandom(5)];
    const counts = new Float64Array(20);
    for (let i = 0; i < 100_000; i++) counts[draw(random)]!++;
    for (let key = 0; key < 20; key++) expect(Math.abs(counts[key]! / 100_000 - shares[key]!)).toBeLessThan(0.005);
  });

  it("a queue gives things back by time, and those of one time in order", () => {
    const random = createRandom(7);
    const queue = new TimeQueue<number>();
    const times = Array.from({ length: 500 }, (_, i) => ({ i, time: Math.floor(random() * 40) }));
    for (const { i, time } of times) queue.add(time, i);
    expect(times.map(() => queue.next())).toEqual([...times].sort((a, b) => a.time - b.time || a.i - b.i).map(({ i }) => i));
    expect([queue.next(), queue.nextTime]).toEqual([undefined, Infinity]);
  });
});

describe("the cache under load", () => {
  it("claim 4.4: full state grows with the cluster and its room does not; on a ring it is the other way round", () => {
    const { rows } = runExperiment(cacheGossip, { nodes: "4,12", keysPerNode: 10, rounds: 5 }) as { rows: any[] };
    const [all4, ring4, all12, ring12] = rows;
    expect([all4.capacity, all12.capacity]).toEqual([1, 1]);
    expect(ring12.capacity).toBeGreaterThan(2 * ring4.capacity);
    expect(all12.bytes).toBeGreaterThan(2.5 * all4.bytes);
    expect(ring12.bytes).toBeLessThan(2 * ring4.bytes);
  });

  it("acknowledged writes survive W − 1 crashes while members come and go, and not always W", () => {
    const { rows } = runExperiment(cacheLosses, { acks: "1,2", crashes: "1,2" }, { trials: 2 }) as { rows: any[] };
    expect(rows.map(({ lost }) => lost > 0)).toEqual([true, true, false, true]);
  });

  it("claim G.3: single flight and early recomputation cut the peaks, the filter what is absent, a warm-up the restart", () => {
    const { rows } = runExperiment(cacheProxy, { time: 4000, restart: 2000 }) as { rows: any[] };
    const [none, flight, bloom, early, warm, all] = rows;
    expect(flight.peak).toBeLessThan(none.peak);
    expect(early.peak).toBeLessThan(none.peak);
    expect(bloom.origin).toBeLessThan(none.origin - 0.04);
    expect(warm.restart).toBeLessThan(none.restart);
    expect(warm.cache).toBeGreaterThan(none.cache);
    expect(all.origin).toBeLessThan(none.origin / 2);
    expect(none.loads.reduce((sum: number, count: number) => sum + count, 0)).toBeGreaterThan(1000);
  });

  it("claim G.4: an index spares the store until changes outnumber a node's reads by two", () => {
    const { rows } = runExperiment(cacheIndex, { changes: "0.05,1" }) as { rows: any[] };
    const of = (changes: number, design: string) => rows.find((row) => row.changes === changes && row.design === design);
    expect(of(0.05, "watched index").messages).toBeLessThan(of(0.05, "ask each time").messages / 3);
    expect(of(1, "watched index").messages).toBeGreaterThan(of(1, "ask each time").messages);
    expect(of(1, "watched index").mean).toBe(0);
    expect(of(0.05, "poll").stale).toBeGreaterThan(of(0.05, "watched index").stale);
  });
});
