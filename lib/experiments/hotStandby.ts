import { deriveRandom, type Distribution } from "../random.js";
import type { PrimaryBackupOptions } from "../replication/primaryBackup/types.js";
import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";
import { newestPrimary, underWrites } from "./primaryBackupUnderWrites.js";

const parameters = {
  timeouts: { type: "list", default: "50,100,200,500,1000,2000", values: [], unit: "ms", summary: "how long the primary is missed before it is replaced" },
  fault: { type: "choice", default: "cut", values: ["cut", "pause"], summary: "what passes by itself: the primary's link to the other nodes is cut, while clients still reach it; or it stands still" },
  outage: { type: "distribution", default: "uniform:0,3000", unit: "ms", summary: "how long that lasts" },
  latency: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  interval: { type: "number", default: 20, range: [1, 1000], unit: "ms", summary: "time between two writes of a client; each node has a client of its own" },
} as const;

/** What the kinds of cluster are. */
const CLUSTERS: readonly { readonly cluster: string; readonly nodes: number; readonly options: PrimaryBackupOptions }[] = [
  { cluster: "hot standby", nodes: 2, options: { acknowledge: "asynchronous", fencing: "none" } },
  { cluster: "three nodes, vote", nodes: 3, options: { acknowledge: "asynchronous", fencing: "majority" } },
  { cluster: "three nodes, vote, majority", nodes: 3, options: { acknowledge: "majority", fencing: "majority" } },
];

/** What came of one crash and of one passing fault. */
interface Outcome {
  /** From the crash to the next answer, ms; null if none came. */
  readonly downtime: number | null;
  /** For how long, when another had begun to answer, the old primary went on with what the other one never had, ms. */
  readonly split: number;
  /** Answered writes that are in nobody's log when all is mended. */
  readonly lost: number;
}

/** By cluster, and in each by timeout. */
type Sample = readonly (readonly Outcome[])[];

/**
 * Claim 1.9: a primary with one hot standby that takes over by itself, beside three nodes whose views need a majority, with writes answered at once or when a majority has them.
 * How long does nobody answer when the primary crashes, and how often do two answer when it was only out of touch?
 */
export const hotStandby: Experiment<typeof parameters, Sample> = {
  name: "hot-standby",
  question: "Does a hot standby keep the service running, and at what price?",
  parameters,
  trials: 30,
  row: {
    cluster: "`hot standby`: two nodes, writes are answered at once, the second takes over by itself; `three nodes, vote`: a new primary needs two votes, and an old one without a second node stops; `… majority`: and a write is answered when two nodes have it",
    nodes: "how many nodes there are",
    timeout: "how long the primary is missed before it is replaced, ms",
    downtime: "median time from a crash of the primary to the next answer, ms (null: none came)",
    downtimeMost: "longest such time, ms (null: none came in some run)",
    splitBrain: "share of passing faults in which, when another had begun to answer, the old primary still answered writes that the other never had",
    splitMs: "mean time for which it went on like that, ms",
    lost: "mean number of answered writes that nobody has when all is mended",
  },
  check({ timeouts }) {
    if (typeof timeouts === "string" || timeouts.length === 0) throw new Error("timeouts needs a number or more, in ms");
    const bad = timeouts.find((timeout) => !(timeout >= 10 && timeout <= 100_000));
    if (bad !== undefined) throw new Error(`timeouts are from 10 to 100000 ms: got ${bad}`);
  },
  trial({ timeouts, fault, outage, latency, interval }, seed) {
    return CLUSTERS.map(({ nodes, options }) =>
      (timeouts as readonly number[]).map((timeout) => {
        const setting = { nodes, options: { ...options, timeout }, timeout, latency, interval };
        return { downtime: crash(setting, seed), ...passingFault({ ...setting, fault, outage }, seed) };
      }),
    );
  },
  summarize: (samples, { timeouts }) =>
    CLUSTERS.flatMap(({ cluster, nodes }, c) =>
      (timeouts as readonly number[]).map((timeout, t) => {
        const outcomes = samples.map((sample) => sample[c]![t]!);
        const downtimes = outcomes.map(({ downtime }) => downtime);
        const mean = (count: (outcome: Outcome) => number) => outcomes.reduce((sum, outcome) => sum + count(outcome), 0) / outcomes.length;
        return {
          cluster,
          nodes,
          timeout,
          downtime: percentile(downtimes, 0.5),
          downtimeMost: percentile(downtimes, 1),
          splitBrain: mean(({ split }) => Number(split > 0)),
          splitMs: mean(({ split }) => split),
          lost: mean(({ lost }) => lost),
        };
      }),
    ),
};

interface Setting {
  readonly nodes: number;
  readonly options: PrimaryBackupOptions;
  readonly timeout: number;
  readonly latency: Distribution;
  readonly interval: number;
}

/** The first primary serves for so long before anything happens, ms; writes begin after a tenth of it. */
const SERVES = 500;

/** When the fault comes: at a random phase of the heartbeat. */
const beginningOf = ({ timeout }: Setting, random: () => number) => SERVES + timeout * random();

function crash(setting: Setting, seed: number): number | null {
  const at = beginningOf(setting, deriveRandom(seed, setting.nodes + 1));
  const until = at + 4 * setting.timeout + 500;
  const { cluster } = underWrites(setting.options, { ...setting, from: SERVES / 10, until }, seed);
  cluster.crash(0, at);
  const answers = () => cluster.outputs.findLast(({ output }) => output.type === "answer");
  return cluster.runUntil(() => cluster.now > at && (answers()?.time ?? 0) > at, until) ? answers()!.time - at : null;
}

function passingFault(setting: Setting & { readonly fault: string; readonly outage: Distribution }, seed: number): Pick<Outcome, "split" | "lost"> {
  const random = deriveRandom(seed, setting.nodes + 1);
  const at = beginningOf(setting, random);
  const over = at + setting.outage.sample(random);
  const { cluster } = underWrites(setting.options, { ...setting, from: SERVES / 10, until: over + 200 }, seed);
  cluster.command(setting.fault === "cut" ? { type: "isolate", node: 0 } : { type: "pause", node: 0 }, at);
  cluster.command(setting.fault === "cut" ? { type: "heal" } : { type: "resume", node: 0 }, over);
  cluster.run(over + 500 + 2 * setting.timeout);
  const answers = cluster.outputs.filter(({ output }) => output.type === "answer");
  const taken = answers.find(({ node }) => node !== 0)?.time ?? Infinity;
  const log = new Set(newestPrimary(cluster)?.state.log.map(({ client }) => client));
  const lost = answers.filter(({ output }) => !log.has(output.client));
  // An answer that comes late is no harm if the successor has what it is about.
  const last = lost.findLast(({ node, time }) => node === 0 && time > taken)?.time ?? taken;
  return { split: last > taken ? last - taken : 0, lost: lost.length };
}
