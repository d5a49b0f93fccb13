import { describe, expect, it } from "vitest";
import { checkSequential } from "../../../lib/check/consistency/checkSequential.js";
import type { Operation } from "../../../lib/check/history.js";
import { checkLinearizable } from "../../../lib/check/linearizability/checkLinearizable.js";
import { models } from "../../../lib/check/models/index.js";
import { zab } from "../../../lib/replication/zab/zab.js";
import { simulate } from "../../../lib/sim/cluster.js";

/** Five clients, each with a node of its own, write and read one register in turn, each some ms after its last answer. */
function operations(reads: "log" | "local", seed: number): Operation[] {
  const cluster = simulate(zab({ reads }), { size: 5, seed, latency: "uniform:1,30" });
  const ready = () => cluster.nodes.every(({ state }) => state.phase === "broadcast");
  expect(cluster.runUntil(ready, 5000)).toBe(true);
  const all: { -readonly [field in keyof Operation]: Operation[field] }[] = [];
  const clients = Array.from({ length: 5 }, (_, process) => ({ process, serial: 0, due: cluster.now + 3 * process, under: undefined as (typeof all)[number] | undefined }));
  let place = 0;
  let heard = cluster.outputs.length;
  const answers = () => {
    for (; heard < cluster.outputs.length; heard++) {
      const { output } = cluster.outputs[heard]!;
      if (output.type !== "answer") continue;
      const client = clients[output.client]!;
      Object.assign(client.under!, { returned: place++, ...(client.under!.f === "read" && { output: output.result }) });
      Object.assign(client, { under: undefined, due: cluster.now + 4 });
    }
  };
  while (all.length < 80) {
    for (const client of clients) {
      if (client.under || client.due > cluster.now) continue;
      const { process } = client;
      const serial = ++client.serial;
      const f = (serial + process) % 3 === 0 ? "write" : "read";
      const value = `${process}.${serial}`;
      all.push((client.under = { id: all.length, process, f, input: f === "write" ? value : null, invoked: place++, returned: Infinity }));
      cluster.input(process, { type: "request", client: process, serial, command: f === "write" ? { op: "put", key: "x", value } : { op: "get", key: "x" } });
      answers();
    }
    cluster.step();
    answers();
  }
  return all;
}

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

describe("where reads are answered", () => {
  it("through the log: linearizable", () => {
    for (const seed of seeds) expect(checkLinearizable(operations("log", seed), models.register!).verdict, `seed ${seed}`).toBe("linearizable");
  });

  it("by the node that is asked, as in ZooKeeper: sequentially consistent for clients that stay with their node, and stale (Hunt et al. 2010, §2.3)", () => {
    const stale = seeds.filter((seed) => {
      const history = operations("local", seed);
      expect(checkSequential(history), `seed ${seed}`).toEqual({ holds: true });
      return checkLinearizable(history, models.register!).verdict !== "linearizable";
    });
    expect(stale.length).toBeGreaterThan(0);
  });
});
