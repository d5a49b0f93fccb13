import { describe, expect, it } from "vitest";
import { chen } from "../../../lib/gossip/failureDetectors/chen.js";
import { fixedTimeout } from "../../../lib/gossip/failureDetectors/fixedTimeout.js";
import { heartbeats } from "../../../lib/gossip/failureDetectors/heartbeats.js";
import { phiAccrual } from "../../../lib/gossip/failureDetectors/phiAccrual.js";
import { simulate } from "../../../lib/sim/cluster.js";

const detectors = [
  ["a fixed timeout", fixedTimeout({ timeout: 300 })],
  ["Chen's NFD-E", chen({ interval: 100, margin: 200 })],
  ["φ accrual", phiAccrual({ threshold: 8, first: 100, deviation: 20 })],
] as const;

describe.each(detectors)("heartbeats watched with %s", (_name, detector) => {
  it("a crashed node is suspected by all, soon, and trusted again when it is back", () => {
    const cluster = simulate(heartbeats({ interval: 100, detector: detector as never }), { size: 4, seed: 2 });
    cluster.run(5000);
    expect(cluster.outputs).toEqual([]);
    cluster.crash(1);
    cluster.run(6000);
    expect(cluster.outputs.map(({ node, output }) => ({ by: node, ...output })).sort((a, b) => a.by - b.by)).toEqual([0, 2, 3].map((by) => ({ by, type: "suspect", node: 1 })));
    cluster.restart(1);
    cluster.run(6500);
    // Its sequence numbers begin again at 1, in a second life.
    expect(cluster.nodes.map(({ state }) => (state as any).watched.every(({ suspected }: { suspected: boolean }) => !suspected))).toEqual([true, true, true, true]);
    expect((cluster.nodes[0]!.state as any).watched[0]).toMatchObject({ node: 1, life: 2 });
  });

  it("two that cannot hear each other suspect each other, and nobody else does", () => {
    const cluster = simulate(heartbeats({ interval: 100, detector: detector as never }), { size: 3, seed: 1 });
    cluster.run(3000);
    cluster.command({ type: "cut", from: 0, to: 1 });
    cluster.run(8000);
    expect(cluster.outputs.map(({ node, output }) => ({ by: node, ...output }))).toEqual([{ by: 1, type: "suspect", node: 0 }]);
    cluster.heal();
    cluster.run(8500);
    expect(cluster.outputs.at(-1)!.output).toEqual({ type: "trust", node: 0 });
  });
});

it("an interval of no time is refused", () => expect(() => heartbeats({ interval: 0, detector: fixedTimeout({ timeout: 1 }) })).toThrow(/interval above 0/));
