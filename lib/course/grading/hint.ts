import { readFileSync } from "node:fs";
import { UsageError } from "../usageError.js";
import { checkNames } from "./exerciseNames.js";
import { learnersRecord } from "./learnersRecord.js";
import { inLearnersFolder, inRepository } from "./places.js";

/**
 * The next hint for an exercise: the first call gives the first, the last one is repeated. Which came last is kept in
 * `.leaderlab/hints.json`. Throws a `UsageError` for a name that no exercise has.
 */
export function hint(name: string, file: string = inLearnersFolder("hints.json")): string {
  const [exercise] = checkNames([name]);
  const shown = learnersRecord<number>(file);
  const next = Math.min((shown.get(exercise!) ?? 0) + 1, hintsOf(exercise!).length);
  shown.set(exercise!, next);
  return numberedHint(name, next);
}

/**
 * A certain hint, from 1, whether or not it has been reached; which one comes next stays as it was. Throws a
 * `UsageError` for a name that no exercise has, or a number that no hint has.
 */
export function numberedHint(name: string, number: number): string {
  const [exercise] = checkNames([name]);
  const hints = hintsOf(exercise!);
  const text = hints[number - 1];
  if (text === undefined) throw new UsageError(`${exercise} has ${hints.length} hints: expected a number from 1 to ${hints.length}, not ${number}`);
  return `Hint ${number} of ${hints.length} for ${exercise}: ${text}${number === hints.length ? " (This was the last one.)" : ""}`;
}

/** All hints of an exercise, in order: the paragraphs below the headings of its hints file. */
export function hintsOf(exercise: string): string[] {
  const text = readFileSync(inRepository("test", "exercises", `${exercise}.hints.md`), "utf8");
  return text.split(/^## .*$/m).slice(1).map((part) => part.trim().replaceAll(/\s*\r?\n\s*/g, " "));
}
