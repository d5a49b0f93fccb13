import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, statSync, unlinkSync, writeFileSync, writeSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");

/**
 * Makes the repository runnable: installs the dependencies if they are missing or of another lock file, and builds
 * dist/ if lib/ has changed since. Says on stderr what it does, and nothing where nothing is to be done.
 * Throws a SetupError, whose message says which step failed and what to do.
 */
export async function ensureReady({ quiet = false } = {}) {
  requireNode();
  await ensureInstalled({ quiet });
  await ensureBuilt({ quiet });
}

/** A step of the set-up that failed; the message is for people. */
export class SetupError extends Error {
  name = "SetupError";
}

/** Runs a script's main part: its number is the exit status, and a SetupError (of ours, or of the built part's) is shown without a stack. */
export async function runScript(main) {
  try {
    requireNode();
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (error?.name !== "SetupError") throw error;
    process.stderr.write(`leaderlab: ${error.message}\n`);
    process.exitCode = 1;
  }
}

/** Whether this version of Node can run the course: 20.19 or a later 20, 22.12 or later. */
export function nodeIsSupported(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
}

function requireNode() {
  if (!nodeIsSupported()) {
    throw new SetupError(`this course needs Node 20.19 or later (of the 22s, 22.12 or later), and this is ${process.versions.node}: install a newer Node and try again.`);
  }
}

// ---- dependencies ----

const lockFile = join(root, "package-lock.json");
const modules = join(root, "node_modules");
const installStamp = join(modules, ".leaderlab-stamp");

/** Whether node_modules holds what package-lock.json asks for, on this kind of machine. */
export function isInstalled() {
  const wanted = installHash();
  if (readText(installStamp) === wanted) return true;
  if (readText(installStamp) !== undefined || !npmInstalledThisLock()) return false;
  writeFileSync(installStamp, wanted);
  return true;
}

async function ensureInstalled({ quiet }) {
  if (isInstalled()) return;
  await withLock(() => {
    if (isInstalled()) return;
    say(quiet, existsSync(modules) ? "The dependencies have changed: installing them again …" : "Installing the dependencies (npm ci; about a minute, once) …");
    const result = npm(["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"]);
    if (result.status !== 0) {
      throw new SetupError(`installing the dependencies failed (npm ci):\n${lastLines(result)}\nCheck the network connection and the messages above, then run the same command again.`);
    }
    writeFileSync(installStamp, installHash());
  });
}

function installHash() {
  return `${sha256(readFileSync(lockFile))} ${process.platform} ${process.arch}\n`;
}

/** For a node_modules that somebody filled with npm by hand: npm leaves there the list of what it installed. */
function npmInstalledThisLock() {
  const record = readText(join(modules, ".package-lock.json"));
  if (record === undefined) return false;
  try {
    const found = JSON.parse(record).packages ?? {};
    return Object.entries(JSON.parse(readFileSync(lockFile, "utf8")).packages)
      .filter(([path, entry]) => path !== "" && !entry.optional && !entry.peer)
      .every(([path, entry]) => found[path]?.version === entry.version);
  } catch {
    return false;
  }
}

function npm(args) {
  const options = { cwd: root, encoding: "utf8", maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "pipe"] };
  const script = [
    process.env.npm_execpath,
    join(dirname(process.execPath), "node_modules", "npm", "bin", "npm-cli.js"),
    join(dirname(process.execPath), "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
  ].find((path) => path && basename(path) === "npm-cli.js" && existsSync(path));
  if (script) return spawnSync(process.execPath, [script, ...args], options);
  // On Windows npm is a .cmd file, which only a shell can start; the arguments are all ours and need no quoting.
  return spawnSync(`npm ${args.join(" ")}`, { ...options, shell: true });
}

// ---- the build ----

const dist = join(root, "dist");
const buildStamp = join(dist, ".stamp");

/** Whether dist/ was built from what lib/ holds now. */
export function isBuilt() {
  return readText(buildStamp) === buildHash();
}

async function ensureBuilt({ quiet }) {
  if (isBuilt()) return;
  await withLock(() => {
    if (isBuilt()) return;
    say(quiet, "Building …");
    build();
  });
}

function build() {
  const hash = buildHash();
  rmSync(buildStamp, { force: true });
  const compiler = join(modules, "typescript", "bin", "tsc");
  const result = spawnSync(process.execPath, [compiler, "-p", ".", "--noEmitOnError", "--listEmittedFiles"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (result.status !== 0) {
    throw new SetupError(`the build failed (TypeScript):\n${lastLines(result, 30)}\nMend these lines in lib/, or put lib/ back with: git checkout -- lib`);
  }
  const emitted = new Set(
    result.stdout.split(/\r?\n/).filter((line) => line.startsWith("TSFILE:")).map((line) => resolve(root, line.slice("TSFILE:".length).trim())),
  );
  for (const path of filesBelow(dist)) if (!emitted.has(path)) unlinkSync(path);
  writeFileSync(buildStamp, hash);
}

function buildHash() {
  const hash = createHash("sha256");
  const inputs = [...filesBelow(join(root, "lib")), join(root, "tsconfig.json"), join(root, "package.json"), lockFile];
  for (const path of inputs) {
    const content = readFileSync(path);
    hash.update(`${relative(root, path).split(sep).join("/")} ${content.length}\n`).update(content);
  }
  return `${hash.digest("hex")}\n`;
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]));
}

// ---- one set-up at a time ----

const setupLock = join(root, ".leaderlab", "setup.lock");

/** Two terminals may start on a fresh clone at once; the second waits for the first and then finds its work done. */
async function withLock(work) {
  mkdirSync(dirname(setupLock), { recursive: true });
  for (let told = false; !takeLock(); ) {
    const owner = Number(readText(setupLock));
    if (!isRunning(owner) && olderThan(setupLock, 1000)) {
      rmSync(setupLock, { force: true });
      continue;
    }
    if (!told) say(false, `Another set-up (process ${owner}) is at work; waiting for it …`);
    told = true;
    await new Promise((done) => setTimeout(done, 200));
  }
  try {
    return work();
  } finally {
    rmSync(setupLock, { force: true });
  }
}

function takeLock() {
  try {
    const file = openSync(setupLock, "wx");
    writeSync(file, `${process.pid}`);
    closeSync(file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function isRunning(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

// ---- small things ----

function olderThan(path, ms) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs > ms;
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function sha256(content) {
  return createHash("sha256").update(content).digest("hex");
}

function lastLines(result, count = 15) {
  const text = `${result.stdout ?? ""}${result.stderr ?? ""}${result.error ? result.error.message : ""}`;
  return text.trimEnd().split(/\r?\n/).filter((line) => !line.startsWith("TSFILE:")).slice(-count).map((line) => `  ${line}`).join("\n");
}

function say(quiet, text) {
  if (!quiet) process.stderr.write(`${text}\n`);
}
