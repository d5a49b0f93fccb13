import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** An absolute path inside the repository, from its parts. The same from `lib` and from `dist`. */
export const inRepository = (...parts: string[]): string => join(fileURLToPath(new URL("../../../", import.meta.url)), ...parts);

/** An absolute path inside the ignored folder in which the course keeps what belongs to this learner. */
export const inLearnersFolder = (...parts: string[]): string => inRepository(".leaderlab", ...parts);
