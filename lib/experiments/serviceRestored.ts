import { parseDistribution } from "../random.js";
import { failover } from "./electionDowntime.js";
import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [1, 25], summary: "servers in the cluster" },
  low: { type: "number", default: 150, range: [1, 100_000], unit: "ms", summary: "shortest election timeout" },
  high: { type: "number", default: 300, range: [1, 100_000], unit: "ms", summary: "longest election timeout" },
  horizon: { type: "number", default: 10_000, range: [1, 10_000_000], unit: "ms", summary: "how long to wait for a new leader before giving up" },
} as const;

/** Downtime in ms by number of failed servers, from 1 to all; null where no leader came. */
type Sample = readonly (number | null)[];

/** Claim 1.4: crash the leader, alone and together with 1, 2 … of its followers; does an election restore service? */
export const serviceRestored: Experiment<typeof parameters, Sample> = {
  name: "service-restored",
  question: "After a leader fails, does an election restore service, and with how many servers left?",
  parameters,
  trials: 1000,
  row: {
    failed: "servers that crashed, the leader among them",
    left: "servers still up",
    majorityUp: "whether a majority is still up",
    restored: "share of trials in which all that are up followed a new leader within the horizon",
    p50: "median downtime, ms (null: no new leader)",
    p99: "99th percentile of downtime, ms (null: no new leader)",
  },
  check({ low, high }) {
    if (low > high) throw new Error(`low must not exceed high: got low ${low} ms and high ${high} ms`);
  },
  trial({ nodes, low, high, horizon }, seed) {
    const common = { nodes, low, high, horizon, heartbeat: 0, requestDelay, replyDelay, logLengths: "equal", crashPhase: "uniform", preVote: "off" } as const;
    return Array.from({ length: nodes }, (_, i) => failover({ ...common, failed: i + 1 }, seed).downtime);
  },
  summarize: (samples, { nodes }) =>
    Array.from({ length: nodes }, (_, i) => {
      const downtimes = samples.map((sample) => sample[i]!);
      const left = nodes - i - 1;
      return {
        failed: i + 1,
        left,
        majorityUp: left > nodes / 2,
        restored: downtimes.filter((downtime) => downtime !== null).length / downtimes.length,
        p50: percentile(downtimes, 0.5),
        p99: percentile(downtimes, 0.99),
      };
    }),
};

const requestDelay = parseDistribution("uniform:0.5,6");
const replyDelay = parseDistribution("uniform:4,8");
