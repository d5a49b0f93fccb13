import { drawRun, type HostileRun } from "../check/hostileRun.js";
import { play } from "../check/play.js";
import { type Failure, inSteps, shortestFailure } from "../check/shortestFailure.js";
import { shrinkPath } from "../check/shrinkPath.js";
import { shrinkRun } from "../check/shrinkRun.js";
import type { Mutant } from "../promises.js";
import { subjectOf } from "./hostileRuns.js";

/** Runs that a mutant may take to be caught. */
const MOST_RUNS = 3000;

/** Seeds, `from` the first that is tried on, of the runs in which a mutant is accused by the check that must catch it. */
export function* accusedSeeds({ name, engine, caughtBy }: Mutant<any>, from = 1): Generator<number> {
  const { declaration, protocol } = subjectOf(engine, name);
  for (let seed = from; seed < from + MOST_RUNS; seed++) if (play(declaration, drawRun(declaration, seed), { protocol }).accusation?.property === caughtBy) yield seed;
}

/**
 * The shortest failing run of a mutant, of the first few (default: three) that are accused by the check that must catch it
 * and can be told in single events; of a few more, as long as all are long. If none can be told so, the shortest as a whole.
 * Undefined if none is accused.
 */
export function catchMutant(mutant: Mutant<any>, reduced = 3): Failure<any> | undefined {
  const { declaration, protocol } = subjectOf(mutant.engine, mutant.name);
  let best: Failure<any> | undefined;
  const untold: number[] = [];
  let tried = 0;
  let last = Infinity;
  for (const seed of accusedSeeds(mutant)) {
    if (seed > last || (best && tried >= (best.events > LONG ? MORE : 1) * reduced)) break;
    tried++;
    last = Math.min(last, seed + FURTHER);
    const failure = told(mutant, seed, !best || best.events > LONG);
    if (!failure) untold.push(seed);
    else if (!best || failure.events < best.events) best = failure;
    if (!best && untold.length >= reduced) break;
  }
  if (best) return best;
  const whole = untold.map((seed) => shortestFailure(declaration, seed, protocol, mutant.caughtBy));
  return whole.sort((a, b) => Number(!a.path) - Number(!b.path) || a.events - b.events)[0];
}

/** A run in single events; if that is long, and `thorough`, also with everything taken out of it before that it goes through without. */
function told({ engine, name, caughtBy }: Mutant<any>, seed: number, thorough: boolean): Failure<any> | undefined {
  const { declaration, protocol } = subjectOf(engine, name);
  const cut = (run: HostileRun<any>) => {
    const path = shrinkPath(declaration, run, protocol, caughtBy);
    return path && inSteps(seed, run, path, caughtBy);
  };
  const drawn = drawRun(declaration, seed);
  const first = cut(drawn);
  if (!thorough || (first && first.events <= LONG)) return first;
  const second = cut(shrinkRun(declaration, drawn, protocol, caughtBy));
  return first && second ? (second.events < first.events ? second : first) : (first ?? second);
}

/** After the first accused run, so many runs are looked at for others. */
const FURTHER = 100;
/** More events than this are many, and worth trying so many times as many runs. */
const LONG = 25;
const MORE = 3;
