import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { capacity, firstWithRoom, placeBounded } from "../../lib/hashing/boundedLoads.js";
import { Jump, jumpHash } from "../../lib/hashing/jump.js";
import { isPrime, Maglev, permutationOf, populate, primeFrom } from "../../lib/hashing/maglev.js";
import { MultiProbe } from "../../lib/hashing/multiProbe.js";
import { Rendezvous } from "../../lib/hashing/rendezvous.js";
import { Ring } from "../../lib/hashing/ring.js";
import { hashKeys, placementOf, placeKeys, SCHEMES } from "../../lib/hashing/schemes.js";

const names = (count: number) => Array.from({ length: count }, (_, i) => `node-${i}`);
const keys = Array.from({ length: 2000 }, (_, i) => `key-${i}`);
const shareOf = (node: string, lookup: (key: string) => string) => keys.filter((key) => lookup(key) === node).length / keys.length;

describe("rendezvous hashing (Thaler and Ravishankar 1998)", () => {
  it("does not depend on the order of nodes, and moves only the keys of who leaves", () => {
    const all = new Rendezvous(names(10));
    const reversed = new Rendezvous(names(10).reverse());
    const fewer = new Rendezvous(names(9));
    for (const key of keys) {
      expect(reversed.lookup(key)).toBe(all.lookup(key));
      if (all.lookup(key) !== "node-9") expect(fewer.lookup(key)).toBe(all.lookup(key));
    }
  });

  it("gives the keys of who leaves to all others", () => {
    const [all, fewer] = [new Rendezvous(names(5)), new Rendezvous(names(4))];
    const orphans = keys.filter((key) => all.lookup(key) === "node-4");
    for (const node of names(4)) expect(Math.abs(orphans.filter((key) => fewer.lookup(key) === node).length / orphans.length - 0.25)).toBeLessThan(0.1);
  });

  it("with weights gives keys in proportion, and a weight that grows takes keys for itself alone", () => {
    const weighted = (weight: number) => new Rendezvous([...names(4).map((node) => ({ node, weight: 1 })), { node: "large", weight }]);
    expect(Math.abs(shareOf("large", (key) => weighted(4).lookup(key)) - 0.5)).toBeLessThan(0.04);
    const [before, after] = [weighted(1), weighted(4)];
    for (const key of keys) if (after.lookup(key) !== before.lookup(key)) expect(after.lookup(key)).toBe("large");
  });

  it("with equal weights is the plain one, and replicas begin with the owner", () => {
    const plain = new Rendezvous(names(7));
    const equal = new Rendezvous(names(7).map((node) => ({ node, weight: 3 })));
    for (const key of keys.slice(0, 300)) {
      expect(equal.lookup(key)).toBe(plain.lookup(key));
      const copies = plain.replicas(key, 3);
      expect(copies[0]).toBe(plain.lookup(key));
      expect(new Set(copies).size).toBe(3);
      expect(new Rendezvous(names(7).filter((node) => node !== copies[0])).lookup(key)).toBe(copies[1]);
    }
  });
});

describe("jump consistent hash (Lamping and Veach 2014)", () => {
  /** The paper's seven lines. */
  function oracle(given: bigint, buckets: number): number {
    let key = given;
    let [b, j] = [-1, 0];
    while (j < buckets) {
      b = j;
      key = (key * 2862933555777941757n + 1n) & 0xffffffffffffffffn;
      j = Math.floor((b + 1) * (2147483648 / (Number(key >> 33n) + 1)));
    }
    return b;
  }

  it("is the paper's, to the bit", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 0xffffffffffffffffn }), fc.integer({ min: 1, max: 2_000_000 }), (key, buckets) => {
        expect(jumpHash(Number(key >> 32n), Number(key & 0xffffffffn), buckets)).toBe(oracle(key, buckets));
      }),
      { numRuns: 2000 },
    );
    for (const [key, buckets, bucket] of [[1, 1, 0], [42, 57, 43], [0xdead10cc, 666, 361], [256, 1024, 520]] as const) expect(jumpHash(0, key, buckets)).toBe(bucket);
  });

  it("moves keys to new buckets alone", () => {
    for (let n = 1; n < 40; n++) for (const hash of hashKeys(300, n)) if (jumpHash(hash, 1, n + 1) !== jumpHash(hash, 1, n)) expect(jumpHash(hash, 1, n + 1)).toBe(n);
  });

  it("needs a bucket", () => {
    expect(() => jumpHash(0, 1, 0)).toThrow("buckets: expected a whole number from 1 to 2147483647, not 0");
    expect(() => new Jump([]).lookup("any")).toThrow("no node");
  });
});

