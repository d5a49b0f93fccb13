import type { Protocol } from "../protocol.js";
import { deriveRandom, type Distribution } from "../random.js";
import { onePhase } from "../replication/paxos/onePhase.js";
import { singleDecree } from "../replication/paxos/singleDecree.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";

const parameters = {
  nodes: { type: "integer", default: 3, range: [2, 99], summary: "nodes in the cluster; node 0 leads first, node 1 takes over" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  loss: { type: "number", default: 0, range: [0, 0.9], summary: "probability that a message is lost" },
  fault: { type: "choice", default: "crash", values: ["crash", "pause"], summary: "what befalls the first leader: it crashes, or it stands still for a while" },
  within: { type: "number", default: 20, range: [0, 100_000], unit: "ms", summary: "it befalls the leader at a moment drawn uniformly from this long after its proposal" },
  takeover: { type: "number", default: 30, range: [0, 100_000], unit: "ms", summary: "how long after that the second leader proposes a value of its own" },
  back: { type: "number", default: 300, range: [0, 100_000], unit: "ms", summary: "how long after that the first leader is back, with what its disk kept" },
  horizon: { type: "number", default: 10_000, range: [1, 1_000_000], unit: "ms", summary: "how long to watch" },
} as const;

const CASES = [
  { protocol: "one phase", leaders: "one for ever" },
  { protocol: "one phase", leaders: "a second one after a failover" },
  { protocol: "with a prepare phase", leaders: "a second one after a failover" },
] as const;

interface Outcome {
  /** How many different values some node took for the decision. */
  readonly values: number;
  /** When the first node knew of a decision, and when the last one did, ms; null: never. */
  readonly first: number | null;
  readonly last: number | null;
}

/** Claim 2.6: Paxos without its first phase, as the survey tells it, through a failover of the leader. */
export const paxosFailover: Experiment<typeof parameters, readonly Outcome[]> = {
  name: "paxos-failover",
  question: "Is it enough to propose, accept and decide, by a leader?",
  parameters,
  trials: 500,
  row: {
    protocol: "`one phase`: propose, accept, decide (the survey); or single-decree Paxos `with a prepare phase` before it",
    leaders: "who proposes",
    twoValues: "share of trials in which two values were chosen",
    allKnow: "share of trials in which every node knew of a decision within the horizon",
    p50: "median time from the first proposal to the first decision, ms (null: none)",
  },
  trial({ nodes, delay, loss, fault, within, takeover, back, horizon }, seed) {
    const at = within * deriveRandom(seed, nodes + 1)();
    const scene = { nodes, delay, loss, fault, at, proposesAt: at + takeover, backAt: at + back, horizon };
    return [
      failover(onePhase(), { ...scene, proposesAt: null }, seed),
      failover(onePhase({ leaders: [0, 1] }), scene, seed),
      failover(singleDecree(), scene, seed),
    ];
  },
  summarize: (samples) =>
    CASES.map((labels, i) => {
      const outcomes = samples.map((sample) => sample[i]!);
      const share = (holds: (outcome: Outcome) => boolean) => outcomes.filter(holds).length / outcomes.length;
      return {
        ...labels,
        twoValues: share(({ values }) => values > 1),
        allKnow: share(({ last }) => last !== null),
        p50: percentile(outcomes.map(({ first }) => first), 0.5),
      };
    }),
};

interface Scene {
  readonly nodes: number;
  readonly delay: Distribution;
  readonly loss: number;
  readonly fault: string;
  /** When the first leader fails, when the second one proposes (null: never), and when the first one is back, ms. */
  readonly at: number;
  readonly proposesAt: number | null;
  readonly backAt: number;
  readonly horizon: number;
}

interface Deciding {
  State: object;
  Message: unknown;
  Input: { readonly type: "propose"; readonly value: string };
  Output: { readonly type: string; readonly value: string };
}

function failover<T extends Deciding>(protocol: Protocol<T>, { nodes, delay, loss, fault, at, proposesAt, backAt, horizon }: Scene, seed: number): Outcome {
  const cluster = simulate(protocol, { size: nodes, seed, latency: delay, loss, digest: false });
  const propose = (value: string) => ({ type: "propose", value }) as never;
  cluster.command({ type: "input", node: 0, input: propose("x") }, 0);
  cluster.command({ type: fault === "crash" ? "crash" : "pause", node: 0 }, at);
  if (proposesAt !== null) cluster.command({ type: "input", node: 1, input: propose("y") }, proposesAt);
  cluster.command(fault === "crash" ? { type: "restart", node: 0 } : { type: "resume", node: 0 }, backAt);
  cluster.run(horizon);
  const decisions = cluster.outputs.filter(({ output }) => output.type !== "refused");
  const firstOf = Array.from({ length: nodes }, (_, node) => decisions.find((decision) => decision.node === node)?.time ?? null);
  return {
    values: new Set(decisions.map(({ output }) => output.value)).size,
    first: decisions[0]?.time ?? null,
    last: firstOf.reduce<number | null>((last, time) => (last === null || time === null ? null : Math.max(last, time)), 0),
  };
}
