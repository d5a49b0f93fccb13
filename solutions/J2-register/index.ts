/** Given: what the grader looks at. */
export { judgements } from "./judgements.js";
export { linearizable } from "./linearizable.js";
