import { readdirSync } from "node:fs";
import { closest, distance } from "fastest-levenshtein";
import { UsageError } from "../usageError.js";
import { inRepository } from "./places.js";

/** The names of all exercises in the order of the course: those that have a grader. */
export function exerciseNames(): string[] {
  return readdirSync(inRepository("test", "exercises"))
    .flatMap((file) => /^([A-Z\d]\d-.+)\.test\.ts$/.exec(file)?.[1] ?? [])
    .sort();
}

/** Checks names of exercises; throws a `UsageError` with the nearest right name. No names: all exercises. */
export function checkNames(names: readonly string[]): string[] {
  const known = exerciseNames();
  for (const name of names) {
    if (known.includes(name)) continue;
    const guess = nearest(name, known);
    throw new UsageError(`There is no exercise "${name}". ${guess === undefined ? `The exercises are ${known.join(", ")}.` : `Did you mean ${guess}?`}`);
  }
  return names.length === 0 ? known : [...new Set(names)];
}

function nearest(name: string, known: readonly string[]): string | undefined {
  const part = known.find((candidate) => name.length > 1 && candidate.includes(name));
  if (part !== undefined) return part;
  const guess = closest(name, known);
  return distance(name, guess) <= guess.length / 2 ? guess : undefined;
}
