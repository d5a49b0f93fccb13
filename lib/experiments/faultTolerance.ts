import { staleness } from "../check/consistency/staleness.js";
import { checkLinearizable } from "../check/linearizability/checkLinearizable.js";
import { models } from "../check/models/index.js";
import { serve, type Served } from "../systems/designs/workload.js";
import type { Experiment } from "./experiment.js";
import { historyOf } from "./performance/historyOf.js";
import { asked, built, checkCompared, checkLists, compared, entriesOf, machines, patientIn, sizesOf, workloadOf } from "./performance/parameters.js";
import { percentile } from "./percentile.js";

const parameters = {
  ...compared,
  nodes: { type: "list", default: "5", values: [], summary: "servers, one size or more" },
  reads: { type: "list", default: "0.5", values: [], summary: "shares of gets, one or more" },
  regions: { type: "integer", default: 1, range: [1, 10], summary: "regions that servers and clients are dealt out to" },
  faults: { type: "list", default: "1", values: [], summary: "servers that fail at the same moment, one number or more: the leader first, if there is one" },
  kind: { type: "choice", default: "crash", values: ["crash", "partition", "pause"], summary: "what becomes of them: they crash and come back, are cut off from the others but not from their clients, or stand still" },
  rate: { type: "number", default: 0.4, range: [0.0001, 1000], unit: "requests a ms", summary: "requests that come, whatever becomes of those before" },
  before: { type: "number", default: 200, range: [1, 1_000_000], unit: "ms", summary: "how long it is watched before they fail" },
  during: { type: "number", default: 800, range: [1, 1_000_000], unit: "ms", summary: "how long they are away" },
  after: { type: "number", default: 400, range: [1, 1_000_000], unit: "ms", summary: "how long it is watched once they are back" },
  bucket: { type: "number", default: 50, range: [1, 1_000_000], unit: "ms", summary: "timelines are in steps of this" },
  ...machines,
  ...asked,
  keys: { ...asked.keys, default: 8 },
  patience: { ...asked.patience, default: 200 },
  ...built,
} as const;

interface Phase {
  readonly asked: number;
  readonly answered: number;
}

interface Point {
  /** By operation: before, during and after. */
  readonly get: readonly [Phase, Phase, Phase];
  readonly put: readonly [Phase, Phase, Phase];
  /** By operation: per step of the timeline, how many were asked, and how many of these were answered in time. */
  readonly gets: readonly Phase[];
  readonly puts: readonly Phase[];
  /** The longest time, from when they fail, in which no put that was asked since then was answered, ms. */
  readonly silence: number;
  readonly reads: number;
  readonly siblings: number;
  readonly stale: number;
  readonly stalest: number;
  readonly linearizable: boolean | null;
}

