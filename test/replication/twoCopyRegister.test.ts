import { describe, expect, it } from "vitest";
import { explore } from "../../lib/check/explore/index.js";
import type { Declaration } from "../../lib/promises.js";
import { twoCopyWaiting } from "../../lib/replication/twoCopyRegister.promises.js";
import { type TwoCopies, twoCopyRegister } from "../../lib/replication/twoCopyRegister.js";
import { simulate } from "../../lib/sim/cluster.js";

const started = (acknowledge: "at-once" | "when-copied") => simulate(twoCopyRegister({ acknowledge }), { size: 2, seed: 1, latency: "constant:10" });

describe("a register in two copies", () => {

  it("answers a write at once, or when the copy is there and back", () => {
    for (const [acknowledge, at] of [["at-once", 0], ["when-copied", 20]] as const) {
      const cluster = started(acknowledge);
      cluster.input(0, { type: "write", id: 7, value: 3 });
      cluster.run(1000);
      expect(cluster.outputs).toEqual([{ time: at, node: 0, output: { type: "written", id: 7, version: 1 } }]);
      expect(cluster.nodes.map(({ state }) => state.value)).toEqual([3, 3]);
    }
  });

  it("lets the second copy be read while it is behind, and refuses to write there", () => {
    const cluster = started("at-once");
    cluster.input(0, { type: "write", id: 1, value: 3 });
    cluster.input(1, { type: "read", id: 2 }, 5);
    cluster.input(1, { type: "write", id: 3, value: 4 }, 6);
    cluster.input(1, { type: "read", id: 4 }, 15);
    cluster.run(1000);
    expect(cluster.outputs.slice(1).map(({ output }) => output)).toEqual([
      { type: "value", id: 2, version: 0, value: null },
      { type: "refused", id: 3 },
      { type: "value", id: 4, version: 1, value: 3 },
    ]);
  });

  it("is accused of answering too early if it promises to wait and does not", () => {
    const hasty: Declaration<TwoCopies> = { ...twoCopyWaiting, engine: () => twoCopyRegister() };
    const { violations } = explore({ ...hasty, inputs: () => ({ type: "write", id: 0, value: 0 }) }, { size: 2, inputs: 1, timers: 1 });
    expect(violations[0]?.property).toBe("an answered write is on both disks");
    expect(violations[0]?.path).toHaveLength(1);
  });
});
