import { boundedHash } from "../systems/balancer/policies/boundedHash.js";
import { joinIdleQueue } from "../systems/balancer/policies/joinIdleQueue.js";
import { leastConnections } from "../systems/balancer/policies/leastConnections.js";
import { peakEwma } from "../systems/balancer/policies/peakEwma.js";
import { powerOfChoices } from "../systems/balancer/policies/powerOfChoices.js";
import { random } from "../systems/balancer/policies/random.js";
import { roundRobin } from "../systems/balancer/policies/roundRobin.js";
import { smoothWeightedRoundRobin } from "../systems/balancer/policies/smoothWeightedRoundRobin.js";
import { sourceHash } from "../systems/balancer/policies/sourceHash.js";
import type { Policy } from "../systems/balancer/policy.js";
import { always } from "../systems/balancer/steps.js";
import { balancerModel, latencyFields, type LatencyRow, latencyRow, meanLatencies, runBalancers } from "./balancerModel.js";
import type { Experiment, Values } from "./experiment.js";

const { balancers, rate, service, duration, warmUp } = balancerModel;
const parameters = {
  equal: { type: "list", default: "1,1,1,1,1,1,1,1,1,1", values: [], summary: "speeds of the servers in the first half of the rows" },
  unequal: { type: "list", default: "2,2,1,1,1,1,0.5,0.5,0.5,0.5", values: [], summary: "and in the second half" },
  balancers,
  rate,
  service,
  sources: { type: "integer", default: 500, range: [1, 10_000_000], summary: "addresses from which clients come, each as often as another" },
  bound: { type: "number", default: 1.25, range: [1, 1000], summary: "hash with bounded loads: a server takes at most this many times its share of the requests under way" },
  decay: { type: "number", default: 10_000, range: [0.001, 1_000_000_000], unit: "ms", summary: "peak EWMA: after how long a latency counts 1/e" },
  duration: { ...duration, default: 40 },
  warmUp,
} as const;

type Model = Values<typeof parameters>;

const contenders = ({ bound, decay }: Model): readonly (readonly [policy: Policy, looksAt: string])[] => [
  [random, "nothing"],
  [roundRobin, "nothing"],
  [smoothWeightedRoundRobin, "configured weights"],
  [sourceHash, "the client"],
  [boundedHash({ c: bound }), "the client, then the load"],
  [leastConnections, "the load"],
  [powerOfChoices({ by: "connections" }), "the load"],
  [joinIdleQueue, "who is idle"],
  [peakEwma({ decay }), "the load and latencies"],
];
const KINDS = ["equal", "unequal"] as const;

interface Sample extends LatencyRow {
  /** Requests to the busiest server beside its share by speed. */
  readonly busiest: number;
}

/** Claim 4.5: round robin, least connections and source hash, which the survey names together, and what else the field has, over equal servers and over unequal ones. */
export const balancerPolicies: Experiment<typeof parameters, readonly Sample[]> = {
  name: "balancer-policies",
  question: "How long do requests take by the balancer's policy, over equal and over unequal servers?",
  parameters,
  trials: 1,
  row: {
    servers: "`equal` or `unequal`: the speeds",
    policy: "how a server is chosen; `smooth weighted round robin` knows the speeds, the others are not told",
    looksAt: "what it goes by",
    ...latencyFields,
    busiest: "requests that the busiest server got, by the share of all that its speed would make fair",
  },
  check({ equal, unequal }) {
    for (const [name, speeds] of Object.entries({ equal, unequal })) if (typeof speeds === "string" || speeds.some((speed) => !(speed > 0 && speed <= 1000))) throw new Error(`${name}: expected speeds above 0, as in 2,1,1`);
  },
  trial(model, seed) {
    return KINDS.flatMap((kind) => contenders(model).map(([policy]) => one(model[kind] as readonly number[], policy, model, seed)));
  },
  summarize(samples, model) {
    const policies = contenders(model);
    return KINDS.flatMap((servers, k) =>
      policies.map(([{ name: policy }, looksAt], p) => {
        const own = samples.map((sample) => sample[k * policies.length + p]!);
        return { servers, policy, looksAt, ...meanLatencies(own), busiest: own.reduce((sum, { busiest }) => sum + busiest, 0) / own.length };
      }),
    );
  },
};

function one(speeds: readonly number[], policy: Policy, { balancers, rate, service, sources, duration, warmUp }: Model, seed: number): Sample {
  const weights = policy === smoothWeightedRoundRobin ? speeds : speeds.map(() => 1);
  const run = runBalancers({ speeds: speeds.map(always), weights, policy, balancers, rate, service, sources, duration, warmUp }, seed);
  const requests = run.sent.reduce((sum, sent) => sum + sent, 0);
  const capacity = speeds.reduce((sum, speed) => sum + speed, 0);
  return { ...latencyRow(run), busiest: Math.max(...speeds.map((speed, server) => run.sent[server]! / requests / (speed / capacity))) };
}
