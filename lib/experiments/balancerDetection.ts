import type { Outage } from "../systems/balancer/balance.js";
import { leastConnections } from "../systems/balancer/policies/leastConnections.js";
import { roundRobin } from "../systems/balancer/policies/roundRobin.js";
import { always } from "../systems/balancer/steps.js";
import { createRandom } from "../random.js";
import { balancerModel, runBalancers } from "./balancerModel.js";
import type { Experiment, Values } from "./experiment.js";

const { servers, balancers, rate, service } = balancerModel;
const parameters = {
  servers,
  balancers,
  rate: { ...rate, default: 500 },
  service,
  intervals: { type: "list", default: "250,500,1000,2000,4000", values: [], unit: "ms", summary: "times between two probes of a server" },
  probeTimeout: { type: "number", default: 200, range: [0.1, 1_000_000], unit: "ms", summary: "how long a probe waits for an answer; at most the shortest interval" },
  unhealthy: { type: "integer", default: 2, range: [1, 1000], summary: "probes in a row that must fail until a server counts as down" },
  healthy: { type: "integer", default: 2, range: [1, 1000], summary: "probes in a row that must be answered until it counts as up again" },
  refusal: { type: "number", default: 1, range: [0, 1_000_000], unit: "ms", summary: "how long it takes to be refused" },
  timeout: { type: "number", default: 1000, range: [0.1, 1_000_000], unit: "ms", summary: "how long a client waits for an answer" },
  retries: { type: "integer", default: 0, range: [0, 100], summary: "how often a balancer sends a failed request again" },
  consecutive: { type: "integer", default: 5, range: [1, 1000], summary: "failures in a row after which a server is ejected, where that is tried" },
  ejection: { type: "number", default: 30_000, range: [1, 1_000_000_000], unit: "ms", summary: "how long it is out" },
  sweep: { type: "number", default: 1000, range: [1, 1_000_000], unit: "ms", summary: "how often a balancer readmits servers whose time is over" },
  down: { type: "number", default: 12, range: [0.1, 1_000_000], unit: "s", summary: "for how long one server is down" },
} as const;

const CRASHES = ["silent", "refusing"] as const;
const POLICIES = [roundRobin, leastConnections];

interface Sample {
  readonly detection: number;
  readonly lost: number;
  readonly lostAfter: number;
}

interface Way {
  readonly crash: (typeof CRASHES)[number];
  readonly policy: (typeof POLICIES)[number];
  /** null: failures of requests, not probes. */
  readonly interval: number | null;
}

/** Claim 4.7: one server crashes; how many requests are lost until the balancer routes round it, by how it finds out. */
export const balancerDetection: Experiment<typeof parameters, readonly Sample[]> = {
  name: "balancer-detection",
  question: "How many requests are lost until a balancer routes round a server that has crashed?",
  parameters,
  trials: 3,
  row: {
    crash: "what requests meet at the server: `silent`, they time out; `refusing`, they fail at once",
    policy: "how a server is chosen",
    interval: "time between two probes, ms; null: the server is ejected after failed requests in a row, without probes",
    detection: "mean time from the crash until the last balancer knew, ms",
    lost: "requests lost, mean of the trials",
    lostAfter: "of them sent to a balancer that knew",
    fairShare: "what the crashed server would have got until then at an equal share, and had in its queue",
  },
  check({ intervals, probeTimeout }) {
    if (typeof intervals === "string" || intervals.some((interval) => !(interval >= probeTimeout))) throw new Error(`intervals: expected times of at least the probes' timeout (${probeTimeout} ms), as in 250,1000`);
  },
  trial: (values, seed) => ways(values).map((way) => one(way, values, seed)),
  summarize(samples, values) {
    return ways(values).map(({ crash, policy, interval }, w) => {
      const mean = (of: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + of(sample[w]!), 0) / samples.length;
      const detection = mean((sample) => sample.detection);
      return { crash, policy: policy.name, interval, detection, lost: mean(({ lost }) => lost), lostAfter: mean(({ lostAfter }) => lostAfter), fairShare: (detection * values.rate) / 1000 / values.servers };
    });
  },
};

function ways({ intervals }: Values<typeof parameters>): Way[] {
  return CRASHES.flatMap((crash) => POLICIES.flatMap((policy) => [...(intervals as readonly number[]), null].map((interval) => ({ crash, policy, interval }))));
}

function one({ crash, policy, interval }: Way, { servers, balancers, rate, service, probeTimeout, unhealthy, healthy, refusal, timeout, retries, consecutive, ejection, sweep, down, intervals }: Values<typeof parameters>, seed: number): Sample {
  // At any moment between two probes.
  const longest = Math.max(...(intervals as readonly number[]));
  const at = 1000 + createRandom(seed)() * longest;
  const outage: Outage = { server: 0, at, until: at + 1000 * down, silent: crash === "silent" };
  const probes = interval !== null;
  const run = runBalancers({
    speeds: Array.from({ length: servers }, () => always(1)), balancers, rate, service, policy, retries, timeout, refusal, outages: [outage],
    ...(probes && { health: { interval, timeout: probeTimeout, unhealthy, healthy } }),
    ...(!probes && { outliers: { consecutive, slower: 0, sweep, base: ejection, longest: 10 * ejection, share: 1 } }),
    duration: (outage.until + timeout) / 1000, warmUp: 0,
  }, seed);
  const known = Array.from({ length: balancers }, (_, id) => run.changes.find(({ balancer, server, usable, time }) => balancer === id && server === 0 && !usable && time >= at)?.time ?? outage.until);
  const last = Math.max(...known);
  return { detection: last - at, lost: run.lost.length, lostAfter: run.lost.filter((came) => came > last && came < outage.until).length };
}
