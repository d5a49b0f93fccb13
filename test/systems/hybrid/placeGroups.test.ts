import { describe, expect, it } from "vitest";
import { placeByRendezvous, placeEvenly, shardOf, spreadLeaders } from "../../../lib/systems/hybrid/placeGroups.js";

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const counted = (nodes: readonly number[], n: number) => upTo(n).map((node) => nodes.filter((each) => each === node).length);
const spread = (counts: readonly number[]) => Math.max(...counts) - Math.min(...counts);

describe("where groups are placed", () => {
  it("evenly: no node has two members, or two leaders, more than another", () => {
    for (const [nodes, shards] of [[3, 3], [5, 7], [9, 9], [9, 20], [25, 25]] as const) {
      const groups = placeEvenly(upTo(nodes), shards, 3);
      expect(groups.every((members) => new Set(members).size === 3)).toBe(true);
      expect(spread(counted(groups.flat(), nodes))).toBeLessThanOrEqual(1);
      expect(spread(counted(groups.map(([leader]) => leader!), nodes))).toBeLessThanOrEqual(1);
    }
  });

  it("by rendezvous hashing: where a node goes, only its own places change (Thaler and Ravishankar 1998)", () => {
    const before = placeByRendezvous(upTo(8), 40, 3);
    const after = placeByRendezvous(upTo(8).filter((node) => node !== 5), 40, 3);
    before.forEach((members, shard) => {
      const left = members.filter((node) => node !== 5);
      expect(after[shard]!.filter((node) => left.includes(node))).toEqual(left);
    });
    expect(before.some((members) => members.includes(5))).toBe(true);
  });

  it("leaders are handed on from whoever has most, and nobody's group changes", () => {
    const groups = [[0, 1, 2], [0, 1, 3], [0, 2, 3], [0, 1, 2]];
    const led = spreadLeaders(groups);
    expect(counted(led.map(([leader]) => leader!), 4)).toEqual([1, 1, 1, 1]);
    expect(led.map((members) => [...members].sort())).toEqual(groups);
  });

  it("every key has one shard, and keys fill them all", () => {
    expect(new Set(upTo(200).map((i) => shardOf(`k${i}`, 8)))).toEqual(new Set(upTo(8)));
  });

  it("more replicas than nodes are refused", () => expect(() => placeEvenly(upTo(2), 4, 3)).toThrow("replicas: expected an integer from 1 to the 2 nodes, not 3"));
});
