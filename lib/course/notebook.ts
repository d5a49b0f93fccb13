/** What a chapter's cells use beside the engines: `import { run, drawSpaceTime, grade } from "leaderlab/notebook"`. */
export { grade, hint } from "./grading/notebook.js";
export { drawBars, drawDistribution, drawLines, drawRoles, drawSpaceTime } from "./notebook/draw.js";
export { source } from "./notebook/source.js";
export { table } from "./notebook/table.js";
export { published, verdict } from "./notebook/verdict.js";
export { predict, reveal } from "./predict.js";
export { run, type SampledRun } from "./run.js";
export { show } from "./show.js";
