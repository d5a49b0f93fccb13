import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nextFolder } from "../nextFolder.js";
import { checkNames } from "./exerciseNames.js";
import { inLearnersFolder, inRepository } from "./places.js";
import { skeletonFiles } from "./skeleton.js";

/**
 * Makes an exercise new again, and returns what it did in words. What the learner had written is first copied to
 * `.leaderlab/backup`. Throws a `UsageError` for a name that no exercise has.
 *
 * @param exercises the folder of exercises; default that of the repository
 */
export function reset(name: string, exercises: string = inRepository("exercises"), backups: string = inLearnersFolder("backup")): string {
  const [exercise] = checkNames([name]);
  const folder = join(exercises, exercise!);
  const edited: string[] = [];
  const restored: string[] = [];
  mkdirSync(folder, { recursive: true });
  const backup = nextFolder(join(backups, exercise!));
  for (const [file, fresh] of skeletonFiles(exercise!)) {
    const path = join(folder, file);
    const present = existsSync(path) ? readFileSync(path, "utf8") : undefined;
    if (present?.replaceAll("\r\n", "\n") === fresh) continue;
    if (present !== undefined) {
      mkdirSync(backup, { recursive: true });
      writeFileSync(join(backup, file), present);
      edited.push(file);
    }
    writeFileSync(path, fresh);
    restored.push(file);
  }
  if (restored.length === 0) return `${name} is as new already; nothing was changed.`;
  const kept = edited.length === 0 ? "" : ` What you had written is kept in ${backup}.`;
  return `${name} is as new again: ${restored.join(", ")} in ${folder}.${kept}`;
}
