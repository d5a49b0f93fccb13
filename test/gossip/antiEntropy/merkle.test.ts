import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { descendants, differingNodes, leafOf, levelOf, merkleDifference, type MerkleTree, merkleTree } from "../../../lib/gossip/antiEntropy/merkle.js";

const maps = fc.dictionary(fc.string({ maxLength: 3 }), fc.nat(3), { maxKeys: 30 });
const treeOf = (map: Readonly<Record<string, number>>, depth: number) => merkleTree(Object.entries(map), depth);
const differingKeys = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) => [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !(Object.hasOwn(a, key) && Object.hasOwn(b, key) && a[key] === b[key]));

describe("a Merkle tree", () => {
  it("differs in exactly the leaves of the keys that differ", () => {
    fc.assert(
      fc.property(maps, maps, fc.nat(6), (a, b, depth) => {
        const leaves = new Set(differingKeys(a, b).map((key) => leafOf(key, depth)));
        expect(merkleDifference(treeOf(a, depth), treeOf(b, depth))).toEqual([...leaves].sort((x, y) => x - y));
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it("does not depend on the order of its keys", () => {
    const entries = Array.from({ length: 50 }, (_, i) => [`key ${i}`, i] as const);
    expect(merkleTree([...entries].reverse(), 4)).toEqual(merkleTree(entries, 4));
  });

  it("is told apart over a network by asking only below hashes that differ, in whatever strides", () => {
    const a = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key ${i}`, 1]));
    const b = { ...a, "key 17": 2, "key 500": 2 };
    const [mine, theirs] = [treeOf(a, 8), treeOf(b, 8)];
    for (const stride of [1, 3, 8]) {
      let [nodes, sent] = [[1], 1];
      while (nodes.length > 0 && levelOf(nodes[0]!) < 8) {
        const below = nodes.flatMap((node) => descendants(theirs, node, stride));
        sent += below.length;
        nodes = differingNodes(mine, below);
      }
      expect(nodes.map((node) => node - 256)).toEqual(merkleDifference(mine, theirs));
      expect(sent).toBeLessThanOrEqual(stride === 8 ? 257 : 100);
    }
  });

  it("of other depths cannot be compared", () => {
    expect(() => merkleDifference(merkleTree([], 2), merkleTree([], 3))).toThrow("trees of depth 2 and 3 have no leaves in common");
    expect(() => merkleTree([], 25)).toThrow("expected a depth from 0 to 24, not 25");
  });

  it("spreads keys over its leaves", () => {
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 16_000; i++) counts[leafOf(`key ${i}`, 4)]!++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
    const tree: MerkleTree = merkleTree([["a", 1]], 0);
    expect(tree.hashes).toHaveLength(2);
  });
});
