import { describe, expect, it } from "vitest";
import { type Cluster, simulate } from "../../lib/sim/cluster.js";
import type { Command } from "../../lib/sim/command.js";
import type { ClusterOptions } from "../../lib/sim/options.js";
import { puppet, type Puppet } from "./puppet.js";

const cluster = (options: Partial<ClusterOptions<Puppet>> = {}) => simulate(puppet(), { size: 3, seed: 1, latency: "constant:5", trace: true, ...options });
const send = (run: Cluster<Puppet>, from: number, to: number, ...messages: unknown[]) => run.input(from, messages.map((message) => ({ send: to, message })));
const heard = (run: Cluster<Puppet>, node: number) => run.nodes[node]!.state.heard.map((line) => line.replace(": ", ":").replaceAll('"', ""));
const drops = (run: Cluster<Puppet>) => [...run.trace!].filter((event) => event.kind === "drop");

/** Who hears whom, found by trying: a row for each sender, `x` where the receiver hears it. */
function reached(size: number, ...commands: Command<Puppet>[]): string[] {
  const run = cluster({ size, probe: (state) => (state.found.stored as string | null) ?? "none", disks: (node) => (node === size - 1 ? { stored: "last" } : {}) });
  for (const command of commands) run.command(command);
  for (let from = 0; from < size; from++) for (let to = 0; to < size; to++) send(run, from, to, from);
  run.run(5);
  return Array.from({ length: size }, (_, from) => Array.from({ length: size }, (_, to) => (heard(run, to).includes(`5 ${from}:${from}`) ? "x" : ".")).join(""));
}
const matrix = (size: number, hears: (from: number, to: number) => boolean) =>
  Array.from({ length: size }, (_, from) => Array.from({ length: size }, (_, to) => (from === to || hears(from, to) ? "x" : ".")).join(""));
const sizes = [2, 3, 4, 5, 6, 7];

describe("a cut link", () => {
  it("passes nothing, its reverse passes, and the trace says why", () => {
    const run = cluster();
    run.command({ type: "cut", from: 0, to: 1 });
    send(run, 0, 1, "lost");
    send(run, 1, 0, "passes");
    send(run, 0, 2, "elsewhere");
    run.run(10);
    expect([heard(run, 0), heard(run, 1), heard(run, 2)]).toEqual([["5 1:passes"], [], ["5 0:elsewhere"]]);
    expect(drops(run)).toMatchObject([{ node: 1, from: 0, reason: "cut", message: "lost" }]);
  });

  it("adds to the cuts that are there; heal mends them all", () => {
    expect(reached(3, { type: "cut", from: 0, to: 1 }, { type: "cut", from: 1, to: 2 })).toEqual(["x.x", "xx.", "xxx"]);
    expect(reached(3, { type: "cut", from: 0, to: 1 }, { type: "cut", from: 1, to: 2 }, { type: "heal" })).toEqual(["xxx", "xxx", "xxx"]);
  });

  it("is never the one to oneself, whatever is cut, lost or clogged", () => {
    const run = cluster({ loss: 1 });
    run.schedule("at 0 cut 0 > 0; at 0 clog 0 > 0; at 0 partition 0 | 1 | 2");
    run.run(0);
    send(run, 0, 0, ...Array.from({ length: 100 }, (_, i) => i));
    run.run(10);
    expect(heard(run, 0)).toHaveLength(100);
    expect(drops(run)).toEqual([]);
  });
});

