import { describe, expect, it } from "vitest";
import { Ring } from "../../../lib/hashing/ring.js";
import { quorumStore, type QuorumStoreOptions, unionOfWords } from "../../../lib/replication/quorumStore/quorumStore.js";
import type { StoreAnswer, StoreCommand } from "../../../lib/replication/quorumStore/types.js";
import { dottedSiblings, lastWriterWins, type Newest } from "../../../lib/replication/quorumStore/versioning.js";
import { simulate } from "../../../lib/sim/cluster.js";
import type { Cluster } from "../../../lib/sim/cluster.js";
import type { ClusterOptions } from "../../../lib/sim/options.js";

/** Nodes in their order, from the key's own on: "a" begins with node 0. */
const inOrder = (_key: string, size: number) => Array.from({ length: size }, (_, node) => node);

function started(options: Partial<QuorumStoreOptions<any>> = {}, cluster: Partial<ClusterOptions<any>> = {}) {
  return simulate(quorumStore({ versioning: dottedSiblings, preference: inOrder, interval: Infinity, ...options }), { size: 5, seed: 1, latency: "constant:5", ...cluster });
}

let serial = 0;
/** Asks a node and lets time pass; what it answered, if it did. */
function ask(cluster: Cluster<any>, node: number, command: StoreCommand, ms = 100): StoreAnswer | undefined {
  const client = 7;
  const own = ++serial;
  const end = cluster.now + ms;
  cluster.input(node, { type: "request", client, serial: own, command });
  cluster.run(end);
  return cluster.outputs.map(({ output }) => output as StoreAnswer).find((output) => output.client === client && output.serial === own);
}
const get = (cluster: Cluster<any>, node: number, ms?: number) => ask(cluster, node, { op: "get", key: "a" }, ms)?.result;
const put = (value: string, read?: Record<number, number>): StoreCommand => ({ op: "put", key: "a", value, ...(read && { read }) });
const holders = (cluster: Cluster<any>) => cluster.nodes.filter(({ state }) => "a" in state.keys).map(({ id }) => id);

