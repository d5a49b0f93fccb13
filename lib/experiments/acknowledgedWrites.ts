import { deriveRandom, type Distribution } from "../random.js";
import type { Degree } from "../replication/primaryBackup/types.js";
import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";
import { commonLength, newestPrimary, underWrites } from "./primaryBackupUnderWrites.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [3, 15], summary: "servers: a primary and its backups" },
  interval: { type: "number", default: 5, range: [0.1, 1000], unit: "ms", summary: "time between two writes of a client" },
  latency: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  gather: { type: "number", default: 20, range: [0, 10_000], unit: "ms", summary: "how long asynchronous replication gathers writes before it sends them" },
  timeout: { type: "number", default: 200, range: [10, 100_000], unit: "ms", summary: "how long a backup misses the primary before it begins the next view" },
  cutFor: { type: "number", default: 150, range: [0, 100_000], unit: "ms", summary: "longest time that backups are cut off before the primary dies, where they are; it is drawn from 0 up to this" },
  horizon: { type: "number", default: 700, range: [1, 1_000_000], unit: "ms", summary: "how long to watch after the primary's death; it does not come back" },
} as const;

const DEGREES = ["asynchronous", "semi-synchronous", "majority", "synchronous"] as const satisfies readonly Degree[];

/** What came of one death of the primary. */
interface Death {
  readonly answered: number;
  /** Null if nobody became primary. */
  readonly lost: number | null;
  /** By backup. */
  readonly lagVersions: readonly number[];
  readonly lagMs: readonly number[];
  /** Ms to the next answer; null if none came. */
  readonly downtime: number | null;
}

/** For each degree, and for each with all backups near and with all but one cut off. */
type Sample = readonly Death[];

/**
 * Claim 1.1: kill the primary under each degree of synchrony, with all backups near, or with all but one cut off from it
 * just before; which of the writes that it had acknowledged does its successor have, and how far behind were its backups?
 * Views are fenced by a majority throughout, so that only the degree differs.
 */
export const acknowledgedWrites: Experiment<typeof parameters, Sample> = {
  name: "acknowledged-writes",
  question: "Does a leader keep every follower in its own state, and what is lost of it when it dies?",
  parameters,
  trials: 40,
  row: {
    acknowledge: "how many backups must have a write before it is answered: none, one, a majority's, all",
    cut: "backups cut off from the primary shortly before it dies",
    runs: "deaths of a primary",
    answered: "mean number of writes answered before it",
    lost: "mean number of those that its successor does not have",
    lossy: "share of runs in which any is lost",
    equal: "share of runs in which every backup had all of the primary's log at that instant",
    lagVersions: "median lag of a backup at that instant, in versions",
    lagVersionsMost: "largest such lag",
    lagMs: "median time for which a backup had missed its first missing version, ms (0: it missed none)",
    lagMsMost: "longest such time, ms",
    resumed: "share of runs in which a write was answered again within the horizon",
    downtime: "median time from the death to the next answer, ms (null: none came)",
  },
  trial(values, seed) {
    return CASES.map(({ acknowledge, allButOne }) => death({ ...values, acknowledge, cut: allButOne ? values.nodes - 2 : 0 }, seed));
  },
  summarize: (samples, { nodes }) =>
    CASES.map(({ acknowledge, allButOne }, i) => {
      const deaths = samples.map((sample) => sample[i]!);
      const share = (holds: (death: Death) => boolean) => deaths.filter(holds).length / deaths.length;
      const mean = (count: (death: Death) => number) => deaths.reduce((sum, death) => sum + count(death), 0) / deaths.length;
      const versions = deaths.flatMap(({ lagVersions }) => lagVersions);
      const ms = deaths.flatMap(({ lagMs }) => lagMs);
      return {
        acknowledge,
        cut: allButOne ? nodes - 2 : 0,
        runs: deaths.length,
        answered: mean(({ answered }) => answered),
        lost: deaths.some(({ lost }) => lost === null) ? null : mean(({ lost }) => lost!),
        lossy: share(({ lost }) => lost !== null && lost > 0),
        equal: share(({ lagVersions }) => lagVersions.every((lag) => lag === 0)),
        lagVersions: percentile(versions, 0.5),
        lagVersionsMost: percentile(versions, 1),
        lagMs: percentile(ms, 0.5),
        lagMsMost: percentile(ms, 1),
        resumed: share(({ downtime }) => downtime !== null),
        downtime: percentile(deaths.map(({ downtime }) => downtime), 0.5),
      };
    }),
};

const CASES = [false, true].flatMap((allButOne) => DEGREES.map((acknowledge) => ({ acknowledge, allButOne })));

interface Circumstances {
  readonly acknowledge: Degree;
  readonly nodes: number;
  readonly interval: number;
  readonly latency: Distribution;
  readonly gather: number;
  readonly timeout: number;
  readonly cut: number;
  readonly cutFor: number;
  readonly horizon: number;
}

/** Node 0 is primary of the first view; it serves for a while, and dies. */
function death({ acknowledge, nodes, interval, latency, gather, timeout, cut, cutFor, horizon }: Circumstances, seed: number): Death {
  const random = deriveRandom(seed, nodes + 1);
  const at = 400 + cutFor + 100 * random();
  const { cluster, writes } = underWrites({ acknowledge, timeout, ...(acknowledge === "asynchronous" && { gather }) }, { nodes, latency, interval, from: 250, until: at + horizon }, seed);
  const backups = Array.from({ length: nodes - 1 }, (_, i) => i + 1);
  for (let i = 0; i < cut; i++) {
    const [backup] = backups.splice(Math.floor(random() * backups.length), 1);
    cluster.command({ type: "cut", from: 0, to: backup! }, at - cutFor * random());
    cluster.command({ type: "cut", from: backup!, to: 0 }, at);
  }
  cluster.run(at);
  const [primary, ...others] = cluster.nodes;
  const log = [...primary!.state.log];
  const answered = cluster.outputs.flatMap(({ output }) => (output.type === "answer" ? [output.client] : []));
  const lags = others.map(({ state }) => {
    const common = commonLength(state.log, log);
    return { versions: log.length - common, ms: common < log.length ? at - writes[log[common]!.client]!.asked : 0 };
  });
  cluster.crash(0);
  cluster.heal();
  let next: (typeof cluster.outputs)[number] | undefined;
  let looked = cluster.outputs.length;
  cluster.runUntil(() => {
    while (!next && looked < cluster.outputs.length) if (cluster.outputs[looked++]!.output.type === "answer") next = cluster.outputs[looked - 1];
    return next !== undefined;
  }, at + horizon);
  const successor = newestPrimary(cluster);
  const has = new Set(successor?.state.log.map(({ client }) => client));
  return {
    answered: answered.length,
    lost: successor ? answered.filter((client) => !has.has(client)).length : null,
    lagVersions: lags.map(({ versions }) => versions),
    lagMs: lags.map(({ ms }) => ms),
    downtime: next ? next.time - at : null,
  };
}
