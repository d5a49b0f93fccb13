import { random } from "../systems/balancer/policies/random.js";
import { always } from "../systems/balancer/steps.js";
import { balancerModel, latencyFields, type LatencyRow, latencyRow, loadsOf, meanLatencies, runBalancers, toldPolicies } from "./balancerModel.js";
import type { Experiment } from "./experiment.js";

const { balancers, rate, duration, warmUp, ...model } = balancerModel;
const parameters = {
  ...model,
  balancers: { ...balancers, default: 4 },
  rate,
  intervals: { type: "list", default: "0,3,10,30,100,300", values: [], unit: "ms", summary: "times between two rounds of gossip, or after which the board is written anew; 0: loads are seen as they are" },
  duration: { ...duration, default: 15 },
  warmUp: { ...warmUp, default: 2 },
} as const;

interface Sample extends LatencyRow {
  readonly age: number | null;
}

/** Claim 4.6: what gossiped load data is worth, by its age. */
export const balancerStaleLoad: Experiment<typeof parameters, readonly Sample[]> = {
  name: "balancer-stale-load",
  question: "How long do requests take by the age of the load data that balancers go by?",
  parameters,
  trials: 1,
  row: {
    policy: "how a server is chosen: the least loaded by the data; the same with what the balancer has itself sent since added; the less loaded of two; any",
    interval: "time between two rounds of gossip, or two boards, ms",
    age: "mean age of the entry that a balancer went by, ms; null for `random`, which looks at none",
    ...latencyFields,
  },
  check({ intervals }) {
    if (typeof intervals === "string" || intervals.some((interval, i) => interval < 0 || (i > 0 && interval <= intervals[i - 1]!))) throw new Error("intervals: expected times from 0 in ascending order, as in 0,10,100");
  },
  trial({ intervals, carried, servers, duration, ...rest }, seed) {
    const all = intervals as readonly number[];
    const speeds = Array.from({ length: servers }, () => always(1));
    const chance = latencyRow(runBalancers({ ...rest, speeds, policy: random, duration: duration * all.length }, seed));
    return toldPolicies.flatMap((policy) =>
      all.map((every) => {
        // Who looks at nothing has one row's figures in all of them, from as many requests.
        if (policy === random) return { ...chance, age: null };
        const run = runBalancers({ ...rest, speeds, duration, policy, loads: loadsOf(carried, every) }, seed);
        return { ...latencyRow(run), age: run.age };
      }),
    );
  },
  summarize(samples, { intervals }) {
    const all = intervals as readonly number[];
    return toldPolicies.flatMap(({ name: policy }, p) =>
      all.map((interval, i) => {
        const own = samples.map((sample) => sample[p * all.length + i]!);
        return { policy, interval, age: policy === random.name ? null : own.reduce((sum, { age }) => sum + age!, 0) / own.length, ...meanLatencies(own) };
      }),
    );
  },
};
