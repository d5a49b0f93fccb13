import { ballsIntoBins as throwBalls, ballsIntoBinsLimit } from "../systems/balancer/ballsIntoBins.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  bins: { type: "integer", default: 100_000, range: [1, 100_000_000], summary: "how many bins there are" },
  balls: { type: "integer", default: 100_000, range: [1, 1_000_000_000], summary: "how many balls are thrown, one after the other" },
  choices: { type: "integer", default: 2, range: [1, 100], summary: "bins drawn for each ball, with replacement; it goes into the emptiest" },
} as const;

/** Balls into bins (Azar, Broder, Karlin and Upfal, STOC 1994): what two choices do where nothing ever leaves. */
export const ballsIntoBins: Experiment<typeof parameters, Float64Array> = {
  name: "balls-into-bins",
  question: "How full are the bins if each ball goes into the emptier of two?",
  parameters,
  trials: 3,
  row: {
    atLeast: "a number of balls",
    limit: "share of the bins that hold at least so many, with ever more bins",
    simulated: "that share in the simulation",
  },
  trial: (values, seed) => throwBalls(values, seed),
  summarize(samples, { bins, balls, choices }) {
    const fullest = Math.max(...samples.map(({ length }) => length - 1));
    const limit = ballsIntoBinsLimit({ ratio: balls / bins, choices, most: fullest });
    return Array.from({ length: fullest }, (_, i) => ({
      atLeast: i + 1,
      limit: limit[i + 1]!,
      simulated: samples.reduce((sum, tail) => sum + (tail[i + 1] ?? 0), 0) / samples.length,
    }));
  },
};
