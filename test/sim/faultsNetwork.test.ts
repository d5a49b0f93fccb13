import { describe, expect, it } from "vitest";
import { type Cluster, simulate } from "../../lib/sim/cluster.js";
import type { ClusterOptions } from "../../lib/sim/options.js";
import type { TraceEvent } from "../../lib/sim/trace.js";
import { type Action, puppet, type Puppet } from "./puppet.js";

const cluster = (options: Partial<ClusterOptions<Puppet>> = {}) => simulate(puppet(), { size: 3, seed: 1, latency: "constant:5", trace: true, ...options });
const messages = (n: number, to = 1, from = 0): Action[] => Array.from({ length: n }, (_, i) => ({ send: to, message: from + i }));
/** What a node heard, as numbers in order of arrival. */
const heard = (run: Cluster<Puppet>, node = 1) => run.nodes[node]!.state.heard.map((line) => Number(line.split(": ")[1]));
const count = (run: Cluster<Puppet>, kind: TraceEvent["kind"]) => [...run.trace!].filter((event) => event.kind === kind).length;
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);
/** Four standard errors of a share of n. */
const near = (n: number, p: number) => 4 * Math.sqrt(n * p * (1 - p));

describe("loss", () => {
  it("drops near the share it is told to, and the trace says why", () => {
    const run = cluster({ loss: 0.3 });
    run.input(0, messages(10_000));
    run.run(10);
    const drops = [...run.trace!].filter((event) => event.kind === "drop");
    expect(Math.abs(drops.length - 3000)).toBeLessThan(near(10_000, 0.3));
    expect(drops.every((event) => event.kind === "drop" && event.reason === "loss")).toBe(true);
    expect(heard(run)).toHaveLength(10_000 - drops.length);
  });

  it.each([[0, 1000], [1, 0]])("of probability %d lets %d of 1000 through", (loss, through) => {
    const run = cluster({ loss });
    run.input(0, messages(1000));
    run.run(10);
    expect(heard(run)).toHaveLength(through);
  });

  it("changes in the middle of a run, for what is sent from then on", () => {
    const run = cluster();
    run.input(0, messages(100));
    run.command({ type: "network", loss: 1 });
    run.input(0, messages(100, 1, 100));
    run.command({ type: "network", duplication: 0 });
    run.input(0, messages(100, 1, 200));
    run.command({ type: "network", loss: 0 });
    run.input(0, messages(100, 1, 300));
    run.run(10);
    expect(heard(run)).toEqual([...upTo(100), ...upTo(100).map((i) => 300 + i)]);
  });
});

describe("duplication", () => {
  it.each([[0, 1], [1, 2]])("of probability %d delivers everything %d times", (duplication, times) => {
    const run = cluster({ duplication });
    run.input(0, messages(500));
    run.run(10);
    expect(count(run, "send")).toBe(500);
    expect(sorted(heard(run))).toEqual(upTo(500).flatMap((i) => Array<number>(times).fill(i)));
  });

  it("near the share it is told to, after it was turned on", () => {
    const run = cluster();
    run.command({ type: "network", duplication: 0.2 });
    run.input(0, messages(10_000));
    run.run(10);
    expect(Math.abs(heard(run).length - 12_000)).toBeLessThan(near(10_000, 0.2));
  });
});

describe("reordering", () => {
  it("lets later messages overtake near the share that is held back; nothing is lost or doubled", () => {
    const run = cluster({ reordering: 0.1, reorderingDelay: "constant:20" });
    run.input(0, messages(10_000));
    run.run(100);
    const late = run.nodes[1]!.state.heard.filter((line) => line.startsWith("25 ")).length;
    expect(Math.abs(late - 1000)).toBeLessThan(near(10_000, 0.1));
    expect(heard(run)).not.toEqual(upTo(10_000));
    expect(sorted(heard(run))).toEqual(upTo(10_000));
  });

  it.each([[0, 5, 5], [1, 15, 45]])("of probability %d delays all within %d to %d ms", (reordering, low, high) => {
    const run = cluster({ reordering, reorderingDelay: "uniform:10,40" });
    run.input(0, messages(1000));
    run.run(100);
    const times = run.nodes[1]!.state.heard.map((line) => Number(line.split(" ")[0]));
    expect(times).toHaveLength(1000);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(low);
    expect(Math.max(...times)).toBeLessThanOrEqual(high);
  });
});

