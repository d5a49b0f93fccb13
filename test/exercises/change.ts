import { isSameJson } from "../../lib/course/grading/jsonCopy.js";

/** How a part of a state became another, field by field; of a list only what is no longer as it was, counted from its beginning. */
export type Change = Readonly<Record<string, { readonly value: unknown } | { readonly kept: number; readonly added: readonly unknown[] }>>;

/** What has changed between two parts of a state, both plain data. A record of a long run is small by this. */
export function changeOf(before: object, after: object): Change {
  const change: Record<string, Change[string]> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const old = (before as Record<string, unknown>)[key];
    const value = (after as Record<string, unknown>)[key];
    if (!Array.isArray(old) || !Array.isArray(value)) {
      if (!isSameJson(old, value)) change[key] = { value };
      continue;
    }
    let kept = 0;
    while (kept < old.length && kept < value.length && isSameJson(old[kept], value[kept])) kept++;
    if (kept < old.length || kept < value.length) change[key] = { kept, added: value.slice(kept) };
  }
  return change;
}

/** The part as it is after a change; the old one stays as it is. */
export function changed(before: object, change: Change): object {
  const after: Record<string, unknown> = { ...before };
  for (const [key, one] of Object.entries(change)) after[key] = "kept" in one ? [...(after[key] as unknown[]).slice(0, one.kept), ...one.added] : one.value;
  return after;
}
