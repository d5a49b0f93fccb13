import type { Declaration } from "../promises.js";
import type { Protocol, Types } from "../protocol.js";
import type { TraceEvent } from "../sim/trace.js";
import { drawRun, type HostileRun } from "./hostileRun.js";
import type { Accusation } from "./judge.js";
import { play } from "./play.js";
import { shrinkPath, type ShrunkPath } from "./shrinkPath.js";
import { shrinkRun } from "./shrinkRun.js";

/** A failing run, reduced as far as it goes. */
export interface Failure<T extends Types> {
  /** Seed of the run that was accused first. */
  readonly seed: number;
  /** As it is in the reduced run; without witnesses where that is told in single events. */
  readonly accusation: Accusation;
  /** With fewer nodes, faults and commands, and perhaps a seed near by; or as it was drawn, if that gives the shorter path. */
  readonly run: HostileRun<T>;
  /** As single events, if it can be told so. */
  readonly path: ShrunkPath<T> | undefined;
  /** How many events are left. */
  readonly events: number;
  /** What happens in it. */
  readonly trace: readonly TraceEvent[];
}

/**
 * Reduces the hostile run of a seed that is accused of breaking `property`: first the run, then its single events. What is
 * taken out of the run may have opened a shorter way, so that the run as it was drawn is told in single events, too.
 */
export function shortestFailure<T extends Types>(declaration: Declaration<T>, seed: number, protocol: Protocol<T>, property: string): Failure<T> {
  const drawn = drawRun(declaration, seed);
  const run = shrinkRun(declaration, drawn, protocol, property);
  const { accusation, cluster } = play(declaration, run, { protocol, trace: true });
  if (!accusation) throw new Error(`the run with seed ${seed} is not accused of breaking "${property}": does the engine decide by something other than its state and context?`);
  const told = [run, drawn].flatMap((one) => {
    const path = shrinkPath(declaration, one, protocol, property);
    return path ? [inSteps(seed, one, path, property)] : [];
  });
  return told.sort((a, b) => a.events - b.events)[0] ?? { seed, accusation, run, path: undefined, events: cluster.events, trace: [...cluster.trace!] };
}

/** A failing run that can be told in single events. */
export function inSteps<T extends Types>(seed: number, run: HostileRun<T>, path: ShrunkPath<T>, property: string): Failure<T> {
  return { seed, accusation: { property, message: path.message, witnesses: [] }, run, path, events: path.path.length + (path.calm?.length ?? 0), trace: path.walk.trace };
}
