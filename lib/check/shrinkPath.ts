import type { Declaration } from "../promises.js";
import type { Protocol, Types } from "../protocol.js";
import { cuesOf } from "./cuesOf.js";
import { cutPath } from "./cutPath.js";
import type { Step } from "./explore/steps.js";
import type { Walk } from "./explore/walk.js";
import { onFewer, smaller } from "./fewerNodes.js";
import type { HostileRun } from "./hostileRun.js";
import { play } from "./play.js";
import { rehearse } from "./rehearsal.js";
import { shrinkCalm } from "./shrinkCalm.js";

/** A failing run as single steps, none of which can be left out. */
export interface ShrunkPath<T extends Types> {
  readonly size: number;
  /** `formatPath` writes it down. */
  readonly path: readonly Step<T>[];
  /** Steps that follow of themselves if nothing fails after the path: where something is missing then. */
  readonly calm?: readonly Step<T>[];
  /** Whether that is told as it looks to a node that is isolated right after the path. */
  readonly alone?: boolean;
  /** What breaks, in words. */
  readonly message: string;
  /** The path and what follows of itself. */
  readonly walk: Walk<T>;
}

/**
 * Reduces a failing hostile run to a short list of single events: deliveries, timers, crashes, restarts and inputs, of which
 * none can be left out. What the network or a pause did shows as messages that never arrive or arrive late. What is missing
 * when the faults have ended is told by the steps up to there, and by those that follow of themselves (see `calmAfter`).
 * Undefined if the run cannot be told so, because the accusation hangs on clocks (see `Subject`): then the path breaks nothing,
 * or the sound engine breaks the same promise on it.
 */
export function shrinkPath<T extends Types>(declaration: Declaration<T>, run: HostileRun<T>, protocol: Protocol<T>, property: string): ShrunkPath<T> | undefined {
  if ([...declaration.progress, ...(declaration.endings ?? [])].some(({ name }) => name === property)) return shrinkCalm(declaration, run, protocol, property);
  const on = (size: number) => rehearse(declaration, protocol, run.seed, size);
  const { cluster } = play(declaration, run, { protocol, trace: true });
  let rehearsal = on(run.size);
  const breaking = rehearsal.breaking(property, cuesOf(rehearsal, [...cluster.trace!]));
  if (!breaking) return undefined;
  let cues = cutPath(rehearsal, property, breaking);
  for (const size of smaller(declaration, run.size)) {
    const fewer = on(size);
    const left = onFewer(rehearsal, fewer, cues, (renamed) => fewer.breaking(property, renamed));
    if (!left) continue;
    cues = cutPath(fewer, property, left);
    rehearsal = fewer;
    break;
  }
  // Whom no clock keeps from it, the sound engine may break the promise, too.
  const sound = rehearse(declaration, declaration.engine(), run.seed, rehearsal.size);
  if (sound.breaking(property, sound.likeAll(cues, rehearsal))) return undefined;
  const path = cues.map((cue) => rehearsal.written(cue));
  const walk = rehearsal.walk(path);
  return { size: rehearsal.size, path, message: walk.violations.find((violation) => violation.property === property)!.message, walk };
}
