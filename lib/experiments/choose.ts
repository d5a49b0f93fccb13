import type { Experiment, Row, Values } from "./experiment.js";
import { faultTolerance } from "./faultTolerance.js";
import { latency } from "./latency.js";
import { compared, machines } from "./performance/parameters.js";
import { readParameters } from "./parameters.js";
import { taskClaims } from "./taskClaims.js";
import { throughput } from "./throughput.js";

const parameters = {
  reads: { type: "number", default: 0.9, range: [0, 1], summary: "share of gets" },
  valueSize: { type: "integer", default: 100, range: [1, 1_000_000], unit: "bytes", summary: "length of a value" },
  keys: { type: "integer", default: 100, range: [1, 100_000], summary: "keys that are asked for" },
  skew: { type: "number", default: 0, range: [0, 5], summary: "exponent of Zipf's law by which keys are drawn: 0 is evenly" },
  regions: { type: "integer", default: 1, range: [1, 10], summary: "regions that servers and clients are dealt out to" },
  nodes: { type: "integer", default: 5, range: [1, 25], summary: "servers in the cluster" },
  disk: machines.disk,
  faults: { type: "integer", default: 1, range: [0, 24], summary: "servers that may be away, and the service must go on" },
  staleness: { type: "number", default: 0, range: [0, 1e9], unit: "ms", summary: "how old an answer may be; 0: every history must be linearizable" },
  exclusive: { type: "choice", default: "no", values: ["no", "yes"], summary: "whether things are claimed that only one may have: locks, tasks, names" },
  demand: { type: "number", default: 0, range: [0, 1e9], unit: "requests a second", summary: "what must be reached" },
  bound: { type: "number", default: 0, range: [0, 1e9], unit: "ms", summary: "what 99 in 100 requests must not exceed while nothing fails; 0: no bound" },
  prefer: { type: "choice", default: "throughput", values: ["throughput", "latency"], summary: "by what those that fit are put in order" },
  design: compared.design,
} as const;

/** Of those asked once a failover has had its time, so many must be answered. */
const SERVED = 0.8;

/** How long servers are watched before they go down, and once they are back, ms. */
const BEFORE = 100;
const AFTER = 200;
/** By how much longer servers are away between regions, where everybody is more patient, ms. */
const WIDE = 2640;

/** Everything that a design is asked to do, and how it did. */
interface Measured {
  readonly throughput: Row;
  /** By operation and place. */
  readonly latencies: readonly Row[];
  /** While servers are down, and while they are cut off; absent where none may be away. */
  readonly crashed: Row | undefined;
  readonly cut: Row | undefined;
  readonly claims: Row | undefined;
}

/**
 * Claims 6.1 and 6.2, and the chooser: a workload is stated, every design is run on it, and what does not fit is out for a
 * measured reason.
 */
export const choose: Experiment<typeof parameters, readonly unknown[]> = {
  name: "choose",
  question: "Which designs fit a workload, and why are the others out?",
  parameters,
  trials: 1,
  row: {
    design: "which design",
    leadership: "`one leader`, `a leader a shard` or `no leader`",
    consistency: "what it promises",
    fits: "whether nothing that was measured rules it out",
    because: "why it is out; empty if it fits",
    throughput: "requests answered a second, as fast as 64 clients can ask (24 where regions are far apart)",
    p50: "median time to an answer under a light load, gets and puts and all places together by the mean of their medians, ms (null: not answered)",
    p99: "99th percentile of the slowest kind of request, ms (null: some were not answered)",
    served: "share of the requests, of gets or puts whichever is less, that are answered in time while servers are down, once the failover has had its time (null: none may be away)",
    silence: "how long no put was answered when they went down, ms (null: none may be away)",
    stalest: "by how much the stalest get was behind, when servers went down or were cut off, ms",
    linearizable: "whether the histories of these runs were (null: it could not be found out)",
    twice: "share of the exclusive things that two had (null: nothing is exclusive)",
  },
  check({ nodes, faults }) {
    if (faults >= nodes) throw new Error(`somebody must stay up: got faults ${faults} of ${nodes} nodes`);
  },
  trial: (values, seed) => partsOf(values).map(({ experiment, given }) => experiment.trial(given, seed, 0)),
  summarize(samples, values) {
    const rowsOf = Object.fromEntries(partsOf(values).map(({ name, experiment, given }, i) => [name, experiment.summarize(samples.map((sample) => sample[i]), given)]));
    const rows = rowsOf.fast!.map((row, i) => {
      const latencies = rowsOf.slow!.filter((other) => other.design === row.design && other.consistency === row.consistency);
      return verdictOn({ throughput: row, latencies, crashed: rowsOf.crashed?.[i], cut: rowsOf.cut?.[i], claims: rowsOf.claims?.[i] }, values);
    });
    const better = (a: Row, b: Row) => (values.prefer === "throughput" ? (b.throughput as number) - (a.throughput as number) : ((a.p50 as number | null) ?? Infinity) - ((b.p50 as number | null) ?? Infinity));
    return [...rows.filter(({ fits }) => fits).sort(better), ...rows.filter(({ fits }) => !fits).sort(better)];
  },
};

interface Part {
  readonly name: "fast" | "slow" | "crashed" | "cut" | "claims";
  readonly experiment: Experiment<any, any>;
  readonly given: Values<any>;
}

