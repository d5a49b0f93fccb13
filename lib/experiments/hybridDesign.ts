import { staleness } from "../check/consistency/staleness.js";
import { checkLinearizable } from "../check/linearizability/checkLinearizable.js";
import { models } from "../check/models/index.js";
import { designs } from "../systems/designs/designs.js";
import type { Design, Variant } from "../systems/designs/design.js";
import { serve } from "../systems/designs/workload.js";
import type { Experiment, Values } from "./experiment.js";
import { historyOf } from "./performance/historyOf.js";
import { asked, built, diskOf, machines, sizesOf } from "./performance/parameters.js";
import { percentile } from "./percentile.js";

const parameters = {
  nodes: { type: "integer", default: 6, range: [3, 50], summary: "servers in the cluster" },
  clients: { type: "integer", default: 64, range: [1, 10_000], summary: "clients that ask as fast as they are answered, while throughput is measured" },
  reads: { type: "number", default: 0.5, range: [0, 1], summary: "share of gets" },
  askers: { type: "integer", default: 8, range: [1, 10_000], summary: "clients while servers fail, each with one request at a time" },
  think: { type: "number", default: 50, range: [0, 100_000], unit: "ms", summary: "mean time that such a client waits between an answer and its next request" },
  between: { type: "number", default: 2500, range: [1, 1_000_000], unit: "ms", summary: "time from one server's failure to the next one's; each stays down" },
  watch: { type: "number", default: 1000, range: [1, 1_000_000], unit: "ms", summary: "how long requests are counted after each failure" },
  receive: machines.receive,
  send: machines.send,
  disk: machines.disk,
  near: machines.near,
  ...asked,
  keys: { ...asked.keys, default: 60 },
  valueSize: { ...asked.valueSize, default: 16 },
  patience: { ...asked.patience, default: 300 },
  ...built,
  shards: { ...built.shards, default: 2 },
  window: { type: "number", default: 10, range: [1, 1_000_000], unit: "ms", summary: "how long throughput is measured" },
} as const;

type Setting = Values<typeof parameters>;

interface Entry {
  readonly design: Design;
  readonly variant: Variant;
  readonly copies: (values: Setting) => number;
}

const named = (name: string, copies: Entry["copies"]): Entry => {
  const design = designs.find((one) => one.name === name)!;
  return { design, variant: (design.strong ?? design.weak)!, copies };
};

const onSome = ({ nodes, replicas }: Setting) => Math.min(nodes, replicas);

const entries: readonly Entry[] = [named("raft", ({ nodes }) => nodes), named("quorum-store-majority", onSome), named("quorum-store", onSome), named("sharded-raft", onSome), named("hybrid", onSome)];

interface Point {
  readonly throughput: number;
  readonly p50: number | null;
  /** Puts asked after the first failure, and after the second: asked and answered in time. */
  readonly one: readonly [asked: number, answered: number];
  readonly two: readonly [asked: number, answered: number];
  readonly silence: number;
  readonly reads: number;
  readonly stale: number;
  readonly linearizable: boolean | null;
}

