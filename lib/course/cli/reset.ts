import { unknownName } from "../../experiments/nearest.js";
import { exerciseNames, reset } from "../grading/index.js";
import { resetChapter } from "../notebooks/resetChapter.js";
import { chapterNames } from "../notebooks/buildNotebooks.js";
import { inRepository } from "../grading/places.js";
import { UsageError } from "../usageError.js";
import { printText, type Io } from "./io.js";
import { oneName } from "./oneName.js";

/** `reset NAME`: an exercise or a chapter as it was before the learner's edits, of which a copy is kept. */
export async function resetCommand(args: readonly string[], io: Io): Promise<number> {
  const name = oneName("reset", args);
  const exercises = exerciseNames();
  const chapters = chapterNames(inRepository("notebooks"));
  if (exercises.includes(name)) printText(io, reset(name));
  else if (chapters.includes(name)) printText(io, await resetChapter(name));
  else throw new UsageError(unknownName("exercise or chapter", name, [...exercises, ...chapters]));
  return 0;
}
