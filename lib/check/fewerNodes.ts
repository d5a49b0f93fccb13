import type { Declaration } from "../promises.js";
import type { Types } from "../protocol.js";
import type { Rehearsal } from "./rehearsal.js";
import type { Cue } from "./scene.js";

/** Steps on fewer nodes, each choice of which is tried: they keep their order and get the first names. The first that `breaking` finds something in. */
export function onFewer<T extends Types>(from: Rehearsal<T>, to: Rehearsal<T>, cues: readonly Cue[], breaking: (cues: readonly Cue[]) => readonly Cue[] | undefined): readonly Cue[] | undefined {
  for (const kept of choices(from.size, to.size)) {
    // What a message says may name nodes as they were; another of its type will do.
    const renamed = to.likeAll(cues, from, (node) => kept.indexOf(node));
    const left = breaking(renamed);
    if (left) return left;
  }
  return undefined;
}

/** All ways to choose `some` of the numbers below `of`, in order. */
function choices(of: number, some: number): number[][] {
  if (some === 0) return [[]];
  if (of < some) return [];
  return [...choices(of - 1, some), ...choices(of - 1, some - 1).map((others) => [...others, of - 1])];
}


/** Sizes that a declaration names and that are below this one, smallest first. */
export const smaller = <T extends Types>({ sizes }: Declaration<T>, size: number) => [...new Set(sizes)].filter((other) => other < size).sort((a, b) => a - b);
