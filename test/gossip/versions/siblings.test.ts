import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { discard, NO_SIBLINGS, type Siblings, sync, update } from "../../../lib/gossip/versions/siblings.js";
import { descends, nextDot, type VersionVector } from "../../../lib/gossip/versions/versionVector.js";

const values = ({ versions }: Siblings<unknown>) => versions.map(({ value }) => value);
const write = <V>(siblings: Siblings<V>, read: VersionVector, node: number, value: V) => update(siblings, read, nextDot(siblings.context, node), value);

/** What a run does: a write at a node by a client that read there, or elsewhere, or nowhere; or one node learns what another holds. */
const steps = fc.array(fc.oneof(fc.record({ kind: fc.constant("write" as const), node: fc.nat(2), read: fc.option(fc.nat(2)) }), fc.record({ kind: fc.constant("learn" as const), node: fc.nat(2), from: fc.nat(2) })), { maxLength: 25 });

/** The same with causal histories, sets of single updates: slow, and beyond doubt. */
interface Known {
  readonly events: ReadonlySet<number>;
  readonly versions: readonly { readonly event: number; readonly past: ReadonlySet<number> }[];
}
const union = (a: ReadonlySet<number>, b: ReadonlySet<number>) => new Set([...a, ...b]);
function syncKnown(a: Known, b: Known): Known {
  const all = new Map([...a.versions, ...b.versions].map((version) => [version.event, version]));
  return { events: union(a.events, b.events), versions: [...all.values()].filter(({ event }) => ![...all.values()].some(({ past }) => past.has(event))) };
}

describe("siblings", () => {
  it("are the versions that no other was written knowing, as causal histories tell: Almeida et al. 2014", () => {
    fc.assert(
      fc.property(steps, (run) => {
        const nodes: Siblings<number>[] = [NO_SIBLINGS, NO_SIBLINGS, NO_SIBLINGS];
        const known: Known[] = nodes.map(() => ({ events: new Set(), versions: [] }));
        run.forEach((step, event) => {
          const { node } = step;
          if (step.kind === "learn") {
            nodes[node] = sync(nodes[node]!, nodes[step.from]!);
            known[node] = syncKnown(known[node]!, known[step.from]!);
          } else {
            const past = step.read === null ? new Set<number>() : known[step.read]!.events;
            nodes[node] = write(nodes[node]!, step.read === null ? {} : nodes[step.read]!.context, node, event);
            known[node] = { events: union(union(known[node]!.events, past), new Set([event])), versions: [...known[node]!.versions.filter((version) => !past.has(version.event)), { event, past }] };
          }
          expect(new Set(values(nodes[node]!)), `after step ${event}`).toEqual(new Set(known[node]!.versions.map((version) => version.event)));
        });
      }),
      { seed: 7, numRuns: 400 },
    );
  });

  it("merge to a least upper bound, and only grow in what they know", () => {
    fc.assert(
      fc.property(steps, (run) => {
        const nodes: Siblings<number>[] = [NO_SIBLINGS, NO_SIBLINGS, NO_SIBLINGS];
        run.forEach((step, event) => {
          nodes[step.node] = step.kind === "learn" ? sync(nodes[step.node]!, nodes[step.from]!) : write(nodes[step.node]!, step.read === null ? {} : nodes[step.read]!.context, step.node, event);
        });
        const [a, b, c] = nodes as [Siblings<number>, Siblings<number>, Siblings<number>];
        const text = JSON.stringify;
        expect(text(sync(a, a))).toBe(text(a));
        expect(text(sync(a, b))).toBe(text(sync(b, a)));
        expect(text(sync(a, sync(b, c)))).toBe(text(sync(sync(a, b), c)));
        expect(descends(sync(a, b).context, a.context)).toBe(true);
      }),
      { seed: 8, numRuns: 300 },
    );
  });

  it("appear when two clients write having read the same, and one write that has read both replaces both: DeCandia et al. 2007, Figure 3", () => {
    const first = write<string>(NO_SIBLINGS, {}, 0, "D2");
    const [atX, atY] = [write(first, first.context, 1, "D3"), write(first, first.context, 2, "D4")];
    const both = sync(atX, atY);
    expect(values(both)).toEqual(["D3", "D4"]);
    const merged = write(both, both.context, 0, "D5");
    expect(values(merged)).toEqual(["D5"]);
    expect(sync(merged, atX), "who has the merged version learns nothing from an older one").toEqual(merged);
  });

  it("keep both of two values that one node took from clients that read the same, which vectors without dots cannot: Preguiça et al. 2010", () => {
    const before = write<string>(NO_SIBLINGS, {}, 0, "old");
    const one = write(before, before.context, 0, "one");
    const two = write(one, before.context, 0, "two");
    expect(values(two)).toEqual(["one", "two"]);
    // Without dots: the second value's vector is the node's newest, {0: 3}, and covers that of the first, {0: 2}.
    expect(descends({ 0: 3 }, { 0: 2 })).toBe(true);
  });

  it("are what is left when somebody has read some of them", () => {
    const two = write(write<string>(NO_SIBLINGS, {}, 0, "one"), {}, 0, "two");
    expect(values(discard(two, { 0: 1 }))).toEqual(["two"]);
    expect(values(discard(two, {}))).toEqual(["one", "two"]);
  });

  it("refuse an update that has been made before", () => {
    const one = write<string>(NO_SIBLINGS, {}, 0, "one");
    expect(() => update(one, {}, { node: 0, counter: 1 }, "again")).toThrow("update 1 of node 0 has been made before");
  });
});
