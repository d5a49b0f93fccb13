import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { SetupError } from "../setupError.js";
import { paths, root } from "./paths.js";
import { capture, findPythons, supportedPythons, type Python } from "./python.js";

/** Whether `.venv` can be used, or else why no Python on this machine could make it. */
export type Environment = { readonly ready: true } | { readonly ready: false; readonly reasons: readonly string[] };

/**
 * Makes `.venv` with the pinned JupyterLab, unless it is complete already. It is made again when the requirements
 * change, when its making was interrupted, and when the folder has moved (Python's environments cannot be moved).
 */
export function prepareEnvironment(): Environment {
  if (environmentIsReady()) return { ready: true };
  const { usable, reasons } = findPythons();
  for (const python of usable) {
    clearEnvironment();
    const name = `${python.command.join(" ")}${python.version ? ` (Python ${python.version})` : ""}`;
    say(`Making .venv with ${name} …`);
    const failure = createEnvironment(python);
    if (failure !== undefined) {
      reasons.push(`${name}: could not make an environment: ${failure}`);
      continue;
    }
    say(`Installing JupyterLab ${pinnedJupyterLab()} into .venv (about a minute, once) …`);
    installRequirements(python);
    const stamp = { requirements: requirementsHash(), folder: root, python: name };
    writeFileSync(paths.venvStamp, `${JSON.stringify(stamp, undefined, 2)}\n`);
    return { ready: true };
  }
  return { ready: false, reasons };
}

/** Whether `.venv` is complete, for this folder and of the pinned requirements. */
export function environmentIsReady(): boolean {
  if (!existsSync(paths.python) || !existsSync(paths.labStatic)) return false;
  try {
    const stamp = JSON.parse(readFileSync(paths.venvStamp, "utf8")) as { requirements?: string; folder?: string };
    return stamp.requirements === requirementsHash() && stamp.folder === root;
  } catch {
    return false;
  }
}

/** The version of JupyterLab in the list of requirements. */
export function pinnedJupyterLab(): string {
  return /^jupyterlab==(\S+)/m.exec(readFileSync(paths.requirements, "utf8"))?.[1] ?? "(unknown)";
}

function createEnvironment(python: Python): string | undefined {
  const [program, ...first] = python.command;
  const made =
    program === "uv"
      ? capture("uv", ["venv", "--allow-existing", "--python", supportedPythons, paths.venv], pythonEnvironment(python.version === undefined))
      : capture(program, [...first, "-m", "venv", paths.venv], pythonEnvironment());
  return made.status === 0 && existsSync(paths.python) ? undefined : lastLines(made.stdout + made.stderr, 3).trim() || "it said nothing";
}

function installRequirements(python: Python): void {
  const installed =
    python.command[0] === "uv"
      ? capture("uv", ["pip", "install", "--python", paths.python, "-r", paths.requirements], pythonEnvironment())
      : capture(paths.python, ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-r", paths.requirements], pythonEnvironment());
  if (installed.status === 0 && existsSync(paths.labStatic)) return;
  throw new SetupError(
    `installing JupyterLab into .venv failed (${python.command[0] === "uv" ? "uv pip" : "pip"} install):\n${lastLines(installed.stdout + installed.stderr, 12)}\n` +
      "Check the network connection and run npm start again. To read the chapters without JupyterLab: npm start -- --pages",
  );
}

/** Learners' own settings survive; the rest of a half-made or outdated `.venv` would only confuse what is made now. */
function clearEnvironment(): void {
  mkdirSync(paths.venv, { recursive: true });
  const old = readdirSync(paths.venv).filter((name) => name !== basename(paths.jupyter));
  if (old.length > 0) say("The .venv here is incomplete, or of another version or folder; making it again.");
  try {
    rmSync(paths.venvStamp, { force: true });
    for (const name of old) rmSync(join(paths.venv, name), { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    throw new SetupError(`the old .venv could not be removed (${(error as Error).message}): stop JupyterLab if it still runs, delete the folder .venv, and run npm start again.`);
  }
}

/** The learner's settings for other Pythons must not reach into this one. */
function pythonEnvironment(uvMayFetchPython = false): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env, PIP_USER: "0", PYTHONNOUSERSITE: "1" };
  for (const name of ["PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT"]) delete environment[name];
  if (uvMayFetchPython) environment["UV_PYTHON_INSTALL_DIR"] = join(root, ".leaderlab", "python");
  return environment;
}

function requirementsHash(): string {
  // Line ends may differ between checkouts of the same text.
  return createHash("sha256").update(readFileSync(paths.requirements, "utf8").replaceAll("\r\n", "\n")).digest("hex");
}

function lastLines(text: string, count: number): string {
  return text.trimEnd().split(/\r?\n/).slice(-count).map((line) => `  ${line}`).join("\n");
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
