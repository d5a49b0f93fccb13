import type { Bounds } from "../check/explore/bounds.js";
import { explore } from "../check/explore/explore.js";
import type { Step } from "../check/explore/steps.js";
import type { Subject } from "../check/explore/subject.js";
import { Walk } from "../check/explore/walk.js";
import { minimize } from "../check/minimize.js";
import type { Invariant } from "../promises.js";
import type { Types } from "../protocol.js";
import type { TraceEvent } from "../sim/trace.js";

/** One part of a way that is too long to be found at once. */
export interface Part<T extends Types> {
  /** Where it leads: to the nearest world that breaks this. Without one, to the nearest that breaks a promise. */
  readonly goal?: Invariant<T>;
  readonly bounds: Omit<Bounds, "size">;
}

/** A path that breaks a promise, walked from the start. */
export interface FoundPath<T extends Types> {
  readonly property: string;
  /** What is wrong, in words. */
  readonly message: string;
  readonly path: readonly Step<T>[];
  /** To be drawn; times count steps. */
  readonly trace: readonly TraceEvent[];
}

/**
 * Looks for a broken promise that a search by breadth does not get to, over milestones: finds the nearest world at each, lets all
 * nodes crash and restart there, and goes on from their disks; then leaves out of the whole what can be left out. The path
 * is not the shortest, but no step of it can be spared. `worlds` counts the different worlds that were visited.
 */
export function searchInParts<T extends Types>(subject: Subject<T>, size: number, parts: readonly Part<T>[]): { readonly found: FoundPath<T> | undefined; readonly worlds: number } {
  const crashes = Array.from({ length: size }, (_, node): Step<T>[] => [{ kind: "crash", node }, { kind: "restart", node, disk: "kept" }]).flat();
  let path: readonly Step<T>[] = [];
  let worlds = 0;
  for (const { goal, bounds } of parts) {
    // Without promises to break, the way so far goes through to its end.
    const { nodes, inFlight } = lead({ ...subject, invariants: [] }, size, path).walk;
    const disks = nodes.map(({ disk: { stored, log } }) => ({ ...(stored !== undefined && { stored }), log }));
    const { violations, unique } = explore({ ...subject, ...(path.length > 0 && { disks: (node: number) => disks[node]! }), ...(goal && { invariants: [goal] }) }, { ...bounds, size });
    worlds += unique;
    if (!violations[0]) return { found: undefined, worlds };
    // What the parts before left in flight comes before what this one sends.
    const further = violations[0].path.map((step) => ("nth" in step ? { ...step, nth: step.nth + inFlight.filter(({ from, to }) => from === step.from && to === step.to).length } : step));
    path = [...path, ...further, ...crashes];
  }
  const { violations } = lead(subject, size, path).walk;
  if (!violations[0]) return { found: undefined, worlds };
  const { property } = violations[0];
  return { found: tell(subject, size, minimize(path, (part) => lead(subject, size, part).walk.violations.some((violation) => violation.property === property))), worlds };
}

/** Walks a path that breaks a promise, up to there. Throws a `RangeError` if it breaks none. */
export function tell<T extends Types>(subject: Subject<T>, size: number, steps: readonly Step<T>[]): FoundPath<T> {
  const { walk, path } = lead(subject, size, steps);
  const [violation] = walk.violations;
  if (!violation) throw new RangeError("the path breaks no promise");
  return { ...violation, path, trace: walk.trace };
}

/** Takes those steps that are possible, until a promise breaks. */
function lead<T extends Types>(subject: Subject<T>, size: number, steps: readonly Step<T>[]): { readonly walk: Walk<T>; readonly path: readonly Step<T>[] } {
  const walk = new Walk(subject, size);
  const path: Step<T>[] = [];
  for (const step of steps) if (walk.violations.length === 0 && walk.take(step) === undefined) path.push(step);
  return { walk, path };
}
