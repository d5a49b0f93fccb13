import { formatReport, grade, replay } from "../grading/index.js";
import { UsageError } from "../usageError.js";
import { parseFlags } from "./flags.js";
import { printJson, printText, type Io } from "./io.js";

/**
 * `grade [NAME …] [--answers DIR] [--json]`: the score card. A low grade is a result, not a failure: the exit status is
 * 0. With `--case CASE --seed S` it replays one case instead and tells the run in words.
 */
export async function gradeCommand(args: readonly string[], io: Io): Promise<number> {
  const options = { answers: { type: "string" }, json: { type: "boolean" }, case: { type: "string" }, seed: { type: "string" } } as const;
  const { values, positionals } = parseFlags(args, options, { most: Infinity, what: "names of exercises" });
  const { answers, json = false, case: name, seed } = values;
  const where = answers === undefined ? {} : { answers };
  if (name !== undefined || seed !== undefined) {
    const [exercise] = positionals;
    if (name === undefined || seed === undefined || exercise === undefined || positionals.length > 1 || json || !/^\d+$/.test(seed)) {
      throw new UsageError('a replay takes one exercise, a case, a seed from 0 and no --json: npx leaderlab grade 22-vote --case "NAME" --seed 1');
    }
    printText(io, await replay(exercise, { case: name, seed: Number(seed), ...where }));
    return 0;
  }
  const report = await grade(positionals, where);
  if (json) printJson(io, report);
  else printText(io, formatReport(report));
  return 0;
}
