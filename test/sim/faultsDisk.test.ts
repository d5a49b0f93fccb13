import { describe, expect, it } from "vitest";
import { simulate } from "../../lib/sim/cluster.js";
import type { ClusterOptions } from "../../lib/sim/options.js";
import { type Action, puppet, type Puppet } from "./puppet.js";

const cluster = (options: Partial<ClusterOptions<Puppet>> = {}) => simulate(puppet(), { size: 1, seed: 1, diskWrite: "constant:10", trace: true, ...options });

/** What the next life finds of these writes, one list a handler, when a crash comes `crashAt` ms after the first. */
function found(writes: readonly (readonly Action[])[], seed: number, tornWrite: number, crashAt = 1): { stored: unknown; log: unknown } {
  const run = cluster({ seed, tornWrite, disks: () => ({ stored: "old", log: ["old"] }) });
  for (const actions of writes) run.input(0, actions);
  run.crash(0, crashAt);
  run.restart(0, crashAt + 1);
  run.run(1000);
  return run.nodes[0]!.state.found;
}
const seeds = Array.from({ length: 400 }, (_, seed) => seed);
const outcomes = (writes: readonly (readonly Action[])[], tornWrite: number, crashAt?: number) =>
  [...new Set(seeds.map((seed) => JSON.stringify(found(writes, seed, tornWrite, crashAt))))].sort();
const outcome = (stored: unknown, ...log: unknown[]) => JSON.stringify({ stored, log: ["old", ...log] });

describe("torn writes", () => {
  it("of probability 0 keep nothing that was not durable", () => expect(outcomes([[{ save: "new" }, { append: ["a"] }]], 0)).toEqual([outcome("old")]));

  it("keep a prefix of what was asked, in order: never a later write without an earlier one, never more, an append perhaps in part", () =>
    expect(outcomes([[{ save: 1 }, { append: ["a", "b", "c"] }, { save: 2 }], [{ append: ["d"] }]], 1)).toEqual(
      [
        outcome("old"),
        outcome(1),
        outcome(1, "a"),
        outcome(1, "a", "b"),
        outcome(1, "a", "b", "c"),
        outcome(2, "a", "b", "c"),
        outcome(2, "a", "b", "c", "d"),
      ].sort(),
    ));

  it("keep or lose a shortening of the log whole, before what follows it", () =>
    expect(outcomes([[{ truncate: 0 }, { append: ["a", "b"] }]], 1)).toEqual(
      [[["old"]], [[]], [["a"]], [["a", "b"]]].map(([log]) => JSON.stringify({ stored: "old", log })).sort(),
    ));

  it("keep a snapshot with what it stands for taken off the log, or neither", () =>
    expect(outcomes([[{ append: ["a", "b"] }, { compact: 2, snapshot: "old and a" }, { append: ["c"] }]], 1)).toEqual(
      [
        { stored: "old", log: ["old"] },
        { stored: "old", log: ["old", "a"] },
        { stored: "old", log: ["old", "a", "b"] },
        { stored: "old", log: ["b"], snapshot: "old and a" },
        { stored: "old", log: ["b", "c"], snapshot: "old and a" },
      ].map((each) => JSON.stringify(each)).sort(),
    ));

  it("come on top of what was durable before", () =>
    expect(outcomes([[{ append: ["a"] }], [{ append: ["b"] }]], 1, 15)).toEqual([outcome("old", "a"), outcome("old", "a", "b")].sort()));

  it("happen at near the share of crashes that they are told to", () => {
    // With one write under way, half of the torn crashes have kept it.
    const kept = seeds.filter((seed) => found([[{ save: "new" }]], seed, 0.5).stored === "new").length;
    expect(Math.abs(kept - 100)).toBeLessThan(4 * Math.sqrt(400 * 0.25 * 0.75));
    const always = seeds.filter((seed) => found([[{ save: "new" }]], seed, 1).stored === "new").length;
    expect(Math.abs(always - 200)).toBeLessThan(4 * Math.sqrt(400 * 0.5 * 0.5));
  });

  it("let out nothing that waited for them, and leave a disk without writes under way as it is", () => {
    for (const seed of seeds.slice(0, 50)) {
      const run = cluster({ seed, tornWrite: 1 });
      run.input(0, [{ save: 1 }, { output: "acknowledged" }, { send: 0, message: "sent" }]);
      run.crash(0, 1);
      run.restart(0, 2);
      run.crash(0, 3);
      run.restart(0, 4);
      run.run(100);
      expect(run.outputs).toEqual([]);
      expect(run.nodes[0]!.state.heard).toEqual([]);
    }
    expect(outcomes([[{ save: "new" }]], 1, 11)).toEqual([outcome("new")]);
  });

  it("are refused where they are no probability", () => expect(() => cluster({ tornWrite: 1.5 })).toThrow(/tornWrite is a probability from 0 to 1, not 1.5/));
});

