import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { closest, distance } from "fastest-levenshtein";
import { repositoryRoot } from "../kernel/repositoryRoot.js";
import { parseChapter } from "./parseChapter.js";
import { notebookDifference } from "./notebookDifference.js";
import { runChapter } from "./runChapter.js";

/** What to build, and where. */
export interface BuildOptions {
  /** Chapters by name (`00-welcome`), or by a beginning that only one has (`00`); default: all. */
  readonly names?: readonly string[];
  /** Compare with what is there instead of writing. */
  readonly check?: boolean;
  /** The folder of chapters; default: `notebooks` in the repository. */
  readonly folder?: string;
  /** The repository whose built kernel runs them; default: this one. */
  readonly root?: string;
  /** Takes one line of report at a time; default: standard output. */
  readonly say?: (line: string) => void;
}

const maximumNotebook = 1_000_000;
/** Two at once: a kernel is idle while a cell grades, and the other way round; more only compete for cores. */
const atOnce = 2;

/**
 * Builds each chapter NAME.md of the folder to NAME.ipynb beside it, run and with its outputs; says a line for each.
 * With `check`, builds in memory and reports every difference. Gives how many failed; a failed one is not written.
 * Throws an `Error` if a name is unknown.
 */
export async function buildNotebooks({ names = [], check = false, folder = join(repositoryRoot, "notebooks"), root = repositoryRoot, say = (line) => void process.stdout.write(`${line}\n`) }: BuildOptions = {}): Promise<number> {
  const chosen = chooseChapters(chapterNames(folder), names);
  if (chosen.length === 0) say(`There is no chapter in ${folder}.`);
  const waiting = [...chosen];
  let failed = 0;
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const start = performance.now();
      const problems = await buildOne(name, { check, folder, root });
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      say(`${problems.length > 0 ? "FAILED" : check ? "same  " : "built "} ${name} (${seconds} s)`);
      for (const problem of problems) say(`  ${problem.replaceAll("\n", "\n  ")}`);
      if (problems.length > 0) failed++;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (check && failed > 0) say("If the change is meant, run `npm run notebooks` and commit the notebooks with it.");
  return failed;
}

/** The names of the chapters in a folder, in order. */
export function chapterNames(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.endsWith(".md") && file !== "README.md").map((file) => file.slice(0, -".md".length)).sort();
}

async function buildOne(name: string, { check, folder, root }: { check: boolean; folder: string; root: string }): Promise<string[]> {
  const source = join(folder, `${name}.md`);
  const target = join(folder, `${name}.ipynb`);
  try {
    const chapter = parseChapter(readFileSync(source, "utf8"), relative(root, source));
    const { text, problems } = await runChapter(chapter, root);
    const size = Buffer.byteLength(text);
    const all = size < maximumNotebook ? [...problems] : [...problems, `the notebook has ${size} bytes and must stay under ${maximumNotebook}.`];
    if (check) all.push(...compare(target, text));
    else if (all.length === 0) writeFileSync(target, text);
    return all;
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function compare(target: string, text: string): string[] {
  if (!existsSync(target)) return ["it has not been built yet: run `npm run notebooks`."];
  const difference = notebookDifference(readFileSync(target, "utf8").replaceAll("\r\n", "\n"), text);
  return difference === undefined ? [] : [difference];
}

function chooseChapters(all: readonly string[], names: readonly string[]): string[] {
  if (names.length === 0) return [...all];
  const chosen = names.map((name) => {
    const matches = all.includes(name) ? [name] : all.filter((chapter) => chapter.startsWith(name));
    const [match] = matches;
    if (match !== undefined && matches.length === 1) return match;
    if (matches.length > 1) throw new Error(`${name} could be any of ${matches.join(", ")}: write more of it.`);
    const near = all.length > 0 ? closest(name, [...all]) : undefined;
    throw new Error(`There is no chapter ${name}.${near !== undefined && distance(name, near) <= near.length / 2 ? ` Did you mean ${near}?` : ` There are ${all.join(", ") || "none"}.`}`);
  });
  return all.filter((name) => chosen.includes(name));
}
