import { balance } from "../systems/balancer/balance.js";
import { leastConnections } from "../systems/balancer/policies/leastConnections.js";
import { powerOfChoices } from "../systems/balancer/policies/powerOfChoices.js";
import { roundRobin } from "../systems/balancer/policies/roundRobin.js";
import { sourceHash } from "../systems/balancer/policies/sourceHash.js";
import { switching, type SwitchingState } from "../systems/balancer/policies/switching.js";
import type { Policy } from "../systems/balancer/policy.js";
import { always } from "../systems/balancer/steps.js";
import { balancerModel, latencyFields, type LatencyRow, latencyRow, meanLatencies } from "./balancerModel.js";
import type { Experiment, Values } from "./experiment.js";

const { servers, balancers, service, duration, warmUp } = balancerModel;
const parameters = {
  servers,
  balancers,
  service,
  calmRate: { type: "number", default: 300, range: [0.001, 1_000_000], unit: "requests/s", summary: "requests while it is calm" },
  busyRate: { type: "number", default: 900, range: [0.001, 1_000_000], unit: "requests/s", summary: "and while it is busy" },
  period: { type: "number", default: 5, range: [0.01, 1_000_000], unit: "s", summary: "how long it stays calm, or busy, in turn" },
  above: { type: "number", default: 2, range: [0, 1_000_000], unit: "requests a server", summary: "mean load above which a balancer takes the policy for busy times" },
  below: { type: "number", default: 1, range: [0, 1_000_000], unit: "requests a server", summary: "mean load below which the patient one takes the policy for calm times again; the hasty one does below `above`" },
  dwell: { type: "number", default: 1000, range: [0, 1_000_000], unit: "ms", summary: "how long the patient one stays with a policy at least" },
  sources: { type: "integer", default: 500, range: [1, 10_000_000], summary: "addresses from which clients come" },
  duration: { ...duration, default: 60 },
  warmUp,
} as const;

interface Sample extends LatencyRow {
  readonly switches: number;
}

/** Claim 4.9: a balancer that chooses its policy by the load, beside each of the policies alone. */
export const balancerSwitching: Experiment<typeof parameters, readonly Sample[]> = {
  name: "balancer-switching",
  question: "What does a balancer gain that switches between policies by the load?",
  parameters,
  trials: 1,
  row: {
    policy: "one policy for calm and busy times, or one for each",
    kind: "`alone`, `hasty` (one threshold) or `patient` (two thresholds, and a shortest stay)",
    ...latencyFields,
    switches: "changes of policy for each change of the load",
  },
  check({ above, below }) {
    if (below > above) throw new Error(`below: expected at most above (${above}), not ${below}`);
  },
  trial(values, seed) {
    const { calmRate, busyRate, period, duration, warmUp, sources, servers, balancers, service } = values;
    const until = 1000 * (warmUp + duration);
    const times = Array.from({ length: Math.ceil(until / 1000 / period) }, (_, i) => i * 1000 * period);
    const clients = { loop: "open", rate: { times, values: times.map((_, i) => (i % 2 === 0 ? calmRate : busyRate) / 1000) }, sources } as const;
    return contenders(values).map(({ policy }) => {
      const run = balance({ speeds: Array.from({ length: servers }, () => always(1)), balancers, service, policy, clients, until, warmUp: 1000 * warmUp }, seed);
      const switches = run.states.reduce((sum, state) => sum + ((state as Partial<SwitchingState>).switches ?? 0), 0) / balancers;
      return { ...latencyRow(run), switches: switches / Math.max(1, times.length - 1) };
    });
  },
  summarize(samples, values) {
    return contenders(values).map(({ policy, kind }, i) => {
      const own = samples.map((sample) => sample[i]!);
      return { policy: policy.name, kind, ...meanLatencies(own), switches: own.reduce((sum, { switches }) => sum + switches, 0) / own.length };
    });
  },
};

function contenders({ above, below, dwell }: Values<typeof parameters>): { readonly policy: Policy; readonly kind: string }[] {
  const two = powerOfChoices({ by: "connections" });
  const pairs = [[sourceHash, leastConnections], [roundRobin, leastConnections], [roundRobin, two]] as const;
  return [
    ...[sourceHash, roundRobin, two, leastConnections].map((policy) => ({ policy, kind: "alone" })),
    ...pairs.map(([calm, busy]) => ({ policy: switching({ calm, busy, above }), kind: "hasty" })),
    ...pairs.map(([calm, busy]) => ({ policy: switching({ calm, busy, above, below, dwell }), kind: "patient" })),
  ];
}
