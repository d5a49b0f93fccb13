import { describe, expect, it } from "vitest";
import { keyValue } from "../../../lib/replication/service/keyValue.js";
import { simulate } from "../../../lib/sim/cluster.js";
import { hybrid } from "../../../lib/systems/hybrid/hybrid.js";
import { placeByRendezvous, shardOf } from "../../../lib/systems/hybrid/placeGroups.js";
import { nextChange } from "../../../lib/systems/hybrid/rebalancing.js";

const SHARDS = 4;
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

function begun({ size, founders }: { readonly size: number; readonly founders: number }) {
  const cluster = simulate(hybrid({ machine: keyValue, shards: SHARDS, replicas: 3, founders, swim: { period: 100, pingTimeout: 30 } }), { size, seed: 1, latency: "uniform:1,5", digest: false });
  const leaderOf = (shard: number) => cluster.nodes.find(({ up, state }) => up && state.groups[shard]?.role === "leader");
  const placed = () => upTo(SHARDS).map((shard) => [...(leaderOf(shard)?.state.groups[shard]!.configuration.voters ?? [])].sort());
  const wanted = (nodes: readonly number[]) => placeByRendezvous(nodes, SHARDS, 3).map((members) => [...members].sort());
  return { cluster, leaderOf, placed, wanted };
}

describe("gossiped membership with a Raft group a shard", () => {
  it("shards move to nodes that join, and those that stay are not moved", () => {
    const { cluster, placed, wanted } = begun({ size: 5, founders: 3 });
    expect(cluster.nodes[4]!.state.groups.every((group) => group === null)).toBe(true);
    cluster.run(6000);
    expect(placed()).toEqual(wanted(upTo(5)));
    expect(placed().flat()).toContain(4);
  });

  it("what a node that is gone for good held is copied elsewhere, so that another may fail", () => {
    const { cluster, leaderOf, placed, wanted } = begun({ size: 5, founders: 5 });
    cluster.run(2000);
    const from = cluster.outputs.length;
    cluster.crash(1);
    cluster.run(8000);
    expect(placed()).toEqual(wanted([0, 2, 3, 4]));
    cluster.crash(2);
    cluster.run(14_000);
    expect(placed()).toEqual(wanted([0, 3, 4]));
    expect(upTo(SHARDS).every((shard) => leaderOf(shard) !== undefined)).toBe(true);
    expect(cluster.outputs.slice(from).some(({ output }) => output.type === "member" && output.member === 1 && output.status === "dead")).toBe(true);
  });

  it("any node sends a client on to the leader that gossip names", () => {
    const { cluster, leaderOf } = begun({ size: 5, founders: 5 });
    cluster.run(4000);
    const shard = shardOf("a", SHARDS);
    const leader = leaderOf(shard)!.id;
    const stranger = cluster.nodes.find(({ state }) => state.groups[shard] === null)!.id;
    cluster.input(stranger, { type: "request", client: 1, serial: 1, command: { op: "get", key: "a" } } as never);
    expect(cluster.outputs.at(-1)!.output).toEqual({ type: "refused", client: 1, serial: 1, leader });
  });
});

describe("the next step of a group that moves (Ongaro 2014, dissertation, chapter 4)", () => {
  const progress = upTo(5).map((node) => ({ mode: "replicate" as const, next: 8, match: node === 4 ? 3 : 7, waiting: false, inFlight: [], round: 0 }));
  const group = (configuration: { voters: number[]; learners?: number[] }) => ({ configuration, configurationIndex: 5, commitIndex: 7, progress, log: upTo(7).map(() => ({ term: 1, command: null })), snapshot: null, transferee: null });

  it("who comes learns first, votes when it has the log, and only then somebody goes", () => {
    expect(nextChange(group({ voters: [0, 1, 2] }), 0, [0, 1, 3], 3)).toEqual({ type: "reconfigure", voters: [0, 1, 2], learners: [3] });
    expect(nextChange(group({ voters: [0, 1, 2], learners: [4] }), 0, [0, 1, 4], 3)).toBeUndefined();
    expect(nextChange(group({ voters: [0, 1, 2], learners: [3] }), 0, [0, 1, 3], 3)).toEqual({ type: "reconfigure", voters: [0, 1, 2, 3] });
    expect(nextChange(group({ voters: [0, 1, 2, 3] }), 0, [0, 1, 3], 3)).toEqual({ type: "reconfigure", voters: [0, 1, 3] });
  });

  it("a learner that is wanted no more goes, and a voter without a successor stays", () => {
    expect(nextChange(group({ voters: [0, 1, 2], learners: [3] }), 0, [0, 1, 2], 3)).toEqual({ type: "reconfigure", voters: [0, 1, 2], learners: [] });
    expect(nextChange(group({ voters: [0, 1, 2] }), 0, [0, 1], 3)).toBeUndefined();
    expect(nextChange(group({ voters: [0, 1, 2] }), 0, [0, 1], 2)).toEqual({ type: "reconfigure", voters: [0, 1] });
  });

  it("a leader that should not lead hands over to one that has the whole log", () => {
    expect(nextChange(group({ voters: [0, 1, 2] }), 0, [1, 0, 2], 3)).toEqual({ type: "transfer", to: 1 });
    expect(nextChange(group({ voters: [0, 1, 2, 4] }), 0, [4, 0, 1, 2], 3)).toBeUndefined();
  });

  it("nothing is begun while a change is under way", () => expect(nextChange({ ...group({ voters: [0, 1, 2] }), configurationIndex: 8 }, 0, [0, 1, 3], 3)).toBeUndefined());
});
