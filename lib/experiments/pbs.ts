import { deriveRandom, type Distribution, type Random } from "../random.js";
import type { Experiment, Values } from "./experiment.js";
import { percentile } from "./percentile.js";

/** Both of the paper's disks, one hop of a message each, ms (§5.3, Table 3). */
const SSD = "0.9122*pareto:0.235,10+0.0878*exp:1.66";

const parameters = {
  n: { type: "integer", default: 3, range: [1, 100], summary: "replicas of a key" },
  r: { type: "integer", default: 1, range: [1, 100], summary: "replicas whose answers a read waits for" },
  w: { type: "integer", default: 1, range: [1, 100], summary: "replicas whose acknowledgements a write waits for" },
  t: { type: "number", default: 0, range: [0, 10_000_000], unit: "ms", summary: "time from a write's answer to the beginning of the read" },
  W: { type: "distribution", default: SSD, unit: "ms", summary: "delay of a write on its way to a replica, its time on the disk included" },
  A: { type: "distribution", default: SSD, unit: "ms", summary: "delay of a replica's acknowledgement" },
  R: { type: "distribution", default: SSD, unit: "ms", summary: "delay of a read on its way to a replica" },
  S: { type: "distribution", default: SSD, unit: "ms", summary: "delay of a replica's response to a read" },
  replicas: { type: "list", default: "equal", values: ["equal"], unit: "ms", summary: "what is added to each message from or to each replica: nothing (all are equal), or a list with one delay a replica, such as 0,75,75 for one near and two far away" },
  clients: { type: "choice", default: "fixed", values: ["fixed", "anywhere"], summary: "whom the list of replicas is about: the writer and the reader alike, or each of the two sits in a place of its own, drawn at random (the list is turned by as many places)" },
  share: { type: "number", default: 0.999, range: [0.000001, 0.999999], summary: "share of reads that are to be fresh, for tFirst and tQuantile" },
  step: { type: "number", default: 0.05, range: [0.0001, 1_000_000], unit: "ms", summary: "tFirst: the times that are tried, one after the other from 0, are this far apart" },
  batch: { type: "integer", default: 50_000, range: [1, 100_000_000], summary: "tFirst: fresh trials at each of these times" },
} as const;

/** One write and one read: how long after the write's answer the read had to begin to find it; the read's latency, the write's. Ms. */
type Sample = readonly [wait: number, read: number, write: number];

/**
 * How stale partial quorums are (Bailis, Venkataraman, Franklin, Hellerstein and Stoica, Probabilistically Bounded
 * Staleness for Practical Partial Quorums, PVLDB 5(8), 2012, §5.1): the WARS model. Each replica's four delays are drawn
 * independently. A write is answered at the w-th smallest W + A; a read goes to all replicas and uses the r of them whose
 * R + S is smallest; it is fresh if one of these had the write when the read reached it.
 */
export const pbs: Experiment<typeof parameters, Sample> = {
  name: "pbs",
  question: "How soon after a write do reads of a partial quorum find it, and what do quorums cost in latency?",
  parameters,
  trials: 50_000,
  row: {
    fresh: "share of reads begun t after the write's answer that find it",
    readP999: "99.9th percentile of a read's latency, ms",
    writeP999: "99.9th percentile of a write's latency, ms",
    tFirst: "as the paper reads it: times are tried from 0 in steps, `batch` fresh trials at each, until one estimate reaches the share; the time at which half of all such scans have stopped, ms. Biased low: each step is one more chance to be lucky",
    tQuantile: "the time after which the share of reads is fresh, as a quantile of the time that each read would have had to wait, ms",
  },
  check({ n, r, w, replicas }) {
    if (r > n) throw new Error(`r must not exceed n: got r ${r} of ${n} replicas`);
    if (w > n) throw new Error(`w must not exceed n: got w ${w} of ${n} replicas`);
    if (typeof replicas === "string") return;
    if (replicas.length !== n) throw new Error(`replicas needs one delay for each of the ${n} replicas: got ${replicas.length}`);
    const bad = replicas.find((delay) => !(delay >= 0));
    if (bad !== undefined) throw new Error(`delays of replicas are numbers from 0: got ${bad} ms`);
  },
  trial: (values, seed) => writeAndRead(values, deriveRandom(seed, 0)),
  summarize(samples, { t, share, step, batch }) {
    const waits = Float64Array.from(samples, ([wait]) => wait).sort();
    return [
      {
        fresh: notAbove(waits, t) / waits.length,
        readP999: percentile(samples.map(([, read]) => read), 0.999),
        writeP999: percentile(samples.map(([, , write]) => write), 0.999),
        tFirst: firstTime(waits, { share, step, batch }),
        tQuantile: percentile(samples.map(([wait]) => wait), share),
      },
    ];
  },
};

