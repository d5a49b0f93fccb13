import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashKeys } from "../../lib/hashing/schemes.js";
import { Ring, type RingOptions } from "../../lib/hashing/ring.js";

const OWNS = ["before", "after"] as const;
const names = (count: number) => Array.from({ length: count }, (_, i) => `node-${i}`);
const keys = Array.from({ length: 500 }, (_, i) => `key-${i}`);
const owners = (ring: Ring<string>) => keys.map((key) => ring.lookup(key));
/** Every owner of a narrow ring: positions just before, at and after each place where a point can be. */
const around = (ring: Ring<string>, bits: number) =>
  Array.from({ length: 1 << bits }, (_, i) => i * (4294967296 / (1 << bits))).flatMap((point) => [point - 1, point, point + 1].filter((at) => at >= 0).map((at) => ({ point, at, owner: ring.lookupHash(at) })));

const someNames = fc.uniqueArray(fc.string({ maxLength: 6 }), { minLength: 1, maxLength: 12 });
const narrow = fc.record({ points: fc.integer({ min: 1, max: 9 }), bits: fc.integer({ min: 1, max: 32 }), owns: fc.constantFrom(...OWNS), seed: fc.integer() });

describe.each(OWNS)("a ring whose nodes own the arcs %s their points", (owns) => {
  it("is the same in whatever order its nodes are listed, join and leave, points that collide among them", () => {
    fc.assert(
      fc.property(someNames, narrow, fc.integer(), (nodes, given, seed) => {
        const options: RingOptions = { ...given, owns };
        const ring = new Ring(nodes, options);
        const shuffled = nodes.toSorted((a, b) => ((a.length * 31 + seed) % 7) - ((b.length * 31 + seed) % 7)).reverse();
        expect(owners(new Ring(shuffled, options))).toEqual(owners(ring));
        const joined = shuffled.reduce((grown, node) => grown.with(node), new Ring<string>(["~left"], options)).without("~left");
        expect(owners(joined)).toEqual(owners(ring));
        expect(joined.shares()).toEqual(ring.shares());
      }),
      { numRuns: 60 },
    );
  });

  it("gives a node that joins keys of others, and moves no other key (Karger et al. 1997, monotonicity)", () => {
    fc.assert(
      fc.property(someNames, narrow, (nodes, given) => {
        const before = new Ring(nodes, { ...given, owns });
        const [was, is] = [owners(before), owners(before.with("~new"))];
        for (const [i, owner] of is.entries()) if (owner !== was[i]) expect(owner).toBe("~new");
      }),
      { numRuns: 60 },
    );
  });

  it("names distinct nodes for copies, the owner first, and as second whoever inherits", () => {
    fc.assert(
      fc.property(someNames, narrow, fc.integer({ min: 1, max: 14 }), (nodes, given, count) => {
        const ring = new Ring(nodes, { ...given, owns });
        for (const key of keys.slice(0, 40)) {
          const copies = ring.replicas(key, count);
          expect(copies.length).toBe(Math.min(count, nodes.length));
          expect(new Set(copies).size).toBe(copies.length);
          expect(copies[0]).toBe(ring.lookup(key));
          if (copies.length > 1) expect(ring.without(copies[0]!).replicas(key, count - 1)).toEqual(copies.slice(1));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("tells the shares that keys show", () => {
    const ring = new Ring(names(10), { points: 20, owns });
    const shares = ring.shares();
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    const loads = new Map<string, number>();
    for (const hash of hashKeys(200_000, 5)) loads.set(ring.lookupHash(hash), (loads.get(ring.lookupHash(hash)) ?? 0) + 1);
    ring.nodes.forEach((node, i) => expect(Math.abs(loads.get(node)! / 200_000 - shares[i]!)).toBeLessThan(0.004));
  });

  it("tells its arcs: they lie end to end, and their nodes own what is in them", () => {
    fc.assert(
      fc.property(someNames, narrow, (nodes, given) => {
        const ring = new Ring(nodes, { ...given, owns });
        const arcs = ring.arcs();
        arcs.forEach(({ node, begin, length }, i) => {
          const next = arcs[(i + 1) % arcs.length]!;
          expect((begin + length) % 1).toBeCloseTo(next.begin, 9);
          for (const at of [0, length / 2, length - 1 / 4294967296]) expect(ring.lookupHash(Math.floor(((begin + at) % 1) * 4294967296))).toBe(node);
        });
      }),
      { numRuns: 40 },
    );
  });

  it("gives a node keys by its weight, and takes them from the others alone when the weight grows", () => {
    const weighted = (weight: number) => new Ring([...names(20).map((node) => ({ node, weight: 1 })), { node: "large", weight }], { points: 400, owns });
    const share = (ring: Ring<string>) => ring.shares()[ring.nodes.indexOf("large")]!;
    expect(share(weighted(1)) * 21).toBeCloseTo(1, 0);
    expect(Math.abs(share(weighted(5)) / (5 / 25) - 1)).toBeLessThan(0.12);
    const [was, is] = [owners(weighted(1)), owners(weighted(5))];
    for (const [i, owner] of is.entries()) if (owner !== was[i]) expect(owner).toBe("large");
  });
});

describe("a ring", () => {
  it("is cut at the same points by both conventions, which differ in who owns what is between", () => {
    const bits = 7;
    const [before, after] = OWNS.map((owns) => new Ring(names(6), { points: 5, bits, owns }));
    const ends = around(before!, bits);
    const starts = around(after!, bits);
    // With both, a node owns its own point; with `before` also the position before it, with `after` the one behind it.
    const cuts = ends.filter(({ point, at, owner }, i) => at === point && ends[i + 1] && owner !== ends[i + 1]!.owner).map(({ point }) => point);
    expect(cuts.length).toBeGreaterThan(10);
    for (const { point, at, owner } of starts.filter(({ point }) => cuts.includes(point))) {
      const here = starts.find((other) => other.at === point)!.owner;
      expect(here).toBe(ends.find((other) => other.at === point)!.owner);
      if (at === point + 1) expect(owner).toBe(here);
    }
    for (const { point, at, owner } of ends.filter(({ point }) => cuts.includes(point))) if (at === point - 1) expect(owner).toBe(ends.find((other) => other.at === point)!.owner);
  });

  it("gives an arc to the first by name of those with a point at its place, then to the next", () => {
    // All points are at the two places that one bit can tell apart.
    const ring = new Ring(["c", "a", "b"], { points: 8, bits: 1 });
    expect(new Set(owners(ring))).toEqual(new Set(["a"]));
    expect(ring.replicas("any", 3)).toEqual(["a", "b", "c"]);
    expect(new Set(owners(ring.without("a")))).toEqual(new Set(["b"]));
    expect(ring.shares()).toEqual([1, 0, 0]);
  });

  it("wraps around: every position has an owner", () => {
    for (const owns of OWNS) for (const position of [0, 1, 2147483647, 2147483648, 4294967295]) expect(names(3)).toContain(new Ring(names(3), { points: 2, owns }).lookupHash(position));
    expect(new Ring([7]).lookup("any")).toBe(7);
  });

  it("takes numbers for nodes, and what it cannot take it refuses in words", () => {
    expect(new Ring([10, 9, 8]).nodes).toEqual([10, 8, 9]);
    expect(() => new Ring(["a", "a"])).toThrow('two nodes are named "a"');
    expect(() => new Ring(["a"]).with("a")).toThrow('two nodes are named "a"');
    expect(() => new Ring(["a"]).without("b")).toThrow('no node "b" is on the ring');
    expect(() => new Ring([]).lookup("any")).toThrow("no node");
    expect(() => new Ring([{ node: "a", weight: 0 }])).toThrow("the weight");
    expect(() => new Ring(["a"], { points: 0 })).toThrow("points");
    expect(() => new Ring(["a"], { bits: 33 })).toThrow("bits");
  });

  it("of 100 nodes with 160 points has at most 1.25 times the mean on a node, on average over seeds", () => {
    const most = Array.from({ length: 10 }, (_, seed) => Math.max(...new Ring(names(100), { seed }).shares()) * 100);
    expect(most.reduce((sum, share) => sum + share, 0) / most.length).toBeLessThan(1.25);
  });
});
