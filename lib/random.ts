/**
 * Seeded randomness: streams of numbers and distributions drawn from them. One seed gives the same numbers on every
 * supported Node and browser: only `log`, `exp`, `sqrt` and `sin` are used, never `pow`.
 */
import tychei from "seedrandom/lib/tychei.js";
import xor128 from "seedrandom/lib/xor128.js";

/** Returns the next number of a stream, uniform in [0, 1), a multiple of 2^−32. */
export type Random = () => number;

/**
 * The stream of a seed: Marsaglia's xorshift with 128 bits of state and period 2^128 − 1 (Journal of Statistical
 * Software 8(14), 2003), in seedrandom's implementation. `seed` is an integer from 0 to 2^53 − 1; streams of different
 * seeds are unrelated.
 */
export function createRandom(seed: number): Random {
  checkSeed(seed);
  const low = seed | 0;
  const high = (seed / 4294967296) | 0;
  const state = {
    x: scramble(low, high, 0x1b873593),
    y: scramble(low, high, 0x5851f42d),
    z: scramble(low, high, 0x2545f491),
    // The all-zero state is the one fixed point of the generator.
    w: scramble(low, high, 0x14057b7e) | 1,
  };
  return xor128(0, { state });
}

/**
 * Stream `index` under a seed: of a node in a run. Neves and Araujo's Tyche-i (PPAM 2011), in seedrandom's
 * implementation: set up in a third of the time that `createRandom` takes, for runs that set up many streams and draw
 * little from each. Its numbers take half as long again.
 */
export function deriveRandom(seed: number, index: number): Random {
  return tychei(deriveSeed(seed, index));
}

/** The seed of stream `index` under a seed: of a node in a run, of a trial in a sweep. Both integers from 0 to 2^53 − 1. */
export function deriveSeed(seed: number, index: number): number {
  checkSeed(seed);
  const low = seed | 0;
  const high = (seed / 4294967296) | 0;
  const salt = scramble(index | 0, (index / 4294967296) | 0, 0x3c6ef372);
  return (scramble(low, high, salt) >>> 0) * 2097152 + (scramble(high, low, salt ^ 0x6a09e667) >>> 11);
}

/** Throws a `RangeError` unless this is an integer from 0 to 2^53 − 1. */
export function checkSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`a seed is an integer from 0 to 2^53 − 1, not ${seed}`);
}

