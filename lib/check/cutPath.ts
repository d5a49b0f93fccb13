import type { Types } from "../protocol.js";
import type { Rehearsal } from "./rehearsal.js";
import type { Cue } from "./scene.js";

/**
 * Shortens a list of steps whose last breaks a promise. Parts of it are left out, larger ones first, then pairs; then one
 * step is put in where that makes two or more others needless. What is left breaks the same promise, and no step of it can
 * be left out, nor two. `steps` must break the promise, and all of them must be possible where they stand.
 */
export function cutPath<T extends Types>(rehearsal: Rehearsal<T>, property: string, steps: readonly Cue[]): readonly Cue[] {
  let best = withoutParts(rehearsal, property, steps);
  for (;;) {
    const next = withoutPair(rehearsal, property, best) ?? withDetour(rehearsal, property, best);
    if (next) best = withoutParts(rehearsal, property, next);
    else {
      // Written down, messages are known by their places: so, too, nothing must be needless.
      const byPlace = withoutPieces(rehearsal, property, best, 1, true);
      if (byPlace.length === best.length) return best;
      best = withoutParts(rehearsal, property, byPlace);
    }
  }
}

/** What is left when pieces are taken out, first halves, then smaller ones, at last single steps until none can go (ddmin, Zeller and Hildebrandt, IEEE TSE 28(2), 2002). */
function withoutParts<T extends Types>(rehearsal: Rehearsal<T>, property: string, steps: readonly Cue[]): readonly Cue[] {
  let best = steps;
  for (let piece = Math.max(1, best.length >> 1); ; piece = Math.max(1, piece >> 1)) {
    const before = best.length;
    best = withoutPieces(rehearsal, property, best, piece);
    if (piece > 1) continue;
    if (best.length === before) return best;
    piece = 2;
  }
}

/** What is left when pieces of one length are taken out, each if it can go. */
function withoutPieces<T extends Types>(rehearsal: Rehearsal<T>, property: string, steps: readonly Cue[], piece: number, byPlace = false): readonly Cue[] {
  let best = steps;
  const scene = rehearsal.start(byPlace);
  for (let from = 0; from < best.length; ) {
    const rest = rehearsal.breaking(property, best.slice(from + piece), scene);
    if (rest && from + rest.length < best.length) best = [...best.slice(0, from), ...rest];
    else for (const end = Math.min(from + piece, best.length); from < end; from++) scene.take(best[from]!);
  }
  return best;
}

function withoutPair<T extends Types>(rehearsal: Rehearsal<T>, property: string, steps: readonly Cue[]): readonly Cue[] | undefined {
  const scene = rehearsal.start();
  for (let first = 0; first < steps.length; first++) {
    const between = scene.copy();
    const taken: Cue[] = [];
    for (let second = first + 1; second < steps.length && between.broken.length === 0; second++) {
      const rest = rehearsal.breaking(property, steps.slice(second + 1), between);
      if (rest) return [...steps.slice(0, first), ...taken, ...rest];
      const done = between.take(steps[second]!);
      if (done) taken.push(done);
    }
    scene.take(steps[first]!);
  }
  return undefined;
}

/** One step more somewhere, and after it two fewer, or more. */
function withDetour<T extends Types>(rehearsal: Rehearsal<T>, property: string, steps: readonly Cue[]): readonly Cue[] | undefined {
  const again = [...new Map(steps.filter(({ kind }) => kind === "input" || kind === "crash" || kind.startsWith("restart")).map((cue) => [`${cue.kind} ${cue.node} ${cue.argument} ${cue.crashAfter}`, cue])).values()];
  const scene = rehearsal.start();
  for (let at = 0; at < steps.length; at++) {
    for (const way of [...scene.ways(), ...again]) {
      const detour = scene.copy();
      const done = detour.take(way);
      const rest = done && detour.broken.length === 0 ? rehearsal.breaking(property, steps.slice(at), detour) : undefined;
      if (!rest) continue;
      const shorter = withoutPieces(rehearsal, property, [...steps.slice(0, at), done!, ...rest], 1);
      if (shorter.length < steps.length) return shorter;
    }
    scene.take(steps[at]!);
  }
  return undefined;
}
