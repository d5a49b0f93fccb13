import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inRepository } from "./places.js";

/**
 * A solution with the learner's part taken out. The part stands between two marks, each on a line of its own:
 *
 *     // <answer> TODO: what is to be done here
 *     …
 *     // </answer> throw new Error("still to do");
 *
 * What follows the first mark stays as a comment, what follows the second, if anything, as code: enough to compile.
 */
export function skeletonOf(solution: string): string {
  const lines: string[] = [];
  let indent: string | undefined;
  for (const line of solution.split(/\r?\n/)) {
    const open = /^(\s*)\/\/ <answer> (TODO: .+)$/.exec(line);
    const close = /^\s*\/\/ <\/answer>(?: (.+))?$/.exec(line);
    if (open !== null) lines.push(`${(indent = open[1]!)}// ${open[2]!}`);
    else if (close !== null) {
      if (close[1] !== undefined) lines.push(`${indent}${close[1]}`);
      indent = undefined;
    } else if (indent === undefined) lines.push(line);
  }
  return lines.join("\n");
}

/** The files of an exercise as they were before anyone worked on them: contents by name. */
export function skeletonFiles(name: string): Map<string, string> {
  const folder = inRepository("solutions", name);
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts"));
  return new Map(files.map((file) => [file, skeletonOf(readFileSync(join(folder, file), "utf8"))]));
}
