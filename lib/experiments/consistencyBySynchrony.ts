import type { Operation } from "../check/history.js";
import { checkLinearizable } from "../check/linearizability/checkLinearizable.js";
import { staleness } from "../check/consistency/staleness.js";
import { keyValue as keyValueModel } from "../check/models/keyValue.js";
import type { NodeId, Protocol } from "../protocol.js";
import { deriveRandom } from "../random.js";
import { abd } from "../replication/abd/abd.js";
import { primaryBackup } from "../replication/primaryBackup/primaryBackup.js";
import { quorumStore } from "../replication/quorumStore/quorumStore.js";
import { lastWriterWins } from "../replication/quorumStore/versioning.js";
import { keyValue } from "../replication/service/keyValue.js";
import type { Experiment } from "./experiment.js";
import { askOnce, type LoadRun, registerLoad } from "./registerLoad.js";
import { leaderOf, serviceEngines } from "./serviceEngines.js";

const parameters = {
  nodes: { type: "integer", default: 3, range: [3, 15], summary: "servers in the cluster; each holds every key" },
  clients: { type: "integer", default: 6, range: [1, 100], summary: "clients, each with one request at a time" },
  keys: { type: "integer", default: 4, range: [1, 1000], summary: "keys, drawn evenly" },
  reads: { type: "number", default: 0.5, range: [0, 1], summary: "share of gets" },
  think: { type: "number", default: 10, range: [0, 10_000], unit: "ms", summary: "mean time between an answer and the client's next request" },
  patience: { type: "number", default: 100, range: [1, 100_000], unit: "ms", summary: "how long a client waits before it gives a request up and asks another server for something else" },
  latency: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  timeout: { type: "number", default: 200, range: [10, 100_000], unit: "ms", summary: "how long backups miss a leader before the next one leads" },
  before: { type: "number", default: 600, range: [1, 100_000], unit: "ms", summary: "how long all is well" },
  cutFor: { type: "number", default: 100, range: [0, 100_000], unit: "ms", summary: "then one server, the leader if there is one, is cut off from the others for a time drawn from 0 up to this, and dies for good; clients stop" },
  after: { type: "number", default: 800, range: [1, 100_000], unit: "ms", summary: "how long the others have to find each other, before they are asked for every key" },
} as const;

interface Design {
  readonly leader: "one leader" | "none";
  readonly replication: "synchronous" | "asynchronous";
  readonly engine: string;
  build(timeout: number, nodes: number): Protocol<any>;
}

const LEADERS = serviceEngines.find(({ name }) => name === "primary-backup")!;

/** Two axes, four designs. */
const DESIGNS: readonly Design[] = [
  { leader: "one leader", replication: "synchronous", engine: "primary–backup, a majority has a write before it is answered", build: (timeout) => primaryBackup(keyValue, { acknowledge: "majority", fencing: "majority", timeout }) },
  { leader: "one leader", replication: "asynchronous", engine: "primary–backup, answered at once", build: (timeout) => primaryBackup(keyValue, { acknowledge: "asynchronous", fencing: "majority", timeout }) },
  { leader: "none", replication: "synchronous", engine: "ABD, majorities for reads and writes", build: () => abd() },
  { leader: "none", replication: "asynchronous", engine: "quorum store, R = W = 1, the last writer wins", build: (_timeout, nodes) => quorumStore({ versioning: lastWriterWins(), n: nodes, r: 1, w: 1 }) },
];

interface Outcome {
  readonly puts: readonly number[];
  readonly gets: readonly number[];
  readonly lost: number;
  readonly reads: number;
  readonly stale: number;
  readonly linearizable: boolean;
}

/**
 * Claim 1.2: the survey takes a single leader for synchronous replication and its absence for asynchronous. The same
 * requests on all four combinations, one server cut off and then dead: what do clients wait for, what is lost, what is stale?
 */
