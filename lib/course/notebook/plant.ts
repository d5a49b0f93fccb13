import { mutants } from "../../experiments/engines.js";
import { subjectOf } from "../../experiments/hostileRuns.js";
import { unknownName } from "../../experiments/nearest.js";
import type { Declaration } from "../../promises.js";
import type { Protocol } from "../../protocol.js";
import type { Raft } from "../../replication/raft/types.js";
import { UsageError } from "../usageError.js";

/** Raft's election with one rule broken, and the promises by which it is judged. */
export interface Planted {
  readonly name: string;
  readonly engine: string;
  /** The bug, in a few words. */
  readonly bug: string;
  /** The promise that it must break. */
  readonly caughtBy: string;
  readonly declaration: Declaration<Raft>;
  readonly protocol: Protocol<Raft>;
}

/** Plants a bug in Raft's election: `plant("votes-twice")`. Throws a `UsageError` that names the nearest right name. */
export function plant(name: string): Planted {
  const known = bugs();
  const found = known.find((mutant) => mutant.name === name);
  if (!found) throw new UsageError(unknownName("bug", name, known.map((mutant) => mutant.name)));
  const { engine, bug, caughtBy } = mutants.find((mutant) => mutant.name === name)!;
  return { name, engine, bug, caughtBy, ...subjectOf(engine, name) };
}

/** The bugs that can be planted in Raft's election. */
export function bugs(): readonly { readonly name: string; readonly bug: string }[] {
  return mutants.filter(({ engine }) => engine === "raft-election").map(({ name, bug }) => ({ name, bug }));
}
