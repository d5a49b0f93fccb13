import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { environmentIsReady, pinnedJupyterLab } from "./start/environment.js";
import { findChromium } from "./start/chromium.js";
import { paths, root } from "./start/paths.js";
import { portIsFree } from "./start/port.js";
import { capture, findPythons } from "./start/python.js";
import { notebookStates } from "./start/trust.js";

/** One thing the course needs or can use. `found` says what is there; `fix` what to do, where something should be done. */
export interface DoctorCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly found?: string;
  readonly fix?: string;
}

/** What is installed and what is missing. `ok` is false when something the course cannot do without is missing. */
export interface DoctorReport {
  readonly ok: boolean;
  readonly checks: readonly DoctorCheck[];
}

/** Looks at this machine and this clone, without changing either. */
export async function doctor(): Promise<DoctorReport> {
  const setup = await loadSetup();
  const needed = [checkNode(setup), checkNpm(), checkDependencies(setup), checkBuild(setup)];
  const jupyter = [checkPython(), checkJupyterLab(), checkKernel()];
  const optional = [checkNotebooks(), await checkPort(), checkGit(), checkChromium()];
  return { ok: [...needed, ...jupyter].every((check) => check.ok), checks: [...needed, ...jupyter, ...optional] };
}

/** The report as lines for people, what is missing marked and followed by what to do. */
export function formatDoctor({ ok, checks }: DoctorReport): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.map((check) => {
    const line = `${check.ok ? "ok     " : "missing"}  ${check.name.padEnd(width)}  ${check.found ?? "not found"}`;
    return check.fix === undefined ? line : `${line}\n${" ".repeat(width + 11)}${check.fix}`;
  });
  return `${lines.join("\n")}\n\n${ok ? "Everything the course needs is here." : "Something the course needs is missing: see the lines above."}\n`;
}

/** What lib/course/setup/ensure.mjs knows. It works before anything is built, so it cannot use what is here. */
interface Setup {
  nodeIsSupported(): boolean;
  isInstalled(): boolean;
  isBuilt(): boolean;
}

function loadSetup(): Promise<Setup> {
  return import(pathToFileURL(join(root, "lib", "course", "setup", "ensure.mjs")).href) as Promise<Setup>;
}

function checkNode(setup: Setup): DoctorCheck {
  const ok = setup.nodeIsSupported();
  return { name: "Node", ok, found: process.versions.node, ...(ok ? {} : { fix: "Install Node 20.19 or later (of the 22s, 22.12 or later)." }) };
}

function checkNpm(): DoctorCheck {
  // On Windows npm is a .cmd file, which only a shell can start.
  const result = process.platform === "win32" ? capture("cmd", ["/c", "npm", "--version"]) : capture("npm", ["--version"]);
  const version = result.stdout.trim();
  return version ? { name: "npm", ok: true, found: version } : { name: "npm", ok: false, fix: "Install npm; it comes with Node." };
}

function checkDependencies(setup: Setup): DoctorCheck {
  const name = "Dependencies";
  if (setup.isInstalled()) return { name, ok: true, found: "as in package-lock.json" };
  return { name, ok: false, found: "missing, or of another package-lock.json", fix: "npm start or npm test installs them." };
}

function checkBuild(setup: Setup): DoctorCheck {
  const name = "Build";
  if (setup.isBuilt()) return { name, ok: true, found: "dist is up to date" };
  return { name, ok: false, found: existsSync(join(root, "dist")) ? "dist is older than lib" : "no dist", fix: "npm run build brings it up to date." };
}

function checkPython(): DoctorCheck {
  const { usable, reasons } = findPythons();
  const [python] = usable;
  if (python) return { name: "Python", ok: true, found: `${python.command.join(" ")}, ${python.version ?? "which fetches a Python when needed"}` };
  return { name: "Python", ok: environmentIsReady(), found: reasons.join("; "), fix: "Install Python 3.9 to 3.14, or uv. Without it npm start serves the chapters as web pages." };
}

function checkJupyterLab(): DoctorCheck {
  const name = "JupyterLab";
  if (environmentIsReady()) return { name, ok: true, found: `${pinnedJupyterLab()} in .venv` };
  return { name, ok: false, found: existsSync(paths.venv) ? ".venv is incomplete, or of another version or folder" : "no .venv", fix: "npm start makes it." };
}

function checkKernel(): DoctorCheck {
  const name = "Kernel";
  const text = readText(join(paths.kernelSpec, "kernel.json"));
  const argv = text === undefined ? [] : (JSON.parse(text) as { argv: string[] }).argv;
  if (argv.length > 0 && argv.filter((word) => word.startsWith(root)).every((path) => existsSync(path)) && existsSync(argv[0] ?? "")) {
    return { name, ok: true, found: "leaderlab is described to JupyterLab" };
  }
  return { name, ok: false, found: text === undefined ? "not described to JupyterLab" : "describes files that are gone", fix: "npm start writes it." };
}

function checkNotebooks(): DoctorCheck {
  const name = "Chapters";
  const states = notebookStates();
  const edited = states.filter(({ unmodified }) => !unmodified).map((state) => state.name);
  const untrusted = states.filter(({ unmodified, trusted }) => unmodified && !trusted).length;
  const found = `${states.length}, of which ${edited.length === 0 ? "none" : edited.join(", ")} edited${untrusted > 0 ? `, ${untrusted} not trusted yet` : ""}`;
  return { name, ok: true, found, ...(untrusted > 0 ? { fix: "npm start trusts the ones nobody has edited." } : {}) };
}

async function checkPort(): Promise<DoctorCheck> {
  const free = await portIsFree(8888);
  return { name: "Port 8888", ok: true, found: free ? "free" : "in use; npm start takes the next free one" };
}

function checkGit(): DoctorCheck {
  const version = capture("git", ["--version"]).stdout.trim().replace(/^git version /, "");
  return { name: "git", ok: true, found: version || "not installed (only needed to update the course)" };
}

function checkChromium(): DoctorCheck {
  return { name: "Chromium", ok: true, found: findChromium() ?? "not installed (only one test of this repository uses it)" };
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
