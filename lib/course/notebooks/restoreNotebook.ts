import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../kernel/repositoryRoot.js";
import { parseChapter } from "./parseChapter.js";
import { isBuiltFrom } from "./isUnmodified.js";
import { runChapter } from "./runChapter.js";

/** Which notebook, and where. */
export interface RestoreOptions {
  /** The folder of chapters, inside the repository; default: `notebooks`. */
  readonly folder?: string;
  /** The repository; default: this one. */
  readonly root?: string;
}

/**
 * Puts the notebook of the chapter `name` back as the course ships it, with its outputs: from git if the committed copy
 * is the course's, and otherwise (no git, or the learner committed their edits) built again from its Markdown.
 * Gives where it came from. Throws an `Error` if there is no such chapter, or if building it fails.
 */
export async function restoreNotebook(name: string, { root = repositoryRoot, folder = join(root, "notebooks") }: RestoreOptions = {}): Promise<"git" | "built"> {
  const source = join(folder, `${name}.md`);
  if (!existsSync(source)) throw new Error(`There is no chapter ${name}: ${source} is not there.`);
  const chapter = parseChapter(readFileSync(source, "utf8"), `${name}.md`);
  const target = join(folder, `${name}.ipynb`);
  const committed = committedText(folder, `${name}.ipynb`);
  if (committed !== undefined && isBuiltFrom(chapter, committed)) {
    writeFileSync(target, committed);
    return "git";
  }
  const { text, problems } = await runChapter(chapter, root);
  if (problems.length > 0) throw new Error(`${name} could not be built again: ${problems.join("; ")}`);
  writeFileSync(target, text);
  return "built";
}

/** Undefined without git, outside a repository, or if the file was never committed. */
function committedText(folder: string, file: string): string | undefined {
  const { status, stdout } = spawnSync("git", ["show", `HEAD:./${file}`], { cwd: folder, maxBuffer: 1 << 26, windowsHide: true });
  return status === 0 ? stdout.toString("utf8") : undefined;
}
