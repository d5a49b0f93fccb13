import { balance } from "../systems/balancer/balance.js";
import { always } from "../systems/balancer/steps.js";
import { balancerModel, loadsOf, toldPolicies } from "./balancerModel.js";
import type { Experiment } from "./experiment.js";

const { duration: _duration, warmUp: _warmUp, balancers, ...model } = balancerModel;
const parameters = {
  ...model,
  balancers: { ...balancers, default: 4 },
  interval: { type: "number", default: 100, range: [0, 1_000_000], unit: "ms", summary: "time between two rounds of gossip, or after which the board is written anew; 0: loads are seen as they are" },
  from: { type: "number", default: 2000, range: [0, 1_000_000_000], unit: "ms", summary: "when watching begins" },
  length: { type: "number", default: 1000, range: [1, 1_000_000], unit: "ms", summary: "for how long" },
  every: { type: "number", default: 5, range: [0.1, 100_000], unit: "ms", summary: "how often the queues are looked at" },
} as const;

interface Watched {
  readonly lengths: readonly (readonly Int32Array[])[];
}

/** Herding: the queues of all servers over time, under the policies of `balancer-stale-load`. */
export const balancerHerding: Experiment<typeof parameters, Watched> = {
  name: "balancer-herding",
  question: "What do the servers' queues look like while balancers go by old load data?",
  parameters,
  trials: 1,
  row: {
    policy: "how a server is chosen",
    time: "when the queues were looked at, ms",
    longest: "requests in the longest queue, the one in service included; mean of the trials",
    shortest: "and in the shortest",
    idle: "share of the servers that have nothing to do",
    lengths: "the queues of all servers in the first trial",
  },
  trial({ servers, carried, interval, from, length, every, rate, ...rest }, seed) {
    const options = { ...rest, speeds: Array.from({ length: servers }, () => always(1)), clients: { loop: "open", rate: always(rate / 1000) }, loads: loadsOf(carried, interval), until: from + length, sample: every } as const;
    return { lengths: toldPolicies.map((policy) => balance({ ...options, policy }, seed).lengths) };
  },
  summarize(samples, { servers, from, every }) {
    const first = Math.ceil(from / every) - 1;
    return toldPolicies.flatMap(({ name: policy }, p) => {
      const steps = samples[0]!.lengths[p]![0]!.length - first;
      return Array.from({ length: steps }, (_, step) => {
        const at = samples.map(({ lengths }) => lengths[p]!.map((own) => own[first + step]!));
        const mean = (of: (lengths: readonly number[]) => number) => at.reduce((sum, lengths) => sum + of(lengths), 0) / at.length;
        return { policy, time: (first + step + 1) * every, longest: mean((lengths) => Math.max(...lengths)), shortest: mean((lengths) => Math.min(...lengths)), idle: mean((lengths) => lengths.filter((length) => length === 0).length / servers), lengths: at[0]! };
      });
    });
  },
};
