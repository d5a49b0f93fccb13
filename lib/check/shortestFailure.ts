import type { Declaration } from "../promises.js";
import type { Protocol, Types } from "../protocol.js";
import type { TraceEvent } from "../sim/trace.js";
import { drawRun, type HostileRun } from "./hostileRun.js";
import type { Accusation } from "./judge.js";
import { play } from "./play.js";
import { type ShrunkPath, shrinkPath } from "./shrinkPath.js";
import { shrinkRun } from "./shrinkRun.js";

/** A failing run, reduced as far as it goes. */
export interface Failure<T extends Types> {
  /** Seed of the run that was accused first. */
  readonly seed: number;
  /** As it is in the reduced run; without witnesses where that is told in single events. */
  readonly accusation: Accusation;
  /** With fewer nodes, faults and commands, and perhaps a seed near by. */
  readonly run: HostileRun<T>;
  /** As single events, if it can be told so. */
  readonly path: ShrunkPath<T> | undefined;
  /** How many events are left. */
  readonly events: number;
  /** What happens in it. */
  readonly trace: readonly TraceEvent[];
}

/** Reduces the hostile run of a seed that is accused of breaking `property`: first the run, then its single events. */
export function shortestFailure<T extends Types>(declaration: Declaration<T>, seed: number, protocol: Protocol<T>, property: string): Failure<T> {
  const run = shrinkRun(declaration, drawRun(declaration, seed), protocol, property);
  const { accusation, cluster } = play(declaration, run, { protocol, trace: true });
  if (!accusation) throw new Error(`the run with seed ${seed} is not accused of breaking "${property}": does the engine decide by something other than its state and context?`);
  const path = shrinkPath(declaration, run, protocol, property);
  const events = path ? path.path.length : cluster.events;
  return { seed, accusation: path ? { ...accusation, message: path.message, witnesses: [] } : accusation, run, path, events, trace: path ? path.walk.trace : [...cluster.trace!] };
}
