import { bloomFalsePositives } from "../bloomFalsePositives.js";
import { cheHits, lruHits } from "../lruHits.js";
import { runExperiment } from "../runExperiment.js";
import { xfetch } from "../xfetch.js";
import { zipfShares } from "../zipf.js";
import { cell, closedForm, type Comparison, type Published } from "./comparison.js";

/** False positives of a Bloom filter by bits a key and hashes: (1 − e^(−k/b))^k, as tables have it. */
export const BLOOM_RATES = [
  { bits: 8, hashes: 6, published: 0.02158 },
  { bits: 10, hashes: 7, published: 0.00819 },
] as const;

/** What was published of caching. */
export const cachingComparisons: readonly Comparison[] = [
  { source: "Bloom 1970, the closed form (1 − e^(−k/b))^k", compare: bloomRates },
  { source: "Che, Tung and Wang 2002, approximation of LRU under Zipf's law", compare: lruUnderZipf },
  { source: "XFetch's rule (Vattani et al. 2015), what it comes to for values that are asked for often", compare: stampedes },
];

function bloomRates(source: string): Published[] {
  return BLOOM_RATES.map(({ bits, hashes, published }) => closedForm(cell(source, `${bits} bits a key, ${hashes} hashes: false positives`, published, runExperiment(bloomFalsePositives, { bits, hashes }, { seed: 1 }).rows[0]!.measured as number, 0.05)));
}

/** Within one percentage point. */
function lruUnderZipf(source: string): Published[] {
  const keys = 5000;
  return [0.6, 0.8, 1].flatMap((skew) => {
    const { rows } = runExperiment(lruHits, { keys, skew, sizes: "50,500,1500", requests: 50_000, warmUp: 15_000 }, { seed: 1 });
    return rows.map(({ size, lru }) => {
      const che = cheHits(zipfShares(keys, skew), size as number);
      return closedForm(cell(source, `${keys} keys, exponent ${skew}, ${size} entries: hit ratio`, che, lru as number, 0.01 / che));
    });
  });
}

/** Sizes are geometric: e^(1/β) in the mean, and e^(−1/β) of them are alone. */
function stampedes(source: string): Published[] {
  return [0.5, 1, 2].flatMap((beta) => {
    const row = runExperiment(xfetch, { beta, rate: 100, recompute: 100 }, { seed: 1, trials: 30_000 }).rows[0]!;
    return [
      closedForm(cell(source, `β = ${beta}: mean size of a stampede, e^(1/β)`, Math.exp(1 / beta), row.meanSize as number, 0.03)),
      closedForm(cell(source, `β = ${beta}: share that is alone, e^(−1/β)`, Math.exp(-1 / beta), row.alone as number, 0.03)),
    ];
  });
}
