import { describe, expect, it } from "vitest";
import { catchHashingMutant, hashingMutants } from "../../lib/hashing/hashing.mutants.js";
import { drawSteps, hashingProperties, hashingSubjects } from "../../lib/hashing/hashing.properties.js";

const SEEDS = Array.from({ length: 150 }, (_, i) => i + 1);
const properties = Object.values(hashingProperties);

describe.each(hashingSubjects.map((subject) => [subject.name, subject] as const))("%s, while nodes come and go", (_name, { keeps, make }) => {
  it.each(keeps.map((property) => [property.name, property] as const))("keeps: %s", (_property, property) => {
    for (const seed of SEEDS) expect(property.breaks(make, drawSteps(seed)), `seed ${seed}`).toBeUndefined();
  });
});

describe.each(hashingMutants.map((mutant) => [mutant.name, mutant] as const))("the mutant %s", (_name, mutant) => {
  const property = properties.find(({ name }) => name === mutant.caughtBy)!;
  const sound = hashingSubjects.find(({ name }) => name === mutant.engine)!;

  it(`is caught in a few steps: ${mutant.caughtBy}`, () => {
    expect(sound.keeps).toContain(property);
    const { steps, message, seed } = catchHashingMutant(mutant)!;
    expect(steps.length).toBeLessThanOrEqual(4);
    expect(message).toMatch(/key \d+ (is|moved)/);
    for (const broken of [steps, drawSteps(seed)]) {
      expect(property.breaks(mutant.make, broken)).toBeDefined();
      expect(property.breaks(sound.make, broken)).toBeUndefined();
    }
  });
});

it("points that collide, and a table that depends on an order, are among them", () => expect(hashingMutants.map(({ name }) => name)).toEqual(["hash-ring-overwrites", "hash-ring-forgets", "maglev-in-order-of-arrival"]));