/** Claims 5.5, 5.6: one schedule of faults for every design; who is still served, and what the answers are worth. */
export const faultTolerance: Experiment<typeof parameters, readonly Point[]> = {
  name: "fault-tolerance",
  question: "When servers fail, who is still served, and what are the answers worth?",
  parameters,
  trials: 1,
  row: {
    design: "which design",
    leadership: "`one leader`, `a leader a shard` or `no leader`",
    consistency: "what the clients' histories should keep",
    nodes: "servers",
    reads: "share of gets",
    regions: "regions",
    faults: "servers that fail",
    writes: "share of the puts asked while they are away that are answered in time",
    gets: "the same for gets",
    writesBefore: "share of the puts asked before that are answered in time",
    writesAfter: "share of those asked once they are back",
    silence: "median of the longest time, from their failure on, in which no put asked since then is answered, ms",
    stale: "share of the answered gets that return a value although a newer one had been acknowledged before they were asked",
    siblings: "share of the answered gets that return several values at once, which no register would: puts that knew nothing of each other",
    stalest: "by how much the stalest of them is behind, ms (0: none is)",
    linearizable: "share of runs whose clients' history is linearizable (null: it could not be found out)",
    putsByStep: "per step of the timeline: share of the puts asked then that are answered in time (−1: none was asked)",
    getsByStep: "the same for gets",
    step: "length of a step, ms",
  },
  check(values) {
    checkCompared(values);
    const [nodes, faults] = [values.nodes as readonly number[], values.faults];
    if (typeof faults === "string") throw new Error("faults needs one number or more");
    checkLists({ faults: { given: faults, low: 0, high: 101, whole: true } });
    if (Math.max(...faults) > Math.min(...nodes)) throw new Error(`no more servers can fail than there are: got faults ${Math.max(...faults)} of ${Math.min(...nodes)} nodes`);
  },
  trial: (given, seed) =>
    points(given).map(({ entry: { design, variant }, nodes, reads, faults }) => {
      const values = patientIn(given.regions, given);
      const { rate, before, during, after, kind, patience, regions, bucket } = values;
      const sizes = sizesOf(values, nodes);
      const run = serve(design, variant, sizes, {
        ...workloadOf(values),
        regions,
        reads,
        arrivals: { type: "open", rate },
        settle: 4 * sizes.timeout + 8 * sizes.heartbeat,
        warm: 50,
        window: before + during + after + patience,
        plan(cluster, counted) {
          const order = cluster.nodes.map(({ id, state }) => ({ id, leads: design.leads?.(state) === true })).sort((a, b) => Number(b.leads) - Number(a.leads) || a.id - b.id);
          const failing = order.slice(0, faults).map(({ id }) => id);
          const [from, until] = [counted + before, counted + before + during];
          if (kind === "partition" && faults > 0) {
            cluster.partition([failing], from);
            cluster.heal(until);
            return;
          }
          for (const node of failing) {
            cluster.command({ type: kind === "pause" ? "pause" : "crash", node }, from);
            cluster.command(kind === "pause" ? { type: "resume", node } : { type: "restart", node }, until);
          }
        },
      }, seed);
      return outcome(run, [before, during, after], patience, bucket);
    }),
  summarize: (samples, values) =>
    points(values).map(({ entry: { design, variant }, nodes, reads, faults }, i) => {
      const runs = samples.map((sample) => sample[i]!);
      const share = (phases: readonly Phase[]) => phases.reduce((sum, { answered }) => sum + answered, 0) / Math.max(1, phases.reduce((sum, { asked }) => sum + asked, 0));
      const during = (operation: "get" | "put", phase: 0 | 1 | 2) => share(runs.map((run) => run[operation][phase]));
      const byStep = (field: "gets" | "puts") => runs[0]![field].map((_, step) => (runs.every((run) => run[field][step]!.asked === 0) ? -1 : share(runs.map((run) => run[field][step]!))));
      const judged = runs.filter(({ linearizable }) => linearizable !== null);
      const total = runs.reduce((sum, run) => sum + run.reads, 0);
      return {
        design: design.name,
        leadership: design.leadership,
        consistency: variant.guarantee,
        nodes,
        reads,
        regions: values.regions,
        faults,
        writes: during("put", 1),
        gets: during("get", 1),
        writesBefore: during("put", 0),
        writesAfter: during("put", 2),
        silence: percentile(runs.map(({ silence }) => silence), 0.5),
        stale: total === 0 ? 0 : runs.reduce((sum, { stale }) => sum + stale, 0) / total,
        siblings: total === 0 ? 0 : runs.reduce((sum, { siblings }) => sum + siblings, 0) / total,
        stalest: Math.max(...runs.map(({ stalest }) => stalest)),
        linearizable: judged.length === 0 ? null : judged.filter(({ linearizable }) => linearizable).length / judged.length,
        putsByStep: byStep("puts"),
        getsByStep: byStep("gets"),
        step: values.bucket,
      };
    }),
};

function outcome({ requests, begin }: Served, [before, during, after]: readonly [number, number, number], patience: number, bucket: number): Point {
  const watched = requests.filter(({ asked }) => asked >= begin && asked < begin + before + during + after);
  const phaseOf = (time: number) => (time < begin + before ? 0 : time < begin + before + during ? 1 : 2);
  const count = (of: typeof watched): Phase => ({ asked: of.length, answered: of.filter(({ asked, answered }) => answered !== undefined && answered - asked <= patience).length });
  const steps = Math.ceil((before + during + after) / bucket);
  const [gets, puts] = (["get", "put"] as const).map((f) => watched.filter((request) => request.f === f)) as [typeof watched, typeof watched];
  const phases = (of: typeof watched) => [0, 1, 2].map((phase) => count(of.filter(({ asked }) => phaseOf(asked) === phase))) as unknown as readonly [Phase, Phase, Phase];
  const byStep = (of: typeof watched) => Array.from({ length: steps }, (_, step) => count(of.filter(({ asked }) => Math.floor((asked - begin) / bucket) === step)));
  const failed = begin + before;
  const answers = [failed, ...puts.flatMap(({ asked, answered }) => (asked >= failed && answered !== undefined ? [answered] : [])).sort((a, b) => a - b), failed + during];
  const history = historyOf(requests);
  const { row } = staleness(history);
  const { verdict } = checkLinearizable(history.map((operation) => ({ ...operation, f: operation.f === "read" ? "get" : "put" })), models.kv!, { steps: STEPS });
  return {
    get: phases(gets),
    put: phases(puts),
    gets: byStep(gets),
    puts: byStep(puts),
    silence: answers.slice(1).reduce((longest, at, i) => Math.max(longest, Math.min(at, failed + during) - Math.min(answers[i]!, failed + during)), 0),
    reads: row.reads + row.unwritten,
    siblings: row.unwritten,
    stale: row.stale,
    stalest: row.msMax ?? 0,
    linearizable: verdict === "unknown" ? null : verdict === "linearizable",
  };
}

/** What judging one history may cost. */
const STEPS = 500_000;

type Given = Parameters<typeof faultTolerance.trial>[0];

const points = (values: Given) => entriesOf(values).flatMap((entry) => (values.nodes as readonly number[]).flatMap((nodes) => (values.reads as readonly number[]).flatMap((reads) => (values.faults as readonly number[]).map((faults) => ({ entry, nodes, reads, faults })))));
