import { rumorMongeringWithoutCertificates } from "../gossip/rumor/rumor.mutants.js";
import { rumorMongering } from "../gossip/rumor/rumorMongering.js";
import type { RumorMongering, RumorOptions } from "../gossip/rumor/types.js";
import { deriveRandom } from "../random.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  sites: { type: "integer", default: 5, range: [3, 100], summary: "sites, each with a copy of the item" },
  cut: { type: "list", default: "500,2000,8000", values: [], unit: "ms", summary: "for how long one site is cut off, from just before the deletion on: the values that are tried" },
  active: { type: "number", default: 1000, range: [0, 1_000_000], unit: "ms", summary: "for how long every site keeps a death certificate" },
  dormant: { type: "number", default: 1_000_000, range: [0, 1_000_000_000], unit: "ms", summary: "for how much longer the retention sites keep it, dormant" },
  retention: { type: "integer", default: 2, range: [1, 100], summary: "how many retention sites a death certificate has" },
  period: { type: "number", default: 100, range: [1, 100_000], unit: "ms", summary: "time between a site's cycles; sites compare all they have every second cycle" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  loss: { type: "number", default: 0, range: [0, 0.9], summary: "probability that a message is lost" },
} as const;

const POLICIES = ["removed outright", "certificate, then forgotten", "certificate, then dormant"] as const;

interface Outcome {
  /** Sites that hold the deleted item at the end, and death certificates at all sites, asleep or not. */
  readonly back: number;
  readonly certificates: number;
}

/** What is deleted comes back where a site slept through the deletion, unless somebody still remembers it (Demers et al. 1987, §2). */
export const rumorDeletion: Experiment<typeof parameters, readonly Outcome[]> = {
  name: "rumor-deletion",
  question: "Does what was deleted come back, when a site slept through the deletion?",
  parameters,
  trials: 30,
  row: {
    policy: "what a deletion leaves: nothing; a death certificate at all sites for a time; or after that a dormant one at the retention sites",
    cut: "for how long one site was cut off, ms",
    back: "share of runs at whose end some site holds the deleted item",
    sitesBack: "share of the sites that hold it then, mean",
    certificates: "death certificates a site then, mean",
  },
  check({ cut, retention, sites }) {
    if (typeof cut === "string" || cut.length === 0) throw new Error("cut needs one number or more");
    const bad = cut.find((ms) => !(ms >= 0 && ms <= 1_000_000));
    if (bad !== undefined) throw new Error(`cut are times from 0 to 1000000 ms: got ${bad}`);
    if (retention > sites) throw new Error(`retention must not exceed sites: got ${retention} of ${sites}`);
  },
  trial: ({ sites, active, dormant, retention, period, delay, loss, ...values }, seed) =>
    cases(values).map(({ policy, cut }) => {
      const random = deriveRandom(seed, sites);
      const certificates = { active, dormant: policy === "certificate, then dormant" ? dormant : 0 };
      const options: RumorOptions = { k: 3, period, retention, certificates, antiEntropy: { period: 2 * period } };
      const engine = policy === "removed outright" ? rumorMongeringWithoutCertificates(options) : rumorMongering(options);
      const cluster = simulate<RumorMongering>(engine, { size: sites, seed, latency: delay, loss, digest: false });
      cluster.input(0, { type: "write", key: "item", value: "old" });
      // Until all have it, and nobody speaks of it any more.
      cluster.run(40 * period);
      const asleep = Math.floor(sites * random());
      cluster.command({ type: "isolate", node: asleep });
      cluster.input((asleep + 1 + Math.floor((sites - 1) * random())) % sites, { type: "write", key: "item", value: null });
      cluster.run(cluster.now + cut);
      cluster.heal();
      cluster.run(cluster.now + 80 * period);
      return {
        back: cluster.nodes.filter(({ state }) => state.items.item !== undefined && state.items.item.value !== null).length / sites,
        certificates: cluster.nodes.filter(({ state }) => state.dormant.item ?? state.items.item?.value === null).length / sites,
      };
    }),
  summarize: (samples, values) =>
    cases(values).map(({ policy, cut }, i) => {
      const over = (of: (outcome: Outcome) => number) => samples.reduce((sum, sample) => sum + of(sample[i]!), 0) / samples.length;
      return { policy, cut, back: over(({ back }) => (back > 0 ? 1 : 0)), sitesBack: over(({ back }) => back), certificates: over((outcome) => outcome.certificates) };
    }),
};

const cases = ({ cut }: { readonly cut: string | readonly number[] }) => POLICIES.flatMap((policy) => (cut as readonly number[]).map((ms) => ({ policy, cut: ms })));
