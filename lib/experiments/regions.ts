import { staleness } from "../check/consistency/staleness.js";
import { checkLinearizable } from "../check/linearizability/checkLinearizable.js";
import { models } from "../check/models/index.js";
import type { Protocol } from "../protocol.js";
import { quorumStore } from "../replication/quorumStore/quorumStore.js";
import { dottedSiblings } from "../replication/quorumStore/versioning.js";
import { raft } from "../replication/raft/raft.js";
import { keyValue } from "../replication/service/keyValue.js";
import type { Serving } from "../replication/service/serving.js";
import type { Design, Door, Variant } from "../systems/designs/design.js";
import { regionOfKey } from "../systems/designs/keyDraws.js";
import { serve, type Served } from "../systems/designs/workload.js";
import { shardedGroups } from "../systems/hybrid/groups.js";
import type { Experiment, Values } from "./experiment.js";
import { historyOf } from "./performance/historyOf.js";
import { asked, checkLists, machines } from "./performance/parameters.js";
import { mean, percentile } from "./percentile.js";

const parameters = {
  regions: { type: "integer", default: 3, range: [2, 7], summary: "regions; clients are dealt out to them, and every key belongs to one" },
  copies: { type: "integer", default: 3, range: [1, 7], summary: "servers of a region, in the designs that keep more than one copy there" },
  local: { type: "list", default: "0,0.5,0.75,1", values: [], summary: "shares of requests for keys of the client's own region, one or more" },
  reads: { type: "number", default: 0.5, range: [0, 1], summary: "share of gets" },
  rate: { type: "number", default: 0.15, range: [0.0001, 1000], unit: "requests a ms", summary: "requests that come, from all regions alike" },
  near: machines.near,
  far: machines.far,
  keys: { ...asked.keys, default: 40, summary: "keys of a region" },
  patience: { ...asked.patience, default: 600 },
  timeout: { type: "number", default: 600, range: [1, 100_000], unit: "ms", summary: "patience with a silent leader: drawn from this to twice this" },
  heartbeat: { type: "number", default: 150, range: [1, 100_000], unit: "ms", summary: "time between a leader's heartbeats" },
  exchange: { type: "number", default: 2000, range: [1, 1_000_000], unit: "ms", summary: "no leader: time between two exchanges by which copies are brought together" },
  warm: { type: "number", default: 600, range: [0, 100_000], unit: "ms", summary: "how long clients ask before anything is counted" },
  window: { type: "number", default: 1000, range: [1, 1_000_000], unit: "ms", summary: "requests that are asked in this time are counted" },
} as const;

type Setting = Values<typeof parameters>;

/** A way to use the regions. */
interface Plan {
  readonly name: string;
  /** How many servers a region has. */
  copies(values: Setting): number;
  readonly door: Door;
  build(values: Setting): Protocol<Serving>;
  /** Keys of which regions have a leader of their own. Absent: there is one leader, or none. */
  readonly byRegion?: true;
}

const groups = (name: string, spread: "one" | "all" | "home"): Plan => ({
  name,
  copies: ({ copies }) => (spread === "home" ? copies : 1),
  door: "leader",
  ...(spread !== "one" && { byRegion: true }),
  build: ({ regions, copies, timeout, heartbeat }) =>
    shardedGroups({
      shards: spread === "one" ? 1 : regions,
      replicas: spread === "home" ? copies : regions,
      // Nodes are dealt out to the regions in turn.
      place: (nodes, shards, replicas) => Array.from({ length: shards }, (_, shard) => Array.from({ length: replicas }, (_, i) => (spread === "home" ? shard + i * regions : (shard + i) % nodes.length))),
      ...(spread !== "one" && { shardFor: ({ command: { key } }) => regionOfKey(key)! }),
      member: ({ priority }) => raft({ machine: keyValue, electionTimeout: [timeout, 2 * timeout], heartbeat, preVote: true, checkQuorum: true, reads: "lease", priority }),
    }) as unknown as Protocol<Serving>,
});

const store = (name: string, sizes: (values: Setting) => { readonly copies: number; readonly quorum: number }): Plan => ({
  name,
  copies: (values) => sizes(values).copies,
  door: "nearest",
  build(values) {
    const { copies, quorum } = sizes(values);
    return quorumStore({ versioning: dottedSiblings, n: copies * values.regions, r: quorum, w: quorum, patience: values.timeout, interval: values.exchange }) as unknown as Protocol<Serving>;
  },
});

const majority = (n: number) => Math.floor(n / 2) + 1;

const PLANS: readonly Plan[] = [
  groups("one leader", "one"),
  groups("a leader a region, copies in all regions", "all"),
  groups("a leader a region, copies at home", "home"),
  store("no leader, quorum of all regions", ({ regions }) => ({ copies: 1, quorum: majority(regions) })),
  store("no leader, local quorum", ({ copies }) => ({ copies, quorum: majority(copies) })),
];

interface Point {
  readonly gets: readonly (number | null)[];
  readonly puts: readonly (number | null)[];
  readonly answered: number;
  readonly stale: number;
  readonly linearizable: boolean | null;
  /** Requests of the other regions' clients while a region is down, and how many of them were answered. */
  readonly asked: number;
  readonly served: number;
}

