import type { Pending } from "./pending.js";
import type { Judgement } from "./trial.js";

/** A statement of the survey that is about a source, and not about clusters: it needs no experiment. */
export interface LookedUp extends Pending, Judgement {}

export const lookedUp: readonly LookedUp[] = [
  {
    id: "R.1",
    chapter: "R",
    statement: "Raft appeared at a security conference in 2015.",
    verdict: "fails",
    because: "D. Ongaro and J. Ousterhout, In Search of an Understandable Consensus Algorithm, is in the proceedings of the USENIX Annual Technical Conference of 2014, pages 305 to 319.",
    figures: {},
  },
];
