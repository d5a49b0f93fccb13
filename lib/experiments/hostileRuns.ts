import { type Accusation } from "../check/judge.js";
import { drawRun } from "../check/hostileRun.js";
import { play } from "../check/play.js";
import type { Declaration } from "../promises.js";
import type { Protocol } from "../protocol.js";
import { engines, mutants } from "./engines.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  engine: { type: "choice", default: "raft-election", values: engines.map(({ name }) => name), summary: "the engine whose promises are tried" },
  mutant: { type: "choice", default: "none", values: ["none", ...mutants.map(({ name }) => name)], summary: "a rule of it that is broken" },
  first: { type: "integer", default: 1, range: [0, Number.MAX_SAFE_INTEGER], summary: "seed of the first run; each of the next has one more" },
} as const;

/** What one hostile run came to. */
export interface HostileSample {
  readonly seed: number;
  readonly events: number;
  readonly accusation?: Accusation;
  /** Names of the reachables that it reached. */
  readonly reached: readonly string[];
}

/**
 * Hostile runs of an engine, each with a random half of the faults that the engine declares to bear, judged at every step
 * by the promises that it declares.
 */
export const hostileRuns: Experiment<typeof parameters, HostileSample> = {
  name: "hostile-runs",
  question: "Does an engine keep its promises whatever goes wrong?",
  parameters,
  trials: 300,
  row: {
    engine: "the engine",
    mutant: "the rule of it that is broken",
    runs: "hostile runs",
    accused: "runs in which a promise was broken",
    property: "the promise that was broken first (null: none)",
    seed: "seed of the first such run (null: none)",
    reached: "how many of the things that must be reachable were reached in some run",
    reachables: "how many such things there are",
  },
  check: ({ engine, mutant }) => void subjectOf(engine, mutant),
  trial({ engine, mutant, first }, _seed, index) {
    const { declaration, protocol } = subjectOf(engine, mutant);
    const seed = first + index;
    const { cluster, accusation, reached } = play(declaration, drawRun(declaration, seed), { protocol });
    return { seed, events: cluster.events, reached: [...reached], ...(accusation && { accusation }) };
  },
  summarize(samples, { engine, mutant }) {
    const accused = samples.filter(({ accusation }) => accusation);
    const { declaration } = subjectOf(engine, mutant);
    return [
      {
        engine,
        mutant,
        runs: samples.length,
        accused: accused.length,
        property: accused[0]?.accusation?.property ?? null,
        seed: accused[0]?.seed ?? null,
        reached: new Set(samples.flatMap(({ reached }) => reached)).size,
        reachables: declaration.reachables.length,
      },
    ];
  },
};

/** What a hostile run runs: the engine as declared, or with a rule broken. Throws an `Error` where the mutant is another engine's. */
export function subjectOf(engine: string, mutant: string): { declaration: Declaration<any>; protocol: Protocol<any> } {
  const declaration = engines.find(({ name }) => name === engine)!;
  if (mutant === "none") return { declaration, protocol: declaration.engine() };
  const { under, broken, engine: own } = mutants.find(({ name }) => name === mutant)!;
  if (own !== engine) throw new Error(`"${mutant}" is a mutant of ${own}, not of ${engine}`);
  return { declaration: { ...declaration, ...under }, protocol: broken() };
}
