import { pathToFileURL } from "node:url";
import { format, inspect } from "node:util";
import { repositoryRoot } from "./repositoryRoot.js";

/** What went wrong in a cell, as Jupyter's protocol says it. */
export interface Failure {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** From what tslab complained of: one thrown value, or a line for each error that the compiler found. */
export function describeFailure(complaints: readonly (readonly unknown[])[]): Failure {
  const first = complaints[0];
  if (first === undefined) return { ename: "Error", evalue: "tslab gave no reason", traceback: ["tslab did not run this cell, and gave no reason."] };
  if (first.length > 1) {
    const lines = complaints.map((values) => format(...values));
    return { ename: "TypeScript", evalue: lines[0] ?? "", traceback: ["TypeScript found (line:column):", ...lines] };
  }
  return describeThrown(first[0]);
}

function describeThrown(thrown: unknown): Failure {
  if (wasInterrupted(thrown)) return { ename: "Interrupted", evalue: "the cell was stopped", traceback: ["Interrupted: the cell was stopped."] };
  const ename = thrown instanceof Error || isErrorLike(thrown) ? thrown.name : typeof thrown;
  const evalue = thrown instanceof Error || isErrorLike(thrown) ? thrown.message : inspect(thrown);
  return { ename, evalue, traceback: readableStack(inspect(thrown)) };
}

/** An error of a cell may come from another realm, where `instanceof` fails. */
function isErrorLike(value: unknown): value is Error {
  return typeof value === "object" && value !== null && typeof (value as Error).message === "string" && typeof (value as Error).name === "string";
}

function wasInterrupted(thrown: unknown): boolean {
  return isErrorLike(thrown) && ((thrown as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" || thrown.message === "Interrupted asynchronously");
}

/** Without the frames of Node and tslab, which are never the learner's doing, and without this machine's folders. */
function readableStack(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => !/^\s+at .*(node:|[\\/]node_modules[\\/]tslab[\\/]|[\\/]dist[\\/]course[\\/]kernel[\\/])/.test(line))
    .map((line) => line.replaceAll(`${pathToFileURL(repositoryRoot).href}/`, "").replaceAll(`${repositoryRoot}/`, "").replaceAll(`${repositoryRoot}\\`, ""))
    // Lines and columns of a cell are those of the JavaScript made of it, and would mislead.
    .map((line) => line.replace(/evalmachine\.<anonymous>(:\d+)*/g, "this cell"))
    .filter((line) => line.trim() !== "at this cell");
}
