import { hint } from "../grading/index.js";
import { printText, type Io } from "./io.js";
import { oneName } from "./oneName.js";

/** `hint NAME`: the next hint for an exercise. */
export async function hintCommand(args: readonly string[], io: Io): Promise<number> {
  printText(io, await hint(oneName("hint", args)));
  return 0;
}
