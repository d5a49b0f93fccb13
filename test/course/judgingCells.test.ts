import { describe, expect, it } from "vitest";
import { checkLinearizable } from "../../lib/check/linearizability/checkLinearizable.js";
import { models } from "../../lib/check/models/index.js";
import { bugs, plant } from "../../lib/course/notebook/plant.js";
import { hunt } from "../../lib/course/notebook/hunt.js";
import { judgeRuns } from "../../lib/course/notebook/judgeRuns.js";
import { lanes } from "../../lib/course/notebook/lanes.js";
import { shorten } from "../../lib/course/notebook/shorten.js";
import { worldsByDepth } from "../../lib/course/notebook/worldsByDepth.js";
import { explore } from "../../lib/check/explore/index.js";
import { raftElection } from "../../lib/replication/raft/raft.promises.js";

const verdictOf = (drawing: string) => checkLinearizable(lanes(drawing), models.register!).verdict;

describe("a history drawn in letters", () => {
  it("overlaps where its bars do", () => {
    const [a, b] = lanes(`
      A |write 1|
      B       |- read 1 -|
    `);
    expect(a).toMatchObject({ process: "A", f: "write", input: 1, invoked: 0, returned: 2 });
    expect(b).toMatchObject({ process: "B", f: "read", output: 1, invoked: 1, returned: 3 });
  });

  it("may have operations that are never answered, and reads of null", () => {
    const [write, read] = lanes(`
      A |write x
      B    |read null|`);
    expect(write).toMatchObject({ input: "x", returned: Infinity });
    expect(read).toMatchObject({ output: null });
  });

  it("changes its verdict as the chapter says", () => {
    const six = (write2: string, last: number) => `
  A  |--- write 1 ----|           |read ${last}|
  B  ${write2}|---- write 2 ----|
  C       |read 2|  |read 1|  |read 1|`;
    expect(verdictOf(six("  ", 1))).toBe("linearizable");
    expect(verdictOf(six("  ", 2))).toBe("not-linearizable");
    expect(verdictOf(six("             ", 1))).toBe("not-linearizable");
  });

  it.each([["A write 1", 'expected bars'], ["A |take 1|", 'expected "read" or "write"'], ["A |write 1| x |read 1|", 'where it has "x"'], ["|write 1|", "a process's name"]])("refuses %j with what was expected", (drawing, message) => {
    expect(() => lanes(drawing)).toThrow(message);
  });
});

describe("a planted bug", () => {
  it("is known by its name, or the nearest right one is told", () => {
    expect(plant("votes-twice").caughtBy).toBe("one vote a term, also after a crash");
    expect(() => plant("vote-twice")).toThrow("votes-twice");
  });

  it.each(bugs().map(({ name }) => name))("%s is found and shortened, with a command that replays it", (name) => {
    const planted = plant(name);
    const found = hunt(planted);
    const small = shorten(planted, found);
    expect(found.accusation.property).toBe(planted.caughtBy);
    expect(small.events).toBeLessThanOrEqual(found.events + 1);
    expect(small.replay).toMatch(/^npx leaderlab fuzz raft-election --mutant /);
  });

  it("that no run shows is reported as such", () => {
    expect(() => hunt({ ...plant("two-writes"), name: "two-writes" }, 3)).toThrow("not noticed in 3 hostile runs");
  });

  it("is accused, and the sound engine is not", () => {
    expect(judgeRuns(raftElection, undefined, 30).accused).toBe(0);
    expect(judgeRuns(raftElection, plant("votes-twice").protocol, 30).accused).toBeGreaterThan(0);
  });
});

describe("worlds by depth", () => {
  it("add up to all worlds", () => {
    const rows = worldsByDepth(raftElection, { size: 3, timers: 1 });
    const { unique, depth } = explore(raftElection, { size: 3, timers: 1 });
    expect(rows.reduce((sum, { worlds }) => sum + worlds, 0)).toBe(unique);
    expect(rows.at(-1)!.depth).toBe(depth);
  });
});
