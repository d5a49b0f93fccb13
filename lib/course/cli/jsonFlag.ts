import { parseFlags } from "./flags.js";

/** Whether `--json` was asked for, for a command that takes nothing else. */
export function jsonFlag(args: readonly string[]): boolean {
  return parseFlags(args, { json: { type: "boolean" } }, { most: 0, what: "--json only" }).values.json === true;
}