describe("the quorum store (Dynamo, DeCandia and others 2007)", () => {
  it("any node takes any request, and a key's copies are on the first n nodes of the ring from it on (§4.2 and §4.3)", () => {
    const cluster = started({ preference: undefined as never });
    for (let node = 0; node < 5; node++) {
      expect(ask(cluster, node, put(`value ${node}`))).toMatchObject({ type: "answer", result: null });
      for (let other = 0; other < 5; other++) expect(get(cluster, other)).toBe(`value ${node}`);
    }
    const ring = new Ring([0, 1, 2, 3, 4], { points: 32 });
    expect(holders(cluster)).toEqual(ring.replicas("a", 3).sort());
  });

  it("R + W > N: a read finds what was written before; R + W = N: it may not (§4.5)", () => {
    const reads = ([1, 2] as const).map((r) => {
      const cluster = started({ r, w: 2 });
      cluster.command({ type: "cut", from: 0, to: 2 });
      expect(ask(cluster, 0, put("new"))).toBeDefined();
      // Replica 2 has nothing; it answers itself first.
      return get(cluster, 2, 20);
    });
    expect(reads).toEqual([null, "new"]);
  });

  it("two writes that do not know of each other become siblings; who has read both replaces both (§4.4)", () => {
    const cluster = started();
    ask(cluster, 0, put("x ", {}));
    ask(cluster, 1, put("y ", {}));
    const both = ask(cluster, 4, { op: "get", key: "a" })!;
    expect([...both.values].sort()).toEqual(["x ", "y "]);
    expect(both.result).toBe("x y ");
    ask(cluster, 2, put("z ", both.read));
    expect(ask(cluster, 4, { op: "get", key: "a" })!.values).toEqual(["z "]);
  });

  it("two clients that write through one replica, having read the same, become siblings, too: dots tell them apart (Preguiça and others 2010)", () => {
    const cluster = started();
    ask(cluster, 0, put("x "));
    const { read } = ask(cluster, 0, { op: "get", key: "a" })!;
    ask(cluster, 0, put("y ", read));
    ask(cluster, 0, put("z ", read));
    expect([...ask(cluster, 3, { op: "get", key: "a" })!.values].sort()).toEqual(["y ", "z "]);
  });

  it("appends at the same time are both kept: they are siblings until the next one reconciles them", () => {
    const cluster = started();
    cluster.input(0, { type: "request", client: 1, serial: 1, command: { op: "append", key: "a", value: "x " } });
    ask(cluster, 1, { op: "append", key: "a", value: "y " });
    ask(cluster, 2, { op: "append", key: "a", value: "z " });
    const { values, result } = ask(cluster, 2, { op: "get", key: "a" })!;
    expect(values).toHaveLength(1);
    expect(result!.split(" ").sort()).toEqual(["", "x", "y", "z"]);
    expect(unionOfWords(["x y", "y z "])).toBe("x y z ");
  });

  it("the last writer wins by clocks, and an acknowledged write is lost to a clock that is ahead; not so with hybrid clocks", () => {
    const reads = [false, true].map((hybrid) => {
      const cluster = simulate(quorumStore<Newest>({ versioning: lastWriterWins({ hybrid }), preference: inOrder, interval: Infinity }), { size: 3, seed: 1, latency: "constant:5" });
      cluster.command({ type: "clock", node: 0, by: 10_000 });
      ask(cluster, 0, put("first"));
      expect(ask(cluster, 1, put("second"))).toBeDefined();
      return get(cluster, 2);
    });
    expect(reads).toEqual(["first", "second"]);
  });

  it("a strict quorum waits for a replica that is down; a sloppy one takes a hint instead, and hands it off (§4.6)", () => {
    for (const sloppy of [false, true]) {
      const cluster = started({ w: 3, sloppy, interval: 200 });
      cluster.crash(2);
      const told = ask(cluster, 0, put("x"), 300);
      expect(told !== undefined).toBe(sloppy);
      expect(cluster.nodes.map(({ state }) => Object.keys(state.hints))).toEqual([[], [], [], sloppy ? ["2"] : [], []]);
      if (!sloppy) continue;
      cluster.restart(2);
      cluster.run(1000);
      expect(cluster.nodes[2]!.state.keys.a).toEqual(cluster.nodes[0]!.state.keys.a);
      expect(cluster.nodes.every(({ state }) => Object.keys(state.hints).length === 0)).toBe(true);
    }
  });

  it("a sloppy quorum may read stale: those who stood in are not asked while the replicas answer (§4.6)", () => {
    const cluster = started({ sloppy: true });
    ask(cluster, 0, put("old"));
    cluster.partition([[0, 3, 4]]);
    expect(ask(cluster, 0, put("new"), 300)).toBeDefined();
    cluster.partition([[1, 2]]);
    expect(get(cluster, 1, 20)).toBe("old");
  });

  it("a read repairs a replica that had less, unless it is told not to (§5)", () => {
    for (const readRepair of [true, false]) {
      const cluster = started({ readRepair });
      cluster.command({ type: "cut", from: 0, to: 2 });
      ask(cluster, 0, put("x"), 3000);
      cluster.heal();
      expect(holders(cluster)).toEqual([0, 1]);
      get(cluster, 4);
      expect(holders(cluster)).toEqual(readRepair ? [0, 1, 2] : [0, 1]);
    }
  });

  it("replicas that compare their Merkle trees become equal with no read, and send a root each time when they are (§4.7)", () => {
    const sent: string[] = [];
    const cluster = started({ interval: 100 }, { observer: { sent: (_from, _to, { type }) => void sent.push(type) } });
    cluster.command({ type: "cut", from: 0, to: 2 });
    cluster.command({ type: "cut", from: 1, to: 2 });
    for (let i = 0; i < 20; i++) cluster.input(0, { type: "request", client: i, serial: 1, command: { op: "put", key: `k${i}`, value: "x" } });
    cluster.run(4000);
    expect(Object.keys(cluster.nodes[2]!.state.keys)).toEqual([]);
    cluster.heal();
    cluster.run(8000);
    expect(cluster.nodes[2]!.state.keys).toEqual(cluster.nodes[0]!.state.keys);
    expect(sent).toContain("Copies");
    sent.length = 0;
    cluster.run(10_000);
    expect(new Set(sent)).toEqual(new Set(["Compare"]));
    // 5 nodes, 20 rounds each, one message a round.
    expect(sent.length).toBeLessThanOrEqual(5 * 28);
  });

  it("a tombstone hides what was deleted, goes after its time, and no counter is given twice", () => {
    const cluster = started({ interval: 100, grace: 1000 });
    ask(cluster, 0, put("x"));
    ask(cluster, 0, { op: "delete", key: "a" });
    expect(ask(cluster, 1, { op: "get", key: "a" })).toMatchObject({ result: null, values: [null] });
    expect(holders(cluster)).toEqual([0, 1, 2]);
    cluster.run(3000);
    expect(holders(cluster)).toEqual([]);
    expect(ask(cluster, 0, put("y"))!.stamp).toMatchObject({ node: 0, counter: 3 });
    expect(get(cluster, 1)).toBe("y");
  });

  it("a tombstone that goes while a replica is away lets what was deleted come back", () => {
    const found = [1000, 60_000].map((grace) => {
      const cluster = started({ interval: 100, grace });
      ask(cluster, 0, put("x"));
      cluster.crash(2);
      ask(cluster, 0, { op: "delete", key: "a" });
      cluster.run(5000);
      cluster.restart(2);
      cluster.run(8000);
      return get(cluster, 0);
    });
    expect(found).toEqual(["x", null]);
  });

  it("comes back with what its disk kept, also after its log was put in a snapshot", () => {
    const cluster = started({ n: 1, preference: (_key, size) => inOrder("", size) });
    for (let i = 0; i < 100; i++) ask(cluster, 0, { op: "put", key: `k${i % 10}`, value: `${i}` }, 1);
    const { disk, state } = cluster.nodes[0]!;
    expect(disk.log.length).toBeLessThan(70);
    expect(disk.snapshot).toBeDefined();
    const before = JSON.stringify(state.keys);
    cluster.crash(0);
    cluster.restart(0);
    expect(JSON.stringify(cluster.nodes[0]!.state.keys)).toBe(before);
  });

  it("a request without a quorum is given up in the end", () => {
    const cluster = started();
    cluster.partition([[0]]);
    expect(ask(cluster, 0, put("x"), 10_000)).toBeUndefined();
    expect(cluster.nodes[0]!.state.operations).toEqual({});
  });

  it("wants quorums from 1 to n, and times above 0", () => {
    for (const bad of [{ r: 0 }, { w: 4 }, { n: 1.5 }, { patience: 0 }, { grace: -1 }]) expect(() => started(bad), JSON.stringify(bad)).toThrow(RangeError);
  });
});
