import { parseArgs, type ParseArgsConfig } from "node:util";
import { unknownName } from "../../experiments/nearest.js";
import { UsageError } from "../usageError.js";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<T extends Options> = ReturnType<typeof parseArgs<{ args: string[]; options: T; strict: true; allowPositionals: true }>>;

/**
 * Reads a command's arguments. Throws a `UsageError` that names the nearest flag for an unknown one, and for a missing or
 * unwanted value. `positionals` says how many other words may stand there, and what they are.
 */
export function parseFlags<const T extends Options>(args: readonly string[], options: T, positionals: { readonly most: number; readonly what: string }): Parsed<T> {
  const joined = joinNegatives(args);
  try {
    const parsed = parseArgs({ args: joined, options, strict: true, allowPositionals: true });
    const surplus = parsed.positionals[positionals.most];
    if (surplus !== undefined) throw new UsageError(`unexpected "${surplus}": expected ${positionals.what}, and flags begin with --`);
    return parsed;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(explain(error as NodeJS.ErrnoException, joined, options));
  }
}

/** `--shift -5` is a value to us, an ambiguity to parseArgs. */
function joinNegatives(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1);
    if (/^-[\d.]/.test(arg) && last !== undefined && /^--[^=]+$/.test(last)) joined[joined.length - 1] = `${last}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function explain(error: NodeJS.ErrnoException, args: string[], options: Options): string {
  if (error.code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION") return error.message.split("\n")[0]!;
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  const unknown = tokens.find((token) => token.kind === "option" && !Object.hasOwn(options, token.name));
  const rawName = unknown?.kind === "option" ? unknown.rawName : "";
  if (Object.keys(options).length === 0) return `unknown flag "${rawName}": this command takes none`;
  return unknownName("flag", rawName, Object.keys(options).map((name) => `--${name}`));
}
