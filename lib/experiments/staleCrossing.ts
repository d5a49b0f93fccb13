import { supermarket } from "../systems/balancer/supermarket.js";
import { crossing } from "./crossing.js";
import type { Experiment } from "./experiment.js";
import { supermarketModel } from "./supermarket.js";

const { queues, load, service, arrivals, warmUp } = supermarketModel;
const parameters = {
  queues,
  load,
  service,
  ages: { type: "list", default: "0.3,0.4,0.5,0.6,3.5,4,4.5", values: [], unit: "mean services", summary: "times after which the board is written anew, ascending" },
  arrivals: { ...arrivals, default: 100_000 },
  warmUp: { ...warmUp, default: 10_000 },
} as const;

/** Mean times by age: of the least loaded, of two choices; and of a queue drawn at random, which needs no board. */
interface Sample {
  readonly least: readonly number[];
  readonly two: readonly number[];
  readonly random: number;
}

/** From which age of the board on the least loaded of all is the wrong queue to join (Mitzenmacher, How Useful Is Old Information?, IEEE TPDS 11(1), 2000). */
export const staleCrossing: Experiment<typeof parameters, Sample> = {
  name: "stale-crossing",
  question: "How old may a board of queue lengths be before the shortest queue on it is the wrong one?",
  parameters,
  trials: 2,
  row: {
    age: "time after which the board is written anew, in mean services; null in the last row",
    leastLoaded: "mean time of customers who join the shortest queue on the board, in mean services",
    twoChoices: "mean time of those who join the shorter of two drawn at random",
    random: "mean time of those who join any queue",
    losesToTwo: "last row: age from which on the least loaded loses to two choices, read off between the ages; null: none of them",
    losesToRandom: "last row: age from which on the least loaded loses to random; null: none of them",
  },
  check({ ages }) {
    if (typeof ages === "string" || ages.some((age, i) => !(age > 0) || (i > 0 && age <= ages[i - 1]!))) throw new Error("ages: expected times above 0 in ascending order, as in 0.5,1,2");
  },
  trial({ ages, ...model }, seed) {
    const timeOf = (choices: number, stale: number) => supermarket({ ...model, choices, stale, replacement: false }, seed).meanTime;
    const all = ages as readonly number[];
    // Queues that nobody looks at are slow to fill, and vary more.
    const random = supermarket({ ...model, choices: 1, stale: 0, replacement: false, arrivals: 4 * model.arrivals, warmUp: model.arrivals }, seed).meanTime;
    return { least: all.map((age) => timeOf(model.queues, age)), two: all.map((age) => timeOf(2, age)), random };
  },
  summarize(samples, { ages }) {
    const mean = (of: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
    const random = mean((sample) => sample.random);
    const points = (ages as readonly number[]).map((age, i) => ({ age, leastLoaded: mean(({ least }) => least[i]!), twoChoices: mean(({ two }) => two[i]!), random }));
    const cross = (other: (point: (typeof points)[number]) => number) => crossing(points.map((point) => ({ x: point.age, difference: point.leastLoaded - other(point) })));
    return [
      ...points.map((point) => ({ ...point, losesToTwo: null, losesToRandom: null })),
      { age: null, leastLoaded: null, twoChoices: null, random, losesToTwo: cross(({ twoChoices }) => twoChoices), losesToRandom: cross(() => random) },
    ];
  },
};
