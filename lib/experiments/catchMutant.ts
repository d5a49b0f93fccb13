import { drawRun } from "../check/hostileRun.js";
import { play } from "../check/play.js";
import { type Failure, shortestFailure } from "../check/shortestFailure.js";
import type { Mutant } from "../promises.js";
import { subjectOf } from "./hostileRuns.js";

/** Runs that a mutant may take to be caught. */
const MOST_RUNS = 3000;

/** Seeds of the runs in which a mutant is accused by the check that must catch it. */
export function* accusedSeeds({ name, engine, caughtBy }: Mutant<any>): Generator<number> {
  const { declaration, protocol } = subjectOf(engine, name);
  for (let seed = 1; seed <= MOST_RUNS; seed++) if (play(declaration, drawRun(declaration, seed), { protocol }).accusation?.property === caughtBy) yield seed;
}

/** The shortest failing run of a mutant, of the first few (default: three) that are accused by the check that must catch it; undefined if none is. */
export function catchMutant(mutant: Mutant<any>, reduced = 3): Failure<any> | undefined {
  const { declaration, protocol } = subjectOf(mutant.engine, mutant.name);
  let best: Failure<any> | undefined;
  let left = reduced;
  for (const seed of accusedSeeds(mutant)) {
    const failure = shortestFailure(declaration, seed, protocol, mutant.caughtBy);
    if (!best || (failure.path !== undefined && !best.path) || (Boolean(failure.path) === Boolean(best.path) && failure.events < best.events)) best = failure;
    if (--left === 0) break;
  }
  return best;
}
