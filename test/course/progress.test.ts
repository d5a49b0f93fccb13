import { createRequire } from "node:module";
import { afterEach, expect, test, vi } from "vitest";
import { createProgress } from "../../lib/course/progress.js";
import { captureIo } from "./captureIo.js";

const require = createRequire(import.meta.url);
const tslabsModule = require.resolve("tslab/dist/jupyter.js");

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  delete require.cache[tslabsModule];
});

/** A task of ten steps, one every `ms`. */
function work(stderr: NodeJS.WriteStream, ms: number) {
  vi.useFakeTimers({ toFake: ["performance"] });
  const progress = createProgress("task", stderr);
  for (let done = 1; done <= 10; done++) {
    vi.advanceTimersByTime(ms);
    progress.update(done, 10);
  }
  progress.end();
}

/** As if a tslab kernel ran in this process. */
function inNotebook() {
  const write = vi.fn<(content: { data: Record<string, string>; transient: { display_id: string } }, update: boolean) => void>();
  require.cache[tslabsModule] = { exports: { lastWriteDisplayData: write } } as never;
  return write;
}

test("on a terminal the bar is one line that is erased at the end", () => {
  const { io, stderr } = captureIo({ terminal: true });
  work(io.stderr, 300);
  const lines = stderr().split("\r").slice(1);
  expect(lines[0]).toBe("task [####....................] 20 %, 3 s left\x1b[K");
  expect(lines.at(-1)).toBe("\x1b[K");
  expect(stderr()).not.toContain("\n");
});

test("a task of under half a second shows no bar", () => {
  const { io, stderr } = captureIo({ terminal: true });
  work(io.stderr, 40);
  expect(stderr()).toBe("");
});

test("a pipe sees nothing", () => {
  const { io, stderr } = captureIo();
  work(io.stderr, 300);
  expect(stderr()).toBe("");
});

test("in a notebook the bar is one output that changes in place and is empty at the end", () => {
  const write = inNotebook();
  const { io, stderr } = captureIo({ terminal: true });
  work(io.stderr, 300);
  const contents = write.mock.calls.map(([content]) => content);
  expect(contents[0]!.data).toEqual({ "text/html": `<label>task <progress max="100" value="20"></progress> 3 s left</label>`, "text/plain": "task: 20 %, 3 s left" });
  expect(contents.at(-1)!.data).toEqual({ "text/html": "", "text/plain": "" });
  expect(new Set(contents.map(({ transient }) => transient.display_id)).size).toBe(1);
  expect(write.mock.calls.map(([, update]) => update)).toEqual([false, ...contents.slice(1).map(() => true)]);
  expect(stderr()).toBe("");
});

test("while chapters are built there is no bar at all", () => {
  const write = inNotebook();
  vi.stubEnv("LEADERLAB_NOTEBOOK_BUILD", "1");
  const { io, stderr } = captureIo({ terminal: true });
  work(io.stderr, 300);
  expect(write).not.toHaveBeenCalled();
  expect(stderr()).toBe("");
});
