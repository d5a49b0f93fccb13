import { swim } from "../gossip/membership/swim.js";
import type { Swim } from "../gossip/membership/types.js";
import { simulate } from "../sim/cluster.js";
import { createRandom } from "../random.js";
import type { Experiment, Values } from "./experiment.js";
import { percentile } from "./percentile.js";

const parameters = {
  n: { type: "integer", default: 200, range: [2, 2000], summary: "members of the cluster" },
  times: { type: "list", default: "1,2,3,4,5,6", values: [], unit: "periods", summary: "when to count who knows, after the update began" },
  begin: { type: "integer", default: 1, range: [1, 1999], summary: "time is counted from when so many know" },
  meetings: { type: "choice", default: "periodic", values: ["periodic", "memoryless"], summary: "SWIM as it runs, each member once a period; or, as the paper's analysis has it, each at random moments, as often on average, and without a limit" },
  phases: { type: "choice", default: "random", values: ["synchronous", "random"], summary: "where meetings are periodic: whether all members' periods begin together, or each at a moment of its own" },
  loss: { type: "number", default: 0, range: [0, 0.9], summary: "probability that a message is lost" },
  period: { type: "number", default: 1000, range: [1, 1_000_000], unit: "ms", summary: "the protocol period T′" },
  delay: { type: "distribution", default: "constant:0.2", unit: "ms", summary: "one-way delay of every message" },
  targets: { type: "choice", default: "random", values: ["random", "round-robin"], summary: "whom to ping next: drawn at random each time, as in the paper's analysis, or all in turn in a random order" },
  retransmit: { type: "number", default: 3, range: [0, 100], summary: "how often a member passes an update on, times ⌈ln(n + 1)⌉ (λ); the paper's analysis sets no limit" },
} as const;

type Model = Values<typeof parameters>;

/** How many know, by time. */
type Sample = readonly number[];

/**
 * How many of n members know of an update t periods after `begin` of them did (one, unless given), by SWIM's analysis
 * (§4.1): the logistic curve of an epidemic in which each member meets 2 − 1/n others a period.
 */
export const infected = (n: number, t: number, begin = 1): number => (n * begin) / (begin + (n - begin) * Math.exp(-(2 - 1 / n) * t));

/**
 * How an update spreads on SWIM's pings and their answers (§4.1). One member begins: it says that it is about to leave.
 * The paper's curve is that of an epidemic without chance, in which a member's meetings are spread evenly over time. With
 * chance the first few steps come early in one run and late in another, so that the mean over runs is a flatter curve. And
 * with periods, who learns by the answer to its own ping must wait a whole period for the next: the epidemic is slower.
 */
export const swimInfection: Experiment<typeof parameters, Sample> = {
  name: "swim-infection",
  question: "How fast does an update spread that rides on SWIM's pings?",
  parameters,
  trials: 60,
  row: {
    t: "periods since one member began to spread the update, or `begin` members knew it",
    formula: "members that know it, by SWIM's analysis: n/(1 + (n − 1)e^(−(2 − 1/n)t)) from one on",
    mean: "members that knew it, mean over runs",
    p10: "tenth percentile over runs",
    p50: "median over runs",
    p90: "90th percentile over runs",
  },
  check({ n, begin, times }) {
    if (begin >= n) throw new Error(`begin must be fewer than n: got ${begin} of ${n}`);
    const list = times as readonly number[];
    const bad = list.find((time, i) => !(time >= 0 && time <= 10_000) || (i > 0 && time < list[i - 1]!));
    if (bad !== undefined) throw new Error(`times are numbers from 0 to 10000, in order: got ${list.join(",")}`);
  },
  trial: (model, seed) => (model.meetings === "periodic" ? onPings : memoryless)(model, seed),
  summarize: (samples, { n, begin, times }) =>
    (times as readonly number[]).map((t, i) => {
      const counts = samples.map((sample) => sample[i]!);
      return { t, formula: infected(n, t, begin), mean: counts.reduce((sum, count) => sum + count, 0) / counts.length, p10: percentile(counts, 0.1), p50: percentile(counts, 0.5), p90: percentile(counts, 0.9) };
    }),
};

function onPings({ n, begin, times, phases, loss, period, delay, targets, retransmit }: Model, seed: number): Sample {
  const protocol = swim({ joined: n, period, phases: phases as "synchronous" | "random", targets: targets as "random" | "round-robin", retransmit, linger: Infinity });
  const cluster = simulate<Swim>(protocol, { size: n, seed, latency: delay, loss, digest: false });
  // By now every member's periods have begun. Just after its own pings, the first ones of a synchronous period are over.
  cluster.run(1.001 * period);
  cluster.input(0, { type: "leave" });
  const knowing = () => 1 + cluster.nodes.filter(({ state }) => state.known[0]?.status === "left").length;
  if (begin > 1) cluster.runUntil(() => knowing() >= begin, 1000 * period);
  const from = cluster.now;
  return (times as readonly number[]).map((time) => {
    cluster.run(from + time * period);
    return knowing();
  });
}

/** Each member pings at rate 1; a ping and its answer carry the update either way, so that pairs of one who knows and one who does not meet at rate 2/(n − 1). */
function memoryless({ n, begin, times, loss }: Model, seed: number): Sample {
  const random = createRandom(seed);
  const arrives = 1 - loss;
  // To the one who is pinged by one message; back to the one who pings by two.
  const rate = (arrives + arrives * arrives) / (n - 1);
  let know = begin;
  let next = 0;
  const meet = () => (next += know < n ? -Math.log(1 - random()) / (rate * know * (n - know)) : Infinity);
  meet();
  return (times as readonly number[]).map((time) => {
    while (next <= time) {
      know++;
      meet();
    }
    return know;
  });
}
