import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { engines, mutants } from "../../lib/experiments/engines.js";
import { fuzzCommand } from "../../lib/course/cli/fuzz.js";
import { mutantsCommand } from "../../lib/course/cli/mutants.js";
import { captureIo } from "./captureIo.js";

async function fuzz(...args: string[]) {
  const { io, stdout, stderr } = captureIo();
  const status = await fuzzCommand(args, io);
  expect(stderr()).toBe("");
  return { status, stdout: stdout() };
}

interface Violation {
  readonly property: string;
  readonly seed: number;
  readonly events: number;
  readonly replay: string;
}

/** The arguments of a command line that was printed, without the first three words. */
const argumentsOf = (command: string) => [...command.matchAll(/"((?:[^"\\]|\\.)*)"|\S+/g)].map(([word, quoted]) => quoted?.replace(/\\(.)/g, "$1") ?? word).slice(3);

describe("npx leaderlab fuzz", () => {
  it("keeps an engine busy and, where nothing is broken, ends with 0 and says how often each reachable was reached", async () => {
    const { status, stdout } = await fuzz("raft-election", "--seeds", "120", "--seed", "7", "--json");
    const { reached, ...rest } = JSON.parse(stdout) as { reached: Record<string, number> };
    expect({ status, ...rest }).toEqual({ status: 0, engine: "raft-election", seeds: 120, runs: 120, violations: [] });
    expect(Object.keys(reached)).toEqual(engines.find(({ name }) => name === "raft-election")!.reachables.map(({ name }) => name));
    expect(reached["a leader"]).toBe(120);
  });

  it("goes through a range of seeds in parts with the same result as at once", async () => {
    const counts = async (...args: string[]) => (JSON.parse((await fuzz("raft-election-stable", "--json", ...args)).stdout) as { reached: Record<string, number> }).reached;
    const [first, second, whole] = [await counts("--seeds", "60", "--seed", "1"), await counts("--seeds", "40", "--seed", "61"), await counts("--seeds", "100", "--seed", "1")];
    for (const name of Object.keys(whole)) expect(first[name]! + second[name]!, name).toBe(whole[name]);
  });

  it("stops at the first accusation with 1, and what it prints replays to the same accusation", async () => {
    const { status, stdout } = await fuzz("raft-election", "--mutant", "votes-twice", "--json");
    const { runs, violations } = JSON.parse(stdout) as { runs: number; violations: Violation[] };
    expect(status).toBe(1);
    expect(violations).toHaveLength(1);
    expect(runs).toBe(violations[0]!.seed);
    const again = await fuzz(...argumentsOf(violations[0]!.replay), "--json");
    expect(again.status).toBe(1);
    expect(JSON.parse(again.stdout)).toMatchObject({ steps: expect.objectContaining({ length: violations[0]!.events }), violations: [{ property: violations[0]!.property }] });
    const told = await fuzz(...argumentsOf(violations[0]!.replay));
    expect(told.stdout).toMatch(/node \d has its timer election run out[\s\S]*broken: one vote a term, also after a crash/);
  });

  it("draws the reduced run into a file", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "leaderlab fuzz ")), "run.svg");
    await fuzz("raft-election", "--mutant", "votes-twice", "--picture", file);
    expect(readFileSync(file, "utf8")).toMatch(/^<svg[\s\S]*Broken: one vote a term, also after a crash[\s\S]*step/);
    await expect(fuzzCommand(["raft-election", "--picture", "run.gif"], captureIo().io)).rejects.toThrow('ends in .svg or .png, not "run.gif"');
  });

  it("a run in which something is missing is told up to where it repeats itself, and replayed", async () => {
    const { violations } = JSON.parse((await fuzz("raft-election", "--mutant", "silent-leader", "--json")).stdout) as { violations: Violation[] };
    expect(violations[0]!.replay).toBe(`npx leaderlab fuzz raft-election --mutant silent-leader --seed ${violations[0]!.seed} --nodes 2 --path "" --calm "while nothing fails, a leader stays"`);
    const again = await fuzz(...argumentsOf(violations[0]!.replay), "--json");
    expect(again.status).toBe(1);
    expect(JSON.parse(again.stdout)).toMatchObject({ steps: expect.objectContaining({ length: violations[0]!.events }), violations: [{ property: violations[0]!.property, message: expect.stringContaining("steps come again and again") }] });
    expect((await fuzz("raft-election", "--path", "", "--calm", "while nothing fails, a leader stays")).status).toBe(0);
    await expect(fuzz("raft-election", "--path", "", "--calm", "a leader stays")).rejects.toThrow('unknown promise for --calm "a leader stays"');
    await expect(fuzz("raft-election", "--calm", "while nothing fails, a leader stays")).rejects.toThrow("--calm goes with --path");
  });

  it("goes on when told to, and counts how many runs broke which promise", async () => {
    const { status, stdout } = await fuzz("raft-election", "--mutant", "counts-elections", "--seeds", "60", "--keep-going");
    expect(status).toBe(1);
    expect(stdout).toContain("raft-election with counts-elections: 60 hostile runs");
    expect(stdout.match(/^broken in \d+ of 60 runs: /gm)!.length).toBeGreaterThan(1);
  });

  it.each([
    [[], "fuzz begins with an engine's name: npx leaderlab fuzz raft-election"],
    [["raft-elections"], "did you mean raft-election?"],
    [["raft-election", "--mutant", "vote-twice"], "did you mean votes-twice?"],
    [["raft-election-stable", "--mutant", "votes-twice"], "unknown mutant"],
    [["raft-election", "--seeds", "0"], "--seeds"],
    [["raft-election", "--seed", "x"], "--seed"],
    [["raft-election", "--path", "0 election; jump"], 'step 2 of the path, "jump"'],
    [["raft-election", "--path", "0>1"], "step 1 of the path is not possible"],
  ])("%j is answered with what was expected", async (args, message) => {
    await expect(fuzzCommand(args, captureIo().io)).rejects.toThrow(message);
    await expect(fuzzCommand(args, captureIo().io)).rejects.toHaveProperty("name", "UsageError");
  });
});

it("npx leaderlab mutants says of every mutant by which check it is caught, with which seed, in how many events", async () => {
  const { io, stdout } = captureIo();
  expect(await mutantsCommand(["raft-election", "--json"], io)).toBe(0);
  const rows = JSON.parse(stdout()) as (Violation & { readonly bug: string; readonly engine: string; readonly source: string; readonly caughtBy: string | null })[];
  const own = mutants.filter(({ engine }) => engine === "raft-election");
  expect(rows.map(({ bug, engine, source, caughtBy }) => ({ bug, engine, source, caughtBy }))).toEqual(own.map(({ bug, engine, source, caughtBy }) => ({ bug, engine, source, caughtBy })));
  for (const { seed, events, replay } of rows) expect(seed > 0 && events > 0 && replay.startsWith("npx leaderlab fuzz ")).toBe(true);
  const table = captureIo();
  await mutantsCommand(["two-copies"], table.io);
  expect(table.stdout()).toContain("a copy that was lost is not sent again");
  expect(table.stdout()).not.toContain("half of the votes");
  await expect(mutantsCommand(["raft-elections"], table.io)).rejects.toThrow("did you mean raft-election");
});
