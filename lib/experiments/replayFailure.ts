import { formatPath } from "../check/explore/steps.js";
import type { Failure } from "../check/shortestFailure.js";

/** The command that shows a failing run again: its single events if it could be told so, otherwise the run of its seed, reduced anew. */
export function replayFailure(engine: string, mutant: string, { seed, run, path, accusation }: Failure<any>): string {
  const command = `npx leaderlab fuzz ${engine}${mutant === "none" ? "" : ` --mutant ${mutant}`}`;
  if (!path) return `${command} --seed ${seed} --seeds 1`;
  return `${command} --seed ${run.seed} --nodes ${path.size} --path "${formatPath(path.path).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"${path.calm ? ` --calm "${accusation.property}"${path.alone ? " --alone" : ""}` : ""}`;
}
