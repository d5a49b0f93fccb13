import { isNotWritten } from "./notWritten.js";

/** What grading found, as `npx leaderlab grade --json` prints it. */
export interface GradeReport {
  readonly points: number;
  readonly max: number;
  readonly exercises: readonly ExerciseGrade[];
}

/** One exercise of a report. */
export interface ExerciseGrade {
  readonly name: string;
  /** `timeout`: the answer did not come back in time. `error`: it could not be run at all. Both score 0. */
  readonly status: "passed" | "failed" | "timeout" | "error";
  readonly points: number;
  readonly max: number;
  readonly cases: readonly CaseGrade[];
}

/** One case of an exercise. */
export interface CaseGrade {
  readonly name: string;
  readonly points: number;
  readonly max: number;
  /** Where it failed: what went wrong, in a sentence. */
  readonly message?: string;
  /** Where there is one: the command that replays the failure. */
  readonly replay?: string;
}

/** Adds up the points of exercises. */
export function reportOf(exercises: readonly ExerciseGrade[]): GradeReport {
  return { points: sum(exercises, "points"), max: sum(exercises, "max"), exercises };
}

/** A report in words, for a terminal: one line a case, failures with their reason and the command that replays them. */
export function formatReport(report: GradeReport): string {
  const lines: string[] = [];
  for (const exercise of report.exercises) {
    lines.push(`${exercise.name}: ${exercise.points} of ${exercise.max} points${remark(exercise)}`);
    const shared = sharedMessage(exercise);
    if (shared !== undefined) lines.push(`  ${shared}`);
    else for (const one of exercise.cases) lines.push(...formatCase(one));
    lines.push("");
  }
  if (report.exercises.length > 1) lines.push(`Together: ${report.points} of ${report.max} points.`);
  return lines.join("\n").trimEnd();
}

/** The one reason why no case was judged, where all of them give the same; undefined otherwise. */
export function sharedMessage(exercise: ExerciseGrade): string | undefined {
  if (exercise.status !== "timeout" && exercise.status !== "error") return undefined;
  return exercise.cases[0]?.message;
}

function formatCase(one: CaseGrade): string[] {
  const lines = [`  ${one.points === one.max ? "✓" : isNotWritten(one.message) ? "○" : "✗"} ${one.name} (${one.points}/${one.max})`];
  if (one.message !== undefined) lines.push(`      ${one.message}`);
  if (one.replay !== undefined) lines.push(`      Replay it: ${one.replay}`);
  return lines;
}

const remarks = { passed: ", all passed", failed: "", timeout: ", out of time", error: ", could not be run" };
const remark = (exercise: ExerciseGrade): string => remarks[exercise.status];

const sum = (grades: readonly ExerciseGrade[], field: "points" | "max"): number => grades.reduce((total, grade) => total + grade[field], 0);
