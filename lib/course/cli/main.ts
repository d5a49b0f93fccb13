import { readFileSync } from "node:fs";
import { unknownName } from "../../experiments/nearest.js";
import { SetupError } from "../setupError.js";
import { UsageError } from "../usageError.js";
import { Interrupted } from "../watched.js";
import { commands, type CommandEntry } from "./commands.js";
import { printText, type Io } from "./io.js";
import { formatTable } from "./table.js";

/**
 * The command `npx leaderlab`: runs `argv` (without node and the script) and returns its exit status. 0: it did its work;
 * 1: a check found something, or a trial failed; 2: bad usage, with the nearest right name on stderr; 130: Ctrl-C.
 */
export async function main(argv: readonly string[], io: Io = process): Promise<number> {
  // Not taken away at the end: a pipe's error may come after the last write.
  for (const stream of [io.stdout, io.stderr]) stream.off("error", leaveQuietly).on("error", leaveQuietly);
  try {
    return await dispatch(argv, io);
  } catch (error) {
    io.stderr.write(`leaderlab: ${complaint(error)}\n`);
    if (error instanceof Interrupted) return 130;
    return error instanceof UsageError ? 2 : 1;
  }
}

async function dispatch([name, ...rest]: readonly string[], io: Io): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || (name === "help" && rest.length === 0)) return say(io, overview());
  if (name === "--version") return say(io, version());
  if (name === "help") return say(io, helpFor(find(rest[0]!)));
  const command = find(name);
  // `run NAME --help` explains the experiment, and so does `choose --help`: only these look at it.
  if (rest.some(isHelp) && command.name !== "choose" && (command.name !== "run" || isHelp(rest[0]!))) return say(io, helpFor(command));
  return (await command.load())(rest, io);
}

const isHelp = (arg: string) => arg === "--help" || arg === "-h";

function find(name: string): CommandEntry {
  const command = commands.find((entry) => entry.name === name);
  if (!command) throw new UsageError(`${unknownName("command", name, commands.map((entry) => entry.name))}. See npx leaderlab --help`);
  return command;
}

function overview(): string {
  const rows = commands.map(({ name, summary }) => [`  ${name}`, summary]);
  return [
    "npx leaderlab COMMAND …: the course's experiments and exercises in a terminal",
    "",
    formatTable(rows),
    "",
    "npx leaderlab COMMAND --help says more of one; --version names this version.",
    "With --json a command prints one JSON value and nothing else.",
  ].join("\n");
}

function helpFor({ name, summary, usage, details = [] }: CommandEntry): string {
  return [`npx leaderlab ${name} ${usage}`, "", `${summary[0]!.toUpperCase()}${summary.slice(1)}.`, ...details].join("\n");
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as { version: string };
  return version;
}

function say(io: Io, text: string): number {
  printText(io, text);
  return 0;
}

/** What to say of an error: a reason is enough where we wrote it; the stack helps where we did not expect it. */
function complaint(error: unknown): string {
  if (error instanceof UsageError || error instanceof SetupError || error instanceof Interrupted) return error.message;
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TrialError") return error.cause instanceof Error ? `${error.message}\n\n${error.cause.stack}` : error.message;
  return error.stack ?? error.message;
}

/** A reader such as `head` may close the pipe early; that is no failure of ours. Windows calls it EOF. */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE" || error.code === "EOF") process.exit(0);
  throw error;
}
