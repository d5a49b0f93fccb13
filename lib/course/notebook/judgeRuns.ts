import { drawRun } from "../../check/hostileRun.js";
import { play } from "../../check/play.js";
import type { Declaration } from "../../promises.js";
import type { Protocol, Types } from "../../protocol.js";

/** What many hostile runs of an engine came to. */
export interface JudgedRuns {
  readonly runs: number;
  /** Runs in which a promise was broken. */
  readonly accused: number;
  /** How many of the things that must be reachable came about in some run. */
  readonly reached: number;
}

/** Plays hostile runs with seeds from 1 on, and lets a declaration's promises judge them; the protocol is the declared one unless given. */
export function judgeRuns<T extends Types>(declaration: Declaration<T>, protocol: Protocol<T> = declaration.engine(), runs = 300): JudgedRuns {
  const reached = new Set<string>();
  let accused = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const played = play(declaration, drawRun(declaration, seed), { protocol });
    if (played.accusation) accused++;
    for (const name of played.reached) reached.add(name);
  }
  return { runs, accused, reached: reached.size };
}