describe("Maglev hashing (Eisenbud et al. 2016, §3.4)", () => {
  it("fills the worked example of Table 1", () => {
    const permutations = [{ offset: 3, skip: 4 }, { offset: 0, skip: 2 }, { offset: 3, skip: 1 }];
    expect([...populate(permutations, 7)]).toEqual([1, 0, 1, 0, 2, 2, 0]);
    expect([...populate([permutations[0]!, permutations[2]!], 7)]).toEqual([0, 0, 0, 0, 1, 1, 1]);
    expect([...populate([], 7)]).toEqual([-1, -1, -1, -1, -1, -1, -1]);
  });

  it.each([[1, 2], [2, 2], [3, 7], [7, 7], [10, 101], [100, 65537], [1000, 65537]])("gives each of %i backends ⌊M/N⌋ or ⌈M/N⌉ of %i entries", (nodes, size) => {
    const counts = new Int32Array(nodes);
    for (const place of new Maglev(names(nodes), { size }).entries) counts[place]!++;
    expect(Math.min(...counts)).toBe(Math.floor(size / nodes));
    expect(Math.max(...counts)).toBe(Math.ceil(size / nodes));
  });

  it("does not depend on the order of its hosts", () => {
    const [one, other] = [new Maglev(names(30), { size: 1009 }), new Maglev(names(30).reverse(), { size: 1009 })];
    for (const key of keys) expect(other.lookup(key)).toBe(one.lookup(key));
  });

  it("meets every entry in every backend's order, and wants a prime size", () => {
    for (const name of names(50)) {
      const { offset, skip } = permutationOf(name, 101);
      expect(new Set(Array.from({ length: 101 }, (_, j) => (offset + j * skip) % 101)).size).toBe(101);
    }
    expect([2, 3, 65537, 655373].every(isPrime)).toBe(true);
    expect([0, 1, 4, 65535, 65536, 2.5].some(isPrime)).toBe(false);
    expect(primeFrom(65536)).toBe(65537);
    expect(() => new Maglev(names(3), { size: 65536 })).toThrow("a prime number, such as 65537, not 65536");
    expect(() => new Maglev(names(8), { size: 7 })).toThrow("8 nodes do not fit into a table of 7 entries");
    expect(() => new Maglev([]).lookup("any")).toThrow("no node");
  });
});

describe("multi-probe consistent hashing (Appleton and O'Reilly 2015)", () => {
  it("takes the probe that is nearest before a point, and moves no key between nodes that stay", () => {
    const [all, fewer] = [new MultiProbe(names(20)), new MultiProbe(names(19))];
    const reversed = new MultiProbe(names(20).reverse());
    for (const key of keys) {
      expect(reversed.lookup(key)).toBe(all.lookup(key));
      if (all.lookup(key) !== "node-19") expect(fewer.lookup(key)).toBe(all.lookup(key));
    }
  });

  it("spreads better the more probes it makes", () => {
    const most = (probes: number) => {
      let sum = 0;
      for (let seed = 0; seed < 5; seed++) {
        const loads = new Int32Array(50);
        for (const owner of placeKeys("multi-probe", 50, hashKeys(20_000, 3), { probes, seed })) loads[owner]!++;
        sum += Math.max(...loads) / 400;
      }
      return sum / 5;
    };
    const [one, few, many] = [most(1), most(5), most(21)];
    expect(one).toBeGreaterThan(3);
    expect(few).toBeLessThan(one / 2);
    expect(many).toBeLessThan(1.25);
    expect(() => new MultiProbe(["a"], { probes: 0 })).toThrow("probes");
  });
});

describe("bounded loads (Mirrokni, Thorup and Zadimoghaddam 2016)", () => {
  const ring = new Ring(names(20), { points: 1 });

  it.each([1, 1.05, 1.25, 2, 100])("with c = %f no node is above ⌈c·m/n⌉, and each key is with the first from its place on that had room", (c) => {
    const hashes = hashKeys(1000, 3);
    const { owners, loads, capacity: most, displaced } = placeBounded(ring, hashes, c);
    expect(most).toBe(Math.ceil(c * 50));
    expect(Math.max(...loads)).toBeLessThanOrEqual(most);
    expect(loads.reduce((sum, load) => sum + load, 0)).toBe(1000);
    const held = new Map<string, number>();
    let moved = 0;
    hashes.forEach((hash, key) => {
      const owner = ring.replicasOfHash(hash, 20).find((node) => (held.get(node) ?? 0) < most)!;
      expect(ring.nodes[owners[key]!]).toBe(owner);
      if (owner !== ring.lookupHash(hash)) moved++;
      held.set(owner, (held.get(owner) ?? 0) + 1);
    });
    expect(displaced).toBe(moved);
  });

  it("is the plain ring where the bound is far, and needs room for all", () => {
    const hashes = hashKeys(1000, 4);
    expect(placeBounded(ring, hashes, 100).displaced).toBe(0);
    expect(() => placeBounded(ring, hashes, 0.9)).toThrow("c: expected a number from 1, not 0.9");
    expect([capacity(1.1, 1000, 10), capacity(1.25, 1000, 100), capacity(1, 7, 3), capacity(2, 3, 3)]).toEqual([110, 13, 3, 2]);
    expect(firstWithRoom(ring, 0, () => false)).toBeUndefined();
  });
});

describe("every scheme", () => {
  it.each(SCHEMES)("%s puts each key on a node, the same each time, and a seed decides", (scheme) => {
    const hashes = hashKeys(5000, 1);
    const owners = placeKeys(scheme, 12, hashes, { seed: 1, table: 1009 });
    expect(new Set(owners).size).toBe(12);
    expect(Math.max(...owners)).toBe(11);
    expect(placeKeys(scheme, 12, hashes, { seed: 1, table: 1009 })).toEqual(owners);
    expect(new Set(placeKeys(scheme, 1, hashes))).toEqual(new Set([0]));
  });

  it.each(["rendezvous", "jump", "maglev"] as const)("%s has at most 1.05 times the mean on a node, of 20 with 10,000 keys each", (scheme) => {
    const loads = new Int32Array(20);
    for (const owner of placeKeys(scheme, 20, hashKeys(200_000, 1))) loads[owner]!++;
    expect(Math.max(...loads) / 10_000).toBeLessThan(1.05);
  });

  it("knows what its tables take: modulo and jump hash nothing, Maglev its table", () => {
    expect(placementOf("jump", 100).bytes).toBe(0);
    expect(placementOf("maglev", 100).bytes).toBe(4 * 65537);
    expect(placementOf("multi-probe", 100).bytes).toBeLessThan(placementOf("ring", 100).bytes / 20);
    expect(() => placementOf("modulo", 3).lookup("any")).toThrow();
  });
});
