import { AntiEntropyColumns, type Exchange } from "../gossip/rumor/antiEntropyColumns.js";
import { createRandom, deriveSeed } from "../random.js";
import type { Experiment } from "./experiment.js";

const EXCHANGES = ["push", "pull", "push-pull"] as const;

const parameters = {
  n: { type: "integer", default: 10_000, range: [2, 10_000_000], summary: "sites in the cluster" },
  missed: { type: "number", default: 0.1, range: [0, 1], summary: "share of the sites that rumours or mails have left out, drawn at random; one site has the update in any case" },
  cycles: { type: "integer", default: 12, range: [1, 1000], summary: "cycles of anti-entropy" },
} as const;

/** By exchange, the stale sites after each cycle, from cycle 0 on. */
type Sample = readonly (readonly number[])[];

/**
 * Anti-entropy as a back-up (Demers et al. 1987, §1.3): pulling squares the share of the sites that are behind in every
 * cycle, pushing only divides it by e. So what little a rumour leaves over should be pulled.
 */
export const rumorBackUp: Experiment<typeof parameters, Sample> = {
  name: "rumor-back-up",
  question: "How fast does anti-entropy bring an update to those whom rumours left out?",
  parameters,
  trials: 20,
  row: {
    exchange: "who sends what it has: the site that calls, the one that is called, or both",
    cycle: "cycles so far",
    stale: "share of the sites that are behind, mean",
    theory: "what is expected of that share after the one of the cycle before: its square (pull), itself divided by e to the share that is not behind (push), both (push-pull); null for cycle 0",
  },
  trial: ({ n, missed, cycles }, seed) =>
    EXCHANGES.map((exchange, i) => {
      const random = createRandom(deriveSeed(seed, i));
      const versions = Uint32Array.from({ length: n }, (_, site) => (site === 0 || random() >= missed ? 1 : 0));
      const columns = new AntiEntropyColumns(versions, exchange as Exchange, random);
      const stale = [columns.stale];
      for (let cycle = 0; cycle < cycles; cycle++) {
        columns.step();
        stale.push(columns.stale);
      }
      return stale;
    }),
  summarize: (samples, { n, cycles }) =>
    EXCHANGES.flatMap((exchange, i) => {
      const shares = Array.from({ length: cycles + 1 }, (_, cycle) => samples.reduce((sum, sample) => sum + sample[i]![cycle]!, 0) / samples.length / n);
      return shares.map((stale, cycle) => ({ exchange, cycle, stale, theory: cycle === 0 ? null : NEXT[exchange](shares[cycle - 1]!) }));
    }),
};

const NEXT: Readonly<Record<Exchange, (share: number) => number>> = {
  push: (share) => share * Math.exp(share - 1),
  pull: (share) => share * share,
  "push-pull": (share) => share * share * Math.exp(share - 1),
};
