import { describe, expect, it } from "vitest";
import { simulate } from "../../../lib/sim/cluster.js";
import { coordination } from "../../../lib/systems/coordination/coordination.js";
import { coordinationLock, treeOf } from "../../../lib/systems/coordination/coordination.promises.js";
import type { ClientState, ServerState } from "../../../lib/systems/coordination/types.js";

describe("a coordination service on Zab", () => {
  it("a lock passes on when its holder's session ends, by the leader's clock and within its timeout", () => {
    const cluster = simulate(coordination({ sessionTimeout: 400, hold: 100_000 }), { size: 7, seed: 2, latency: "constant:5" });
    const holder = () => cluster.nodes.find(({ up, state }) => up && state.kind === "client" && state.progress.holds)?.id;
    expect(cluster.runUntil(() => holder() !== undefined, 3000)).toBe(true);
    cluster.run(cluster.now + 1000);
    const first = holder()!;
    const crashed = cluster.now;
    cluster.crash(first);
    expect(cluster.runUntil(() => holder() !== undefined && holder() !== first, crashed + 3000)).toBe(true);
    expect(cluster.now - crashed).toBeGreaterThan(200);
    expect(cluster.now - crashed).toBeLessThan(600);
  });

  it("sessions outlast a change of the leader: its clock stands still meanwhile", () => {
    const cluster = simulate(coordination({ sessionTimeout: 300, retry: 50 }), { size: 7, seed: 3, latency: "constant:5", probe: coordinationLock.probe! });
    cluster.run(2000);
    const sessions = () => cluster.nodes.flatMap(({ state }) => (state.kind === "client" ? [(state as ClientState).sessions] : []));
    const before = sessions();
    cluster.command({ type: "crash", node: { role: "leader" } });
    cluster.run(4000);
    expect(cluster.nodes.some(({ up, state }) => up && state.kind === "server" && (state as ServerState).zab.role === "leading")).toBe(true);
    expect(sessions()).toEqual(before);
    const up = cluster.nodes.filter(({ up, state }) => up && state.kind === "server").map(({ state }) => Object.keys(treeOf(state as ServerState).sessions));
    expect(up[0]).toEqual(up[1]);
  });

  it("options out of range are named", () => {
    expect(() => coordination({ clock: 0 })).toThrow("clock");
    expect(() => coordination().init(0, 4)).toThrow("too few");
  });
});
