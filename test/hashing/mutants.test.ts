import { describe, expect, it } from "vitest";
import { hashingMutants } from "../../lib/hashing/hashing.mutants.js";
import { drawSteps, hashingProperties, hashingSubjects, shortestSteps } from "../../lib/hashing/hashing.properties.js";

const SEEDS = Array.from({ length: 150 }, (_, i) => i + 1);
const properties = Object.values(hashingProperties);

describe.each(hashingSubjects.map((subject) => [subject.name, subject] as const))("%s, while nodes come and go", (_name, { keeps, make }) => {
  it.each(keeps.map((property) => [property.name, property] as const))("keeps: %s", (_property, property) => {
    for (const seed of SEEDS) expect(property.breaks(make, drawSteps(seed)), `seed ${seed}`).toBeUndefined();
  });
});

describe.each(hashingMutants.map((mutant) => [`${mutant.name} (bug ${mutant.bug})`, mutant] as const))("the mutant %s", (_name, { engine, caughtBy, make }) => {
  const property = properties.find(({ name }) => name === caughtBy)!;
  const sound = hashingSubjects.find(({ name }) => name === engine)!;

  it(`is caught: ${caughtBy}`, () => {
    expect(sound.keeps).toContain(property);
    const seed = SEEDS.find((candidate) => property.breaks(make, drawSteps(candidate)) !== undefined);
    expect(seed).toBeDefined();
    const { steps, message } = shortestSteps(property, make, drawSteps(seed!))!;
    expect(steps.length).toBeLessThanOrEqual(4);
    expect(message).toMatch(/key \d+ (is|moved)/);
    expect(property.breaks(sound.make, steps)).toBeUndefined();
  });
});

it("bugs 48 and 49 are among them", () => expect(new Set(hashingMutants.map(({ bug }) => bug))).toEqual(new Set([48, 49])));
