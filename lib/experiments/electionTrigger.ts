import { logBehindElection } from "../election/logBehind.js";
import type { Protocol } from "../protocol.js";
import type { Distribution } from "../random.js";
import { raft } from "../replication/raft/raft.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  logLengths: { type: "list", default: "4,1,2,3,4", values: [], unit: "entries", summary: "log length of each server; the first one, the leader, has crashed" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  heartbeat: { type: "number", default: 50, range: [1, 10_000], unit: "ms", summary: "time between heartbeats" },
  low: { type: "number", default: 150, range: [1, 100_000], unit: "ms", summary: "shortest election timeout (Raft); how long an applicant waits for votes (the survey's trigger)" },
  high: { type: "number", default: 300, range: [1, 100_000], unit: "ms", summary: "longest election timeout (Raft)" },
  horizon: { type: "number", default: 5000, range: [1, 1_000_000], unit: "ms", summary: "how long to wait for a leader" },
} as const;

const TRIGGERS = ["log behind", "timeout"] as const;

/** The first leader under each trigger; null if nobody won within the horizon. */
type Sample = readonly (number | null)[];

/**
 * Claim 2.3: the survey lets an election start when a node finds its log behind another's; Raft starts it when an
 * election timeout runs out (§5.2). Both vote by the same rule. Who wins, by log length?
 */
export const electionTrigger: Experiment<typeof parameters, Sample> = {
  name: "election-trigger",
  question: "Can a cluster elect if an election starts only where a log is behind?",
  parameters,
  trials: 500,
  row: {
    trigger: "what starts an election: `log behind` (the survey) or `timeout` (Raft)",
    node: "the server",
    logLength: "its log's length, entries",
    reach: "servers that are up and whose log is no longer than its own, itself included: the votes it can get",
    wins: "share of trials in which it was the first leader",
  },
  check({ logLengths, low, high }) {
    if (low > high) throw new Error(`low must not exceed high: got low ${low} ms and high ${high} ms`);
    if (typeof logLengths === "string" || logLengths.length < 2) throw new Error("log-lengths needs two numbers or more, one a server");
    const bad = logLengths.find((length) => !Number.isInteger(length) || length < 0 || length > 10_000);
    if (bad !== undefined) throw new Error(`log-lengths are whole numbers from 0 to 10000: got ${bad}`);
  },
  trial({ logLengths, delay, heartbeat, low, high, horizon }, seed) {
    const lengths = logLengths as readonly number[];
    return [
      firstLeader(logBehindElection({ heartbeat, patience: low }), lengths, delay, seed, horizon),
      firstLeader(raft({ electionTimeout: [low, high], heartbeat }), lengths, delay, seed, horizon),
    ];
  },
  summarize(samples, { logLengths }) {
    const lengths = logLengths as readonly number[];
    return TRIGGERS.flatMap((trigger, t) =>
      lengths.slice(1).map((logLength, i) => ({
        trigger,
        node: i + 1,
        logLength,
        reach: lengths.slice(1).filter((other) => other <= logLength).length,
        wins: samples.filter((sample) => sample[t] === i + 1).length / samples.length,
      })),
    );
  },
};

interface ElectionTypes {
  State: object;
  Message: unknown;
  Output: { readonly leader: number };
  Entry: unknown;
}

function firstLeader<T extends ElectionTypes>(protocol: Protocol<T>, lengths: readonly number[], latency: Distribution, seed: number, horizon: number): number | null {
  const cluster = simulate(protocol, {
    size: lengths.length,
    seed,
    latency,
    digest: false,
    disks: (node) => ({ log: Array.from({ length: lengths[node]! }, () => ({ term: 1, command: null })) as never }),
  });
  cluster.crash(0);
  return cluster.runUntil(() => cluster.outputs.length > 0, horizon) ? cluster.outputs[0]!.output.leader : null;
}