/** Claim 7.5: servers and clients in several regions, far apart; leaders, or quorums, near those who use a key. */
export const regions: Experiment<typeof parameters, readonly Point[]> = {
  name: "regions",
  question: "How fast do clients in three regions read and write, by where leaders and quorums are, and what is it worth?",
  parameters,
  trials: 1,
  row: {
    design: "`one leader`, in the first region, with a copy in each; `a leader a region` for its own keys, with copies in all regions, or all of them at home; `no leader`, with quorums of one copy in each region, or of the nearest copies, of which each region has several",
    local: "share of requests for keys of the client's own region",
    read: "mean time to answer a get, ms (null: some were given up; likewise below)",
    write: "mean time to answer a put, ms",
    readP50: "median time to answer a get, ms (null: half were given up; likewise below)",
    readP99: "99th percentile of it, ms",
    writeP50: "median time to answer a put, ms",
    writeP99: "99th percentile of it, ms",
    stale: "share of the gets that return a value although a newer one had been acknowledged before they were asked",
    linearizable: "share of runs whose clients' history is linearizable (null: it could not be found out)",
    withoutRegion: "share of the requests from other regions that are answered while the last region is down, five timeouts after it failed",
    requests: "requests counted",
  },
  check({ local, far }) {
    checkLists({ local: { given: local, low: 0, high: 1 } });
    if (typeof local === "string" || typeof far === "string") throw new Error("local and far need one number or more");
  },
  trial: (values, seed) => points(values).map(({ plan, local }) => outcome(run(plan, local, false, values, seed), run(plan, local, true, values, seed), values)),
  summarize: (samples, values) =>
    points(values).map(({ plan, local }, i) => {
      const runs = samples.map((sample) => sample[i]!);
      const [gets, puts] = [runs.flatMap((one) => one.gets), runs.flatMap((one) => one.puts)];
      const sum = (field: "answered" | "stale" | "asked" | "served") => runs.reduce((total, one) => total + one[field], 0);
      const judged = runs.filter(({ linearizable }) => linearizable !== null);
      return {
        design: plan.name,
        local,
        read: mean(gets),
        write: mean(puts),
        readP50: percentile(gets, 0.5),
        readP99: percentile(gets, 0.99),
        writeP50: percentile(puts, 0.5),
        writeP99: percentile(puts, 0.99),
        stale: sum("stale") / Math.max(1, sum("answered")),
        linearizable: judged.length === 0 ? null : judged.filter(({ linearizable }) => linearizable).length / judged.length,
        withoutRegion: sum("served") / Math.max(1, sum("asked")),
        requests: gets.length + puts.length,
      };
    }),
};

const points = (values: Setting) => PLANS.flatMap((plan) => (values.local as readonly number[]).map((local) => ({ plan, local })));

/** Runs a plan; if a region is to be lost, its last one goes down when the clients begin. */
function run(plan: Plan, local: number, lost: boolean, values: Setting, seed: number): Served {
  const { regions: count, near, far, keys, timeout, heartbeat, rate, warm, window, patience } = values;
  const variant: Variant = { guarantee: "linearizable", reads: plan.door, writes: plan.door, build: () => plan.build(values), capacity: () => null };
  const design: Design = { name: plan.name, leadership: "a leader a shard", strong: variant, ...(plan.byRegion && { groupOf: (key) => regionOfKey(key)! }) };
  const nodes = count * plan.copies(values);
  const sizes = { nodes, replicas: nodes, shards: count, timeout, heartbeat, retry: timeout, batch: 1 };
  return serve(design, variant, sizes, {
    near,
    far: far as readonly number[],
    keys,
    skew: 0,
    valueSize: 16,
    patience,
    regions: count,
    reads: values.reads,
    local,
    arrivals: { type: "open", rate },
    settle: 4 * timeout,
    warm: lost ? FAILOVER * timeout : warm,
    window: window + patience,
    plan(cluster) {
      if (lost) for (let node = count - 1; node < nodes; node += count) cluster.crash(node);
    },
  }, seed);
}

/** How many timeouts a lost region's keys are given to find another leader before anything is counted. */
const FAILOVER = 5;

function outcome(whole: Served, halved: Served, { window, regions, patience }: Setting): Point {
  const counted = ({ requests, begin }: Served) => requests.filter(({ asked }) => asked >= begin && asked < begin + window);
  const times = (f: string) => counted(whole).filter((request) => request.f === f).map(({ asked, answered }) => (answered === undefined ? null : answered - asked));
  const history = historyOf(whole.requests);
  const { row } = staleness(history);
  const { verdict } = checkLinearizable(history.map((operation) => ({ ...operation, f: operation.f === "read" ? "get" : "put" })), models.kv!, { steps: STEPS });
  const others = counted(halved).filter(({ region }) => region !== regions - 1);
  return {
    gets: times("get"),
    puts: times("put"),
    answered: row.reads,
    stale: row.stale,
    linearizable: verdict === "unknown" ? null : verdict === "linearizable",
    asked: others.length,
    served: others.filter(({ asked, answered }) => answered !== undefined && answered - asked <= patience).length,
  };
}

/** What judging one history may cost. */
const STEPS = 200_000;
