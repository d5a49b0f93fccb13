/** What a chapter's cells use beside the engines: `import { run, drawSpaceTime, grade } from "leaderlab/notebook"`. */
export { grade, hint } from "./grading/notebook.js";
export { drawBars, drawDistribution, drawHashRings, drawHistory, drawLines, drawLogs, drawMap, drawRings, drawRoles, drawSpaceTime } from "./notebook/draw.js";
export { drawStrips } from "./notebook/drawStrips.js";
export { hunt, type Hunted } from "./notebook/hunt.js";
export { judgeRuns, type JudgedRuns } from "./notebook/judgeRuns.js";
export { ledger } from "./notebook/ledger.js";
export { lanes } from "./notebook/lanes.js";
export { bugs, plant, type Planted } from "./notebook/plant.js";
export { shorten, type Shortened, tell } from "./notebook/shorten.js";
export { ringMoments } from "./notebook/ringMoments.js";
export { source } from "./notebook/source.js";
export { table } from "./notebook/table.js";
export { published, verdict } from "./notebook/verdict.js";
export { worldsByDepth, type WorldsAtDepth } from "./notebook/worldsByDepth.js";
export { predict } from "./predict.js";
export { reveal } from "./notebook/reveal.js";
export { run, type SampledRun } from "./run.js";
export { show } from "./show.js";
