import { beforeEach, expect, test, vi } from "vitest";
import type { Experiment } from "../../lib/experiments/experiment.js";
import { UsageError } from "../../lib/course/usageError.js";
import { captureIo } from "./captureIo.js";

const coin: Experiment = {
  name: "coin-toss",
  question: "How often does heads come up?",
  parameters: {
    bias: { type: "number", default: 0.5, range: [0, 1], summary: "chance of heads" },
    tossDelay: { type: "distribution", default: "uniform:0.5,6", unit: "ms", summary: "time a toss takes" },
    side: { type: "choice", default: "heads", values: ["heads", "tails"], summary: "the side to count" },
    shift: { type: "integer", default: 0, range: [-10, 10], summary: "added to the count" },
  },
  trials: 20,
  row: { count: "tosses that came up so", time: "time of all tosses, ms" },
  check(values) {
    if (values.bias === 0 && values.side === "heads") throw new Error("a coin of bias 0 has no heads: give bias above 0");
  },
  trial(values, seed, index) {
    if (values.shift === -7 && index === 3) throw new Error("the coin rolled away");
    if (values.shift === 10) busyWait(60);
    return seed % 2;
  },
  summarize: (samples, values) => [{ count: samples.reduce((sum, x) => sum + x, 0) + values.shift, time: 12.345678 * samples.length }],
};
const dice: Experiment = { ...coin, name: "dice", parameters: {}, check: undefined, summarize: (samples) => [{ face: 1, time: samples.length }, { face: "six", time: null }] };

function busyWait(ms: number) {
  for (const end = performance.now() + ms; performance.now() < end; );
}

vi.mock("../../lib/experiments/registry.js", () => ({ experiments: [coin, dice] }));
vi.mock("../../lib/experiments/claims.js", () => ({
  judgeClaims: async () => [{ id: "1.4", chapter: 1, statement: "It heals.", verdict: "holds if", condition: "a majority is up", because: "All did.", experiment: "coin-toss", figures: { p50: 1 } }],
}));
const cell = { source: "a paper", cell: "p50", published: 287, reproduced: 285.04321, tolerance: 0.05, ok: true };
const comparePublished = vi.fn<() => unknown>();
vi.mock("../../lib/experiments/published.js", () => ({ comparePublished: () => comparePublished() }));
const doctor = vi.fn<() => unknown>();
vi.mock("../../lib/course/doctor.js", () => ({ doctor: () => doctor(), formatDoctor: () => "all of it" }));
const grade = vi.fn();
const replay = vi.fn();
vi.mock("../../lib/course/grading/index.js", () => ({
  grade: (...args: unknown[]) => grade(...args),
  replay: (...args: unknown[]) => replay(...args),
  formatReport: () => "a score card",
  hint: async (name: string) => `think of ${name}`,
  numberedHint: (name: string, number: number) => `think of ${name}, ${number}`,
  reset: (name: string) => `${name} is as it was`,
  exerciseNames: () => ["21-quorum", "22-vote"],
}));

const { main } = await import("../../lib/course/cli/main.js");

async function call(...argv: string[]) {
  const captured = captureIo();
  const status = await main(argv, captured.io);
  return { status, stdout: captured.stdout(), stderr: captured.stderr() };
}

beforeEach(() => {
  comparePublished.mockReturnValue([cell]);
  doctor.mockReturnValue({ ok: true, checks: [] });
  grade.mockResolvedValue({ points: 0, max: 10, exercises: [] });
});

test("--help names every command, with and without its dashes and when nothing is asked", async () => {
  for (const argv of [["--help"], ["-h"], ["help"], []]) {
    const { status, stdout, stderr } = await call(...argv);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const name of ["run", "claims", "published", "grade", "hint", "reset", "doctor"]) expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
  }
});

test("each command explains itself", async () => {
  for (const argv of [["claims", "--json", "--help"], ["claims", "-h"], ["help", "claims"]]) {
    expect(await call(...argv)).toMatchObject({ status: 0, stdout: expect.stringContaining("npx leaderlab claims [--json]"), stderr: "" });
  }
  expect((await call("run", "--help")).stdout).toContain("npx leaderlab run NAME");
});