/** Mixes 64 bits and a salt into 32 (the rounds of MurmurHash3, Appleby 2011). */
function scramble(low: number, high: number, salt: number): number {
  let h = salt;
  h = Math.imul(h ^ Math.imul(low, 0xcc9e2d51), 0x85ebca6b);
  h = (h << 13) | (h >>> 19);
  h = Math.imul(h ^ Math.imul(high, 0x1b873593), 0xe6546b64);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A distribution of times, in ms unless the place that uses it says otherwise. */
export interface Distribution {
  /** How it is written; `parseDistribution` reads it back. */
  readonly text: string;
  /** Draws one value. A normal distribution may give a negative one; a delay below 0 counts as 0. */
  sample(random: Random): number;
}

const TWO_PI = 2 * Math.PI;

interface Family {
  readonly parameters: readonly string[];
  readonly example: string;
  /** Says what is wrong with the numbers, if anything. */
  fault?(...numbers: number[]): string | false;
  sampler(...numbers: number[]): (random: Random) => number;
}

const positive = (name: string, value: number) => !(value > 0) && `${name} must be above 0`;

const families: Readonly<Record<string, Family>> = {
  constant: { parameters: ["value"], example: "constant:5", sampler: (value) => () => value },
  uniform: {
    parameters: ["low", "high"],
    example: "uniform:0.5,6",
    fault: (low, high) => high! < low! && "low must not exceed high",
    sampler(low, high) {
      const width = high! - low!;
      return (random) => low! + width * random();
    },
  },
  exp: {
    parameters: ["rate"],
    example: "exp:1.66",
    fault: (rate) => positive("the rate", rate!),
    sampler: (rate) => (random) => -Math.log(1 - random()) / rate!,
  },
  pareto: {
    parameters: ["scale", "shape"],
    example: "pareto:0.235,10",
    fault: (scale, shape) => positive("the scale", scale!) || positive("the shape", shape!),
    sampler: (scale, shape) => (random) => scale! * Math.exp(-Math.log(1 - random()) / shape!),
  },
  normal: {
    parameters: ["mean", "sd"],
    example: "normal:100,10",
    fault: (_mean, sd) => sd! < 0 && "the standard deviation must not be negative",
    sampler: (mean, sd) => (random) => mean! + sd! * gaussian(random),
  },
  lognormal: {
    parameters: ["median", "sigma"],
    example: "lognormal:10,0.5",
    fault: (median, sigma) => positive("the median", median!) || (sigma! < 0 && "sigma must not be negative"),
    sampler: (median, sigma) => (random) => median! * Math.exp(sigma! * gaussian(random)),
  },
};

/** A standard normal number (Box and Muller 1958). */
function gaussian(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.sin(TWO_PI * random());
}

/**
 * Reads a distribution: `constant:5`, `uniform:LOW,HIGH`, `exp:RATE`, `pareto:SCALE,SHAPE`, `normal:MEAN,SD`,
 * `lognormal:MEDIAN,SIGMA`, a mixture `0.9*exp:1+0.1*constant:50` whose weights add up to 1, and a shift `75+exp:1`.
 * Throws an `Error` that says what was expected.
 */
export function parseDistribution(text: string): Distribution {
  let distribution = parsed.get(text);
  if (!distribution) {
    distribution = parse(text);
    if (parsed.size < 256) parsed.set(text, distribution);
  }
  return distribution;
}

/** A run is set up often, with few different distributions. */
const parsed = new Map<string, Distribution>();

function parse(text: string): Distribution {
  const terms = text.trim().replace(/\s*([+*,:])\s*/g, "$1").split("+");
  let shift = 0;
  const parts: { weight: number; sample: (random: Random) => number }[] = [];
  for (const term of terms) {
    if (isNumber(term)) {
      shift += Number(term);
      continue;
    }
    const star = term.indexOf("*");
    const weight = star < 0 ? 1 : Number(term.slice(0, star));
    if (star >= 0 && !(isNumber(term.slice(0, star)) && weight > 0)) throw malformed(text, `a weight above 0 before "*" in "${term}"`);
    parts.push({ weight, sample: parseFamily(text, term.slice(star + 1)) });
  }
  const total = parts.reduce((sum, part) => sum + part.weight, 0);
  if (parts.length === 0) throw malformed(text, "a distribution");
  if (Math.abs(total - 1) > 1e-9) throw malformed(text, `weights that add up to 1, not ${total}`);
  const sample = parts.length === 1 ? parts[0]!.sample : mixture(parts);
  return { text, sample: shift === 0 ? sample : (random) => shift + sample(random) };
}

function mixture(parts: readonly { weight: number; sample: (random: Random) => number }[]): (random: Random) => number {
  const last = parts.length - 1;
  return (random) => {
    let u = random();
    let i = 0;
    while (i < last && u >= parts[i]!.weight) u -= parts[i++]!.weight;
    return parts[i]!.sample(random);
  };
}

function parseFamily(text: string, term: string): (random: Random) => number {
  const [name = "", rest = "", ...more] = term.split(":");
  const family = Object.hasOwn(families, name) ? families[name]! : undefined;
  if (!family) throw malformed(text, `one of ${Object.keys(families).join(", ")} where "${term}" stands`);
  const given = rest === "" ? [] : rest.split(",");
  if (more.length > 0 || given.length !== family.parameters.length || !given.every(isNumber)) {
    throw malformed(text, `${name}:${family.parameters.join(",").toUpperCase()}, as in ${family.example}`);
  }
  const numbers = given.map(Number);
  const fault = family.fault?.(...numbers);
  if (fault) throw malformed(text, `${family.example} or the like: ${fault}`);
  return family.sampler(...numbers);
}

const isNumber = (text: string) => /^-?(\d+\.?\d*|\.\d+)$/.test(text) && Number.isFinite(Number(text));
const malformed = (text: string, expected: string) => new Error(`"${text}" is not a distribution: expected ${expected}`);
