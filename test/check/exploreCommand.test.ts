import { expect, test } from "vitest";
import { exploreCommand } from "../../lib/course/cli/explore.js";
import { UsageError } from "../../lib/course/usageError.js";
import { captureIo } from "../course/captureIo.js";

async function call(...args: string[]) {
  const captured = captureIo();
  const status = await exploreCommand(args, captured.io);
  expect(captured.stderr()).toBe("");
  return { status, stdout: captured.stdout() };
}

test("--json prints one value: what was explored, how much there was, what was found", async () => {
  const { status, stdout } = await call("raft-election", "--size", "2", "--timers", "2", "--crashes", "1", "--json");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ name: "raft-election", bounds: { size: 2, timers: 2, crashes: 1 }, complete: true, violations: [], reached: { "a leader": 3, "term 10": null } });
});

test("a mutant is caught, exit status 1, and the command it prints walks the same path to the same end", async () => {
  const found = await call("raft-election", "--timers-per-node", "1", "--mutant", "votes-twice", "--json");
  expect(found.status).toBe(1);
  const [violation] = JSON.parse(found.stdout).violations;
  expect(violation).toMatchObject({ property: "one vote a term, also after a crash", steps: 4 });
  expect(violation.replay).toBe('npx leaderlab explore raft-election --size 3 --mutant votes-twice --path "0 election; 1 election; 0>2; 1>2"');
  const words = /explore (\S+) (.*)$/.exec(violation.replay)!;
  const replay = await call(words[1]!, ...[...words[2]!.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2]!));
  expect(replay.status).toBe(1);
  expect(replay.stdout).toContain("  1  node 0's timer election fires\n");
  expect(replay.stdout).toContain("broken: one vote a term, also after a crash\n  vote of node 2 in term 1: first 0, then 1");
});

test("in words: how much there was, what never happened, or the way to what is broken", async () => {
  const sound = await call("raft-election", "--size", "2", "--timers", "1");
  expect(sound.stdout).toMatch(/^raft-election, size 2, timers 1\n\d+ different states of \d+, up to \d+ steps from the start; there are no more; \d+ bytes a state, \d+\.\d s\nevery promise was kept\nnever reached: .*term 10/);
  expect((await call("raft-election", "--depth", "3")).stdout).toContain("the bounds cut some off");
  const broken = await call("raft-election", "--mutant", "votes-twice");
  expect(broken.status).toBe(1);
  expect(broken.stdout).toContain("    4  node 2 receives");
});

test("a cluster that comes with its bounds is explored to the end", async () => {
  const { status, stdout } = await call("raft-two-terms");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^raft-two-terms, size 3, symmetry\nRaft's election in terms 1 and 2: .*\n\d+ different states .*there are no more; .* s\nevery promise was kept/);
  expect((await call("raft-two-terms", "--depth", "3")).stdout).toContain("raft-two-terms, size 3, symmetry, depth 3\n");
  await expect(call("raft-two-terms", "--mutant", "votes-twice")).rejects.toThrow("raft-two-terms has no mutants");
});

test("bad usage names what was meant", async () => {
  const complaints: [string[], string][] = [
    [[], "explore begins with an engine's name"],
    [["raft-electoin"], 'unknown engine "raft-electoin": did you mean raft-election?'],
    [["raft-election", "--sise", "3"], "did you mean --size?"],
    [["raft-election", "--size", "many"], '--size is a whole number, such as 3, not "many"'],
    [["raft-election", "--size", "0"], 'expected a whole number from 1 for the bound "size", not 0'],
    [["raft-election", "--restart", "lots"], "did you mean lost?"],
    [["raft-election", "--mutant", "vote-twice"], "did you mean votes-twice?"],
    [["raft-election", "--path", "0 election; 0-1"], 'step 2 of the path, "0-1"'],
    [["raft-election", "--path", "0>1"], "step 1 of the path is not possible"],
  ];
  for (const [args, complaint] of complaints) {
    const error = await call(...args).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain(complaint);
  }
});