export const consistencyBySynchrony: Experiment<typeof parameters, readonly Outcome[]> = {
  name: "consistency-by-synchrony",
  question: "Does synchronous replication come with a leader, and asynchronous without?",
  parameters,
  trials: 10,
  row: {
    leader: "whether there is a leader",
    replication: "whether an answer waits for other servers",
    engine: "what was run",
    put: "mean time to the answer of a put, ms, before the cut",
    get: "mean time to the answer of a get, ms, before the cut",
    lost: "mean number of acknowledged puts, a run, that the survivors do not have, nor any that came after them",
    lossy: "share of runs in which any was lost",
    stale: "share of all gets that missed a put acknowledged before they began",
    linearizable: "share of runs whose history, gets from the survivors at the end included, is linearizable",
  },
  trial: (values, seed) => DESIGNS.map((design) => outcomeOf(design, values, seed)),
  summarize: (samples) =>
    DESIGNS.map(({ leader, replication, engine }, i) => {
      const outcomes = samples.map((sample) => sample[i]!);
      const mean = (values: readonly number[]) => (values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length);
      const share = (holds: (outcome: Outcome) => boolean) => outcomes.filter(holds).length / outcomes.length;
      const sum = (field: "reads" | "stale") => outcomes.reduce((total, outcome) => total + outcome[field], 0);
      return {
        leader,
        replication,
        engine,
        put: mean(outcomes.flatMap(({ puts }) => puts)),
        get: mean(outcomes.flatMap(({ gets }) => gets)),
        lost: mean(outcomes.map(({ lost }) => lost)),
        lossy: share(({ lost }) => lost > 0),
        stale: sum("stale") / Math.max(1, sum("reads")),
        linearizable: share(({ linearizable }) => linearizable),
      };
    }),
};

type Options = Parameters<typeof consistencyBySynchrony.trial>[0];

function outcomeOf({ leader, build }: Design, { nodes, timeout, before, cutFor, after, ...load }: Options, seed: number): Outcome {
  const leads = ({ cluster }: Pick<LoadRun, "cluster">): NodeId | undefined => (leader === "none" ? 0 : leaderOf(LEADERS, cluster.nodes));
  const cut = cutFor * deriveRandom(seed, 1)();
  const run = registerLoad(
    build(timeout, nodes),
    {
      ...load,
      size: nodes,
      length: before + cut,
      ready: (cluster) => leads({ cluster }) !== undefined,
      plan(cluster, begin) {
        const victim = leads({ cluster })!;
        cluster.command({ type: "isolate", node: victim }, begin + before);
        cluster.crash(victim, begin + before + cut);
        cluster.heal(begin + before + cut);
      },
    },
    seed,
  );
  const { cluster, begin } = run;
  const finals = finalGets(cluster, run.operations, after);
  const operations = [...run.operations, ...finals];
  const early = operations.filter(({ invokedAt, returnedAt }) => returnedAt !== undefined && invokedAt! < begin + before);
  const times = (f: string) => early.filter((operation) => operation.f === f).map(({ invokedAt, returnedAt }) => returnedAt! - invokedAt!);
  const { row } = staleness(run.operations);
  return { puts: times("put"), gets: times("get"), lost: lostOf(operations, finals), reads: row.reads, stale: row.stale, linearizable: checkLinearizable(operations, keyValueModel, { steps: 300_000 }).verdict !== "not-linearizable" };
}

/** When the survivors have found each other, each is asked for every key. */
function finalGets(cluster: LoadRun["cluster"], operations: LoadRun["operations"], after: number): Operation[] {
  cluster.run(cluster.now + after);
  let place = 2 * operations.length;
  return [...new Set(operations.map(({ key }) => key))].flatMap((key) =>
    cluster.nodes
      .filter(({ up }) => up)
      .flatMap(({ id }): Operation[] => {
        const invokedAt = cluster.now;
        const output = askOnce(cluster, id, { op: "get", key: String(key) }, 1000);
        return output === undefined ? [] : [{ id: place, process: "afterwards", f: "get", ...(key !== undefined && { key }), input: null, output, invoked: place++, returned: place++, invokedAt, returnedAt: cluster.now }];
      }),
  );
}

/** Acknowledged puts that began after what the survivors still have was there: nobody can read them, and nothing newer took their place. */
function lostOf(operations: readonly Operation[], finals: readonly Operation[]): number {
  let lost = 0;
  for (const key of new Set(finals.map((get) => get.key))) {
    const puts = operations.filter((operation) => operation.f === "put" && operation.key === key);
    const found = finals.filter((get) => get.key === key).map(({ output }) => output);
    const latest = puts.filter(({ input }) => found.includes(input)).reduce((last, { returned }) => Math.max(last, returned), -1);
    lost += puts.filter(({ invoked, returned }) => returned < Infinity && invoked > latest).length;
  }
  return lost;
}
