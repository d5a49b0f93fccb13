import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inRepository } from "../../lib/course/grading/places.js";

/** A wrong answer that a real person would write: the solution with one mistake, and what the grader must say of it. */
export interface Planted {
  /** The mistake, in words. */
  readonly bug: string;
  /** The file of the mistake, where an exercise has several. */
  readonly file?: string;
  /** Text of the solution and what stands there instead; each text occurs there once. */
  readonly changes: readonly (readonly [right: string, wrong: string])[];
  /** The cases that must fail, all others must pass, and what the sentence must say. None: it is right, only unlike the solution. */
  readonly fails: Readonly<Record<string, RegExp>>;
}

/** Writes a planted answer, with the solution's other files beside it, into a folder of answers, which is returned. */
export function plant(folder: string, exercise: string, file: string, { bug, changes, file: spoiled = file }: Planted): string {
  mkdirSync(join(folder, exercise), { recursive: true });
  for (const name of readdirSync(inRepository("solutions", exercise))) {
    let text = readFileSync(inRepository("solutions", exercise, name), "utf8").replaceAll("\r\n", "\n");
    for (const [right, wrong] of name === spoiled ? changes : []) {
      if (text.split(right).length !== 2) throw new Error(`"${bug}": the solution must have this text exactly once: ${right}`);
      text = text.replace(right, () => wrong);
    }
    writeFileSync(join(folder, exercise, name), text);
  }
  return folder;
}
