import { explore, type Subject, type Violation, walk } from "../check/explore/index.js";
import type { Protocol } from "../protocol.js";
import { deriveRandom, type Distribution } from "../random.js";
import { surveyedZab, type SurveyedOptions, type SurveyedZab } from "../replication/zab/surveyed.js";
import { surveyedZabRepaired } from "../replication/zab/surveyed.promises.js";
import type { TraceEvent } from "../sim/trace.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  nodes: { type: "integer", default: 3, range: [3, 15], summary: "servers in the cluster" },
  leaders: { type: "integer", default: 5, range: [2, 100], summary: "leaders, one after the other: each is drawn anew" },
  changes: { type: "integer", default: 3, range: [1, 100], summary: "changes that each leader is asked to broadcast" },
  interval: { type: "number", default: 10, range: [1, 10_000], unit: "ms", summary: "time between two of them, and before the first" },
  latency: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message; messages of a link keep their order" },
  cut: { type: "number", default: 0.5, range: [0, 1], summary: "probability that a leader can reach only half of the others" },
  worlds: { type: "integer", default: 60_000, range: [1, 10_000_000], summary: "worlds that the explorer visits at most, in search of the shortest counterexample: three nodes, four inputs" },
} as const;

/** What a leader does before it broadcasts. */
export const RECOVERIES: readonly (SurveyedOptions & { readonly name: string })[] = [
  { name: "broadcast alone" },
  { name: "with synchronization", synchronization: true },
  { name: "with discovery", discovery: true },
  { name: "with discovery and synchronization", discovery: true, synchronization: true },
];

interface Outcome {
  /** Changes that some node delivered, and those of them in whose place another delivered, or later had, something else. */
  readonly delivered: number;
  readonly lost: number;
}

/** Claim 2.7: the survey's ZAB is a broadcast; without the phases that come before it, changes of the leader lose what was confirmed. */
export const zabRecovery: Experiment<typeof parameters, readonly Outcome[]> = {
  name: "zab-recovery",
  question: "In ZAB, is it enough that a leader sends, a majority answers, and the leader confirms?",
  parameters,
  trials: 200,
  row: {
    recovery: "what a new leader does before it broadcasts: nothing (the survey), or one or both of Zab's phases 1 and 2",
    delivered: "changes that were confirmed, a run",
    lost: "share of runs in which a confirmed change was lost: another one stands in its place",
    changesLost: "such changes, a run",
    steps: "steps of the shortest run that loses one, found by the explorer (null: it found none)",
    worlds: "different worlds that it visited",
    complete: "whether these are all that there are, of two possible leaders and four inputs; a search that finds something ends there",
  },
  trial: (values, seed) => RECOVERIES.map((options) => leaderChanges(surveyedZab(options), values, seed)),
  summarize: (samples, { worlds }) =>
    RECOVERIES.map((options, i) => {
      const outcomes = samples.map((sample) => sample[i]!);
      const mean = (field: keyof Outcome) => outcomes.reduce((sum, outcome) => sum + outcome[field], 0) / outcomes.length;
      const found = search(options, worlds);
      return {
        recovery: options.name,
        delivered: mean("delivered"),
        lost: outcomes.filter(({ lost }) => lost > 0).length / outcomes.length,
        changesLost: mean("lost"),
        steps: found.violations[0]?.path.length ?? null,
        worlds: found.unique,
        complete: found.complete,
      };
    }),
};

interface Scene {
  readonly nodes: number;
  readonly leaders: number;
  readonly changes: number;
  readonly interval: number;
  readonly latency: Distribution;
  readonly cut: number;
}

function leaderChanges(protocol: Protocol<SurveyedZab>, { nodes, leaders, changes, interval, latency, cut }: Scene, seed: number): Outcome {
  const cluster = simulate(protocol, { size: nodes, seed, latency, fifo: true, digest: false });
  const random = deriveRandom(seed, nodes + 1_000);
  let value = 0;
  for (let i = 0; i < leaders; i++) {
    const leader = Math.floor(random() * nodes);
    const others = Array.from({ length: nodes }, (_, node) => node).filter((node) => node !== leader);
    cluster.heal();
    if (random() < cut) {
      const near = others.filter(() => random() < 0.5);
      cluster.partition([[leader, ...near]]);
    }
    cluster.input(leader, { type: "lead" });
    for (let k = 0; k < changes; k++) {
      cluster.run(cluster.now + interval * 2 * random());
      cluster.input(leader, { type: "broadcast", value: String(value++) });
    }
    cluster.run(cluster.now + interval * 2 * random());
  }
  cluster.heal();
  cluster.run(cluster.now + 1000);
  const places = new Map<number, Set<string>>();
  for (const { output } of cluster.outputs) places.set(output.place, (places.get(output.place) ?? new Set()).add(output.value));
  return { delivered: places.size, lost: [...places.values()].filter((values) => values.size > 1).length };
}

/** Three nodes of which two may be told to lead, and two changes: node 0 is asked for x, node 1 for y. */
function small(options: SurveyedOptions): Subject<SurveyedZab> {
  const whole = surveyedZab(options);
  return {
    protocol: {
      ...whole,
      onInput(state, input, context) {
        if (input.type === "lead" ? context.self < 2 : context.self === (input.value === "x" ? 0 : 1)) whole.onInput!(state, input, context);
      },
    },
    invariants: surveyedZabRepaired.invariants,
    inputs: [{ type: "lead" }, { type: "broadcast", value: "x" }, { type: "broadcast", value: "y" }],
    probe: surveyedZabRepaired.probe!,
  };
}

const search = (options: SurveyedOptions, worlds: number) => explore(small(options), { size: 3, inputs: 4, ordered: true, worlds });

/** The shortest run that loses a confirmed change, to be drawn; times count steps. Undefined if none was found among so many worlds. */
export function recoveryCounterexample(options: SurveyedOptions, worlds: number = parameters.worlds.default): (Violation<SurveyedZab> & { readonly trace: readonly TraceEvent[]; readonly words: readonly string[] }) | undefined {
  const violation = search(options, worlds).violations[0];
  if (!violation) return undefined;
  const { trace, words } = walk(small(options), violation.path, { size: 3 });
  return { ...violation, trace, words };
}
