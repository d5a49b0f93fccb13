import { drawRun } from "../../check/hostileRun.js";
import { play } from "../../check/play.js";
import type { Accusation } from "../../check/judge.js";
import type { TraceEvent } from "../../sim/trace.js";
import type { Planted } from "./plant.js";

/** The first hostile run in which a planted bug was noticed. */
export interface Hunted {
  /** How many runs it took; the last of them is the accused one. */
  readonly runs: number;
  readonly seed: number;
  readonly nodes: number;
  /** What happened in it until the accusation. */
  readonly events: number;
  /** When it was accused, ms. */
  readonly end: number;
  readonly accusation: Accusation;
  readonly trace: readonly TraceEvent[];
}

/**
 * Plays hostile runs, with seeds from 1 on, until one breaks the promise that the bug must break. Throws an `Error` if
 * none of `most` does.
 */
export function hunt({ name, caughtBy, declaration, protocol }: Planted, most = 3000): Hunted {
  for (let seed = 1; seed <= most; seed++) {
    const run = drawRun(declaration, seed);
    if (play(declaration, run, { protocol }).accusation?.property !== caughtBy) continue;
    const { cluster, accusation } = play(declaration, run, { protocol, trace: true });
    return { runs: seed, seed, nodes: run.size, events: cluster.events, end: cluster.now, accusation: accusation!, trace: [...cluster.trace!] };
  }
  throw new Error(`"${name}" was not noticed in ${most} hostile runs; let hunt() play more: hunt(planted, ${10 * most})`);
}
