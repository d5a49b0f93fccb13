import { describe, expect, it } from "vitest";
import { drawRun } from "../../lib/check/hostileRun.js";
import { play } from "../../lib/check/play.js";
import { bullyMutants } from "../../lib/election/bully.mutants.js";
import { bullyElection } from "../../lib/election/bully.promises.js";
import { changRobertsMutants } from "../../lib/election/changRoberts.mutants.js";
import { changRobertsRing } from "../../lib/election/changRoberts.promises.js";
import { gossipElectionLiteral } from "../../lib/election/gossipElection.promises.js";
import { gossipElectionMutants } from "../../lib/election/gossipElectionRepaired.mutants.js";
import { gossipElectionRepairedPromises } from "../../lib/election/gossipElectionRepaired.promises.js";
import type { Declaration, Mutant } from "../../lib/promises.js";

const declarations: readonly Declaration<any>[] = [gossipElectionLiteral, gossipElectionRepairedPromises, bullyElection, changRobertsRing];
const mutants: readonly Mutant<any>[] = [...gossipElectionMutants, ...bullyMutants, ...changRobertsMutants];

describe.each(declarations.map((declaration) => [declaration.name, declaration] as const))("%s", (_name, declaration) => {
  it("keeps its promises in 300 hostile runs, and reaches what must be reachable", () => {
    const reached = new Set<string>();
    for (let seed = 1; seed <= 300; seed++) {
      const played = play(declaration, drawRun(declaration, seed));
      expect(played.accusation, `seed ${seed}`).toBeUndefined();
      for (const name of played.reached) reached.add(name);
    }
    expect([...reached].sort()).toEqual(declaration.reachables.map(({ name }) => name).sort());
  });
});

describe.each(mutants.map((mutant) => [mutant.name, mutant] as const))("the mutant %s", (_name, mutant) => {
  it(`is caught: ${mutant.caughtBy}`, () => {
    const declaration: Declaration<any> = { ...declarations.find(({ name }) => name === mutant.engine)!, ...mutant.under };
    for (let seed = 1; seed <= 3000; seed++) if (play(declaration, drawRun(declaration, seed), { protocol: mutant.broken() }).accusation?.property === mutant.caughtBy) return;
    expect.fail("no run of 3000 is accused of it");
  });
});
