import { type Failure, shortestFailure } from "../check/shortestFailure.js";
import { hostileRuns, type HostileSample, subjectOf } from "../experiments/hostileRuns.js";
import type { Experiment } from "../experiments/experiment.js";
import { sweepSamples, type SweepOptions } from "./sweep/sweep.js";

export interface FuzzOptions {
  readonly engine: string;
  /** A rule of it to break; "none" for the engine as it is. */
  readonly mutant: string;
  /** The first seed; each next run has one more, so that a range can be gone through in parts. */
  readonly seed: number;
  readonly seeds: number;
  /** Goes on after an accusation. */
  readonly keepGoing: boolean;
}

/** What hostile runs found. */
export interface Fuzzed {
  readonly runs: number;
  readonly events: number;
  /** The first accused run for each promise that was broken, reduced, and in how many runs it was. */
  readonly failures: readonly { readonly failure: Failure<any>; readonly accused: number }[];
  /** By name of each reachable: in how many runs it was reached. */
  readonly reached: Readonly<Record<string, number>>;
}

/** Hostile runs on all cores, in the order of their seeds; up to the first accusation unless told to keep going. */
export async function fuzzEngine({ engine, mutant, seed, seeds, keepGoing }: FuzzOptions, watch: Pick<SweepOptions, "onProgress" | "signal">): Promise<Fuzzed> {
  const { declaration, protocol } = subjectOf(engine, mutant);
  const reached: Record<string, number> = Object.fromEntries(declaration.reachables.map(({ name }) => [name, 0]));
  const accused = new Map<string, { seed: number; accused: number }>();
  let runs = 0;
  let events = 0;
  for (let block = FIRST_BLOCK; runs < seeds && (keepGoing || accused.size === 0); block = BLOCK) {
    const done = runs;
    const onProgress = (own: number) => watch.onProgress?.(done + own, seeds);
    const options = { trials: Math.min(block, seeds - runs), onProgress, ...(watch.signal && { signal: watch.signal }) };
    const { samples } = await sweepSamples(hostileRuns as unknown as Experiment, { engine, mutant, first: seed + runs }, options);
    for (const sample of samples as HostileSample[]) {
      runs++;
      events += sample.events;
      for (const name of sample.reached) reached[name]!++;
      if (!sample.accusation) continue;
      const { property } = sample.accusation;
      const known = accused.get(property);
      if (known) known.accused++;
      else accused.set(property, { seed: sample.seed, accused: 1 });
      if (!keepGoing) break;
    }
  }
  const failures = [...accused].map(([property, { seed, accused }]) => ({ failure: shortestFailure(declaration, seed, protocol, property), accused }));
  return { runs, events, failures, reached };
}

/** A first block is small, so that what fails at once is told at once. */
const FIRST_BLOCK = 500;
const BLOCK = 50_000;
