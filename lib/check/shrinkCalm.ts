import type { Declaration } from "../promises.js";
import type { Protocol, Types } from "../protocol.js";
import { type Calm, calmAfter, type CalmOptions } from "./calm.js";
import { cuesOf } from "./cuesOf.js";
import type { Step } from "./explore/steps.js";
import { onFewer, smaller } from "./fewerNodes.js";
import type { HostileRun } from "./hostileRun.js";
import { minimize } from "./minimize.js";
import { play } from "./play.js";
import { rehearse, type Rehearsal } from "./rehearsal.js";
import type { Cue } from "./scene.js";
import type { ShrunkPath } from "./shrinkPath.js";

/**
 * What follows of itself after a path, if something is missing then; with `alone`, as it looks to the node that is isolated
 * at once. Throws an `Error` that names a step that is not possible.
 */
export function calmPath<T extends Types>(declaration: Declaration<T>, protocol: Protocol<T>, { seed, size }: Pick<HostileRun<T>, "seed" | "size">, path: readonly Step<T>[], property: string, alone = false): ShrunkPath<T> | undefined {
  const rehearsal = rehearse(declaration, protocol, seed, size);
  const calm = calmAfter(declaration, rehearsal, rehearsal.read(path), property, { byPlace: true, alone });
  return calm?.message === undefined ? undefined : toldInCalm(rehearsal, calm, alone);
}

/**
 * What is missing in a calm: on as few nodes as will do, and after as few steps as will do, none if it is missing anyway.
 * Undefined if nothing is, or if the sound engine would miss it, too, in a calm after the same steps.
 */
export function shrinkCalm<T extends Types>(declaration: Declaration<T>, run: HostileRun<T>, protocol: Protocol<T>, property: string): ShrunkPath<T> | undefined {
  const on = (size: number) => rehearse(declaration, protocol, run.seed, size);
  for (const size of [...smaller(declaration, run.size), run.size]) {
    const rehearsal = on(size);
    const calm = calmAfter(declaration, rehearsal, [], property);
    if (calm?.message === undefined) continue;
    return shrinkAlone(declaration, run.seed, rehearsal, property, calm) ?? toldIfSoundKeeps(declaration, run.seed, rehearsal, property, calm);
  }
  const { cluster } = play(declaration, run, { protocol, trace: true });
  let rehearsal = on(run.size);
  let calm = withoutNeedless(declaration, rehearsal, property, cuesOf(rehearsal, [...cluster.trace!].filter(({ time }) => time <= run.calmAt)));
  for (const size of calm ? smaller(declaration, run.size) : []) {
    const fewer = on(size);
    const left = onFewer(rehearsal, fewer, calm!.before, (cues) => (missed(declaration, fewer, property, cues) ? cues : undefined));
    if (!left) continue;
    rehearsal = fewer;
    calm = withoutNeedless(declaration, fewer, property, left);
    break;
  }
  return calm && toldIfSoundKeeps(declaration, run.seed, rehearsal, property, calm);
}

/** An ending as it looks to the node that is isolated: the others' steps are left out, and most of those that brought the cluster to rest. */
function shrinkAlone<T extends Types>(declaration: Declaration<T>, seed: number, rehearsal: Rehearsal<T>, property: string, { cues }: Calm): ShrunkPath<T> | undefined {
  const calm = withoutNeedless(declaration, rehearsal, property, cues, true);
  return calm && toldIfSoundKeeps(declaration, seed, rehearsal, property, calm, true);
}

/** Calm is what `calmAfter` says it is; whom that asks too much of, it does not accuse. */
function toldIfSoundKeeps<T extends Types>(declaration: Declaration<T>, seed: number, rehearsal: Rehearsal<T>, property: string, calm: Calm, alone = false): ShrunkPath<T> | undefined {
  const sound = rehearse(declaration, declaration.engine(), seed, rehearsal.size);
  const kept = calmAfter(declaration, sound, sound.likeAll(calm.before, rehearsal), property, { alone });
  return kept && kept.message === undefined ? toldInCalm(rehearsal, calm, alone) : undefined;
}

/** The steps without which nothing would be missing in the calm after them; undefined if nothing is. */
function withoutNeedless<T extends Types>(declaration: Declaration<T>, rehearsal: Rehearsal<T>, property: string, cues: readonly Cue[], alone = false): Calm | undefined {
  const misses = (part: readonly Cue[], byPlace: boolean) => missed(declaration, rehearsal, property, part, { alone, byPlace });
  for (let calm = misses(cues, false); calm; ) {
    const { before } = misses(minimize(calm.before, (part) => misses(part, false) !== undefined), false)!;
    calm = misses(minimize(before, (part) => misses(part, true) !== undefined), true)!;
    if (calm.before.length === before.length) return calm;
  }
  return undefined;
}

function missed<T extends Types>(declaration: Declaration<T>, rehearsal: Rehearsal<T>, property: string, cues: readonly Cue[], options?: CalmOptions): Calm | undefined {
  const calm = calmAfter(declaration, rehearsal, cues, property, options);
  return calm?.message === undefined ? undefined : calm;
}

function toldInCalm<T extends Types>(rehearsal: Rehearsal<T>, calm: Calm, alone = false): ShrunkPath<T> {
  const written = (cues: readonly Cue[]) => cues.map((cue) => rehearsal.written(cue));
  const [path, after] = [written(calm.before), written(calm.cues)];
  return { size: rehearsal.size, path, calm: after, ...(alone && { alone }), message: inWords(calm), walk: rehearsal.walk([...path, ...after]) };
}

function inWords({ message, lap, cut }: Calm): string {
  const isolated = cut ? ` (node ${cut.node} was cut off after step ${cut.after})` : "";
  return `${message}${isolated}${lap > 0 ? `; until then the last ${lap > 1 ? `${lap} steps come` : "step comes"} again and again` : ""}`;
}
