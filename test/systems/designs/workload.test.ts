import { describe, expect, it } from "vitest";
import { parseDistribution } from "../../../lib/random.js";
import type { Sizes } from "../../../lib/systems/designs/design.js";
import { designs } from "../../../lib/systems/designs/designs.js";
import { serve, type Served, type Workload } from "../../../lib/systems/designs/workload.js";

const sizesFor = (nodes: number): Sizes => ({ nodes, replicas: Math.min(3, nodes), shards: 2 * nodes, timeout: 150, heartbeat: 50, retry: 50, batch: 1 });
const usual: Workload = { near: parseDistribution("uniform:0.5,1"), regions: 1, far: [], arrivals: { type: "closed", clients: 6, think: 5 }, reads: 0.5, keys: 10, skew: 0, valueSize: 20, patience: 100, settle: 800, warm: 20, window: 60 };
const designOf = (name: string) => designs.find((design) => design.name === name)!;
const run = (name: string, nodes: number, more: Partial<Workload> = {}, { kind = "strong", seed = 1 }: { readonly kind?: "strong" | "weak"; readonly seed?: number } = {}): Served => {
  const design = designOf(name);
  return serve(design, design[kind]!, sizesFor(nodes), { ...usual, ...more }, seed);
};
const seen = ({ requests, begin, sent }: Served) => JSON.stringify({ requests, begin, sent });
const took = ({ asked, answered }: { readonly asked: number; readonly answered?: number }) => (answered === undefined ? undefined : answered - asked);

describe("one workload for every design", () => {
  it.each(designs.map(({ name }) => name))("%s: one seed gives one run, another seed another; every request is answered", (name) => {
    const kind = designOf(name).strong ? "strong" : "weak";
    const first = run(name, 3, {}, { kind });
    expect(seen(run(name, 3, {}, { kind }))).toBe(seen(first));
    expect(seen(run(name, 3, {}, { kind, seed: 2 }))).not.toBe(seen(first));
    const early = first.requests.filter(({ asked }) => asked < first.end - 30);
    expect(early.length).toBeGreaterThan(20);
    expect(early.filter(({ answered }) => answered === undefined)).toEqual([]);
  });

  it("a client of a closed loop has one request at a time, and waits for the time asked for", () => {
    const { requests } = run("abd", 3, { arrivals: { type: "closed", clients: 4, think: 3 }, window: 400 });
    const pauses: number[] = [];
    for (let client = 0; client < 4; client++) {
      const own = requests.filter((request) => request.client === client);
      own.slice(1).forEach(({ asked }, i) => pauses.push(asked - own[i]!.answered!));
    }
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(0);
    expect(pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length).toBeCloseTo(3, 0);
  });

  it("in an open loop requests come at the rate asked for, whatever becomes of those before; clients still have one at a time", () => {
    const { requests, begin, end } = run("abd", 3, { arrivals: { type: "open", rate: 0.5 }, window: 1000, plan: (cluster) => [0, 1].forEach((node) => cluster.crash(node)) });
    const counted = requests.filter(({ asked }) => asked >= begin);
    expect(counted.length / (end - begin) / 0.5).toBeCloseTo(1, 0.7);
    expect(counted.filter(({ answered }) => answered !== undefined)).toEqual([]);
    const last = new Map<number, number>();
    for (const { client, asked, answered } of requests) {
      expect(asked).toBeGreaterThanOrEqual(last.get(client) ?? 0);
      last.set(client, answered ?? asked + usual.patience);
    }
  });

  it("values are written once each, and as long as asked for", () => {
    const { requests } = run("abd", 3, { valueSize: 500, reads: 0 });
    const values = requests.map(({ value }) => value!);
    expect(new Set(values).size).toBe(values.length);
    for (const value of values) expect(Math.abs(value.length - 500)).toBeLessThan(16);
  });
});

