import type { Experiment } from "./experiment.js";
import { throughput } from "./throughput.js";

const { nodes: _nodes, clients: _clients, keys, warm, window, ...rest } = throughput.parameters;

const parameters = {
  ...rest,
  nodes: { type: "list", default: "3,9", values: [], summary: "servers, two sizes or more: the others are compared with the first" },
  keys: { ...keys, default: 300 },
  warm: { ...warm, default: 20 },
  window: { ...window, default: 40 },
  clients: { type: "integer", default: 6, range: [1, 1000], summary: "clients a server, each with one request at a time" },
} as const;

/** Claims 5.3 and G.1: throughput by the number of servers, with as many more clients, at a fixed number of copies where a design has one. */
export const scalability: Experiment<typeof parameters, readonly unknown[]> = {
  name: "scalability",
  question: "How does each design's throughput grow with the number of servers?",
  parameters,
  trials: 1,
  row: {
    ...throughput.row,
    speedup: "throughput by that of the first size (null: nothing was answered there)",
    perfect: "servers by those of the first size: what the speed-up would be if each did its full share",
  },
  check: (values) => throughput.check!({ ...values }),
  trial: ({ nodes, clients, ...values }, seed) => (nodes as readonly number[]).map((count) => throughput.trial({ ...values, nodes: [count], clients: clients * count }, seed, 0)),
  summarize(samples, { nodes, clients, ...values }) {
    const sizes = nodes as readonly number[];
    const rows = sizes.map((count, i) => throughput.summarize(samples.map((sample) => sample[i] as never), { ...values, nodes: [count], clients: clients * count }));
    return rows[0]!.flatMap((first, entry) => rows.map((of, i) => ({ ...of[entry]!, speedup: first.throughput === 0 ? null : (of[entry]!.throughput as number) / (first.throughput as number), perfect: sizes[i]! / sizes[0]! })));
  },
};
