import { describe, expect, it } from "vitest";
import { antiEntropy, type AntiEntropyMethod } from "../../../lib/gossip/antiEntropy/antiEntropy.js";
import { counterCells } from "../../../lib/gossip/antiEntropy/cells/counters.js";
import { lastWriterWinsCells } from "../../../lib/gossip/antiEntropy/cells/lastWriterWins.js";
import { setCells } from "../../../lib/gossip/antiEntropy/cells/sets.js";
import { siblingCells } from "../../../lib/gossip/antiEntropy/cells/siblings.js";
import { storeText } from "../../../lib/gossip/antiEntropy/store.js";
import type { AntiEntropy } from "../../../lib/gossip/antiEntropy/types.js";
import { counterValue } from "../../../lib/gossip/crdt/growOnlyCounter.js";
import { elements } from "../../../lib/gossip/crdt/observedRemoveSet.js";
import type { Protocol } from "../../../lib/protocol.js";
import { checkDeterminism } from "../../../lib/sim/checkDeterminism.js";
import { type Cluster, simulate } from "../../../lib/sim/cluster.js";

const METHODS: readonly AntiEntropyMethod[] = ["full", "digests", "merkle", "deltas"];

/** Each kind of cells, with changes of one key at three nodes that do not know each other's, and what all see in the end. */
const KINDS = [
  { name: "last writer wins", make: (method: AntiEntropyMethod) => antiEntropy(lastWriterWinsCells({ collect: "when seen" }), { method }), changes: [{ value: "x" }, { value: "y" }, { value: "z" }], seen: (cell: any) => cell.value, expected: "z" },
  { name: "siblings", make: (method: AntiEntropyMethod) => antiEntropy(siblingCells, { method }), changes: [0, 1, 2].map((i) => ({ value: `v${i}`, read: true })), seen: (cell: any) => cell.versions.map(({ value }: any) => value), expected: ["v0", "v1", "v2"] },
  { name: "counters", make: (method: AntiEntropyMethod) => antiEntropy(counterCells, { method }), changes: [{ by: 1 }, { by: 2 }, { by: 3 }], seen: counterValue, expected: 6 },
  { name: "sets", make: (method: AntiEntropyMethod) => antiEntropy(setCells, { method }), changes: [{ op: "add", element: "x" }, { op: "add", element: "y" }, { op: "remove", element: "x" }], seen: elements, expected: ["x", "y"] },
] as const;

const stores = (cluster: Cluster<AntiEntropy>) => new Set(cluster.nodes.map(({ state }) => storeText(state.store)));
const become = (cluster: Cluster<AntiEntropy>, condition: () => boolean, ms = 5000) => cluster.runUntil(condition, cluster.now + ms);
const input = (cluster: Cluster<AntiEntropy>, node: number, key: string, change: unknown, id = 1) => cluster.input(node, { type: "change", id, key, change });
/** Messages under way in a time, by type. */
function sent(protocol: Protocol<AntiEntropy>, size: number, then: (cluster: Cluster<AntiEntropy>, messages: any[]) => void): void {
  const messages: any[] = [];
  then(simulate(protocol, { size, observer: { sent: (_from, _to, message) => void messages.push(message) } }), messages);
}

describe.each(KINDS)("anti-entropy over $name", ({ make, changes, seen, expected }) => {
  it.each(METHODS)("makes all stores equal with every change in them, by %s, though messages are lost, repeated and overtaken: Demers et al. 1987, §1.3", (method) => {
    for (let seed = 1; seed <= 5; seed++) {
      const cluster = simulate<AntiEntropy>(make(method) as Protocol<AntiEntropy>, { size: 7, seed, loss: 0.2, duplication: 0.2, reordering: 0.2, messages: "frozen" });
      changes.forEach((change, node) => input(cluster, node, "key", change, node));
      input(cluster, 3, "constructor", changes[0]);
      input(cluster, 4, "__proto__", changes[0]);
      expect(become(cluster, () => stores(cluster).size === 1), `seed ${seed}`).toBe(true);
      const { store } = cluster.nodes[6]!.state;
      expect(seen(store["key"])).toEqual(expected);
      expect(Object.keys(store).sort()).toEqual(["__proto__", "constructor", "key"]);
    }
  });

  it.each(METHODS)("brings one who was cut off, or crashed, up to date by %s", (method) => {
    const cluster = simulate<AntiEntropy>(make(method) as Protocol<AntiEntropy>, { size: 4, seed: 2, diskWrite: "uniform:1,5" });
    cluster.command({ type: "isolate", node: 0 });
    cluster.run(300);
    changes.forEach((change, node) => input(cluster, node + 1, "key", change, node));
    cluster.crash(3);
    cluster.run(800);
    expect(cluster.nodes[0]!.state.store["key"]).toBeUndefined();
    cluster.heal();
    cluster.restart(3);
    expect(become(cluster, () => stores(cluster).size === 1 && cluster.nodes[0]!.state.store["key"] !== undefined)).toBe(true);
  });

  it.each(METHODS)("is decided by its seed, by %s", (method) => {
    const run = () => {
      const cluster = simulate<AntiEntropy>(make(method) as Protocol<AntiEntropy>, { size: 3, seed: 4, trace: true });
      changes.forEach((change, node) => input(cluster, node, "key", change, node));
      cluster.run(1000);
      return cluster;
    };
    expect(() => checkDeterminism(run)).not.toThrow();
  });
});

