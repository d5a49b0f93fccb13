import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inLearnersFolder, inRepository } from "../grading/places.js";
import { nextFolder } from "../nextFolder.js";
import { isUnmodified } from "./isUnmodified.js";
import { restoreNotebook } from "./restoreNotebook.js";

/** Makes a chapter new again, and returns what it did in words. A notebook that the learner edited is first copied to `.leaderlab/backup`. */
export async function resetChapter(name: string, folder: string = inRepository("notebooks"), backups: string = inLearnersFolder("backup")): Promise<string> {
  const path = join(folder, `${name}.ipynb`);
  const present = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  let kept = "";
  if (present !== undefined && !isUnmodified(present)) {
    const backup = nextFolder(join(backups, name));
    mkdirSync(backup, { recursive: true });
    writeFileSync(join(backup, `${name}.ipynb`), present);
    kept = ` Yours is kept in ${backup}.`;
  }
  await restoreNotebook(name, { folder });
  return `${name} is as new again, with the outputs it came with.${kept} If it is open in JupyterLab, choose File, Reload Notebook from Disk.`;
}
