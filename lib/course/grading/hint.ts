import { readFileSync } from "node:fs";
import { checkNames } from "./exerciseNames.js";
import { learnersRecord } from "./learnersRecord.js";
import { inLearnersFolder, inRepository } from "./places.js";

/**
 * The next hint for an exercise: the first call gives the first, the last one is repeated. Which came last is kept in
 * `.leaderlab/hints.json`. Throws a `UsageError` for a name that no exercise has.
 */
export function hint(name: string, file: string = inLearnersFolder("hints.json")): string {
  const [exercise] = checkNames([name]);
  const hints = hintsOf(exercise!);
  const shown = learnersRecord<number>(file);
  const next = Math.min((shown.get(exercise!) ?? 0) + 1, hints.length);
  shown.set(exercise!, next);
  const left = hints.length - next;
  return `Hint ${next} of ${hints.length} for ${exercise}: ${hints[next - 1]}${left === 0 ? " (This was the last one.)" : ""}`;
}

/** All hints of an exercise, in order: the paragraphs below the headings of its hints file. */
export function hintsOf(exercise: string): string[] {
  const text = readFileSync(inRepository("test", "exercises", `${exercise}.hints.md`), "utf8");
  return text.split(/^## .*$/m).slice(1).map((part) => part.trim().replaceAll(/\s*\r?\n\s*/g, " "));
}
