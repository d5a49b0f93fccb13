import { drawSome } from "../election/drawSome.js";
import { completeGraph, gridQuorums, intersectPairwise, type LockSets, ringGraph, withoutOwn } from "../election/moss/lockSets.js";
import { moss } from "../election/moss/moss.js";
import type { NodeId } from "../protocol.js";
import { deriveRandom, type Distribution } from "../random.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";

const parameters = {
  nodes: { type: "integer", default: 6, range: [2, 99], summary: "nodes in the cluster" },
  degree: { type: "integer", default: 3, range: [1, 98], summary: "on the random graph: how many others a node takes for neighbours; it is their neighbour, too" },
  rivals: { type: "list", default: "all", values: ["all"], summary: "how many nodes, drawn at random, want to lead; or all" },
  own: { type: "choice", default: "needed", values: ["needed", "not needed"], summary: "whether a node needs its own lock as well; the survey speaks of the others' alone" },
  crash: { type: "choice", default: "none", values: ["none", "one"], summary: "whether a node, drawn at random, crashes for good, at a moment drawn uniformly from `startWithin`" },
  startWithin: { type: "number", default: 20, range: [0, 100_000], unit: "ms", summary: "each begins to want to lead at a random time up to this one" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  horizon: { type: "number", default: 5000, range: [1, 1_000_000], unit: "ms", summary: "how long to watch" },
} as const;

const GRAPHS = ["complete", "ring", "random", "quorums"] as const;

interface Outcome {
  readonly intersect: boolean;
  readonly leaders: number;
  /** When the first one led, ms; null: nobody did. */
  readonly first: number | null;
  readonly messages: number;
}

/** By order of the clocks (on, off); by rivals, and for each by graph. */
type Sample = readonly (readonly Outcome[])[];

const rivalsOf = (rivals: string | readonly number[], nodes: number): readonly number[] => (typeof rivals === "string" ? [nodes] : rivals);

/** Claim 3.2: MOSS by neighbour graph, with the order of the logical clocks and without it. Nothing fails, or one node does. */
export const mossNeighbours: Experiment<typeof parameters, Sample> = {
  name: "moss-neighbours",
  question: "Does whoever holds the locks of all its neighbours lead alone?",
  parameters,
  trials: 200,
  row: {
    graph: "who is whose neighbour: `complete`, all; `ring`, the ones before and after; `random`; `quorums`, the row and column of a grid",
    order: "whether the older wish goes first, by the logical clocks",
    rivals: "how many nodes want to lead",
    intersect: "share of the runs in which any two nodes' neighbourhoods have a node in common",
    one: "share of the runs in which one node came to lead",
    several: "share in which two or more did",
    severalApart: "share in which two or more did, of the runs whose neighbourhoods do not intersect pairwise (null: there is none)",
    severalIntersecting: "share in which two or more did, of the runs whose neighbourhoods do (null: there is none)",
    none: "share in which nobody did",
    first: "median time until somebody led, ms (null: mostly never)",
    messages: "mean number of messages",
  },
  check({ nodes, rivals }) {
    if (rivalsOf(rivals, nodes).some((count) => !(Number.isInteger(count) && count >= 1 && count <= nodes))) throw new Error(`expected whole numbers from 1 to ${nodes} for --rivals`);
  },
  trial({ nodes, degree, rivals, own, ...values }, seed) {
    const graphs = [completeGraph, ringGraph, randomGraph(nodes, degree, seed), gridQuorums].map((graph) => (own === "needed" ? graph : withoutOwn(graph)));
    return [true, false].map((order) => rivalsOf(rivals, nodes).map((count) => graphs.map((neighbors) => elect({ ...values, nodes, neighbors, order, rivals: count }, seed))).flat());
  },
  summarize: (samples, { nodes, rivals }) =>
    [true, false].flatMap((order, i) =>
      rivalsOf(rivals, nodes).flatMap((count, j) =>
        GRAPHS.map((graph, k) => {
          const outcomes = samples.map((sample) => sample[i]![j * GRAPHS.length + k]!);
          const share = (of: readonly Outcome[], holds: (outcome: Outcome) => boolean) => (of.length === 0 ? null : of.filter(holds).length / of.length);
          const several = ({ leaders }: Outcome) => leaders > 1;
          return {
            ...{ graph, order, rivals: count },
            intersect: share(outcomes, ({ intersect }) => intersect),
            one: share(outcomes, ({ leaders }) => leaders === 1),
            several: share(outcomes, several),
            severalApart: share(outcomes.filter(({ intersect }) => !intersect), several),
            severalIntersecting: share(outcomes.filter(({ intersect }) => intersect), several),
            none: share(outcomes, ({ leaders }) => leaders === 0),
            first: percentile(outcomes.map(({ first }) => first), 0.5),
            messages: outcomes.reduce((sum, { messages }) => sum + messages, 0) / outcomes.length,
          };
        }),
      ),
    ),
};

interface Election {
  readonly nodes: number;
  readonly neighbors: LockSets;
  readonly order: boolean;
  readonly rivals: number;
  readonly crash: string;
  readonly startWithin: number;
  readonly delay: Distribution;
  readonly horizon: number;
}

function elect({ nodes, neighbors, order, rivals, crash, startWithin, delay, horizon }: Election, seed: number): Outcome {
  const sound = moss({ neighbors, order, startWithin });
  const random = deriveRandom(seed, nodes + 2);
  const wanting = new Set(drawSome(Array.from({ length: nodes }, (_, node) => node), rivals, random));
  let messages = 0;
  const cluster = simulate({ ...sound, onStart: (state, context) => void (wanting.has(context.self) && sound.onStart!(state, context)) }, { size: nodes, seed, latency: delay, digest: false, observer: { sent: () => void messages++ } });
  if (crash === "one") cluster.crash(Math.floor(random() * nodes), startWithin * random());
  cluster.run(horizon);
  const led = cluster.outputs.filter(({ node, output }) => output.leader === node);
  return { intersect: intersectPairwise(neighbors, nodes), leaders: led.length, first: led[0]?.time ?? null, messages };
}

/** Each node takes `degree` others for neighbours, and is theirs; its own lock it needs, too. */
function randomGraph(nodes: number, degree: number, seed: number): LockSets {
  const random = deriveRandom(seed, nodes + 1);
  const sets = Array.from({ length: nodes }, (_, node) => new Set<NodeId>([node]));
  sets.forEach((own, node) => {
    for (const other of drawSome([...sets.keys()].filter((other) => other !== node), degree, random)) {
      own.add(other);
      sets[other]!.add(node);
    }
  });
  return (node) => [...sets[node]!].sort((a, b) => a - b);
}
