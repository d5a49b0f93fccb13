import { surveyedGossip } from "../gossip/rumor/surveyedGossip.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";
import { mean } from "./percentile.js";

const UPDATES = ["on receipt", "at a majority"] as const;

const parameters = {
  nodes: { type: "list", default: "5,10,20,50,100", values: [], summary: "sizes of the cluster that are tried" },
  update: { type: "choice", default: "both", values: ["both", ...UPDATES], summary: "when a node's own state changes: when it hears of a newer one, or once it has heard from most of its neighbours; both: one after the other" },
  most: { type: "number", default: 0.5, range: [0, 0.99], summary: "more than this share of the neighbours is most of them" },
  period: { type: "number", default: 100, range: [1, 100_000], unit: "ms", summary: "time between a node's rounds" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  loss: { type: "number", default: 0, range: [0, 0.9], summary: "probability that a message is lost" },
  rounds: { type: "integer", default: 2000, range: [1, 100_000], summary: "how many rounds a run may last" },
} as const;

interface Outcome {
  /** Rounds until all hold the newest state, and until all have heard from most; null: not within the run. */
  readonly informed: number | null;
  readonly majority: number | null;
  /** Share of the nodes that do not hold the newest state when all have heard from most. */
  readonly stale: number;
  /** Messages a node until then. */
  readonly messages: number;
}

/** Claim 3.4: the survey takes a cluster to be in step once all nodes have heard from most of their neighbours and then update. */
export const majorityUpdate: Experiment<typeof parameters, readonly Outcome[]> = {
  name: "majority-update",
  question: "Once all have heard from most of their neighbours, is everybody in step?",
  parameters,
  trials: 30,
  row: {
    update: "when a node's own state changes: `on receipt` of a newer one, or `at a majority`: once it has heard from most",
    nodes: "nodes in the cluster",
    informed: "rounds until all hold the newest state, mean; null if not in every run",
    majority: "rounds until all have heard from most of their neighbours, mean; null if not in every run",
    stale: "share of the nodes without the newest state at that instant, mean",
    staleRuns: "share of runs in which some node is without it at that instant",
    messages: "messages a node until that instant, mean",
  },
  check({ nodes }) {
    if (typeof nodes === "string" || nodes.length === 0) throw new Error("nodes needs one number or more");
    const bad = nodes.find((size) => !Number.isInteger(size) || size < 2 || size > 1000);
    if (bad !== undefined) throw new Error(`nodes are whole numbers from 2 to 1000: got ${bad}`);
  },
  trial: ({ most, period, delay, loss, rounds, ...values }, seed) =>
    cases(values).map(({ update, nodes }) => {
      let messages = 0;
      const cluster = simulate(surveyedGossip({ period, update, most }), { size: nodes, seed, latency: delay, loss, digest: false, observer: { sent: () => void messages++ } });
      cluster.input(0, { version: 1 });
      const end = rounds * period;
      const stale = () => cluster.nodes.filter(({ state }) => state.version < 1).length;
      let informed: number | null = null;
      const majority = cluster.runUntil(() => {
        if (informed === null && stale() === 0) informed = cluster.now;
        return cluster.nodes.every(({ state }) => state.updates > 0);
      }, end);
      const outcome = { majority: majority ? cluster.now / period : null, stale: stale() / nodes, messages: messages / nodes };
      if (informed === null && cluster.runUntil(() => stale() === 0, end)) informed = cluster.now;
      return { ...outcome, informed: informed === null ? null : informed / period };
    }),
  summarize: (samples, values) =>
    cases(values).map(({ update, nodes }, i) => {
      const outcomes = samples.map((sample) => sample[i]!);
      return {
        update,
        nodes,
        informed: mean(outcomes.map(({ informed }) => informed)),
        majority: mean(outcomes.map(({ majority }) => majority)),
        stale: mean(outcomes.map(({ stale }) => stale)),
        staleRuns: outcomes.filter(({ stale }) => stale > 0).length / outcomes.length,
        messages: mean(outcomes.map(({ messages }) => messages)),
      };
    }),
};

const cases = ({ nodes, update }: { readonly nodes: string | readonly number[]; readonly update: string }) =>
  UPDATES.filter((one) => update === "both" || one === update).flatMap((one) => (nodes as readonly number[]).map((size) => ({ update: one, nodes: size })));
