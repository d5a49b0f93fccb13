import { describe, expect, it } from "vitest";
import { drawRun } from "../../../lib/check/hostileRun.js";
import { play } from "../../../lib/check/play.js";
import { multiPaxos } from "../../../lib/replication/paxos/multiPaxos.js";
import { multiPaxosLog } from "../../../lib/replication/paxos/multiPaxos.promises.js";
import { simulate } from "../../../lib/sim/cluster.js";

const seeds = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const put = (client: number, serial: number) => ({ type: "request", client, serial, command: { op: "append", key: "a", value: `${client}.${serial} ` } }) as const;

/** Three nodes on a network with a delay of 5 ms, node 0 leading. */
function led(sent: string[] = []) {
  const cluster = simulate(multiPaxos(), { size: 3, seed: 1, latency: "constant:5", observer: { sent: (_from, _to, { type }) => void sent.push(type) } });
  cluster.input(0, { type: "campaign" });
  cluster.run(30);
  expect(cluster.nodes[0]!.state.role).toBe("leader");
  return cluster;
}

describe("Multi-Paxos (Paxos Made Simple, §3)", () => {
  it("a stable leader skips phase 1: a command costs one round trip, and no Prepare", () => {
    const sent: string[] = [];
    const cluster = led(sent);
    sent.length = 0;
    cluster.input(0, put(1, 1));
    cluster.run(40);
    expect(cluster.outputs.filter(({ output }) => output.type === "answer").map(({ node, time }) => [node, time])).toEqual([[0, 40]]);
    expect(sent).toContain("Accept");
    expect(sent).not.toContain("Prepare");
  });

  it("a follower refuses, and names the leader", () => {
    const cluster = led();
    cluster.input(1, put(1, 1));
    expect(cluster.outputs.at(-1)!.output).toEqual({ type: "refused", client: 1, serial: 1, leader: 0 });
  });

  it("a request that is asked for twice has two slots, is carried out once and answered the same", () => {
    const cluster = led();
    cluster.input(0, put(1, 1));
    cluster.input(0, put(1, 1));
    cluster.run(400);
    for (const { state } of cluster.nodes) {
      expect(state.chosen).toHaveLength(2);
      expect(state.sessions.machine).toEqual({ a: "1.1 " });
    }
  });

  it("a new leader fills a gap with a no-op, and carries on what it is told of beyond it", () => {
    const cluster = led();
    cluster.partition([[0], [1, 2]]);
    cluster.input(0, put(1, 1));
    cluster.run(31);
    cluster.heal();
    // Slot 0 reached nobody; slot 1 reaches node 1, before node 0 is gone for good.
    cluster.command({ type: "cut", from: 0, to: 2 });
    cluster.input(0, put(2, 1));
    cluster.run(37);
    cluster.crash(0);
    cluster.run(2000);
    for (const { state } of cluster.nodes.slice(1)) expect(state.chosen.map((value) => value && value.client)).toEqual([null, 2]);
  });

  it("a follower that was away is told what it missed, and a leader that was away gives up", () => {
    const cluster = led();
    cluster.partition([[0], [1, 2]]);
    cluster.input(0, put(9, 1));
    cluster.run(2000);
    const leader = cluster.nodes.slice(1).find(({ state }) => state.role === "leader")!;
    for (let serial = 1; serial <= 5; serial++) cluster.input(leader.id, put(1, serial));
    cluster.run(2500);
    expect(cluster.nodes[0]!.state).toMatchObject({ role: "leader", chosen: [] });
    cluster.heal();
    cluster.run(4000);
    for (const { state } of cluster.nodes) expect(state.sessions.machine.a).toBe("1.1 1.2 1.3 1.4 1.5 ");
  });

  it("options out of range are named", () => {
    expect(() => multiPaxos({ electionTimeout: [300, 150] })).toThrow("election timeout");
    expect(() => multiPaxos({ heartbeat: 0 })).toThrow("heartbeat interval");
    expect(() => multiPaxos({ catchUp: 0 })).toThrow("catch up");
    expect(() => multiPaxos({ phase1: 1, phase2: 2 }).init(0, 3)).toThrow("their sum must be above 3");
  });
});

it("with lost disks, too, a chosen value stays chosen and histories are linearizable: only progress may end", () => {
  const declaration = { ...multiPaxosLog, tolerates: [...multiPaxosLog.tolerates, "lost-disk" as const] };
  const safety = [...declaration.invariants.map(({ name }) => name), "the clients' history is linearizable"];
  for (const seed of seeds(400)) expect(safety, `seed ${seed}`).not.toContain(play(declaration, drawRun(declaration, seed)).accusation?.property);
});