/** The experiments that a workload asks for, and their parameters. */
function partsOf({ reads, valueSize, keys, skew, regions, nodes, disk, faults, exclusive, design }: Values<typeof parameters>): readonly Part[] {
  // Between regions a key has a copy on each server, or the nearest one would often be far.
  const wide = regions > 1;
  const all = { design, consistency: "both", nodes: [nodes], reads: [reads], valueSize, keys, skew, disk, replicas: wide ? nodes : Math.min(nodes, 2 * faults + 1) };
  const part = (name: Part["name"], experiment: Experiment<any, any>, more: object): Part => ({ name, experiment, given: { ...readParameters(experiment.parameters, {}), ...Object.fromEntries(Object.entries({ ...all, ...more }).filter(([name]) => name in experiment.parameters)) } });
  const away = (name: Part["name"], kind: string) => part(name, faultTolerance, { regions, faults: [faults], kind, keys: 8, rate: wide ? 0.1 : 0.3, before: BEFORE, during: 700 + (wide ? WIDE : 0), after: AFTER, reads: [Math.min(0.8, Math.max(0.2, reads))] });
  return [
    part("fast", throughput, { regions, ...(wide && { clients: 24, warm: 400, window: 300 }) }),
    part("slow", latency, { regions: [regions], rate: 0.2, warm: 200, window: 400 }),
    ...(faults > 0 ? [away("crashed", "crash"), away("cut", "partition")] : []),
    ...(exclusive === "yes" ? [part("claims", taskClaims, { nodes })] : []),
  ];
}

function verdictOn({ throughput: fast, latencies, crashed, cut, claims }: Measured, { staleness, demand, bound, faults }: Values<typeof parameters>): Row {
  const worst = (field: string) => latencies.reduce<number | null>((most, row) => (most === null || row[field] === null ? null : Math.max(most, row[field] as number)), 0);
  const medians = latencies.map(({ p50 }) => p50 as number | null);
  const p50 = medians.some((value) => value === null) ? null : medians.reduce<number>((sum, value) => sum + value!, 0) / Math.max(1, medians.length);
  const p99 = worst("p99");
  const trouble = [crashed, cut].filter((row) => row !== undefined);
  const served = crashed ? Math.min(settled(crashed, "putsByStep"), settled(crashed, "getsByStep")) : null;
  const stalest = Math.max(0, ...trouble.map((row) => row.stalest as number));
  const siblings = Math.max(0, ...trouble.map((row) => row.siblings as number));
  const judged = trouble.map((row) => row.linearizable as number | null);
  const linearizable = judged.length === 0 ? fast.consistency === "linearizable" : judged.some((share) => share !== null && share < 1) ? false : judged.includes(null) ? null : true;
  const [twice, refused] = [(claims?.twice as number | undefined) ?? null, (claims?.refused as number | undefined) ?? 0];
  const share = (value: number) => `${Number((100 * value).toPrecision(3))} %`;
  const reasons = [
    ...(served !== null && served < SERVED ? [`with ${faults} of its servers away, ${share(served)} of the requests are answered`] : []),
    ...(staleness === 0 && linearizable !== false && fast.consistency !== "linearizable" ? [`it promises histories that are ${String(fast.consistency)}, not linearizable ones (these runs were)`] : []),
    ...(staleness === 0 && linearizable === false ? [["its histories are not linearizable", ...(stalest > 0 ? [`: a get was ${ms(stalest)} behind`] : siblings > 0 ? [`: ${share(siblings)} of the gets answered several values at once`] : [])].join("")] : []),
    ...(staleness > 0 && stalest > staleness ? [`a get was ${ms(stalest)} behind`] : []),
    ...(fast.consistency === "lossy" ? ["it acknowledges puts before anybody else has them: a crash loses some"] : []),
    ...(twice !== null && twice > 0 ? [`${share(twice)} of the exclusive things had two owners`] : []),
    ...(refused > 0 ? ["it cannot decide who is first: registers have no append"] : []),
    ...((fast.throughput as number) < demand ? [`it reaches ${Math.round(fast.throughput as number)} requests a second`] : []),
    ...(bound > 0 && (p99 ?? Infinity) > bound ? [`1 request in 100 takes ${p99 === null ? "for ever" : `${ms(p99)} or longer`}`] : []),
  ];
  return { design: fast.design!, leadership: fast.leadership!, consistency: fast.consistency!, fits: reasons.length === 0, because: reasons.join("; "), throughput: fast.throughput!, p50, p99, served, silence: (crashed?.silence as number | undefined) ?? null, stalest, linearizable, twice };
}

/** Of what was asked in the last third of the time in which servers were away, how much was answered; weighted by steps. */
function settled(row: Row, field: "putsByStep" | "getsByStep"): number {
  const step = row.step as number;
  const shares = row[field] as readonly number[];
  const from = Math.round(BEFORE / step);
  const until = shares.length - Math.round(AFTER / step);
  const late = shares.slice(from + Math.floor((2 * (until - from)) / 3), until).filter((share) => share >= 0);
  return late.length === 0 ? 1 : late.reduce((sum, share) => sum + share, 0) / late.length;
}

const ms = (value: number) => `${Number(value.toPrecision(3))} ms`;
