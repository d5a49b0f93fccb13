import { deriveRandom, type Random } from "../random.js";
import type { Experiment, Values } from "./experiment.js";

const parameters = {
  beta: { type: "number", default: 1, range: [0, 1000], summary: "XFetch's β: above 1 it recomputes earlier; 0: nobody recomputes before the expiry" },
  rate: { type: "number", default: 10, range: [1e-9, 1e12], unit: "requests/ms", summary: "how often the value is asked for, at random moments (Poisson)" },
  recompute: { type: "number", default: 100, range: [1e-9, 1e9], unit: "ms", summary: "how long a recomputation takes (Δ)" },
  spread: { type: "distribution", default: "constant:1", summary: "each recomputation takes Δ times a number drawn from this" },
  ttl: { type: "number", default: 1e9, range: [1e-9, 1e15], unit: "ms", summary: "how long a value lives: no request comes earlier than so long before the expiry" },
} as const;

/** Of one expiry: how many requests recomputed, and how long before it the first of them began, ms. */
type Sample = readonly [size: number, early: number];

/**
 * XFetch (Vattani, Chierichetti and Lowenstein, Optimal probabilistic cache stampede prevention, PVLDB 8(8), 2015): who reads
 * a value recomputes it if now − Δ β ln(rand) ≥ expiry; after the expiry everybody does. A stampede is all requests that begin to
 * recompute from the first that does up to the moment at which the first of them has finished. Requests that do not recompute
 * need not be drawn: those that do are a Poisson process of rate · e^(−x/(Δβ)) at x ms before the expiry.
 */
export const xfetch: Experiment<typeof parameters, Sample> = {
  name: "xfetch",
  question: "How many requests recompute a value at once when it nears its expiry?",
  parameters,
  trials: 20_000,
  row: {
    meanSize: "mean size of a stampede: requests that begin to recompute, from the first one (which is counted) until the first result is there; Vattani et al. 2015, §1 and §3",
    alone: "share of stampedes of size 1: nobody but the first recomputed",
    earlyBy: "mean time from the beginning of the first recomputation to the expiry, ms; negative: it began after it",
  },
  trial: (values, seed) => stampede(values, deriveRandom(seed, 0)),
  summarize(samples) {
    const mean = (of: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
    return [{ meanSize: mean(([size]) => size), alone: mean(([size]) => (size === 1 ? 1 : 0)), earlyBy: mean(([, early]) => early) }];
  },
};

/**
 * What it comes to for a value that is asked for often (rate · Δ · β large) with recomputations that all take Δ: the first
 * begins at x with rate·Δβ·e^(−x/(Δβ)) = E, exponential with mean 1, and E (e^(1/β) − 1) more are expected within Δ. So sizes
 * are geometric with mean e^(1/β), a share of e^(−1/β) is alone, and the mean of x is Δβ (ln(rate·Δβ) + γ).
 */
export function xfetchLimit({ beta, rate, recompute }: { readonly beta: number; readonly rate: number; readonly recompute: number }) {
  return { meanSize: Math.exp(1 / beta), alone: Math.exp(-1 / beta), earlyBy: recompute * beta * (Math.log(rate * recompute * beta) + EULER) };
}

const EULER = 0.5772156649015329;

function stampede({ beta, rate, recompute, spread, ttl }: Values<typeof parameters>, random: Random): Sample {
  const takes = () => recompute * Math.max(0, spread.sample(random));
  const scale = takes() * beta;
  // The time before the expiry at which so many of those who recompute have come, in the mean.
  const before = (expected: number): number => {
    const atExpiry = scale > 0 ? rate * scale * (1 - Math.exp(-ttl / scale)) : 0;
    if (expected >= atExpiry) return -(expected - atExpiry) / rate;
    return -scale * Math.log(expected / (rate * scale) + Math.exp(-ttl / scale));
  };
  let come = exponential(random);
  const first = before(come);
  let done = first - takes();
  let size = 1;
  for (;;) {
    come += exponential(random);
    const next = before(come);
    if (next <= done) return [size, first];
    size++;
    done = Math.max(done, next - takes());
  }
}

const exponential = (random: Random) => -Math.log(1 - random());
