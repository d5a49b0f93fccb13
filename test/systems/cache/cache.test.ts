import { describe, expect, it } from "vitest";
import { parseDistribution } from "../../../lib/random.js";
import { simulate } from "../../../lib/sim/cluster.js";
import { cache, type CacheOptions } from "../../../lib/systems/cache/cache.js";
import { covers } from "../../../lib/systems/cache/lossPromise.js";
import type { CacheCommand, CacheMessage, NodeState } from "../../../lib/systems/cache/types.js";

const LATENCY = parseDistribution("constant:2");
const QUICK = { period: 200, pingTimeout: 60, linger: 600, contact: 400 };

/** A cache of so many nodes, and its origin; what messages it sent. */
function cluster(nodes: number, options: CacheOptions = {}, seed = 1) {
  const sent: (CacheMessage & { readonly from: number; readonly to: number })[] = [];
  const all = simulate(cache({ membership: QUICK, ...options }), { size: nodes + 1, seed, latency: (from, to, message) => (sent.push({ ...(message as CacheMessage), from, to }), LATENCY), messages: "frozen" });
  let client = 0;
  /** The last answer to a request at a node, after so many ms. */
  const ask = (node: number, command: CacheCommand, ms = 300) => {
    all.input(node, { type: "request", client: ++client, serial: 1, command });
    const mine = client;
    all.run(all.now + ms);
    return all.outputs.map(({ output }) => output).filter((output) => output.type !== "evicted" && output.client === mine).at(-1) as any;
  };
  return { all, sent, ask, node: (id: number) => all.nodes[id]!.state as NodeState, loads: (key: string) => sent.filter((message) => message.type === "Load" && message.key === key).length };
}

describe("distributed cache: writes", () => {
  it("a write at one node is found at every other, and a delete takes it back to what the origin has", () => {
    const { ask } = cluster(5, { values: { k: "of the origin" } });
    expect(ask(0, { op: "put", key: "k", value: "v" })).toMatchObject({ type: "answer", op: "put" });
    for (const node of [0, 1, 2, 3, 4]) expect(ask(node, { op: "get", key: "k" })).toMatchObject({ source: "written", value: "v" });
    ask(3, { op: "delete", key: "k" });
    for (const node of [0, 1, 2, 3, 4]) expect(ask(node, { op: "get", key: "k" })).toMatchObject({ source: "loaded", value: "of the origin" });
  });

  it("is over after its time to live, at every replica, however often copies were passed on", () => {
    const { ask, all } = cluster(4, { interval: 50 });
    ask(0, { op: "put", key: "k", value: "v", ttl: 1000 }, 10);
    all.run(900);
    expect(ask(1, { op: "get", key: "k" }, 50)).toMatchObject({ source: "written" });
    all.run(1100);
    for (const node of [0, 1, 2, 3]) expect(ask(node, { op: "get", key: "k" }, 50)).toMatchObject({ source: "absent" });
  });

  it("W copies survive W − 1 crashes: both other holders may be lost with W = 3, and are mended from the last", () => {
    const { ask, all, node } = cluster(5, { replicas: 3, acks: 3 });
    const { written } = ask(0, { op: "put", key: "k", value: "v" });
    const holders = [0, 1, 2, 3, 4].filter((id) => covers(node(id), "k", written.stamp));
    expect(holders).toHaveLength(3);
    for (const id of holders.slice(0, 2)) all.crash(id);
    for (const id of holders.slice(0, 2)) all.command({ type: "restart", node: id });
    all.run(all.now + 3000);
    expect(holders.every((id) => covers(node(id), "k", written.stamp))).toBe(true);
  });

  it("is not answered where fewer than W replicas are in reach", () => {
    const { ask, all } = cluster(3, { acks: 2 });
    all.command({ type: "isolate", node: 0 });
    expect(ask(0, { op: "put", key: "k", value: "v" }, 3000)).toBeUndefined();
    expect(ask(1, { op: "put", key: "k", value: "w" }, 3000)).toMatchObject({ type: "answer" });
  });

  it("a clock that is behind does not lose the write: it is stamped above what the replicas hold (bug 45)", () => {
    const { ask, all } = cluster(4);
    all.command({ type: "clock", node: 0, by: 5000 });
    ask(0, { op: "put", key: "k", value: "first" });
    ask(1, { op: "put", key: "k", value: "second" });
    expect(ask(2, { op: "get", key: "k" })).toMatchObject({ value: "second" });
  });
});

