import { closest } from "fastest-levenshtein";

/**
 * What to tell someone who wrote a name that does not exist: `unknown experiment "split-votes": did you mean
 * split-vote? Known: …`. `kind` is the noun; `known` are the right names, of which there is at least one.
 */
export function unknownName(kind: string, given: string, known: readonly string[]): string {
  return `unknown ${kind} "${given}": did you mean ${closest(given, [...known])}? Known: ${known.join(", ")}`;
}