describe("what is sent", () => {
  const make = (method: AntiEntropyMethod) => antiEntropy(counterCells, { method }) as Protocol<AntiEntropy>;
  const fill = (cluster: Cluster<AntiEntropy>) => {
    for (let i = 0; i < 20; i++) input(cluster, 0, `key ${i}`, { by: 1 }, i);
    expect(become(cluster, () => stores(cluster).size === 1 && Object.keys(cluster.nodes[1]!.state.store).length === 20)).toBe(true);
    cluster.run(cluster.now + 1000);
  };

  it("of full state is everything, again and again", () =>
    sent(make("full"), 2, (cluster, messages) => {
      fill(cluster);
      messages.length = 0;
      cluster.run(cluster.now + 200);
      expect(messages.length).toBeGreaterThan(4);
      for (const { cells } of messages) expect(Object.keys(cells)).toHaveLength(20);
    }));

  it("with digests is the one cell that differs, after digests of all", () =>
    sent(make("digests"), 2, (cluster, messages) => {
      fill(cluster);
      messages.length = 0;
      input(cluster, 1, "key 3", { by: 1 });
      cluster.run(cluster.now + 300);
      const cells = messages.filter(({ type, cells }) => type === "Cells" && Object.keys(cells).length > 0);
      expect(cells.map(({ cells }) => Object.keys(cells))).toEqual([["key 3"]]);
      expect(messages.filter(({ type }) => type === "Digests").every(({ digests }) => Object.keys(digests).length === 20)).toBe(true);
    }));

  it("with Merkle trees is one hash where nothing differs, and it is not answered", () =>
    sent(make("merkle"), 2, (cluster, messages) => {
      fill(cluster);
      messages.length = 0;
      cluster.run(cluster.now + 1000);
      expect(messages).toHaveLength(20);
      for (const message of messages) expect(message).toEqual({ type: "Hashes", nodes: [[1, expect.any(Number)]] });
    }));

  it("with Merkle trees is digests of the keys in the leaf that differs, and its cell", () =>
    sent(make("merkle"), 2, (cluster, messages) => {
      fill(cluster);
      messages.length = 0;
      input(cluster, 1, "key 3", { by: 1 });
      cluster.run(cluster.now + 300);
      const digests = messages.filter(({ type }) => type === "Digests");
      expect(digests.length).toBeGreaterThan(0);
      for (const message of digests) expect(Object.keys(message.digests).length).toBeLessThan(5);
      expect(new Set(messages.flatMap(({ type, cells }) => (type === "Cells" ? Object.keys(cells) : [])))).toEqual(new Set(["key 3"]));
    }));

  it("with deltas is what was added, until it is acknowledged, and then nothing: Almeida, Shoker and Baquero 2018, Algorithm 2", () =>
    sent(make("deltas"), 2, (cluster, messages) => {
      fill(cluster);
      messages.length = 0;
      cluster.run(cluster.now + 1000);
      expect(messages).toEqual([]);
      input(cluster, 1, "key 3", { by: 1 });
      cluster.run(cluster.now + 300);
      expect(messages.map(({ type }) => type)).toEqual(["Deltas", "Acknowledge"]);
      expect(messages[0].cells).toEqual({ "key 3": { 1: 1 } });
    }));

  it("with deltas is everything after a crash, which takes the deltas but not the store", () =>
    sent(make("deltas"), 2, (cluster, messages) => {
      fill(cluster);
      cluster.crash(0);
      cluster.restart(0);
      messages.length = 0;
      cluster.run(cluster.now + 200);
      expect(Object.keys(messages[0].cells)).toHaveLength(20);
    }));
});

describe("tombstones", () => {
  const keys = (cluster: Cluster<AntiEntropy>) => cluster.nodes.map(({ state }) => Object.entries(state.store).map(([key, cell]) => `${key}: ${(cell as { value: unknown }).value}`).join());
  /** A key is written and known to all; one node is cut off, and somebody deletes the key. */
  function deletedMeanwhile(collect: "when seen" | "in time"): Cluster<AntiEntropy> {
    const cluster = simulate(antiEntropy(lastWriterWinsCells({ collect, grace: 300 })) as Protocol<AntiEntropy>, { size: 3, seed: 1 });
    input(cluster, 0, "a", { value: "x" }, 1);
    expect(become(cluster, () => keys(cluster).every((text) => text === "a: x"))).toBe(true);
    cluster.command({ type: "isolate", node: 2 });
    input(cluster, 0, "a", { value: null }, 2);
    cluster.run(cluster.now + 2000);
    return cluster;
  }

  it("stay until all nodes have them: the deleted key is gone everywhere, and so are they", () => {
    const cluster = deletedMeanwhile("when seen");
    expect(keys(cluster)).toEqual(["a: null", "a: null", "a: x"]);
    cluster.heal();
    expect(become(cluster, () => keys(cluster).every((text) => text === ""))).toBe(true);
    cluster.run(cluster.now + 2000);
    expect(keys(cluster)).toEqual(["", "", ""]);
  });

  it("that are dropped in time let the deleted key return from a node that was away", () => {
    const cluster = deletedMeanwhile("in time");
    expect(keys(cluster)).toEqual(["", "", "a: x"]);
    cluster.heal();
    expect(become(cluster, () => keys(cluster).every((text) => text === "a: x"))).toBe(true);
  });
});

it("options out of range are refused", () => {
  expect(() => antiEntropy(counterCells, { period: 0 })).toThrow("expected a period above 0 ms, not 0");
  expect(() => antiEntropy(counterCells, { depth: 25 })).toThrow("expected a depth from 0 to 24, not 25");
  expect(() => antiEntropy(counterCells, { levels: 0 })).toThrow("expected 1 level or more, not 0");
  expect(() => antiEntropy(counterCells, { most: 0 })).toThrow("expected 1 delta or more, not 0");
  expect(() => lastWriterWinsCells({ grace: -1 })).toThrow("expected a grace from 0 ms, not -1");
});
