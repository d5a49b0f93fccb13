import { RumorColumns } from "../gossip/rumor/rumorColumns.js";
import type { RumorRules } from "../gossip/rumor/rumorRules.js";
import { createRandom } from "../random.js";
import type { Experiment, Values } from "./experiment.js";
import { mean } from "./percentile.js";
import { rumorBySite } from "./rumorBySite.js";

const parameters = {
  n: { type: "integer", default: 1000, range: [2, 10_000_000], summary: "sites in the cluster" },
  variant: { type: "choice", default: "push", values: ["push", "pull", "push-pull"], summary: "who hands the update over in a contact: the site that calls, the one that is called, or both" },
  mode: { type: "choice", default: "feedback", values: ["feedback", "blind"], summary: "whether a site loses interest because others knew the update, or whatever they knew" },
  stop: { type: "choice", default: "counter", values: ["counter", "coin", "never"], summary: "after k unnecessary cycles, with probability 1/k after each, or never: then a run ends when all know" },
  k: { type: "integer", default: 1, range: [1, 65_535], summary: "how often a site finds that it calls in vain before it stops" },
  connectionLimit: { type: "integer", default: 0, range: [0, 65_535], summary: "how many calls a site takes in a cycle; 0: all" },
  hunts: { type: "integer", default: 0, range: [0, 40], summary: "how many other sites one that is refused tries within the cycle" },
  resets: { type: "choice", default: "yes", values: ["yes", "no"], summary: "whether a contact that was of use sets the counter back to 0" },
  useful: { type: "choice", default: "start", values: ["start", "now"], summary: "a contact is of use if the other did not know the update at the cycle's start, or not when called" },
  count: { type: "choice", default: "cycle", values: ["cycle", "contact"], summary: "what is counted: a cycle in which all who were given the update knew it, or each such contact" },
  infected: { type: "integer", default: 1, range: [1, 10_000_000], summary: "sites that know the update at the start" },
  loss: { type: "number", default: 0, range: [0, 0.99], summary: "probability that an update is lost on its way" },
  cycles: { type: "integer", default: 100_000, range: [1, 1_000_000_000], summary: "most cycles of a run" },
  engine: { type: "choice", default: "columns", values: ["columns", "sites"], summary: "one column for all sites, or the readable engine at each of them (1 infected site, no loss, no limit of cycles)" },
} as const;

/** What became of one rumour. */
export interface RumorOutcome {
  readonly residue: number;
  readonly traffic: number;
  readonly tLast: number;
  readonly rounds: number;
}

/**
 * Rumour mongering in every variant of Demers et al. 1987, §1.4, in synchronous cycles. The defaults are those under
 * which their Tables 1 and 3 come out; `resets`, `useful` and `count` are what the paper does not spell out.
 */
export const rumor: Experiment<typeof parameters, RumorOutcome> = {
  name: "rumor",
  question: "How many sites does a rumour miss, and what does it cost?",
  parameters,
  trials: 2000,
  row: {
    residue: "share of the sites that never learn the update, mean",
    traffic: "updates sent, a site, mean",
    tLast: "last cycle in which a site received the update, mean",
    rounds: "cycles until nobody spreads it any more, mean; if nobody ever stops, until all know it",
  },
  check({ n, infected, engine, loss }) {
    if (infected > n) throw new Error(`infected must not exceed n: got ${infected} of ${n} sites`);
    if (engine === "sites" && (infected > 1 || loss > 0)) throw new Error("engine sites runs one rumour from one site and loses nothing: leave infected and loss at 1 and 0, or take engine columns");
    if (engine === "sites" && n > 100_000) throw new Error(`engine sites is for up to 100000 sites: got ${n}, take engine columns`);
  },
  trial(values, seed) {
    const rules = rulesOf(values);
    if (values.engine === "sites") return rumorBySite(values.n, rules, seed);
    const { n, infected, loss, cycles } = values;
    const columns = new RumorColumns(n, rules, createRandom(seed), { infected, loss }).run(cycles);
    return { residue: (n - columns.known) / n, traffic: columns.sent / n, tLast: columns.lastReceipt, rounds: columns.cycle };
  },
  summarize(samples) {
    const over = (field: keyof RumorOutcome) => mean(samples.map((sample) => sample[field]))!;
    return [{ residue: over("residue"), traffic: over("traffic"), tLast: over("tLast"), rounds: over("rounds") }];
  },
};

type Given = Pick<Values<typeof parameters>, "variant" | "mode" | "stop" | "k" | "connectionLimit" | "hunts" | "resets" | "useful" | "count">;

/** The rules that these parameters name. */
function rulesOf({ variant, mode, stop, k, connectionLimit, hunts, resets, useful, count }: Given): RumorRules {
  const words = { variant, mode, stop, useful, count } as Pick<RumorRules, "variant" | "mode" | "stop" | "useful" | "count">;
  return { ...words, k, connectionLimit: connectionLimit === 0 ? Infinity : connectionLimit, hunts, resets: resets === "yes" };
}
