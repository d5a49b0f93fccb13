import { drawRun } from "../check/hostileRun.js";
import { play } from "../check/play.js";
import { type Failure, shortestFailure } from "../check/shortestFailure.js";
import type { Mutant } from "../promises.js";
import { subjectOf } from "./hostileRuns.js";

/** Runs that a mutant may take to be caught. */
const MOST_RUNS = 3000;
/** Accused runs that are reduced, so that the shortest can be shown. */
const REDUCED = 5;

/** The shortest failing run found of a mutant, accused by the check that must catch it; undefined if no run is. */
export function catchMutant({ name, engine, caughtBy }: Mutant<any>): Failure<any> | undefined {
  const { declaration, protocol } = subjectOf(engine, name);
  let best: Failure<any> | undefined;
  for (let seed = 1, reduced = 0; seed <= MOST_RUNS && reduced < REDUCED; seed++) {
    if (play(declaration, drawRun(declaration, seed), { protocol }).accusation?.property !== caughtBy) continue;
    reduced++;
    const failure = shortestFailure(declaration, seed, protocol, caughtBy);
    if (!best || (failure.path !== undefined && !best.path) || (Boolean(failure.path) === Boolean(best.path) && failure.events < best.events)) best = failure;
  }
  return best;
}
