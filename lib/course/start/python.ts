import { spawnSync } from "node:child_process";
import { root } from "./paths.js";

/** A way to make a private Python environment. */
export interface Python {
  /** The command and its first arguments, such as `["py", "-3"]`. */
  readonly command: readonly [string, ...string[]];
  /** Such as "3.11.7"; undefined where uv would have to fetch a Python first. */
  readonly version: string | undefined;
}

/** The Pythons that the pinned JupyterLab runs on, as uv writes it. */
export const supportedPythons = ">=3.9,<3.15";

/** The candidates on this machine in the order they are tried, and why each other one is of no use. */
export function findPythons(): { usable: Python[]; reasons: string[] } {
  const usable: Python[] = [];
  const reasons: string[] = [];
  const uv = probeUv();
  if (typeof uv === "string") reasons.push(uv);
  else usable.push(uv);
  for (const command of interpreters) {
    const found = probeInterpreter(command);
    if (typeof found === "string") reasons.push(found);
    else usable.push(found);
  }
  return { usable, reasons };
}

const interpreters: readonly (readonly [string, ...string[]])[] = [["py", "-3"], ["python3"], ["python"]];

function probeUv(): Python | string {
  if (capture("uv", ["--version"]).status !== 0) return "uv: not installed";
  const path = capture("uv", ["python", "find", "--system", supportedPythons]);
  const version = path.status === 0 ? capture(path.stdout.trim(), ["-c", "import platform; print(platform.python_version())"]) : undefined;
  return { command: ["uv"], version: version?.status === 0 ? version.stdout.trim() : undefined };
}

function probeInterpreter(command: readonly [string, ...string[]]): Python | string {
  const name = command.join(" ");
  const script = "import sys; from importlib.util import find_spec as f; print(*sys.version_info[:3], int(all(map(f, ('venv', 'ensurepip')))))";
  const [program, ...first] = command;
  const result = capture(program, [...first, "-c", script]);
  const answer = /^(\d+) (\d+) (\d+) ([01])\s*$/.exec(result.stdout);
  if (!answer) return `${name}: ${result.missing ? "not installed" : "does not run as Python 3"}`;
  const [, major, minor, patch, hasVenv] = answer;
  const version = `${major}.${minor}.${patch}`;
  if (Number(major) !== 3 || Number(minor) < 9) return `${name}: version ${version} is too old`;
  if (Number(minor) > 14) return `${name}: version ${version} is newer than the pinned JupyterLab knows`;
  if (hasVenv === "0") return `${name}: version ${version}, but without its venv module (on Debian and Ubuntu: apt install python3-venv)`;
  return { command, version };
}

/** Runs a command without a shell and without input, and collects what it says. */
export function capture(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = process.env): { status: number; stdout: string; stderr: string; missing: boolean } {
  const result = spawnSync(command, args, { cwd: root, encoding: "utf8", env: environment, stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 26, windowsHide: true });
  return { status: result.status ?? 1, stdout: result.stdout ?? "", stderr: result.stderr ?? "", missing: (result.error as NodeJS.ErrnoException | undefined)?.code === "ENOENT" };
}
