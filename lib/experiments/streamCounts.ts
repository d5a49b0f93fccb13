import { deriveRandom } from "../random.js";
import { simulate } from "../sim/cluster.js";
import { checkpointing, type Checkpoints } from "../systems/models/checkpointing.js";
import { type Counts, trueCounts } from "../systems/models/dataflow.js";
import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";

const parameters = {
  sources: { type: "integer", default: 2, range: [1, 20], summary: "nodes that read the input" },
  counters: { type: "integer", default: 3, range: [1, 20], summary: "nodes that count, each its share of the keys" },
  keys: { type: "integer", default: 12, range: [1, 10_000], summary: "different keys" },
  gap: { type: "number", default: 5, range: [0.1, 10_000], unit: "ms", summary: "time between two records of a source" },
  window: { type: "number", default: 100, range: [1, 100_000], unit: "ms", summary: "length of a window" },
  windows: { type: "integer", default: 12, range: [1, 10_000], summary: "windows before the input ends" },
  interval: { type: "number", default: 150, range: [1, 100_000], unit: "ms", summary: "time between two checkpoints" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of a message" },
  down: { type: "number", default: 100, range: [0, 100_000], unit: "ms", summary: "how long the counter that crashed is down" },
  horizon: { type: "number", default: 2000, range: [100, 1_000_000], unit: "ms", summary: "how long to wait after the input has ended" },
} as const;

const WAYS: readonly { readonly checkpoints: Checkpoints; readonly crash: boolean }[] = [
  { checkpoints: "none", crash: false },
  { checkpoints: "none", crash: true },
  { checkpoints: "uncoordinated", crash: false },
  { checkpoints: "uncoordinated", crash: true },
  { checkpoints: "coordinated", crash: false },
  { checkpoints: "coordinated", crash: true },
];

interface Ran {
  /** Windows that are told in the end with other counts than their own, and those that are never told. */
  readonly wrong: number;
  readonly missing: number;
  /** Records too few and too many, over all windows. */
  readonly fewer: number;
  readonly more: number;
  /** From the end of each window to the moment from which it stays told as it is right, ms. */
  readonly late: readonly number[];
  readonly bytes: number;
}

/**
 * Claim 1.14, and the exactly once of 6.2: a stream processor counts records by key and window; a counter crashes in the
 * midst of a window. Which windows are wrong, and how late are those that are right?
 */
export const streamCounts: Experiment<typeof parameters, readonly Ran[]> = {
  name: "stream-counts",
  question: "A stream is counted by key and window, and a counter crashes: are the counts right, and how late?",
  parameters,
  trials: 12,
  row: {
    checkpoints: "what is saved: nothing, each node's own state at its own moments, or a global state (Chandy and Lamport) with what was on its way",
    crash: "whether a counter crashes once, at a random moment",
    wrong: "share of windows that are told with wrong counts, in the end",
    missing: "share of windows that are never told",
    fewer: "records counted too few, a run",
    more: "records counted too many, a run",
    late: "median time from a window's end to its right counts, ms; null: no window is right",
    lateP99: "the 99th percentile of that, ms",
    bytes: "bytes sent while the input lasted, kB a s: messages as JSON text",
  },
  trial(values, seed) {
    const random = deriveRandom(seed, 1_000);
    const [moment, victim] = [random(), random()];
    return WAYS.map(({ checkpoints, crash }) => runOne(checkpoints, crash ? { moment, victim } : undefined, values as never, seed));
  },
  summarize(samples, { windows }) {
    return WAYS.map(({ checkpoints, crash }, w) => {
      const runs = samples.map((sample) => sample[w]!);
      const mean = (of: (ran: Ran) => number) => runs.reduce((sum, ran) => sum + of(ran), 0) / runs.length;
      const late = runs.flatMap(({ late }) => late);
      return {
        checkpoints,
        crash,
        wrong: mean(({ wrong }) => wrong) / windows,
        missing: mean(({ missing }) => missing) / windows,
        fewer: mean(({ fewer }) => fewer),
        more: mean(({ more }) => more),
        late: percentile(late, 0.5),
        lateP99: percentile(late, 0.99),
        bytes: mean(({ bytes }) => bytes),
      };
    });
  },
};

interface Setting {
  readonly sources: number;
  readonly counters: number;
  readonly keys: number;
  readonly gap: number;
  readonly window: number;
  readonly windows: number;
  readonly interval: number;
  readonly delay: string;
  readonly down: number;
  readonly horizon: number;
}

function runOne(checkpoints: Checkpoints, crash: { readonly moment: number; readonly victim: number } | undefined, setting: Setting, seed: number): Ran {
  const { sources, counters, window, windows, delay, down, horizon } = setting;
  const told: { readonly time: number; readonly window: number; readonly right: boolean; readonly counts: Counts }[] = [];
  const truth = Array.from({ length: windows }, (_, window) => trueCounts(window, setting));
  let [bytes, now] = [0, () => 0];
  const end = windows * window;
  const cluster = simulate(checkpointing({ ...setting, checkpoints }), {
    size: sources + counters + 1,
    seed,
    latency: delay,
    digest: false,
    observer: {
      sent: (_from, _to, message) => void (now() < end && (bytes += JSON.stringify(message).length)),
      told: (_node, { window, counts }) => void told.push({ time: now(), window, counts, right: difference(counts, truth[window]!).every((difference) => difference === 0) }),
    },
  });
  now = () => cluster.now;
  if (crash) {
    const node = sources + Math.floor(crash.victim * counters);
    // In the midst: neither in the first window, before anything is saved, nor in the last.
    const at = window + crash.moment * Math.max(1, end - 2 * window);
    cluster.crash(node, at);
    cluster.restart(node, at + down);
  }
  cluster.run(end + horizon);
  const last = truth.map((counts, window) => ({ counts, told: told.findLast((told) => told.window === window) }));
  const differences = last.flatMap(({ counts, told }) => difference(told?.counts ?? {}, counts));
  const sum = (sign: number) => differences.reduce((sum, difference) => sum + Math.max(0, sign * difference), 0);
  return {
    wrong: last.filter(({ told }) => told && !told.right).length,
    missing: last.filter(({ told }) => !told).length,
    fewer: sum(-1),
    more: sum(1),
    late: truth.flatMap((_, number) => {
      const own = told.filter(({ window }) => window === number);
      const from = own.length - [...own].reverse().findIndex(({ right }) => !right);
      const first = own.at(-1)?.right ? own[own.some(({ right }) => !right) ? from : 0] : undefined;
      return first ? [first.time - (number + 1) * window] : [];
    }),
    bytes: bytes / end,
  };
}

/** By key, how many more there are. */
const difference = (counts: Counts, truth: Counts): number[] => [...new Set([...Object.keys(counts), ...Object.keys(truth)])].map((key) => (counts[Number(key)] ?? 0) - (truth[Number(key)] ?? 0));
