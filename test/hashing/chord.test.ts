import { describe, expect, it } from "vitest";
import { Chord } from "../../lib/hashing/chord.js";
import { hashString } from "../../lib/hashing/hashString.js";
import { hashKeys } from "../../lib/hashing/schemes.js";
import { Ring } from "../../lib/hashing/ring.js";

const names = (count: number) => Array.from({ length: count }, (_, i) => `node-${i}`);

describe("a lookup in Chord (Stoica et al. 2001, §4)", () => {
  it.each([1, 2, 3, 10, 100])("among %i nodes ends with the owner on the ring, from wherever it begins", (count) => {
    const chord = new Chord(names(count), { seed: 3 });
    const ring = new Ring(names(count), { points: 1, seed: 3 });
    for (let i = 0; i < 100; i++) {
      const key = `key-${i}`;
      for (const from of names(count).slice(0, 10)) {
        const { path, owner } = chord.lookup(from, key);
        expect(owner).toBe(ring.lookup(key));
        expect(path[0]).toBe(from);
        expect(new Set(path).size).toBe(path.length);
        expect(chord.hops(chord.nodes.indexOf(from), hashString(key, 3))).toBe(path.length - 1);
      }
    }
  });

  it("takes no hop where the owner is the next node, and no more than the bits of an identifier", () => {
    const chord = new Chord(names(500));
    const ring = new Ring(names(500), { points: 1 });
    for (const hash of hashKeys(300, 9)) {
      const owner = chord.nodes.indexOf(ring.lookupHash(hash));
      expect(chord.hops((owner + 499) % 500, hash)).toBe(0);
      expect(chord.hops(owner, hash)).toBeLessThanOrEqual(32);
    }
  });

  it("knows its nodes", () => {
    expect(() => new Chord(["a"]).lookup("b", "key")).toThrow('no node "b" is in the ring');
    expect(() => new Chord<string>([]).lookup("b", "key")).toThrow("no node");
    expect(() => new Chord(["a", "a"])).toThrow("two nodes");
  });
});
