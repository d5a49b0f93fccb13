import { createRandom } from "../random.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  alphas: { type: "list", default: "0.1,0.3,0.5,0.7,0.8,0.9,0.95", values: [], unit: "shares of the capacity", summary: "load factors, each above 0 and below 1" },
  service: { type: "distribution", default: "exp:1", unit: "any one unit of time", summary: "how long a server is busy with a request" },
  requests: { type: "integer", default: 500_000, range: [100, 100_000_000], summary: "requests in a trial that are counted" },
  warmUp: { type: "integer", default: 20_000, range: [0, 100_000_000], summary: "requests before them, which are not" },
} as const;

interface Sample {
  /** Sum and sum of squares of the service times, and how many there were. */
  readonly sum: number;
  readonly squares: number;
  readonly count: number;
  /** Mean response time by load factor. */
  readonly responses: readonly number[];
}

/**
 * Claim E.4: the load factor is load by capacity. How a server's response time grows with it, by how much service times
 * vary: the formula of Pollaczek and Khinchine (M/G/1) beside a queue that is served in order of arrival. Requests come at
 * random (Poisson).
 */
export const loadFactor: Experiment<typeof parameters, Sample> = {
  name: "load-factor",
  question: "How does a server's response time grow with its load factor?",
  parameters,
  trials: 10,
  row: {
    alpha: "load factor: rate of the requests times their mean service time",
    variation: "squared coefficient of variation of the service times: variance by squared mean",
    formula: "mean response time by the formula, in mean service times: 1 + α (1 + C²) / (2 (1 − α))",
    simulated: "mean response time of the simulated queue, in mean service times",
  },
  check({ alphas }) {
    const bad = typeof alphas === "string" ? NaN : alphas.find((alpha) => !(alpha > 0 && alpha < 1));
    if (bad !== undefined) throw new Error(`alphas: expected load factors above 0 and below 1, as in 0.5,0.9, not ${bad}: at 1 a queue grows for ever`);
  },
  trial({ alphas, service, requests, warmUp }, seed) {
    const random = createRandom(seed);
    const count = warmUp + requests;
    const services = Float64Array.from({ length: count }, () => Math.max(0, service.sample(random)));
    const gaps = Float64Array.from({ length: count }, () => -Math.log(1 - random()));
    const sum = services.reduce((total, time) => total + time, 0);
    const squares = services.reduce((total, time) => total + time * time, 0);
    // By the mean that was drawn: near 1, a load factor that is off by little changes the response by much.
    const responses = (alphas as readonly number[]).map((alpha) => meanResponse(services, gaps, sum / count / alpha, warmUp) / (sum / count));
    return { sum, squares, count, responses };
  },
  summarize(samples, { alphas }) {
    const total = (of: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + of(sample), 0);
    const count = total((sample) => sample.count);
    const mean = total(({ sum }) => sum) / count;
    const variation = total(({ squares }) => squares) / count / (mean * mean) - 1;
    return (alphas as readonly number[]).map((alpha, i) => ({
      alpha,
      variation,
      formula: pollaczekKhinchine(alpha, variation),
      simulated: total(({ responses }) => responses[i]!) / samples.length,
    }));
  },
};

/** Mean response time, in mean service times, at a load factor, where C² is the service times' squared coefficient of variation. */
export function pollaczekKhinchine(alpha: number, variation: number): number {
  return 1 + (alpha * (1 + variation)) / (2 * (1 - alpha));
}

/** A request waits as long as the one before it, and its service, less the gap between them (Lindley 1952). `gap` is the mean of the gaps. */
function meanResponse(services: Float64Array, gaps: Float64Array, gap: number, warmUp: number): number {
  let [wait, sum] = [0, 0];
  for (let i = 0; i < services.length; i++) {
    if (i > 0) wait = Math.max(0, wait + services[i - 1]! - gap * gaps[i]!);
    if (i >= warmUp) sum += wait + services[i]!;
  }
  return sum / (services.length - warmUp);
}