/** Claim 7.1: gossiped membership with a leader a shard, beside one leader for all and a store without one. */
export const hybridDesign: Experiment<typeof parameters, readonly Point[]> = {
  name: "hybrid",
  question: "Does a cluster with gossiped membership and a leader a shard have the strengths of both designs?",
  parameters,
  trials: 1,
  row: {
    design: "`raft`: one leader; `quorum-store`, without a leader, with majorities or with one copy; `sharded-raft`: a leader a shard, in groups that never change; `hybrid`: the same with gossiped membership and groups that move",
    copies: "copies of a key",
    throughput: "requests answered a second by a healthy cluster whose clients ask as fast as they are answered",
    p50: "median time to an answer then, ms",
    linearizable: "share of runs, through both failures, whose clients' history is linearizable (null: it could not be found out)",
    stale: "share of the gets through both failures that return a value although a newer one had been acknowledged before they were asked",
    oneDown: "share of the puts asked after the first server's failure, a leader's if there is one, that are answered in time",
    silence: "longest time after that failure in which no put was answered, median, ms",
    twoDown: "share of the puts asked after a second failure, `between` later and for good as well, that are answered in time, once `between` more has passed",
  },
  check({ nodes, replicas }) {
    if (replicas > nodes - 2) throw new Error(`two servers fail for good: replicas must be at most nodes − 2, not ${replicas} of ${nodes}`);
  },
  trial: (values, seed) => entries.map((entry) => ({ ...measure(entry, values, seed), ...fail(entry, values, seed) })),
  summarize: (samples, values) =>
    entries.map(({ design, copies }, i) => {
      const runs = samples.map((sample) => sample[i]!);
      const mean = (of: (run: Point) => number) => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
      const share = (of: (run: Point) => readonly [number, number]) => runs.reduce((sum, run) => sum + of(run)[1], 0) / Math.max(1, runs.reduce((sum, run) => sum + of(run)[0], 0));
      const judged = runs.filter(({ linearizable }) => linearizable !== null);
      return {
        design: design.name,
        copies: copies(values),
        throughput: mean(({ throughput }) => throughput),
        p50: percentile(runs.map(({ p50 }) => p50), 0.5),
        linearizable: judged.length === 0 ? null : judged.filter(({ linearizable }) => linearizable).length / judged.length,
        stale: runs.reduce((sum, { stale }) => sum + stale, 0) / Math.max(1, runs.reduce((sum, { reads }) => sum + reads, 0)),
        oneDown: share(({ one }) => one),
        silence: percentile(runs.map(({ silence }) => silence), 0.5),
        twoDown: share(({ two }) => two),
      };
    }),
};

const common = ({ disk, near, keys, skew, valueSize, patience, reads, timeout, heartbeat }: Setting) => ({ ...diskOf(disk), near, far: [], regions: 1, keys, skew, valueSize, patience, reads, settle: 4 * timeout + 8 * heartbeat + 600 });

function measure({ design, variant }: Entry, values: Setting, seed: number): Pick<Point, "throughput" | "p50"> {
  const { nodes, clients, window, receive, send } = values;
  const run = serve(design, variant, sizesOf(values, nodes), { ...common(values), hardware: { receive, send }, arrivals: { type: "closed", clients, think: 0 }, warm: window, window }, seed);
  const done = run.requests.filter(({ answered }) => answered !== undefined && answered >= run.begin && answered < run.end);
  return { throughput: (1000 * done.length) / window, p50: percentile(done.map(({ asked, answered }) => answered! - asked), 0.5) };
}

/** Two servers fail, one after the other, and stay down: a leader first, if there is one, and then another. Hardly any request waits for a processor here: nodes work in no time. */
function fail({ design, variant }: Entry, values: Setting, seed: number): Omit<Point, "throughput" | "p50"> {
  const { nodes, askers, think, between, watch, patience } = values;
  const run = serve(design, variant, sizesOf(values, nodes), {
    ...common(values),
    arrivals: { type: "closed", clients: askers, think },
    warm: 100,
    window: 2 * between + watch + patience,
    plan(cluster, counted) {
      const first = cluster.nodes.find(({ state }) => design.leads?.(state))?.id ?? 0;
      cluster.crash(first, counted);
      cluster.crash((first + 1) % nodes, counted + between);
    },
  }, seed);
  const puts = run.requests.filter(({ f }) => f === "put");
  const after = (from: number) => {
    const asked = puts.filter((request) => request.asked >= from && request.asked < from + watch);
    return [asked.length, asked.filter(({ asked, answered }) => answered !== undefined && answered - asked <= patience).length] as const;
  };
  const answers = [run.begin, ...puts.flatMap(({ asked, answered }) => (asked >= run.begin && answered !== undefined && answered < run.begin + between ? [answered] : [])).sort((a, b) => a - b)];
  const history = historyOf(run.requests);
  const { row } = staleness(history);
  const { verdict } = checkLinearizable(history.map((operation) => ({ ...operation, f: operation.f === "read" ? "get" : "put" })), models.kv!, { steps: STEPS });
  return {
    one: after(run.begin),
    two: after(run.begin + 2 * between),
    silence: answers.slice(1).reduce((longest, at, i) => Math.max(longest, at - answers[i]!), 0),
    reads: row.reads,
    stale: row.stale,
    linearizable: verdict === "unknown" ? null : verdict === "linearizable",
  };
}

/** What judging one history may cost. */
const STEPS = 500_000;
