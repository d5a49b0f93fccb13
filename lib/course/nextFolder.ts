import { existsSync } from "node:fs";
import { join } from "node:path";

/** The first numbered folder inside `parent` that is not there yet. */
export function nextFolder(parent: string): string {
  for (let number = 1; ; number++) {
    const folder = join(parent, String(number));
    if (!existsSync(folder)) return folder;
  }
}
