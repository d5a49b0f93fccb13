import { describe, expect, it } from "vitest";
import { formatPath, parsePath, subjectOf as toExplore, walk } from "../../lib/check/explore/index.js";
import { historyPromise } from "../../lib/check/clientHistory.js";
import { disksOf, drawRun } from "../../lib/check/hostileRun.js";
import { EVERYBODY_ANSWERED, play } from "../../lib/check/play.js";
import { accusedSeeds, catchMutant } from "../../lib/experiments/catchMutant.js";
import { engines, mutants } from "../../lib/experiments/engines.js";
import { subjectOf } from "../../lib/experiments/hostileRuns.js";

describe.each(mutants.map((mutant) => [`${mutant.engine}, ${mutant.name}`, mutant] as const))("the mutant %s", (_name, mutant) => {
  const { declaration, protocol } = subjectOf(mutant.engine, mutant.name);

  it(`is caught: ${mutant.caughtBy}`, () => {
    expect([...declaration.invariants, ...declaration.progress, ...(declaration.endings ?? [])].map(({ name }) => name).concat(declaration.service ? historyPromise(declaration.service) : [], EVERYBODY_ANSWERED)).toContain(mutant.caughtBy);
    const { value: seed } = accusedSeeds(mutant).next();
    expect(seed).toBeDefined();
    expect(play(declaration, drawRun(declaration, seed!), { protocol: engines.find(({ name }) => name === mutant.engine)!.engine() }).accusation, "the same run, sound").toBeUndefined();
  });
});

/** Engines whose failing runs take little time to reduce; the others' are reduced by `npx leaderlab mutants`. */
const quick = mutants.filter(({ engine }) => ["bully", "chang-roberts", "raft-election", "raft-election-stable", "two-copies", "two-copies-waiting"].includes(engine));
const failures = new Map(quick.map((mutant) => [mutant, catchMutant(mutant)]));

describe.each(quick.map((mutant) => [mutant.name, mutant] as const))("a run of the mutant %s", (_name, mutant) => {
  const { declaration, protocol } = subjectOf(mutant.engine, mutant.name);
  const failure = failures.get(mutant);

  it("is reduced to a run that fails by itself and, told in single events, from which none can be left out", () => {
    const { run, path } = failure!;
    expect(play(declaration, run, { protocol }).accusation?.property).toBe(mutant.caughtBy);
    if (!path) return;
    const subject = { ...toExplore(declaration, protocol), disks: disksOf(declaration, run) };
    const breaks = (steps: typeof path.path) => walk(subject, steps, { size: path.size, skipImpossible: true }).violations.some(({ property }) => property === mutant.caughtBy);
    expect(breaks(parsePath(formatPath(path.path)))).toBe(true);
    expect(failure!.events).toBeLessThanOrEqual(12);
    for (let i = 0; i < path.path.length; i++) expect(breaks(path.path.toSpliced(i, 1)), `without step ${i + 1}`).toBe(false);
  });

  it("is not accused where the engine keeps the rule: the same run, sound", () => expect(play(declaration, failure!.run, { protocol: engines.find(({ name }) => name === mutant.engine)!.engine() }).accusation).toBeUndefined());
});

it("every mutant is told in single events but those that miss something: there, nothing that happens is what breaks", () => {
  expect(quick.filter((mutant) => !failures.get(mutant)!.path).map(({ name }) => name)).toEqual(["bully-tells-nobody", "ring-stops-and-sleeps", "silent-leader", "votes-of-all", "no-check-quorum", "copy-sent-once"]);
});