describe("a slow disk", () => {
  it("takes its time within its distribution, one batch after another", () => {
    const run = cluster({ diskWrite: "uniform:5,15" });
    for (let i = 0; i < 200; i++) run.input(0, [{ append: [i] }, { output: i }]);
    run.run(10_000);
    const times = run.outputs.map(({ time }) => time);
    const durations = times.map((time, i) => time - (times[i - 1] ?? 0));
    expect(run.outputs.map(({ output }) => output)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(Math.min(...durations)).toBeGreaterThan(5 - 1e-9);
    expect(Math.max(...durations)).toBeLessThan(15 + 1e-9);
  });

  it("keeps its order where a pause ends as the next write does", () => {
    const run = cluster({ diskWrite: "constant:25" });
    run.schedule("at 1 pause 0; at 50 resume 0");
    run.input(0, [{ save: "a" }, { output: "a" }]);
    run.input(0, [{ save: "b" }, { output: "b" }]);
    run.run(100);
    expect([run.outputs.map(({ output }) => output), run.nodes[0]!.disk.stored]).toEqual([["a", "b"], "b"]);
  });
});

describe("group commit", () => {
  const grouped = (options: Partial<ClusterOptions<Puppet>> = {}) => cluster({ groupCommit: true, ...options });
  const told = ({ outputs }: ReturnType<typeof cluster>) => outputs.map(({ time, output }) => [time, output]);

  it("writes together what waits for a busy disk, and lets out nothing of it before, in order", () => {
    const run = grouped();
    for (const name of ["a", "b", "c"]) run.input(0, [{ append: [name] }, { output: name }]);
    run.input(0, [{ output: "read" }]);
    run.input(0, [{ append: ["d"] }, { output: "d" }], 12);
    run.run(9.9);
    expect([told(run), run.nodes[0]!.disk.log]).toEqual([[], []]);
    run.run(10);
    expect([told(run), run.nodes[0]!.disk.log]).toEqual([[[10, "a"]], ["a"]]);
    run.run(100);
    expect(told(run)).toEqual([[10, "a"], [20, "b"], [20, "c"], [20, "read"], [30, "d"]]);
    expect(run.nodes[0]!.disk.log).toEqual(["a", "b", "c", "d"]);
  });

  it("adds nothing to a write that has begun, also where a pause hid that it had", () => {
    const run = grouped();
    run.schedule("at 1 pause 0; at 15 resume 0");
    run.input(0, [{ append: ["a"] }, { output: "a" }]);
    run.input(0, [{ append: ["b"] }, { output: "b" }]);
    // Heard before word of the first write, on a node that stands still until the second is half done.
    run.input(0, [{ append: ["c"] }, { output: "c" }], 2);
    run.run(100);
    expect(told(run)).toEqual([[15, "a"], [20, "b"], [30, "c"]]);
  });

  it("loses in a crash what was not durable: all, or all but the first few writes of a group", () => {
    const ends = (tornWrite: number) =>
      [...new Set(seeds.map((seed) => {
        const run = grouped({ seed, tornWrite });
        for (const name of ["a", "b", "c"]) run.input(0, [{ append: [name] }]);
        run.schedule("at 11 crash 0; at 12 restart 0");
        run.run(100);
        return (run.nodes[0]!.state.found.log as string[]).join("");
      }))].sort();
    expect(ends(0)).toEqual(["a"]);
    expect(ends(1)).toEqual(["a", "ab", "abc"]);
  });
});

describe("a lost disk", () => {
  it("comes back empty, also with writes under way and torn ones", () => {
    const run = cluster({ tornWrite: 1, disks: () => ({ stored: "old", log: ["old"] }) });
    run.input(0, [{ save: "new" }, { append: ["a"] }]);
    run.schedule("at 1 crash 0; at 2 restart 0 lost");
    run.run(100);
    expect(run.nodes[0]!.state.found).toEqual({ stored: null, log: [] });
    expect(run.nodes[0]!.disk).toMatchObject({ stored: undefined, log: [] });
  });

  it("is not lost by a node that is up", () => {
    const run = cluster({ disks: () => ({ stored: "old" }) });
    run.schedule("at 1 restart 0 lost");
    run.run(10);
    expect(run.nodes[0]!.disk.stored).toBe("old");
  });
});
