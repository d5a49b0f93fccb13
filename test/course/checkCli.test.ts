import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkCommand } from "../../lib/course/cli/check.js";
import { captureIo } from "./captureIo.js";

let folder: string;
let count = 0;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "leaderlab check "))));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command on lines written as `process type f value [key]`. */
async function check(lines: readonly string[], ...flags: string[]) {
  const file = join(folder, `history ${count++}.jsonl`);
  writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
  return run(file, ...flags);
}

async function run(...args: string[]) {
  const captured = captureIo();
  const status = await checkCommand(args, captured.io);
  return { status, stdout: captured.stdout(), stderr: captured.stderr() };
}

const event = (process: number, type: string, f: string, value: unknown = null, key?: string) => JSON.stringify({ process, type, f, ...(key === undefined ? {} : { key }), value });
const stale = [event(0, "invoke", "write", 1), event(0, "ok", "write", 1), event(1, "invoke", "read"), event(1, "ok", "read", null)];
const fresh = [...stale.slice(0, 3), event(1, "ok", "read", 1)];

describe("npx leaderlab check", () => {
  test("exits with 0 and a sentence for a linearizable history", async () => {
    expect(await check(fresh, "--model", "register")).toMatchObject({ status: 0, stdout: expect.stringContaining("2 operations on a register: linearizable."), stderr: "" });
  });

  test("exits with 1 and draws the part that fails for a stale read", async () => {
    const { status, stdout, stderr } = await check(stale, "--model", "register");
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(stdout).toContain("NOT linearizable");
    expect(stdout.split("\n").slice(2).join("\n")).toBe(
      [
        "The smallest part that fails, 2 operations:",
        "",
        "  0: write 1      ├──┤       1.",
        "  1: read → null        ├──┤ cannot follow",
        "                           ▲ no order remains",
        "",
        "The longest order: write 1.",
        "After it, read → null by process 1 cannot come.",
        "",
      ].join("\n"),
    );
  });

  test("--json prints one value, and its witness can be checked by itself", async () => {
    const { status, stdout } = await check([...fresh, ...stale.map((line) => line.replaceAll(":1", ":2"))], "--model", "register", "--json");
    expect(status).toBe(1);
    const { verdict, operations, witness } = JSON.parse(stdout) as { verdict: string; operations: number; witness: { history: unknown[]; unplaced: number[] } };
    expect({ verdict, operations }).toEqual({ verdict: "not-linearizable", operations: 4 });
    expect(witness.history).toHaveLength(4);
    expect((await check(witness.history.map((line) => JSON.stringify(line)), "--model", "register")).status).toBe(1);
    expect(JSON.parse((await check(fresh, "--model", "register", "--json")).stdout)).toEqual({ verdict: "linearizable", operations: 2 });
  });

  test("exits with 2 when the budget ends, and says how to give more", async () => {
    expect(await check(fresh, "--model", "register", "--budget-ms", "0")).toMatchObject({ status: 2, stdout: expect.stringContaining("unknown. The budget ended") });
    expect(JSON.parse((await check(stale, "--model", "register", "--budget-ms", "0", "--json")).stdout)).toEqual({ verdict: "unknown", operations: 2 });
    expect((await check(stale, "--model", "register", "--budget-ms", "60000")).status).toBe(1);
  });

  test("--initial says what the object holds at the start", async () => {
    const read = [event(0, "invoke", "read"), event(0, "ok", "read", 7)];
    expect((await check(read, "--model", "register")).status).toBe(1);
    expect((await check(read, "--model", "register", "--initial", "7")).status).toBe(0);
    const dequeues = [event(0, "invoke", "dequeue"), event(0, "ok", "dequeue", 2)];
    expect((await check(dequeues, "--model", "queue", "--initial", "[2,3]")).status).toBe(0);
    const gets = [event(0, "invoke", "get", null, "x"), event(0, "ok", "get", 1, "x"), event(0, "invoke", "get", null, "y"), event(0, "ok", "get", null, "y")];
    expect((await check(gets, "--model", "kv", "--initial", '{"x":1}')).status).toBe(0);
    expect((await check(gets, "--model", "kv", "--initial", "1")).status).toBe(1);
  });

  test.each<[string, string[], string, string]>([
    ["what is not JSON", [fresh[0]!, "write 1"], "register", "line 2: found write 1, which is not JSON; expected an event a line"],
    ["an unknown type", [fresh[0]!.replace("invoke", "start")], "register", 'line 1: found type "start"; expected "invoke", "ok", "fail" or "info"'],
    ["an answer that nobody waits for", [fresh[1]!], "register", 'line 1: "ok" for a write of process 0, which waits for no answer'],
    ["a second invocation of a waiting process", [fresh[0]!, fresh[0]!], "register", "line 2: process 0 invokes write, but its write has not been answered"],
    ["an operation that the model does not know", [event(0, "invoke", "push", 1)], "queue", 'line 1: found f "push"; expected what a queue knows: enqueue, dequeue'],
    ["a value of the wrong shape", [event(0, "invoke", "cas", 1)], "cas-register", 'line 1: found value 1 in the "invoke" of a cas; expected [old, new]'],
    ["no key", [event(0, "invoke", "get")], "kv", 'line 1: found no "key"; expected one'],
    ["no value", ['{"process":0,"type":"invoke","f":"read"}'], "register", 'line 1: found no "value"'],
  ])("exits with 3 for %s, naming the line and what was expected, and judges nothing", async (_, lines, model, message) => {
    const { status, stdout, stderr } = await check(lines, "--model", model, "--json");
    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toContain("Nothing was judged.");
  });

  test.each<[string[], string]>([
    [[], "no file is named"],
    [["x.jsonl"], "expected --model with one of register, cas-register, kv, queue, lock"],
    [["x.jsonl", "--model", "regster"], 'did you mean register?'],
    [["x.jsonl", "--modle", "register"], "--model"],
    [["x.jsonl", "--model", "register"], "there is no file x.jsonl"],
    [["x.jsonl", "--model", "register", "--budget-ms", "soon"], "expected a number of ms"],
    [["x.jsonl", "--model", "register", "--initial", "{"], "--initial: expected JSON"],
    [["x.jsonl", "y.jsonl", "--model", "register"], 'unexpected "y.jsonl"'],
  ])("exits with 3 for %j", async (args, message) => {
    const { status, stdout, stderr } = await run(...args);
    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
    expect(stderr).toContain(message);
  });

  test("refuses an initial value that the object cannot have", async () => {
    expect(await check([], "--model", "queue", "--initial", "1")).toMatchObject({ status: 3, stderr: expect.stringContaining("expected a list") });
  });

  test("a history of nothing is linearizable", async () => {
    expect((await check([], "--model", "lock")).status).toBe(0);
  });

  describe("--promise", () => {
    // Process 1 reads what was there before the write of process 0 that had ended: stale, yet in one order for all.
    test("a stale read breaks linearizability and keeps a sequential order; the staleness is told", async () => {
      expect(await check(stale, "--model", "register", "--promise", "linearizable")).toMatchObject({ status: 1 });
      const { status, stdout } = await check(stale, "--model", "register", "--promise", "sequential", "--json");
      expect({ status, ...JSON.parse(stdout) }).toMatchObject({ status: 0, promise: "sequential", verdict: "holds", operations: 2, staleness: { reads: 1, stale: 1, versionsMax: 1 } });
    });

    test("who does not read its own write is told so, with the part of the history that proves it", async () => {
      const own = [event(0, "invoke", "write", 1), event(0, "ok", "write", 1), event(0, "invoke", "read"), event(0, "ok", "read", null)];
      const { status, stdout } = await check(own, "--model", "register", "--promise", "read-your-writes");
      expect(status).toBe(1);
      expect(stdout).toMatch(/^2 operations, read-your-writes: broken: [\s\S]*process 0: write[\s\S]*process 0: read/);
    });

    test.each([
      [["--model", "register", "--promise", "casual"], "did you mean causal?"],
      [["--model", "queue", "--promise", "causal"], "judged on the models register and kv, not on queue"],
      [["--model", "register", "--promise", "causal", "--initial", "0"], "leave out --initial"],
    ])("%j is bad usage", async (flags, message) => expect(await check(stale, ...flags)).toMatchObject({ status: 3, stderr: expect.stringContaining(message) }));

    test("values written twice cannot be judged causally", async () => {
      const twice = [event(0, "invoke", "write", 1), event(0, "ok", "write", 1), event(1, "invoke", "write", 1), event(1, "ok", "write", 1)];
      expect(await check(twice, "--model", "register", "--promise", "causal")).toMatchObject({ status: 3, stderr: expect.stringContaining("Nothing was judged.") });
    });
  });
});
