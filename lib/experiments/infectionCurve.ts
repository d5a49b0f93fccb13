import { RumorColumns } from "../gossip/rumor/rumorColumns.js";
import { createRandom, deriveSeed } from "../random.js";
import type { Experiment } from "./experiment.js";
import { checkSizes, VARIANTS } from "./rumorRounds.js";

const parameters = {
  n: { type: "list", default: "10,100,1000,10000,100000,1000000", values: [], unit: "sites", summary: "numbers of sites that are tried" },
  variant: { type: "choice", default: "push-pull", values: ["all", ...VARIANTS], summary: "who hands the update over in a contact; all: each in turn" },
  loss: { type: "number", default: 0, range: [0, 0.99], summary: "probability that an update is lost on its way" },
  most: { type: "integer", default: 200, range: [1, 100_000], unit: "cycles", summary: "how long a run may last" },
} as const;

/** By size and variant, how many sites know the update after each cycle, from cycle 0 on. */
type Sample = readonly (readonly number[])[];

/** Claim 3.5: how a rumour that nobody gives up spreads, cycle by cycle. */
export const infectionCurve: Experiment<typeof parameters, Sample> = {
  name: "infection-curve",
  question: "How does a rumour spread, from ten sites to a million?",
  parameters,
  trials: 5,
  row: {
    variant: "who hands the update over in a contact",
    n: "number of sites",
    cycle: "cycles so far",
    share: "share of the sites that know the update, mean",
    susceptible: "share of the sites that do not, mean",
  },
  check: ({ n }) => checkSizes(n),
  trial(values, seed) {
    return cases(values).map(({ n, variant }, i) => {
      const columns = new RumorColumns(n, { variant, stop: "never" }, createRandom(deriveSeed(seed, i)), { loss: values.loss });
      const known = [columns.known];
      while (!columns.over && columns.cycle < values.most) {
        columns.step();
        known.push(columns.known);
      }
      return known;
    });
  },
  summarize: (samples, values) =>
    cases(values).flatMap(({ n, variant }, i) => {
      const runs = samples.map((sample) => sample[i]!);
      const cycles = Math.max(...runs.map((run) => run.length));
      return Array.from({ length: cycles }, (_, cycle) => {
        // A run that has ended stays where it ended.
        const known = runs.reduce((sum, run) => sum + run[Math.min(cycle, run.length - 1)]!, 0) / runs.length;
        return { variant, n, cycle, share: known / n, susceptible: (n - known) / n };
      });
    }),
};

const cases = ({ n, variant }: { readonly n: string | readonly number[]; readonly variant: string }) =>
  VARIANTS.filter((one) => variant === "all" || one === variant).flatMap((one) => (n as readonly number[]).map((size) => ({ variant: one, n: size })));
