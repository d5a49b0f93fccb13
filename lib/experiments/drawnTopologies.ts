import type { NodeId, Protocol } from "../protocol.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  delay: { type: "distribution", default: "constant:5", unit: "ms", summary: "one-way delay of every message" },
  wait: { type: "number", default: 1000, range: [1, 1_000_000], unit: "ms", summary: "how long each box waits for what it has sent to go round" },
} as const;

/** A diagram of the survey's Appendix C: its boxes by the labels that are drawn, and its arrows. */
interface Diagram {
  readonly name: string;
  readonly boxes: readonly string[];
  readonly arrows: readonly (readonly [from: string, to: string])[];
}

const each = (from: readonly string[], to: readonly string[]): [string, string][] => from.flatMap((a) => to.map((b): [string, string] => [a, b]));

/** The two diagrams as they are drawn, with the text's "equal nodes" and its separate boxes for Master and Sync. */
export const DIAGRAMS: readonly Diagram[] = [
  {
    name: "single leader",
    boxes: ["Node1", "Node2", "Node3", "Node4", "Master", "Sync"],
    arrows: [...each(["Node1", "Node2", "Node3", "Node4"], ["Master"]), ["Master", "Sync"], ...each(["Sync"], ["Node1", "Node2", "Node3", "Node4"])],
  },
  {
    name: "leaderless",
    boxes: ["Node1", "Node2", "Node3", "Node4", "Node5", "Node6", "Sync"],
    arrows: [...each(["Node1", "Node5", "Node6"], ["Node2", "Node3", "Node4"]), ...each(["Node2", "Node3", "Node4"], ["Sync"]), ...each(["Sync"], ["Node1", "Node5", "Node6"])],
  },
];

const READINGS = ["as drawn", "both ways"] as const;

/** Whether each box that is left hears from each other, and whether what it proposes is agreed to by a majority of all boxes and comes back. */
interface Outcome {
  readonly heard: number;
  readonly committed: number;
}

interface Flooding {
  State: { heard: Record<string, true>; agreed: NodeId[] };
  Message: { readonly type: "proposal" | "agreement"; readonly of: NodeId; readonly by: NodeId };
  Input: { readonly type: "propose" };
  Output: { readonly type: "heard" | "committed"; readonly of: NodeId };
}

/** The most that a network without lost messages can do: every box passes on whatever it hears of, once; a proposal that a majority of all boxes agrees to is committed. */
const flooding: Protocol<Flooding> = {
  init: () => ({ heard: {}, agreed: [] }),
  onInput(state, _input, context) {
    flooding.onMessage(state, context.self, { type: "proposal", of: context.self, by: context.self }, context);
  },
  onMessage(state, from, message, context) {
    const { type, of, by } = message;
    const name = `${type} ${of} ${by}`;
    if (state.heard[name]) return;
    state.heard[name] = true;
    for (let peer = 0; peer < context.size; peer++) if (peer !== context.self && peer !== from) context.send(peer, message);
    if (type === "proposal") {
      context.output({ type: "heard", of });
      flooding.onMessage(state, context.self, { type: "agreement", of, by: context.self }, context);
    } else if (of === context.self && !state.agreed.includes(by)) {
      state.agreed.push(by);
      if (state.agreed.length === Math.floor(context.size / 2) + 1) context.output({ type: "committed", of });
    }
  },
};

/** Claim C.1: the two diagrams of Appendix C run as networks, whole and with each box removed in turn. Equals would be missed equally. */
export const drawnTopologies: Experiment<typeof parameters, readonly Outcome[]> = {
  name: "drawn-topologies",
  question: "Are the nodes of the survey's second diagram equal: what does each box's failure cost?",
  parameters,
  trials: 1,
  row: {
    diagram: "which of the two diagrams of Appendix C",
    arrows: "`as drawn`: messages pass along an arrow only; `both ways`: an arrow is a link for both directions",
    removed: "the box that has failed (none: all are up)",
    hear: "of the ordered pairs of the other boxes, the share in which the second hears from the first, over any number of hops",
    commit: "share of the other boxes that can have something agreed to by a majority of all boxes and learn of it",
  },
  trial: ({ delay, wait }, seed) => cases().map(({ diagram, arrows, removed }) => run(diagram, arrows, removed, delay, wait, seed)),
  summarize: ([outcomes = []]) =>
    cases().map(({ diagram, arrows, removed }, i) => {
      const others = diagram.boxes.length - (removed === null ? 0 : 1);
      return { diagram: diagram.name, arrows, removed: removed ?? "none", hear: outcomes[i]!.heard / (others * (others - 1)), commit: outcomes[i]!.committed / others };
    }),
};

const cases = () => DIAGRAMS.flatMap((diagram) => READINGS.flatMap((arrows) => [null, ...diagram.boxes].map((removed) => ({ diagram, arrows, removed }))));

function run({ boxes, arrows }: Diagram, reading: (typeof READINGS)[number], removed: string | null, latency: Parameters<typeof simulate>[1]["latency"], wait: number, seed: number): Outcome {
  const drawn = (from: string, to: string) => arrows.some(([a, b]) => (a === from && b === to) || (reading === "both ways" && a === to && b === from));
  const cluster = simulate(flooding, { size: boxes.length, seed, ...(latency !== undefined && { latency }), digest: false });
  boxes.forEach((from, i) => boxes.forEach((to, j) => i !== j && !drawn(from, to) && cluster.command({ type: "cut", from: i, to: j })));
  if (removed !== null) cluster.crash(boxes.indexOf(removed));
  boxes.forEach((_box, node) => cluster.input(node, { type: "propose" }));
  cluster.run(wait);
  const count = (type: string) => cluster.outputs.filter(({ node, output }) => output.type === type && (type === "committed" || output.of !== node)).length;
  return { heard: count("heard"), committed: count("committed") };
}
