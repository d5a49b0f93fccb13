import { supermarket } from "../systems/balancer/supermarket.js";
import { limitMeanTime, limitTail } from "../systems/balancer/supermarketLimit.js";
import type { Experiment } from "./experiment.js";
import { supermarketModel } from "./supermarket.js";

const { queues, load, arrivals, warmUp } = supermarketModel;
const parameters = {
  queues,
  load,
  choices: { type: "list", default: "1,2,3", values: [], summary: "numbers of queues that a customer compares" },
  longest: { type: "integer", default: 20, range: [1, 1000], unit: "customers", summary: "the greatest length of a queue that is reported" },
  arrivals,
  warmUp,
} as const;

interface Sample {
  /** By number of choices: the mean time, and the tail. */
  readonly meanTimes: readonly number[];
  readonly tails: readonly Float64Array[];
}

const EXPONENTIAL = { text: "exp:1", sample: (random: () => number) => -Math.log(1 - random()) };

/** The tails of the supermarket model's queues, drawn beside the limit of ever more queues (Mitzenmacher 2001, §3); services are exponential. */
export const supermarketTail: Experiment<typeof parameters, Sample> = {
  name: "supermarket-tail",
  question: "How many queues are long, by how many of them a customer compares, and what does the formula say?",
  parameters,
  trials: 1,
  row: {
    choices: "queues that a customer compares (d)",
    atLeast: "a length, customers (i)",
    limit: "share of the queues that are at least so long, with ever more queues: λ^((d^i − 1)/(d − 1))",
    simulated: "that share in the simulation",
    limitTime: "mean time with ever more queues, in mean services; the same in all rows of a number of choices",
    simulatedTime: "mean time in the simulation",
  },
  check({ choices, queues }) {
    const bad = typeof choices === "string" ? NaN : choices.find((d) => !Number.isInteger(d) || d < 1 || d > queues);
    if (bad !== undefined) throw new Error(`choices: expected whole numbers from 1 to the number of queues (${queues}), not ${bad}`);
  },
  trial({ choices, longest: _longest, ...model }, seed) {
    const runs = (choices as readonly number[]).map((d) => supermarket({ ...model, choices: d, service: EXPONENTIAL, replacement: false, stale: 0 }, seed));
    return { meanTimes: runs.map(({ meanTime }) => meanTime), tails: runs.map(({ tail }) => tail) };
  },
  summarize(samples, { choices, load, longest }) {
    const mean = (of: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
    return (choices as readonly number[]).flatMap((d, c) => {
      const times = { limitTime: limitMeanTime(load, d), simulatedTime: mean(({ meanTimes }) => meanTimes[c]!) };
      return Array.from({ length: longest }, (_, i) => ({ choices: d, atLeast: i + 1, limit: limitTail(load, d, i + 1), simulated: mean(({ tails }) => tails[c]![i + 1] ?? 0), ...times }));
    });
  },
};
