import type { Operation } from "../history.js";
import { registerHistory, type Access, type RegisterHistory } from "./registerHistory.js";
import { requireUniqueWrites } from "./requireUniqueWrites.js";
import { smallestPart } from "./smallestPart.js";
import type { Broken } from "./verdict.js";

/** Accesses that break a promise on their own, with the reason in words. */
export interface Finding {
  readonly because: string;
  readonly part: readonly Access[];
}

type Judgement<F extends Finding> = { readonly holds: true } | (Broken & Omit<F, "part">);

/**
 * Judges a history of unique writes by a search that finds a part which breaks the promise; the verdict's witness is that
 * part made as small as it goes.
 */
export function accuse<F extends Finding>(operations: readonly Operation[], find: (history: RegisterHistory) => F | undefined): Judgement<F> {
  const history = registerHistory(operations);
  requireUniqueWrites(history);
  const found = find(history);
  if (!found) return { holds: true };
  const search = (part: readonly Operation[]) => find(registerHistory(part));
  const witness = smallestPart(withSources(found.part, history), (part) => search(part) !== undefined);
  const { part: _, ...reason } = search(witness)!;
  return { ...reason, holds: false, witness };
}

/** The operations of a part, and the writes that its reads read: without these they would be wrong for another reason. */
function withSources(part: readonly Access[], { writers }: RegisterHistory): Operation[] {
  const all = new Set(part.flatMap((access) => [access, ...(access.reads ? writers[access.version]! : [])]));
  return [...all].map(({ operation }) => operation);
}

/** A read of a value that nobody wrote, if there is one. */
export function thinAirRead({ accesses, initial, writers }: RegisterHistory): Access | undefined {
  return accesses.find(({ reads, register, version }) => reads && version !== initial[register] && writers[version]!.length === 0);
}