describe("latency", () => {
  it.each([
    ["constant:7", 7, 7, 7],
    ["uniform:2,9", 2, 9, 5.5],
    ["exp:0.2", 0, Infinity, 5],
    ["lognormal:10,0.5", 0, Infinity, 10 * Math.exp(0.125)],
    ["pareto:4,5", 4, Infinity, 5],
    ["75+exp:0.1", 75, Infinity, 85],
    ["0.9*uniform:1,3+0.1*constant:50", 1, 50, 6.8],
  ])("%s lies between %d and %d ms, with mean near %d", (latency, low, high, mean) => {
    const run = cluster({ latency });
    run.input(0, messages(10_000));
    run.run(Infinity);
    const times = run.nodes[1]!.state.heard.map((line) => Number(line.split(" ")[0]));
    expect(times).toHaveLength(10_000);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(low);
    expect(Math.max(...times)).toBeLessThanOrEqual(high);
    expect(Math.abs(times.reduce((sum, time) => sum + time, 0) / 10_000 / mean - 1)).toBeLessThan(0.04);
  });

  it("by region: a row for each sender, a column for each receiver, its own diagonal for messages to oneself", () => {
    const run = cluster({ latency: [["constant:0", "constant:40", "uniform:80,90"], ["constant:45", "constant:1", "constant:60"], ["constant:85", "constant:65", "constant:2"]] });
    for (const node of [0, 1, 2]) run.input(node, [0, 1, 2].map((to) => ({ send: to, message: to })));
    run.run(1000);
    const times = (node: number) => run.nodes[node]!.state.heard.map((line) => line.split(":")[0]);
    expect([times(0), times(1)]).toEqual([["0 0", "45 1", "85 2"], ["1 1", "40 0", "65 2"]]);
    const far = Number(times(2).find((line) => line!.endsWith(" 0"))!.split(" ")[0]);
    expect(far).toBeGreaterThanOrEqual(80);
    expect(far).toBeLessThan(90);
  });

  it("by region must be a square of the cluster's size", () => {
    expect(() => cluster({ latency: [["constant:1"]] })).toThrow(/3 rows of 3 distributions/);
    expect(() => cluster({ latency: [["constant:1"], ["constant:1"], ["constant:1"]] })).toThrow(/3 rows of 3 distributions/);
    expect(() => cluster({ size: 1, latency: [["fast"]] })).toThrow(/"fast" is not a distribution/);
  });
});

describe("fifo links", () => {
  const inOrder = (numbers: readonly number[]) => numbers.every((value, i) => i === 0 || value >= numbers[i - 1]!);
  const spread = (options: Partial<ClusterOptions<Puppet>>) => {
    const run = cluster({ latency: "uniform:1,100", ...options });
    for (let i = 0; i < 100; i++) run.input(0, messages(5, 1, 5 * i), i);
    run.run(1000);
    return heard(run);
  };

  it("never reorder, where the same latency without them does", () => {
    expect(inOrder(spread({}))).toBe(false);
    expect(spread({ fifo: true })).toEqual(upTo(500));
  });

  it("never reorder with duplication and loss, and double and lose as others do", () => {
    const got = spread({ fifo: true, duplication: 0.5, loss: 0.2 });
    expect(inOrder(got)).toBe(true);
    expect(new Set(got).size).toBeLessThan(450);
    expect(got.length).toBeGreaterThan(new Set(got).size + 100);
  });

  it("never reorder across a clog, nor across a pause of the receiver that ends as a message arrives", () => {
    const run = cluster({ fifo: true, latency: "uniform:1,100" });
    for (let i = 0; i < 100; i++) run.input(0, messages(1, 1, i), i);
    run.schedule("at 10 clog 0 > 1; at 30 pause 1; at 50 unclog; at 60 resume 1");
    run.run(1000);
    expect(heard(run)).toEqual(upTo(100));

    const tie = cluster({ fifo: true });
    tie.schedule("at 3 pause 1; at 9 resume 1");
    tie.input(0, messages(1, 1, 0), 1);
    tie.input(0, messages(1, 1, 1), 4);
    tie.run(100);
    expect(heard(tie)).toEqual([0, 1]);
  });

  it("cannot be told to reorder, and a refused command changes nothing", () => {
    expect(() => cluster({ fifo: true, reordering: 0.1 })).toThrow(/fifo links reorders nothing/);
    const run = cluster({ fifo: true });
    expect(() => run.command({ type: "network", reordering: 0.5 })).toThrow(/fifo links reorders nothing/);
    run.input(0, messages(100));
    run.run(10);
    expect(heard(run)).toEqual(upTo(100));
    expect(run.fork().digest).toBe(run.digest);
  });
});