describe("a disk that takes time", () => {
  /** Mean time of a put whose client is all alone, with writes of 4 ms less without. */
  const slower = (name: string, kind: "strong" | "weak") => {
    const mean = (disk: Partial<Workload>) => {
      const alone = run(name, 3, { ...disk, arrivals: { type: "closed", clients: 1, think: 60 }, reads: 0, near: parseDistribution("constant:1"), warm: 300, window: 2000 }, { kind });
      const times = alone.requests.filter(({ asked }) => asked >= alone.begin && asked < alone.end - 100).map((request) => took(request)!);
      return times.reduce((sum, time) => sum + time, 0) / times.length;
    };
    return mean({ disk: parseDistribution("constant:4") }) - mean({});
  };

  it.each([
    ["raft", "strong", 8, "the leader's write, and then a follower's"],
    ["multi-paxos", "strong", 8, "the same"],
    ["abd", "strong", 8, "the coordinator's, and then another's"],
    ["primary-backup", "weak", 4, "the primary's alone, which waits for nobody"],
  ] as const)("adds to a put of %s, %s, %d ms: %s", (name, kind, ms) => expect(slower(name, kind)).toBeCloseTo(ms, 5));

  it("is as good as free to puts that wait together", () => {
    const rate = (more: Partial<Workload>, clients: number) => {
      const { requests, begin, end } = run("raft", 3, { hardware: { receive: 0.05, send: 0.05 }, arrivals: { type: "closed", clients, think: 0 }, reads: 0, warm: 100, window: 400, ...more });
      return requests.filter(({ answered }) => answered !== undefined && answered >= begin && answered < end).length / 400;
    };
    const disk = parseDistribution("constant:4");
    expect(rate({ disk }, 4) / rate({}, 4)).toBeLessThan(0.4);
    expect(rate({ disk }, 200) / rate({}, 200)).toBeGreaterThan(0.95);
  });
});

describe("clients find whom to ask", () => {
  it("once told who leads, they ask nobody else", () => {
    const { requests, leaders } = run("raft", 5, { window: 200 });
    const first = new Set<number>();
    // Whoever was asked first, the answer is the leader's.
    for (const { node, client } of requests) first.add(client) && expect(node).toBe(leaders[0]);
    expect(first.size).toBe(6);
  });

  it("they go a second way to learn it, and one from then on", () => {
    const { requests, leaders, begin } = run("raft-lease", 3, { near: parseDistribution("constant:1"), reads: 1, arrivals: { type: "closed", clients: 3, think: 5 }, window: 300 });
    const [learn, know] = [[0, 1, 2].map((client) => requests.find((request) => request.client === client)!), requests.filter(({ asked }) => asked >= begin)];
    expect(leaders).toHaveLength(1);
    // Of three clients one begins at the leader; the others are sent there. A lease read is a message there and one back.
    expect(learn.map(took).sort()).toEqual([2, 4, 4].map((ms) => expect.closeTo(ms, 6)));
    expect(new Set(know.flatMap((request) => (took(request) === undefined ? [] : [Math.round(took(request)!)])))).toEqual(new Set([2]));
  });

  it("where any node will do, each client keeps to one of the nearest, and all nodes get as many", () => {
    const { requests } = run("zab", 3, { reads: 1, arrivals: { type: "closed", clients: 6, think: 1 } }, { kind: "weak" });
    expect(Array.from({ length: 6 }, (_, client) => [...new Set(requests.filter((one) => one.client === client).map(({ node }) => node))])).toEqual([[0], [1], [2], [0], [1], [2]]);
  });

  it("where any replica of a key will do, they remember one", () => {
    const { requests, begin } = run("sharded-raft", 6, { near: parseDistribution("constant:1"), reads: 1, keys: 40, arrivals: { type: "closed", clients: 6, think: 1 }, warm: 400, window: 100 }, { kind: "weak" });
    expect(requests.some((request) => Math.round(took(request) ?? 0) === 4)).toBe(true);
    const late = requests.filter((request) => request.asked >= begin && took(request) !== undefined);
    expect(late.filter((request) => Math.round(took(request)!) !== 2)).toEqual([]);
  });

  it("they turn from a node that does not answer to the next one, after one request", () => {
    const { requests, begin } = run("quorum-store", 3, { plan: (cluster, counted) => cluster.crash(0, counted - 1), patience: 30, warm: 50, window: 300 }, { kind: "weak" });
    const lost = requests.filter(({ node, answered }) => node === 0 && answered === undefined);
    expect(lost.map(({ client }) => client).sort()).toEqual([0, 3]);
    expect(requests.filter(({ asked, node }) => asked > begin + 70 && node === 0)).toEqual([]);
  });

  it("when the leader crashes, they find its successor", () => {
    let crashed = -1;
    const { requests, end } = run("raft", 5, {
      patience: 50,
      window: 800,
      plan: (cluster, counted) => {
        crashed = cluster.nodes.findIndex(({ state }) => designOf("raft").leads!(state));
        cluster.crash(crashed, counted);
      },
    });
    const late = requests.filter(({ asked }) => asked > end - 200 && asked < end - 60);
    expect(late.length).toBeGreaterThan(50);
    expect(late.filter(({ node, answered }) => node === crashed || answered === undefined)).toEqual([]);
  });
});

