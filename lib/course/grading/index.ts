export { grade, gradeMany, replay, type GradeOptions } from "./grade.js";
export { hint, hintsOf, numberedHint } from "./hint.js";
export { exerciseNames } from "./exerciseNames.js";
export { formatReport, type CaseGrade, type ExerciseGrade, type GradeReport } from "./report.js";
export { reset } from "./reset.js";
export { skeletonFiles } from "./skeleton.js";
