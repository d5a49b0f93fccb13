import { RumorColumns } from "../gossip/rumor/rumorColumns.js";
import { createRandom, deriveSeed } from "../random.js";
import type { Experiment } from "./experiment.js";
import { mean, percentile } from "./percentile.js";

export const VARIANTS = ["push", "pull", "push-pull"] as const;

const parameters = {
  n: { type: "list", default: "10,100,1000,10000,100000,1000000", values: [], unit: "sites", summary: "numbers of sites that are tried" },
  loss: { type: "number", default: 0, range: [0, 0.99], summary: "probability that an update is lost on its way" },
  work: { type: "integer", default: 100_000, range: [1, 1_000_000_000], unit: "sites", summary: "a size below this is run so often in a trial that so many sites are simulated in all" },
} as const;

/** By size and variant, the rounds and messages of some runs. */
type Sample = readonly { readonly rounds: readonly number[]; readonly sent: number; readonly calls: number }[];

/**
 * Claim 3.5: how many rounds until everybody knows what one site knew, if nobody gives up. Push alone doubles at first
 * and needs ln n rounds more for the last ones (Frieze and Grimmett 1985, Pittel 1987); pull ends fast, for the
 * susceptible share is squared in each round (Demers et al. 1987, §1.3); both together triple at first (Karp et al. 2000).
 */
export const rumorRounds: Experiment<typeof parameters, Sample> = {
  name: "rumor-rounds",
  question: "In how many rounds does gossip bring a cluster into one state?",
  parameters,
  trials: 2,
  row: {
    variant: "who hands the update over in a contact",
    n: "number of sites",
    rounds: "rounds until all know, mean",
    p99: "99th percentile of the rounds",
    runs: "how many runs these numbers are of",
    sent: "updates sent, a site, mean",
    calls: "calls, a site, mean",
    logarithms: "what theory says of the rounds: log2 n + ln n (push), log2 n + log2 ln n (pull), log3 n + log2 ln n (push-pull), to within a constant",
  },
  check: ({ n }) => checkSizes(n),
  trial: (values, seed) =>
    cases(values).map(({ n, variant }, i) => {
      const repeats = Math.max(1, Math.floor(values.work / n));
      const rounds: number[] = [];
      let [sent, calls] = [0, 0];
      for (let run = 0; run < repeats; run++) {
        const columns = new RumorColumns(n, { variant, stop: "never" }, createRandom(deriveSeed(deriveSeed(seed, i), run)), { loss: values.loss }).run();
        rounds.push(columns.cycle);
        sent += columns.sent / n / repeats;
        calls += columns.calls / n / repeats;
      }
      return { rounds, sent, calls };
    }),
  summarize: (samples, values) =>
    cases(values).map(({ n, variant }, i) => {
      const rounds = samples.flatMap((sample) => sample[i]!.rounds);
      return {
        variant,
        n,
        rounds: mean(rounds),
        p99: percentile(rounds, 0.99),
        runs: rounds.length,
        sent: mean(samples.map((sample) => sample[i]!.sent)),
        calls: mean(samples.map((sample) => sample[i]!.calls)),
        logarithms: LOGARITHMS[variant](n),
      };
    }),
};

const LOGARITHMS = {
  push: (n: number) => Math.log(n) / Math.LN2 + Math.log(n),
  pull: (n: number) => Math.log(n) / Math.LN2 + Math.log(Math.log(n)) / Math.LN2,
  "push-pull": (n: number) => Math.log(n) / Math.log(3) + Math.log(Math.log(n)) / Math.LN2,
} as const;

const cases = ({ n }: { readonly n: string | readonly number[] }) => VARIANTS.flatMap((variant) => (n as readonly number[]).map((size) => ({ variant, n: size })));

/** Throws an `Error` unless these are numbers of sites that columns can be made for. */
export function checkSizes(n: string | readonly number[]): void {
  if (typeof n === "string" || n.length === 0) throw new Error("n needs one number or more");
  const bad = n.find((size) => !Number.isInteger(size) || size < 3 || size > 10_000_000);
  if (bad !== undefined) throw new Error(`n are whole numbers from 3 to 10000000: got ${bad}`);
}