describe("regions", () => {
  const wide: Partial<Workload> = { near: parseDistribution("constant:1"), regions: 3, far: [10, 20, 40], arrivals: { type: "closed", clients: 3, think: 5 }, patience: 500, warm: 400, window: 800 };
  const times = ({ requests, begin }: Served, region: number) => [...new Set(requests.filter((one) => one.asked >= begin && one.region === region && one.answered !== undefined).map((one) => Math.round(1000 * took(one)!) / 1000))].sort((a, b) => a - b);

  it("an answer from what the nearest node has takes a message there and one back in the client's region", () => {
    const served = run("zab", 3, { ...wide, reads: 1 }, { kind: "weak" });
    for (const region of [0, 1, 2]) expect(times(served, region)).toEqual([2]);
  });

  it("an ABD register goes from the client's region to the nearest other and back, twice", () => {
    const served = run("abd", 3, wide);
    // Both phases need one more node: 1 + 10 ms from 0 and from 1, 1 + 20 ms from 2.
    expect([0, 1, 2].map((region) => times(served, region))).toEqual([[2 + 2 * 22], [2 + 2 * 22], [2 + 2 * 42]]);
  });

  it("a put goes to the leader's region, and from there to the nearest other", () => {
    const served = run("raft", 3, { ...wide, reads: 0 });
    const far = [[0, 10, 20], [10, 0, 40], [20, 40, 0]];
    const [leader] = served.leaders as [number];
    const quorum = 2 * (1 + Math.min(...far[leader]!.filter((ms) => ms > 0)));
    expect([0, 1, 2].map((region) => times(served, region))).toEqual([0, 1, 2].map((region) => [2 * (1 + far[region]![leader]!) + quorum]));
  });

  it("a client in a region without nodes asks the nearest region's", () => {
    const { requests } = run("abd", 2, wide);
    expect(new Set(requests.filter(({ region }) => region === 2).map(({ node }) => node))).toEqual(new Set([0]));
  });
});

describe("what the driver counts", () => {
  it("messages of the counted time only, none of them a node's to itself", () => {
    const { sent, received, requests, begin, end } = run("abd", 3, { reads: 0, window: 200 });
    const done = requests.filter(({ asked }) => asked >= begin && asked < end).length;
    const sum = (list: readonly number[]) => list.reduce((total, count) => total + count, 0);
    expect(sum(sent)).toBe(sum(received));
    // Two phases, each two questions and two answers.
    expect(sum(sent) / done).toBeCloseTo(8, 0);
  });

  it("what is sent to a node that is down is not received", () => {
    const { received, sent } = run("abd", 3, { plan: (cluster) => cluster.crash(2) });
    expect(received[2]).toBe(0);
    expect(sent[2]).toBe(0);
  });

  it("says so if nothing takes time, and clients would ask for ever", () => {
    const still = () => run("raft-lease", 1, { near: parseDistribution("constant:0"), arrivals: { type: "closed", clients: 1, think: 0 }, reads: 1 });
    expect(still).toThrow("clients would ask for ever");
  });
});
