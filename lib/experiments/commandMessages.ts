import { keyValue } from "../replication/service/keyValue.js";
import { simulate } from "../sim/cluster.js";
import { countMessages, HEARTBEAT } from "./countMessages.js";
import type { Experiment, Row } from "./experiment.js";
import { leaderOf, type ServiceEngine, serviceEngines } from "./serviceEngines.js";

const parameters = {
  nodes: { type: "list", default: "3,5,7,9", values: [], summary: "sizes of the cluster that are tried" },
  commands: { type: "integer", default: 20, range: [1, 10_000], summary: "commands that the leader is asked for, one after the other" },
  interval: { type: "number", default: 50, range: [1, 10_000], unit: "ms", summary: "time between two of them; the next one should find the last one done" },
  delay: { type: "number", default: 5, range: [0.1, 1000], unit: "ms", summary: "one-way delay of every message: constant" },
} as const;

/** By engine and size: messages a command that the leader handles beyond its heartbeats, and those that all nodes send; null: nobody led. */
type Sample = readonly ({ readonly handled: number; readonly sent: number } | null)[];

/**
 * What a command costs in messages, engine by engine. A leader that sends it to all, hears from all and needs no third message
 * handles 2N of them, if the client's two are counted.
 */
export const commandMessages: Experiment<typeof parameters, Sample> = {
  name: "command-messages",
  question: "How many messages does a leader handle for one command?",
  parameters,
  trials: 1,
  row: {
    engine: "what replicates the command",
    nodes: "nodes in the cluster, N",
    handled: "messages that the leader sends or receives a command, heartbeats left out and the client's request and answer counted (null: nobody led)",
    sent: "messages that nodes send each other a command, heartbeats left out",
    expected: "by the closed form: 2N, and 3N − 1 where all are told of every commitment at once (zab)",
  },
  check({ nodes }) {
    if (typeof nodes === "string" || nodes.length === 0) throw new Error("nodes needs one number or more");
    const bad = nodes.find((n) => !Number.isInteger(n) || n < 2 || n > 99);
    if (bad !== undefined) throw new Error(`nodes are whole numbers from 2 to 99: got ${bad}`);
  },
  trial: ({ nodes, ...use }, seed) => serviceEngines.flatMap((engine) => (nodes as readonly number[]).map((size) => costOn(engine, size, use, seed))),
  summarize(samples, { nodes }) {
    const sizes = nodes as readonly number[];
    return serviceEngines.flatMap(({ name }, e) =>
      sizes.map((n, i): Row => {
        const counts = samples.map((sample) => sample[e * sizes.length + i]!);
        const mean = (field: "handled" | "sent") => (counts.some((count) => count === null) ? null : counts.reduce((sum, count) => sum + count![field], 0) / counts.length);
        return { engine: name, nodes: n, handled: mean("handled"), sent: mean("sent"), expected: name === "zab" ? 3 * n - 1 : 2 * n };
      }),
    );
  },
};

const PATIENCE = { timeout: 3 * HEARTBEAT, heartbeat: HEARTBEAT };

function costOn(engine: ServiceEngine, size: number, { delay, ...use }: { readonly delay: number; readonly commands: number; readonly interval: number }, seed: number): Sample[number] {
  const counts = countMessages(
    (observer) => simulate(engine.build(keyValue, PATIENCE), { size, seed, latency: `constant:${delay}`, fifo: true, digest: false, observer }),
    ({ nodes }) => leaderOf(engine, nodes),
    (_i, leader) => leader,
    use,
  );
  return counts && { handled: counts.handled[counts.leader]! + 2, sent: counts.sent };
}
