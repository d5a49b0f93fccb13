import { supermarket as runSupermarket } from "../systems/balancer/supermarket.js";
import type { Experiment } from "./experiment.js";

export const supermarketModel = {
  queues: { type: "integer", default: 100, range: [1, 1_000_000], summary: "how many queues there are" },
  choices: { type: "integer", default: 2, range: [1, 1_000_000], summary: "how many of them, drawn at random, a customer compares; as many as there are queues: the least loaded" },
  load: { type: "number", default: 0.9, range: [0.001, 0.9999], summary: "customers that come for each queue in a unit of time: with services of mean 1, the share of the capacity that is used" },
  service: { type: "distribution", default: "exp:1", unit: "mean services", summary: "how long a service takes" },
  replacement: { type: "choice", default: "without", values: ["without", "with"], summary: "whether queues are drawn with replacement, so that one may be drawn twice" },
  stale: { type: "number", default: 0, range: [0, 1_000_000], unit: "mean services", summary: "time after which the board that shows the lengths is written anew; 0: they are seen as they are" },
  arrivals: { type: "integer", default: 300_000, range: [1, 1_000_000_000], summary: "customers in a trial that are counted" },
  warmUp: { type: "integer", default: 30_000, range: [0, 1_000_000_000], summary: "customers before them, who are not" },
} as const;

interface Sample {
  readonly meanTime: number;
  readonly tail: Float64Array;
}

/** Mitzenmacher's supermarket model (IEEE TPDS 12(10), 2001), with a board of any age (TPDS 11(1), 2000). */
export const supermarket: Experiment<typeof supermarketModel, Sample> = {
  name: "supermarket",
  question: "How long does a customer take who joins the shortest of a few queues?",
  parameters: supermarketModel,
  trials: 3,
  row: {
    meanTime: "mean time from a customer's arrival to the end of the service, in mean services",
    tail: "shares of the queues that hold at least 0, 1, 2, … customers, up to the longest seen",
  },
  check({ queues, choices }) {
    if (choices > queues) throw new Error(`choices: expected at most as many as there are queues (${queues}), not ${choices}`);
  },
  trial: ({ replacement, ...model }, seed) => runSupermarket({ ...model, replacement: replacement === "with" }, seed),
  summarize(samples) {
    const longest = Math.max(...samples.map(({ tail }) => tail.length));
    const mean = (of: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
    return [{ meanTime: mean(({ meanTime }) => meanTime), tail: Array.from({ length: longest }, (_, i) => mean(({ tail }) => tail[i] ?? 0)) }];
  },
};
