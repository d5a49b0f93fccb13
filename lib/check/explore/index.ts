export type { Bounds } from "./bounds.js";
export { explore, type Exploration, type Violation } from "./explore.js";
export { formatPath, parsePath, type Step } from "./steps.js";
export { type Eventually, type Subject, subjectOf } from "./subject.js";
export { walk, type Walked, type WalkOptions } from "./walk.js";