test("--version prints the package's version", async () => {
  expect((await call("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("run --list --json has the agreed shape", async () => {
  const { status, stdout } = await call("run", "--list", "--json");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)[0]).toEqual({
    name: "coin-toss",
    question: coin.question,
    parameters: {
      bias: { default: 0.5, range: [0, 1], summary: "chance of heads" },
      "toss-delay": { default: "uniform:0.5,6", unit: "ms", summary: "time a toss takes" },
      side: { default: "heads", values: ["heads", "tails"], summary: "the side to count" },
      shift: { default: 0, range: [-10, 10], summary: "added to the count" },
    },
    row: coin.row,
  });
});

test("run --list names each experiment and its question", async () => {
  expect((await call("run", "--list")).stdout).toContain("coin-toss  How often does heads come up?");
});

test("run NAME --help explains its question, flags and rows", async () => {
  const { status, stdout } = await call("run", "coin-toss", "--help");
  expect(status).toBe(0);
  expect(stdout).toContain(coin.question);
  expect(stdout).toContain("--toss-delay  time a toss takes: a distribution in ms; default uniform:0.5,6");
  expect(stdout).toContain("time   time of all tosses, ms");
});

test("run NAME --json prints one JSON object, the same bytes each time, and nothing on stderr", async () => {
  const argv = ["run", "coin-toss", "--bias", "0.4", "--toss-delay", "constant:3", "--trials", "50", "--seed", "9", "--json"];
  const first = await call(...argv);
  expect(first).toMatchObject({ status: 0, stderr: "" });
  expect(JSON.parse(first.stdout)).toEqual({
    experiment: "coin-toss",
    parameters: { bias: 0.4, tossDelay: "constant:3", side: "heads", shift: 0 },
    seed: 9,
    trials: 50,
    rows: [{ count: expect.any(Number), time: 12.345678 * 50 }],
  });
  expect((await call(...argv)).stdout).toBe(first.stdout);
  expect(first.stdout.endsWith("}\n")).toBe(true);
});

test("a progress bar goes to a terminal's stderr, is erased, and leaves stdout to the JSON", async () => {
  const captured = captureIo({ terminal: true });
  expect(await main(["run", "coin-toss", "--shift", "10", "--json"], captured.io)).toBe(0);
  expect(JSON.parse(captured.stdout())).toMatchObject({ trials: 20 });
  expect(captured.stderr()).toMatch(/^\rcoin-toss \[#+\.*\] \d+ %, \d s left/);
  expect(captured.stderr().endsWith("\r\x1b[K")).toBe(true);
});

test("a single row stands upright with each field's meaning, and the command that repeats it", async () => {
  const { stdout } = await call("run", "coin-toss", "--shift", "-5", "--trials", "10");
  expect(stdout).toContain("bias 0.5 · toss-delay uniform:0.5,6 · side heads · shift -5 · 10 trials · seed 1");
  expect(stdout).toMatch(/^time +123\.5 {2}time of all tosses, ms$/m);
  expect(stdout).toMatch(/^Replay: npx leaderlab run coin-toss --shift -5 --trials 10 --seed 1$/m);
});

test("several rows stand in columns with units in the head", async () => {
  const { stdout } = await call("run", "dice", "--trials", "5");
  expect(stdout).toMatch(/^face {2}time \(ms\)\n1 +5\nsix +–$/m);
});

test("a failing trial is told with its seed and replay command, exit 1, and the replay fails alike", async () => {
  const { status, stdout, stderr } = await call("run", "coin-toss", "--shift", "-7", "--json");
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toContain("trial 3 of coin-toss failed (its seed is ");
  const replay = /npx leaderlab (run .*)/.exec(stderr)![1]!;
  expect(replay).toBe("run coin-toss --shift -7 --only 3 --seed 1");
  expect(stderr).toContain("Error: the coin rolled away\n    at ");
  const told = (text: string) => text.split("\n").slice(0, 2);
  expect(told((await call(...replay.split(" "))).stderr)).toEqual(told(stderr));
});

test.for([
  [["rnu"], `unknown command "rnu": did you mean run?`],
  [["help", "claim"], "did you mean claims?"],
  [["--verison"], "unknown command"],
  [["run"], "no experiment is named"],
  [["run", "--lits"], "--list"],
  [["run", "--json"], "no experiment is named"],
  [["run", "--bias", "1"], `"--bias" comes too early: begin with an experiment's name`],
  [["run", "coin-tos"], `unknown experiment "coin-tos": did you mean coin-toss? Known: coin-toss, dice`],
  [["run", "coin-toss", "--bais", "1"], `unknown flag "--bais": did you mean --bias?`],
  [["run", "coin-toss", "--tossDelay", "exp:1"], "did you mean --toss-delay?"],
  [["run", "coin-toss", "-b", "1"], `unknown flag "-b"`],
  [["run", "coin-toss", "--bias"], "--bias"],
  [["run", "coin-toss", "--bias", "--json"], "--bias"],
  [["run", "coin-toss", "--json=yes"], "--json"],
  [["run", "coin-toss", "extra"], `unexpected "extra": expected flags after coin-toss`],
  [["run", "coin-toss", "--bias", "2"], `--bias: expected a number from 0 to 1, not "2". For example: --bias 0.5`],
  [["run", "coin-toss", "--bias", "-0.1"], `--bias: expected a number from 0 to 1, not "-0.1"`],
  [["run", "coin-toss", "--bias", "half"], `not "half"`],
  [["run", "coin-toss", "--side", "tail"], `--side: unknown value "tail": did you mean tails? Known: heads, tails`],
  [["run", "coin-toss", "--toss-delay", "unifrom:1,2"], "--toss-delay: expected a distribution in ms"],
  [["run", "coin-toss", "--bias", "0"], "a coin of bias 0 has no heads"],
  [["run", "coin-toss", "--trials", "0"], `--trials: expected a whole number from 1 to 100000000, not "0"`],
  [["run", "coin-toss", "--trials", "-3"], `--trials: expected a whole number from 1 to 100000000, not "-3"`],
  [["run", "coin-toss", "--trials", "1.5"], `not "1.5"`],
  [["run", "coin-toss", "--seed", "9007199254740992"], "--seed: expected a whole number from 0 to 9007199254740991"],
  [["run", "coin-toss", "--only", "1", "--trials", "2"], "give one of the two"],
  [["claims", "--jsn"], `unknown flag "--jsn": did you mean --json?`],
  [["published", "all"], `unexpected "all"`],
  [["doctor", "--fix"], `unknown flag "--fix": did you mean --json?`],
  [["grade", "--answer", "solutions"], `unknown flag "--answer": did you mean --answers?`],
  [["grade", "22-vote", "--case", "a vote"], "a replay takes one exercise, a case, a seed"],
  [["grade", "22-vote", "--case", "a vote", "--seed", "-1"], "a seed from 0"],
  [["hint"], "hint needs a name"],
  [["hint", "21-quorum", "22-vote"], `unexpected "22-vote"`],
  [["hint", "21-quorum", "1", "2"], `unexpected "2"`],
  [["reset", "--all"], `unknown flag "--all": this command takes none`],
] as const)("bad usage is answered on stderr with exit 2: %j", async ([argv, message]) => {
  const { status, stdout, stderr } = await call(...argv);
  expect(stderr).toContain(message);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).not.toMatch(/^\s+at /m);
});

test("the largest seed is accepted", async () => {
  expect((await call("run", "coin-toss", "--seed", "9007199254740991", "--json")).status).toBe(0);
});

test("claims prints verdicts with their condition", async () => {
  expect(JSON.parse((await call("claims", "--json")).stdout)).toHaveLength(1);
  expect((await call("claims")).stdout).toContain("1.4  holds if  It heals. (if a majority is up) All did. [coin-toss]");
});

test("published ends with 1 if a figure is not reproduced", async () => {
  expect(await call("published")).toMatchObject({ status: 0, stdout: expect.stringMatching(/a paper +p50 +287 +285 +0\.05 +yes/) });
  comparePublished.mockReturnValue([cell, { ...cell, ok: false }]);
  const { status, stdout } = await call("published", "--json");
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toEqual([cell, { ...cell, ok: false }]);
});

test("doctor ends with 1 if something is missing", async () => {
  expect(await call("doctor")).toEqual({ status: 0, stdout: "all of it\n", stderr: "" });
  doctor.mockReturnValue({ ok: false, checks: [] });
  expect(await call("doctor", "--json")).toEqual({ status: 1, stdout: `{"ok":false,"checks":[]}\n`, stderr: "" });
});

test("a low grade is a result: exit 0", async () => {
  expect(await call("grade", "21-quorum", "--answers", "solutions", "--json")).toMatchObject({ status: 0, stdout: `{"points":0,"max":10,"exercises":[]}\n` });
  expect(grade).toHaveBeenLastCalledWith(["21-quorum"], { answers: "solutions" });
  expect((await call("grade")).stdout).toBe("a score card\n");
});

test("grade --case replays one case and tells the run", async () => {
  replay.mockResolvedValue("first this, then that");
  const argv = ["grade", "22-vote", "--case", "one vote a term", "--seed", "7", "--answers", "solutions"];
  expect(await call(...argv)).toEqual({ status: 0, stdout: "first this, then that\n", stderr: "" });
  expect(replay).toHaveBeenLastCalledWith("22-vote", { case: "one vote a term", seed: 7, answers: "solutions" });
});

test("an interrupt ends a run with 130, removes the bar and prints no stack", async () => {
  const captured = captureIo({ terminal: true });
  setTimeout(() => process.emit("SIGINT"), 800);
  expect(await main(["run", "coin-toss", "--shift", "10", "--trials", "1000", "--json"], captured.io)).toBe(130);
  expect(captured.stdout()).toBe("");
  expect(captured.stderr()).toMatch(/\r\x1b\[Kleaderlab: coin-toss was interrupted\n$/);
});

test("a command's own usage error ends with 2", async () => {
  grade.mockRejectedValue(new UsageError("There is no exercise. Did you mean 21-quorum?"));
  expect(await call("grade", "21-quorm")).toEqual({ status: 2, stdout: "", stderr: "leaderlab: There is no exercise. Did you mean 21-quorum?\n" });
});

test("hint and reset pass on what is said", async () => {
  expect((await call("hint", "21-quorum")).stdout).toBe("think of 21-quorum\n");
  expect((await call("hint", "21-quorum", "2")).stdout).toBe("think of 21-quorum, 2\n");
  expect((await call("reset", "21-quorum")).stdout).toBe("21-quorum is as it was\n");
  const unknown = await call("reset", "02-single-leadr");
  expect(unknown.status).toBe(2);
  expect(unknown.stderr).toContain("did you mean 02-single-leader?");
});