describe("the shapes of a partition, by who hears whom", () => {
  it.each(sizes)("halves of %d nodes", (size) => {
    const half = size >> 1;
    const left = Array.from({ length: half }, (_, i) => i);
    const same = (a: number, b: number) => a < half === b < half;
    expect(reached(size, { type: "partition", groups: [left] })).toEqual(matrix(size, same));
    expect(reached(size, { type: "partition", groups: [left, Array.from({ length: size - half }, (_, i) => half + i)] })).toEqual(matrix(size, same));
  });
  it.each(sizes)("one of %d isolated, by number and by role", (size) => {
    expect(reached(size, { type: "isolate", node: 1 })).toEqual(matrix(size, (a, b) => a !== 1 && b !== 1));
    expect(reached(size, { type: "isolate", node: { role: "last" } })).toEqual(matrix(size, (a, b) => a < size - 1 && b < size - 1));
  });
  it.each(sizes)("a ring of %d", (size) => expect(reached(size, { type: "ring" })).toEqual(matrix(size, (a, b) => (a + 1) % size === b || (b + 1) % size === a)));
  it.each(sizes)("a bridge over %d", (size) => {
    const bridge = 1;
    const rows = reached(size, { type: "bridge", node: bridge });
    const others = Array.from({ length: size }, (_, i) => i).filter((i) => i !== bridge);
    const left = new Set(others.slice(0, Math.floor(others.length / 2)));
    expect(rows).toEqual(matrix(size, (a, b) => a === bridge || b === bridge || left.has(a) === left.has(b)));
    // Both sides have somebody, from three nodes on.
    if (size >= 3) expect(rows.some((row) => row.includes("."))).toBe(true);
  });
  it("three islands, and whoever is in none together", () =>
    expect(reached(6, { type: "partition", groups: [[0, 3], [1]] })).toEqual(matrix(6, (a, b) => [0, 3].includes(a) === [0, 3].includes(b) && (a === 1) === (b === 1))));
  it("replace one another, and every cut before", () => {
    expect(reached(4, { type: "cut", from: 0, to: 1 }, { type: "isolate", node: 3 })).toEqual(matrix(4, (a, b) => a !== 3 && b !== 3));
    expect(reached(4, { type: "isolate", node: 3 }, { type: "ring" })).toEqual(matrix(4, (a, b) => (a + b) % 2 === 1));
  });
  it("aimed at a role that nobody has, change nothing", () =>
    expect(reached(3, { type: "isolate", node: 0 }, { type: "bridge", node: { role: "king" } }, { type: "isolate", node: { role: "king" } })).toEqual(["x..", ".xx", ".xx"]));
});

describe("a clogged link", () => {
  it("holds everything, and lets all of it out exactly once, each with a latency of its own from then on", () => {
    const run = cluster({ latency: "uniform:5,15" });
    send(run, 0, 1, "before");
    run.command({ type: "clog", from: 0, to: 1 });
    const held = Array.from({ length: 200 }, (_, i) => i);
    send(run, 0, 1, ...held);
    send(run, 1, 0, "reverse");
    send(run, 0, 2, "elsewhere");
    run.run(1000);
    expect([heard(run, 0).length, heard(run, 1).length, heard(run, 2).length]).toEqual([1, 1, 1]);
    run.command({ type: "unclog" });
    send(run, 0, 1, "after");
    run.run(2000);
    const out = run.nodes[1]!.state.heard.slice(1).map((line) => line.split(" 0: "));
    expect(out.map(([, message]) => JSON.parse(message!) as unknown).filter((message) => message !== "after").sort((a, b) => (a as number) - (b as number))).toEqual(held);
    expect(out.every(([time]) => Number(time) >= 1005 && Number(time) <= 1015)).toBe(true);
    expect(drops(run)).toEqual([]);
    run.command({ type: "unclog" });
    run.run(3000);
    expect(heard(run, 1)).toHaveLength(202);
  });

  it("lets out once also where messages are duplicated", () => {
    const run = cluster({ duplication: 1 });
    run.command({ type: "clog", from: 0, to: 1 });
    send(run, 0, 1, "held");
    run.command({ type: "unclog" });
    run.run(100);
    expect(heard(run, 1)).toEqual(["5 0:held"]);
  });

  it("and cut: what is sent then is lost, what it held before was under way and arrives", () => {
    const run = cluster();
    run.command({ type: "clog", from: 0, to: 1 });
    send(run, 0, 1, "held");
    run.command({ type: "cut", from: 0, to: 1 });
    send(run, 0, 1, "cut");
    run.heal();
    send(run, 0, 1, "held after the cut");
    run.run(50);
    expect(heard(run, 1)).toEqual([]);
    run.command({ type: "cut", from: 0, to: 1 });
    run.command({ type: "unclog" });
    send(run, 0, 1, "cut again");
    run.run(100);
    expect(heard(run, 1)).toEqual(["55 0:held", "55 0:held after the cut"]);
    expect(drops(run).map((event) => event.kind === "drop" && event.message)).toEqual(["cut", "cut again"]);
  });

  it("outlives the crash of its sender; its receiver must be up when it flows", () => {
    const run = cluster();
    run.command({ type: "clog", from: 0, to: 1 });
    send(run, 0, 1, "held");
    run.crash(0);
    run.crash(1);
    run.restart(1, 20);
    run.run(30);
    run.command({ type: "unclog" });
    run.run(100);
    expect(heard(run, 1)).toEqual(["35 0:held"]);
  });
});
