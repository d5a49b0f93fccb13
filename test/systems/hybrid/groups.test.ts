import { describe, expect, it } from "vitest";
import { raft } from "../../../lib/replication/raft/raft.js";
import { keyValue } from "../../../lib/replication/service/keyValue.js";
import { simulate } from "../../../lib/sim/cluster.js";
import { shardedGroups } from "../../../lib/systems/hybrid/groups.js";
import { shardOf } from "../../../lib/systems/hybrid/placeGroups.js";

const SHARDS = 5;
const begun = (seed = 1) => {
  const cluster = simulate(shardedGroups({ shards: SHARDS, replicas: 3, member: ({ priority }) => raft({ machine: keyValue, preVote: true, checkQuorum: true, snapshotAfter: 4, priority }) }), { size: 5, seed, latency: "uniform:1,10", diskWrite: "uniform:1,3" });
  cluster.run(1000);
  const leaderOf = (shard: number) => cluster.nodes.find(({ up, state }) => up && state.groups[shard]?.role === "leader")?.id;
  let serial = 0;
  const ask = (node: number, key: string, value?: string) => {
    const from = cluster.outputs.length;
    cluster.input(node, { type: "request", client: 1, serial: ++serial, command: value === undefined ? { op: "get", key } : { op: "put", key, value } } as never);
    cluster.run(cluster.now + 100);
    return cluster.outputs.slice(from).map(({ output }) => output as { type: string; client?: number; result?: unknown; leader?: number }).find(({ client }) => client === 1);
  };
  return { cluster, leaderOf, ask };
};
const shards = Array.from({ length: SHARDS }, (_, shard) => shard);

describe("a leader a shard (Corbett et al. 2012, §2.1)", () => {
  it("every node leads one of five groups of three on five nodes", () => {
    const { leaderOf } = begun();
    expect(new Set(shards.map(leaderOf))).toEqual(new Set(shards));
  });

  it("a key's leader answers, a member names it, and a stranger names a member", () => {
    const { cluster, leaderOf, ask } = begun();
    const shard = shardOf("a", SHARDS);
    const [leader, members] = [leaderOf(shard)!, cluster.nodes[0]!.state.members[shard]!];
    expect(ask(leader, "a", "x")).toMatchObject({ type: "answer" });
    expect(ask(leader, "a")).toMatchObject({ type: "answer", result: "x" });
    expect(ask(members.find((node) => node !== leader)!, "a")).toMatchObject({ type: "refused", leader });
    const stranger = shards.find((node) => !members.includes(node))!;
    const named = new Set(Array.from({ length: 20 }, () => ask(stranger, "a")!.leader!));
    expect([...named].sort()).toEqual([...members].sort());
  });

  it("the crash of a node leaves the shards that it does not lead as they were", () => {
    const { cluster, leaderOf, ask } = begun();
    const shard = shardOf("a", SHARDS);
    const leader = leaderOf(shard)!;
    const spared = ["b", "c", "d", "e", "f"].find((key) => leaderOf(shardOf(key, SHARDS)) !== leader)!;
    cluster.crash(leader);
    expect(ask(leaderOf(shardOf(spared, SHARDS))!, spared, "y")).toMatchObject({ type: "answer" });
    expect(leaderOf(shard)).toBeUndefined();
    cluster.run(cluster.now + 1500);
    expect(ask(leaderOf(shard)!, "a", "z")).toMatchObject({ type: "answer" });
  });

  it("a node that starts again finds the logs and snapshots of all its groups in the one log on its disk", () => {
    const { cluster, leaderOf, ask } = begun();
    for (let i = 0; i < 30; i++) {
      const key = "abcdefgh"[i % 8]!;
      ask(leaderOf(shardOf(key, SHARDS))!, key, `${i}`);
    }
    const node = cluster.nodes[2]!;
    const summary = () => node.state.groups.map((group) => group && [group.currentTerm, group.votedFor, group.log.length, group.snapshot?.index ?? 0]);
    const before = summary();
    expect(node.state.groups.some((group) => group?.snapshot)).toBe(true);
    cluster.crash(2);
    cluster.restart(2);
    expect(summary()).toEqual(before);
  });

  it("the same seed gives the same run", () => expect(begun(3).cluster.digest).toBe(begun(3).cluster.digest));
});
