import { describe, expect, it } from "vitest";
import { checkLinearizable } from "../../../lib/check/linearizability/checkLinearizable.js";
import { models } from "../../../lib/check/models/index.js";
import { operationsOf } from "../../../lib/check/pairEvents.js";
import { commandMessages } from "../../../lib/experiments/commandMessages.js";
import { sameService } from "../../../lib/experiments/sameService.js";
import { runExperiment } from "../../../lib/experiments/runExperiment.js";
import { serviceEngines } from "../../../lib/experiments/serviceEngines.js";
import { serviceLoad, type ServiceUse } from "../../../lib/experiments/serviceLoad.js";
import { keyValue, keyValueClients } from "../../../lib/replication/service/keyValue.js";
import type { Answer, Machine, Request } from "../../../lib/replication/service/machine.js";

type QueueCommand = { readonly op: "enqueue"; readonly value: string } | { readonly op: "dequeue" };

/** First in, first out: a machine that no engine has ever seen. */
const queue: Machine<string[], QueueCommand, string | null> = {
  begin: () => [],
  apply(elements, command) {
    if (command.op === "dequeue") return elements.shift() ?? null;
    elements.push(command.value);
    return null;
  },
  reads: () => false,
};

const queueClients: ServiceUse["clients"] = {
  model: "queue",
  request: (client, serial, random): Request<QueueCommand> => ({ type: "request", client, serial, command: random() < 0.55 ? { op: "enqueue", value: `${client}.${serial}` } : { op: "dequeue" } }),
  asked: ({ client, serial, command }: Request<QueueCommand>) => ({ client, serial, f: command.op, value: command.op === "enqueue" ? command.value : null }),
  answered(output: Answer<string | null>) {
    if (output.type === "answer") return { client: output.client, serial: output.serial, type: "ok", value: output.result };
    return output.type === "refused" ? { client: output.client, serial: output.serial, type: "refused", leader: output.leader } : undefined;
  },
};

const services: readonly (readonly [string, ServiceUse])[] = [
  ["the key-value store", { machine: keyValue, clients: keyValueClients }],
  ["a queue", { machine: queue, clients: queueClients }],
];

const options = { nodes: 3, clients: 3, think: 25, retry: 100, latency: "uniform:1,10", fifo: true, timeout: 150, heartbeat: 50, before: 400, after: 1500, back: 600 };

describe.each(services)("%s, unchanged (Schneider 1990: a deterministic machine under one order of commands)", (_name, use) => {
  it.each(serviceEngines.map((engine) => [engine.name, engine] as const))("on %s: goes on after the leader's crash, and clients see one object", (_engine, engine) => {
    for (let seed = 1; seed <= 12; seed++) {
      const { history, operations, operationsBefore, downtime, cluster } = serviceLoad(engine, use, options, seed);
      expect(operationsBefore, `seed ${seed}`).toBeGreaterThan(20);
      expect(operations, `seed ${seed}`).toBeGreaterThan(operationsBefore);
      expect(downtime, `seed ${seed}`).not.toBeNull();
      expect(checkLinearizable(operationsOf(history.events), models[use.clients.model]!).verdict, `seed ${seed}`).toBe("linearizable");
      // What the crashed node lacks it is brought, once clients have fallen silent.
      cluster.run(cluster.now + 1500);
      const [first, ...others] = cluster.nodes.map(({ state }) => (state as { sessions: { machine: object } }).sessions.machine);
      for (const machine of others) expect(machine, `seed ${seed}`).toEqual(first);
    }
  });
});

it("the engines can be compared: equal networks, equal clients, one row each", () => {
  const { rows } = runExperiment(sameService, { after: 1500 }, { seed: 1, trials: 6 });
  expect(rows.map(({ engine }) => engine)).toEqual(["raft", "multi-paxos", "zab", "primary-backup"]);
  for (const row of rows) {
    expect(row).toMatchObject({ restored: 1, linearizable: 1 });
    // A decision costs a request and an acknowledgement for each of two followers at least (published: 2(n − 1), all but the leader's own).
    expect(row.messages).toBeGreaterThanOrEqual(4);
    expect(row.downtime).toBeGreaterThan(100);
  }
});

it("a decision costs what the closed forms say: a leader handles 2N messages, in Zab 3(N − 1) + 2, for it sends its commits apart", () => {
  for (const { engine, nodes, handled, expected } of runExperiment(commandMessages, {}, { seed: 1 }).rows) expect(handled, `${engine} of ${nodes}`).toBe(expected);
});
