import { printedGossip as printedProtocol, type PrintedGossipOptions } from "../gossip/rumor/printedGossip.js";
import { deriveRandom } from "../random.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";

const parameters = {
  nodes: { type: "list", default: "3,10,100", values: [], summary: "sizes of the cluster that are tried" },
  period: { type: "number", default: 10_000, range: [1, 10_000_000], unit: "ms", summary: "time between a node's ticks" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  loss: { type: "number", default: 0, range: [0, 0.9], summary: "probability that a message is lost" },
  periods: { type: "integer", default: 100, range: [1, 100_000], summary: "how many periods to wait for all to be in step" },
} as const;

/** The program as it is printed, then with what is missing added piece by piece. */
const DESIGNS: readonly (PrintedGossipOptions & { readonly design: string })[] = [
  { design: "as printed", to: "one address", receives: false },
  { design: "one address, received", to: "one address", receives: true },
  { design: "the next one, received", to: "next", receives: true },
  { design: "a random one, received", to: "random", receives: true },
  { design: "a random one, received and answered", to: "random", receives: true, answers: true },
];

interface Outcome {
  /** How long after the change all nodes had it, ms; null: not within the run. */
  readonly took: number | null;
  /** Share of the nodes that had it at the end. */
  readonly reached: number;
}

/** Claim F.3: the survey's Appendix F prints a program that gossips every ten seconds. One node's state changes; when do all have it? */
export const printedGossip: Experiment<typeof parameters, readonly Outcome[]> = {
  name: "printed-gossip",
  question: "Does the printed gossip, once every ten seconds, keep the caches in step?",
  parameters,
  trials: 20,
  row: {
    design: "to whom a node sends, whether what is sent is received, and whether one that has something newer answers",
    nodes: "nodes in the cluster",
    converged: "share of runs in which all nodes came to have the change",
    reached: "share of the nodes that had it at the end, mean",
    time: "time from the change until all had it, ms, median; null if most runs did not come so far",
    periods: "the same in periods",
    p95: "95th percentile of that time, ms",
  },
  check({ nodes }) {
    if (typeof nodes === "string" || nodes.length === 0) throw new Error("nodes needs one number or more");
    const bad = nodes.find((size) => !Number.isInteger(size) || size < 2 || size > 10_000);
    if (bad !== undefined) throw new Error(`nodes are whole numbers from 2 to 10000: got ${bad}`);
  },
  trial: ({ period, delay, loss, periods, ...values }, seed) =>
    cases(values).map(({ nodes, design: _, ...options }) => {
      const random = deriveRandom(seed, nodes);
      const cluster = simulate(printedProtocol({ ...options, period, startWithin: period }), { size: nodes, seed, latency: delay, loss, digest: false });
      // Somewhere, at some moment of a period in which all are at work.
      const at = period * (2 + random());
      cluster.input(Math.floor(nodes * random()), { version: 1 }, at);
      cluster.run(at);
      const behind = () => cluster.nodes.filter(({ state }) => state.version < 1).length;
      const converged = cluster.runUntil(() => behind() === 0, at + periods * period);
      return { took: converged ? cluster.now - at : null, reached: 1 - behind() / nodes };
    }),
  summarize: (samples, values) =>
    cases(values).map(({ design, nodes }, i) => {
      const outcomes = samples.map((sample) => sample[i]!);
      const took = outcomes.map((outcome) => outcome.took);
      const time = percentile(took, 0.5);
      return {
        design,
        nodes,
        converged: took.filter((ms) => ms !== null).length / took.length,
        reached: outcomes.reduce((sum, { reached }) => sum + reached, 0) / outcomes.length,
        time,
        periods: time === null ? null : time / values.period,
        p95: percentile(took, 0.95),
      };
    }),
};

const cases = ({ nodes }: { readonly nodes: string | readonly number[] }) => DESIGNS.flatMap((design) => (nodes as readonly number[]).map((size) => ({ ...design, nodes: size })));
