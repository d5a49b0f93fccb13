import { hint, numberedHint } from "../grading/index.js";
import { UsageError } from "../usageError.js";
import { parseFlags } from "./flags.js";
import { printText, type Io } from "./io.js";
import { oneName } from "./oneName.js";

/** `hint NAME [NUMBER]`: the next hint for an exercise, or the one with that number. */
export async function hintCommand(args: readonly string[], io: Io): Promise<number> {
  const { positionals } = parseFlags(args, {}, { most: 2, what: "one name and one number after hint" });
  const name = oneName("hint", positionals.slice(0, 1));
  const number = positionals[1];
  if (number !== undefined && !/^\d+$/.test(number)) throw new UsageError(`unexpected "${number}": expected the number of a hint after ${name}, such as 1`);
  printText(io, await (number === undefined ? hint(name) : numberedHint(name, Number(number))));
  return 0;
}
