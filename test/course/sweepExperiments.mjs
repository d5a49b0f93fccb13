/** Experiments that only tests and benchmarks of sweeps use, in the form of a registry that workers can load. */
import { isMainThread } from "node:worker_threads";

const work = {
  type: "integer",
  default: 1000,
  range: [0, 1e9],
  summary: "steps of arithmetic in a trial",
};

/** One trial costs `work` steps of a linear congruential generator. */
function spin(seed, steps) {
  let x = seed % 4294967296 | 0;
  for (let i = 0; i < steps; i++) x = (Math.imul(x, 1664525) + 1013904223) | 0;
  return x >>> 0;
}

const base = {
  question: "How long does arithmetic take?",
  trials: 100,
  row: { mean: "mean of the last numbers", checksum: "all samples, mixed" },
  parameters: { work },
  summarize(samples) {
    const numbers = samples.map((sample) => (typeof sample === "number" ? sample : sample.value));
    const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
    const checksum = numbers.reduce((sum, x) => (Math.imul(sum, 31) + x) | 0, 0);
    return [{ mean, checksum }];
  },
};

export const busy = { ...base, name: "busy", trial: ({ work }, seed) => spin(seed, work) };

export const records = { ...base, name: "records", trial: ({ work }, seed, index) => ({ index, value: spin(seed, work) }) };

/** Fails in trial 700 at once and in trial 690 after a long while, so that the later one is noticed first. */
export const faulty = {
  ...base,
  name: "faulty",
  trial({ work }, seed, index) {
    if (index === 690) spin(seed, 20 * work);
    if (index === 690 || index >= 700) throw new RangeError(`no luck in ${index}`);
    return spin(seed, work);
  },
};

/** Takes its worker down with it. */
export const quitter = {
  ...base,
  name: "quitter",
  trial: ({ work }, seed) => (isMainThread ? spin(seed, work) : process.exit(3)),
};

export const experiments = [busy, records, faulty, quitter];
