import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Budget } from "../../dist/check/linearizability/budget.js";
import { search } from "../../dist/check/linearizability/search.js";
import { judgeByZones } from "../../dist/check/linearizability/zones.js";
import { register } from "../../dist/check/models/register.js";
import { operationsOf } from "../../dist/check/pairEvents.js";
import { readHistory } from "../../dist/check/readHistory.js";
import { createRandom } from "../../dist/index.js";
import { median, medians, report } from "./measure.mjs";

/** The history of one sound register with five clients, half of its operations writes, as JSON Lines. `values` different ones are written, or none twice if it is 0. */
export function registerHistory(operations, values, seed = 1) {
  const random = createRandom(seed);
  const lines = [];
  const calls = new Array(5).fill(undefined);
  let value = null;
  let begun = 0;
  let ended = 0;
  while (ended < operations) {
    const process = Math.floor(random() * calls.length);
    const call = calls[process];
    if (call === undefined) {
      if (begun === operations) continue;
      const f = random() < 0.5 ? "write" : "read";
      calls[process] = { f, argument: f === "read" ? null : values > 0 ? Math.floor(random() * values) : begun, done: false, result: null };
      lines.push({ process, type: "invoke", f, value: calls[process].argument });
      begun++;
    } else if (!call.done) {
      call.done = true;
      if (call.f === "write") value = call.argument;
      else call.result = value;
    } else {
      lines.push({ process, type: "ok", f: call.f, value: call.result });
      calls[process] = undefined;
      ended++;
    }
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** Builds porcupine in a folder outside the repository; undefined where there is no Go. */
function buildPorcupine(folder) {
  const source = join(folder, "porcupine");
  cpSync(fileURLToPath(new URL("porcupine", import.meta.url)), source, { recursive: true });
  const go = (...args) => execFileSync("go", args, { cwd: source, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, GOFLAGS: "-mod=mod" } });
  const program = join(source, process.platform === "win32" ? "porcupine.exe" : "porcupine-bench");
  try {
    go("build", "-o", program, ".");
    return program;
  } catch (error) {
    console.log(`skip linearizability beside porcupine: ${error.code === "ENOENT" ? "there is no Go" : String(error.stderr ?? error)}`);
    return undefined;
  }
}

const milliseconds = (run) => {
  const started = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - started) / 1e6;
};

function check(operations) {
  const { verdict } = search(operations, register, null, new Budget({}));
  if (verdict !== "linearizable") throw new Error(`expected a linearizable history, got ${verdict}`);
}

/** The search beside porcupine on the same histories; its memory; and the zones beside the search. */
export async function benchLinearizability() {
  const folder = mkdtempSync(join(tmpdir(), "leaderlab-linearizability-"));
  try {
    const program = buildPorcupine(folder);
    for (const [count, bound, inner] of [[1000, 1.2, 41], [10_000, 5, 9], [100_000, 25, 1]]) {
      const file = join(folder, `${count}.jsonl`);
      writeFileSync(file, registerHistory(count, 5));
      const operations = operationsOf(readHistory(readFileSync(file, "utf8"), register));
      const own = () => median(Array.from({ length: inner }, () => milliseconds(() => check(operations))));
      if (!program) continue;
      const peer = () => Number(execFileSync(program, [file, String(inner)], { encoding: "utf8" })) / 1e6;
      const took = await medians({ peer, own }, 5);
      report(`linearizability, ${count.toLocaleString("en")} operations, times faster than porcupine`, took.peer / took.own, ["at least", bound], `${took.own.toFixed(2)} ms against ${took.peer.toFixed(2)} ms`);
    }
    const megabytes = Number(execFileSync(process.execPath, [fileURLToPath(import.meta.url), "memory", join(folder, "100000.jsonl")], { encoding: "utf8" }));
    report("linearizability, 100,000 operations, peak memory of the process in MB", megabytes, ["at most", 200], "history and verdict");
    const unique = operationsOf(readHistory(registerHistory(100_000, 0), register));
    const { general, zones } = await medians({ general: () => milliseconds(() => check(unique)), zones: () => milliseconds(() => judgeByZones(unique, register, null, new Budget({}))) }, 9);
    report("zones, 100,000 operations with unique writes, times faster than the search", general / zones, ["at least", 4], `${zones.toFixed(1)} ms against ${general.toFixed(1)} ms`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// A process of its own, since what a process has once taken it seldom gives back.
if (process.argv[2] === "memory" && process.argv[3] !== undefined) {
  check(operationsOf(readHistory(readFileSync(process.argv[3], "utf8"), register)));
  console.log(process.resourceUsage().maxRSS / 1024);
}
