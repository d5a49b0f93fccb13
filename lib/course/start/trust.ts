import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { jupyterEnvironment } from "./jupyterSettings.js";
import { paths } from "./paths.js";
import { capture } from "./python.js";

/**
 * Trusts the chapters that are as committed, so that JupyterLab shows their pictures at once; again after a pull, and
 * without any work when nothing changed. A chapter that somebody edited is left to JupyterLab, which asks its user.
 */
export function trustNotebooks(): void {
  const notebooks = notebookStates();
  const before = readTrusted();
  const wanted = notebooks.filter(({ name, hash, unmodified }) => unmodified && before[name] !== hash);
  if (wanted.length === 0) return;
  const result = capture(paths.python, ["-m", "nbformat.sign", ...wanted.map(({ name }) => join(paths.notebooks, name))], jupyterEnvironment());
  if (result.status !== 0) {
    process.stderr.write(`The chapters could not be marked as trusted, so JupyterLab may show their plainer pictures:\n  ${result.stderr.trim().split("\n").at(-1) ?? ""}\n`);
    return;
  }
  const now = { ...before, ...Object.fromEntries(wanted.map(({ name, hash }) => [name, hash])) };
  mkdirSync(dirname(paths.trusted), { recursive: true });
  writeFileSync(paths.trusted, `${JSON.stringify(now, undefined, 2)}\n`);
}

/** A chapter's file: its digest, whether it is as committed, and whether it has been trusted as it is. */
export interface NotebookState {
  readonly name: string;
  readonly hash: string;
  readonly unmodified: boolean;
  readonly trusted: boolean;
}

/** The state of every chapter. Where there is no git to ask, only a first start takes the files as they were shipped. */
export function notebookStates(): NotebookState[] {
  const trusted = readTrusted();
  const committed = unmodifiedByGit();
  return notebookNames().map((name) => {
    const hash = createHash("sha256").update(readFileSync(join(paths.notebooks, name))).digest("hex");
    const unmodified = committed?.has(name) ?? (!existsSync(paths.trusted) || trusted[name] === hash);
    return { name, hash, unmodified, trusted: trusted[name] === hash };
  });
}

function notebookNames(): string[] {
  return existsSync(paths.notebooks) ? readdirSync(paths.notebooks).filter((name) => name.endsWith(".ipynb")).sort() : [];
}

function unmodifiedByGit(): Set<string> | undefined {
  const git = (...args: string[]) => capture("git", ["-C", paths.notebooks, ...args]);
  // A repository around an unpacked archive of the course does not know these files.
  const listed = git("ls-files", "-z", "--", "*.ipynb");
  const changed = git("diff", "--name-only", "--relative", "-z", "HEAD", "--", ".");
  if (listed.status !== 0 || changed.status !== 0 || listed.stdout === "") return undefined;
  const edited = new Set(changed.stdout.split("\0"));
  return new Set(listed.stdout.split("\0").filter((name) => name !== "" && !edited.has(name)));
}

function readTrusted(): Record<string, string> {
  try {
    return JSON.parse(readFileSync(paths.trusted, "utf8")) as Record<string, string>;
  } catch {
    return {};
  }
}
