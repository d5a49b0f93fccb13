import { describe, expect, it } from "vitest";
import { calmAfter } from "../../lib/check/calm.js";
import { cuesOf } from "../../lib/check/cuesOf.js";
import { formatPath, type Step, walk } from "../../lib/check/explore/index.js";
import { drawRun } from "../../lib/check/hostileRun.js";
import { play } from "../../lib/check/play.js";
import { rehearse } from "../../lib/check/rehearsal.js";
import { calmPath } from "../../lib/check/shrinkCalm.js";
import { shrinkPath } from "../../lib/check/shrinkPath.js";
import { engines, mutants } from "../../lib/experiments/engines.js";
import { subjectOf } from "../../lib/experiments/hostileRuns.js";
import type { Declaration } from "../../lib/promises.js";

const seeds = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const declared = (name: string): Declaration<any> => engines.find((engine) => engine.name === name)!;

describe("a run that is led through again, step by step", () => {
  it.each(["raft-election", "raft", "paxos", "multi-paxos", "zab"])("of %s comes to the same as a walk, however its steps are written down", (name) => {
    const declaration = declared(name);
    for (const seed of seeds(5)) {
      const run = drawRun(declaration, seed);
      const { cluster } = play(declaration, run, { trace: true });
      const rehearsal = rehearse(declaration, declaration.engine(), seed, run.size);
      const scene = rehearsal.start();
      const steps: Step<any>[] = [];
      for (const cue of cuesOf(rehearsal, [...cluster.trace!].slice(0, 400))) {
        const taken = scene.take(cue);
        if (taken) steps.push(rehearsal.written(taken));
      }
      expect(steps.length).toBeGreaterThan(10);
      const walked = walk(rehearsal.subject, steps, { size: run.size });
      expect(walked.violations).toEqual([]);
      expect(scene.broken).toEqual([]);
      expect(scene.nodes.map(({ state, disk }) => ({ state, disk }))).toEqual(walked.nodes.map(({ state, disk }) => ({ state, disk })));
      expect(scene.flight.map((message) => rehearsal.rules.messages.values[message])).toEqual(walked.inFlight);
      expect(rehearsal.read(steps).map((cue) => rehearsal.written(cue))).toEqual(steps);
    }
  });
});

describe("a failing run in single events", () => {
  it.each([
    ["raft", "stale-tail", 14],
    ["raft", "deletes-what-fits", 3],
    ["multi-paxos", "multi-paxos-own-value", 2],
    ["zab-oracle", "no-trunc", 159],
  ])("of %s with %s is short and the same each time, and neither a step nor two can be left out", (engine, name, seed) => {
    const { declaration, protocol } = subjectOf(engine, name);
    const { caughtBy } = mutants.find((mutant) => mutant.name === name)!;
    const run = drawRun(declaration, seed);
    const { path, size } = shrinkPath(declaration, run, protocol, caughtBy)!;
    expect(path.length).toBeLessThanOrEqual(25);
    expect(formatPath(shrinkPath(declaration, run, subjectOf(engine, name).protocol, caughtBy)!.path)).toBe(formatPath(path));
    const { subject } = rehearse(declaration, protocol, seed, size);
    const breaks = (part: readonly Step<any>[]) => walk(subject, part, { size, skipImpossible: true }).violations.some(({ property }) => property === caughtBy);
    expect(breaks(path)).toBe(true);
    path.forEach((_, i) => expect(breaks(path.toSpliced(i, 1)), `without step ${i + 1}`).toBe(false));
    const rehearsal = rehearse(declaration, protocol, seed, size);
    const cues = rehearsal.read(path);
    cues.forEach((_, i) => cues.slice(i + 1).forEach((_, j) => expect(rehearsal.breaking(caughtBy, cues.toSpliced(i + 1 + j, 1).toSpliced(i, 1)), `without steps ${i + 1} and ${i + j + 2}`).toBeUndefined()));
  });

  it("is not told where the sound engine would break the promise, too, if messages took their time", () => {
    const { declaration, protocol } = subjectOf("bully", "bully-impatient");
    const { caughtBy } = mutants.find(({ name }) => name === "bully-impatient")!;
    for (const seed of seeds(20)) {
      const run = drawRun(declaration, seed);
      if (play(declaration, run, { protocol }).accusation?.property === caughtBy) expect(shrinkPath(declaration, run, protocol, caughtBy)).toBeUndefined();
    }
  });
});

describe("a calm that begins after some faults", () => {
  // Of the others, some go by clocks, which stand still in what is told step by step.
  it.each(["raft-election", "raft", "paxos", "multi-paxos", "zab"])("%s makes progress in it and passes its endings", (name) => {
    const declaration = declared(name);
    for (const seed of seeds(4)) {
      const run = drawRun(declaration, seed);
      const { cluster } = play(declaration, run, { trace: true });
      const faults = [...cluster.trace!].filter(({ time }) => time <= run.calmAt);
      for (const property of [...declaration.progress, ...(declaration.endings ?? [])]) {
        const rehearsal = rehearse(declaration, declaration.engine(), seed, run.size);
        expect(calmAfter(declaration, rehearsal, cuesOf(rehearsal, faults), property.name)?.message, `seed ${seed}, ${property.name}`).toBeUndefined();
      }
    }
  });

  it("accuses nobody where the sound engine, which goes by the clock, would miss the same", () => {
    const { declaration, protocol } = subjectOf("primary-backup-majority", "never-fenced");
    const { caughtBy } = mutants.find(({ name }) => name === "never-fenced")!;
    expect(calmPath(declaration, protocol, { seed: 1, size: 3 }, [], caughtBy)).toBeDefined();
    expect(calmPath(declaration, declaration.engine(), { seed: 1, size: 3 }, [], caughtBy)).toBeDefined();
    expect(shrinkPath(declaration, drawRun(declaration, 1), protocol, caughtBy)).toBeUndefined();
  });

  it("is told up to where it repeats itself: a leader alone beats on", () => {
    const { declaration, protocol } = subjectOf("raft-election-stable", "no-check-quorum");
    const { caughtBy } = mutants.find(({ name }) => name === "no-check-quorum")!;
    const run = { seed: 10, size: 3 };
    const { path } = shrinkPath(declaration, drawRun(declaration, 10), protocol, caughtBy)!;
    const told = calmPath(declaration, protocol, run, path, caughtBy, true)!;
    expect(formatPath(told.calm!)).toMatch(/^(\d) heartbeat$/);
    expect(told.message).toMatch(/^node \d has been cut off for 2,000 ms and still leads \(node \d was cut off after step 5\); until then the last step comes again and again$/);
    expect(calmPath(declaration, declaration.engine(), run, [], caughtBy)).toBeUndefined();
  });
});