function writeAndRead({ n, r, w, W, A, R, S, replicas, clients }: Values<typeof parameters>, random: Random): Sample {
  const delays = typeof replicas === "string" ? undefined : replicas;
  const anywhere = delays !== undefined && clients === "anywhere";
  const writer = anywhere ? Math.floor(random() * n) : 0;
  const reader = anywhere ? Math.floor(random() * n) : 0;
  const acknowledged = new Float64Array(n);
  const responded = new Float64Array(n);
  /** By replica: how long after the read reached it the write did, both from their beginnings. */
  const late = new Float64Array(n);
  for (let replica = 0; replica < n; replica++) {
    const [toWriter, toReader] = delays ? [delays[(replica + writer) % n]!, delays[(replica + reader) % n]!] : [0, 0];
    const written = hop(W, random) + toWriter;
    acknowledged[replica] = written + hop(A, random) + toWriter;
    const asked = hop(R, random) + toReader;
    responded[replica] = asked + hop(S, random) + toReader;
    late[replica] = written - asked;
  }
  const write = acknowledged.sort()[w - 1]!;
  const read = Float64Array.from(responded).sort()[r - 1]!;
  let wait = Infinity;
  for (let replica = 0, used = 0; replica < n && used < r; replica++) {
    if (responded[replica]! > read) continue;
    used++;
    wait = Math.min(wait, late[replica]! - write);
  }
  return [Math.max(0, wait), read, write];
}

const hop = (delay: Distribution, random: Random) => Math.max(0, delay.sample(random));

/** How many numbers of a sorted array are at most this one. */
function notAbove(sorted: Float64Array, most: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Where a scan stops that tries 0, step, 2 · step … with `batch` trials each until a share of them is fresh: the median over
 * all scans. How many of a batch are stale is binomial, so nothing has to be drawn.
 */
function firstTime(waits: Float64Array, { share, step, batch }: { readonly share: number; readonly step: number; readonly batch: number }): number {
  const allowed = Math.floor(batch * (1 - share) + 1e-9);
  // Earlier no scan has a chance to speak of: the stale of a batch are ten standard deviations too many.
  const hopeless = (allowed + 10 * Math.sqrt(allowed + 1) + 10) / batch;
  const from = waits[Math.max(0, Math.floor(waits.length * (1 - hopeless)) - 1)] ?? 0;
  let going = 1;
  for (let tried = hopeless >= 1 ? 0 : Math.floor(from / step); ; tried++) {
    going *= 1 - atMost(allowed, batch, 1 - notAbove(waits, tried * step) / waits.length);
    if (going <= 0.5) return tried * step;
  }
}

/** The probability that of so many trials, each a failure with this probability, at most `most` fail. */
function atMost(most: number, trials: number, failure: number): number {
  if (failure <= 0 || most >= trials) return 1;
  if (failure >= 1) return 0;
  const odds = Math.log(failure) - Math.log(1 - failure);
  let term = trials * Math.log(1 - failure);
  let sum = Math.exp(term);
  for (let failed = 0; failed < most; failed++) {
    term += Math.log((trials - failed) / (failed + 1)) + odds;
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}