describe("distributed cache: loads", () => {
  it("ten misses of a key at once are one load; the origin hears of no other until the value is over", () => {
    const { all, ask, loads } = cluster(3, { values: { k: "v" }, loadTime: 20, beta: 0, loadedTtl: 1000 });
    all.run(200);
    for (let client = 100; client < 110; client++) all.input(0, { type: "request", client, serial: 1, command: { op: "get", key: "k" } });
    all.run(300);
    expect(all.outputs.filter(({ output }) => output.type === "answer" && output.op === "get" && output.value === "v")).toHaveLength(10);
    expect(loads("k")).toBe(1);
    ask(0, { op: "get", key: "k" });
    expect(loads("k")).toBe(1);
    all.run(1500);
    ask(0, { op: "get", key: "k" });
    expect(loads("k")).toBe(2);
  });

  it("a load that fails ends: who waited is refused, and the next one asks again", () => {
    const { all, ask, loads } = cluster(3, { values: { k: "v" }, attempts: 3 });
    all.run(100);
    all.crash(3);
    expect(ask(0, { op: "get", key: "k" }, 2000)).toMatchObject({ type: "refused" });
    all.command({ type: "restart", node: 3 });
    expect(ask(0, { op: "get", key: "k" }, 500)).toMatchObject({ value: "v" });
    expect(loads("k")).toBeGreaterThan(1);
  });

  it("what the origin does not have is answered without it: by the filter, and after it by a negative entry", () => {
    const filtered = cluster(3, { values: { k: "v" } });
    filtered.all.run(600);
    for (let i = 0; i < 20; i++) expect(filtered.ask(0, { op: "get", key: `none ${i}` }, 50)).toMatchObject({ source: "absent" });
    expect(filtered.sent.filter(({ type }) => type === "Load").length).toBeLessThan(3);
    const open = cluster(3, { filter: false });
    for (let i = 0; i < 5; i++) open.ask(0, { op: "get", key: "none" }, 50);
    expect(open.loads("none")).toBe(1);
  });

  it("a change at the origin reaches every node by the watch: the old value is not served again", () => {
    const { all, ask } = cluster(4, { values: { k: "old" }, loadedTtl: 1e6 });
    all.run(600);
    for (const node of [0, 1, 2, 3]) expect(ask(node, { op: "get", key: "k" }, 50)).toMatchObject({ value: "old" });
    all.input(4, { type: "publish", key: "k", value: "new" });
    all.run(all.now + 10);
    for (const node of [0, 1, 2, 3]) expect(ask(node, { op: "get", key: "k" }, 50)).toMatchObject({ value: "new" });
  });

  it("a value that is asked for again and again is recomputed before it is over (XFetch): nobody waits", () => {
    const { all, loads } = cluster(3, { values: { k: "v" }, loadTime: 40, loadedTtl: 500, beta: 2 });
    for (let at = 300, client = 100; at < 3300; at += 5) all.command({ type: "input", node: 0, input: { type: "request", client: client++, serial: 1, command: { op: "get", key: "k" } } }, at);
    all.run(3500);
    const waits = all.outputs.filter(({ output, time }) => output.type === "answer" && output.op === "get" && output.expires === null && time > 500);
    expect(loads("k")).toBeGreaterThan(5);
    expect(waits).toHaveLength(0);
  });
});

describe("distributed cache: members come and go", () => {
  it("a newcomer is given its share by its neighbours on the ring, what was loaded included, and asks the origin for nothing", () => {
    const values = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`l${i}`, "v"]));
    const { all, ask, node, sent } = cluster(5, { values, membership: { ...QUICK, joined: 4 }, beta: 0, replicas: 2, acks: 2 });
    all.crash(4);
    for (let i = 0; i < 30; i++) ask(i % 4, { op: "put", key: `w${i}`, value: "v" }, 20);
    for (let i = 0; i < 30; i++) ask(i % 4, { op: "get", key: `l${i}` }, 20);
    const loads = () => sent.filter(({ type, from }) => type === "Load" && from === 4).length;
    all.command({ type: "restart", node: 4 });
    all.run(all.now + 3000);
    const kinds = Object.values(node(4).entries).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "written").length).toBeGreaterThan(3);
    expect(kinds.filter((kind) => kind === "loaded").length).toBeGreaterThan(3);
    expect(loads()).toBe(0);
    expect(node(0).view).toEqual([0, 1, 2, 3, 4]);
  });

  it("who leaves hands over what it holds, and nothing is lost", () => {
    const { all, ask, node } = cluster(6, { replicas: 2, acks: 2 });
    const stamps = Array.from({ length: 20 }, (_, i) => ask(i % 6, { op: "put", key: `k${i}`, value: "v" }, 20).written.stamp);
    for (const id of [3, 4, 5]) all.input(id, { type: "leave" });
    all.run(all.now + 6000);
    expect(node(0).view).toEqual([0, 1, 2]);
    for (let i = 0; i < 20; i++) expect([0, 1, 2].filter((id) => covers(node(id), `k${i}`, stamps[i])).length).toBeGreaterThanOrEqual(2);
    expect(ask(5, { op: "get", key: "k1" })).toMatchObject({ type: "refused" });
  });

  it("has room for so many entries and no more, by either policy", () => {
    for (const eviction of ["lru", "tinylfu"] as const) {
      const { ask, node } = cluster(3, { capacity: 8, eviction });
      for (let i = 0; i < 40; i++) ask(i % 3, { op: "put", key: `k${i}`, value: "v" }, 15);
      for (const id of [0, 1, 2]) expect(Object.keys(node(id).entries).length).toBe(8);
    }
  });

  it("refuses options that make no sense", () => {
    expect(() => cache({ acks: 4 })).toThrow("acks: expected a whole number from 1 to 3, not 4");
    expect(() => cache({ stay: 1 })).toThrow("stay: expected a whole number from 2, so many as a write needs, not 1");
    expect(() => cache({ ttl: 0 })).toThrow("ttl: expected a number above 0, not 0");
  });
});
