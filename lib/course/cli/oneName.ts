import { UsageError } from "../usageError.js";
import { parseFlags } from "./flags.js";

/** The one name that a command such as `hint NAME` takes. */
export function oneName(command: string, args: readonly string[]): string {
  const { positionals } = parseFlags(args, {}, { most: 1, what: `one name after ${command}` });
  const [name] = positionals;
  if (name === undefined) throw new UsageError(`${command} needs a name: npx leaderlab ${command} 21-quorum, for example`);
  return name;
}
