import type { Declaration } from "../promises.js";
import type { InputOf, NodeId, Protocol, TimerOf, Types } from "../protocol.js";
import type { TraceEvent } from "../sim/trace.js";
import { canonical } from "./explore/canonical.js";
import type { CutShort, Step } from "./explore/steps.js";
import { type Subject, subjectOf } from "./explore/subject.js";
import { Walk } from "./explore/walk.js";
import { disksOf, type HostileRun } from "./hostileRun.js";
import { minimize } from "./minimize.js";
import { play } from "./play.js";

/** A failing run as single steps, none of which can be left out. */
export interface ShrunkPath<T extends Types> {
  readonly size: number;
  /** `formatPath` writes it down. */
  readonly path: readonly Step<T>[];
  /** What breaks, in words. */
  readonly message: string;
  readonly walk: Walk<T>;
}

/**
 * Reduces a failing hostile run to a shortest list of single events: deliveries, timers, crashes, restarts and inputs.
 * What the network or a pause did shows as messages that never arrive or arrive late. Undefined if the run cannot be told
 * so: where progress is missing, or where the accusation hangs on what a clock shows (see `Subject`).
 */
export function shrinkPath<T extends Types>(declaration: Declaration<T>, run: HostileRun<T>, protocol: Protocol<T>, property: string): ShrunkPath<T> | undefined {
  const { cluster } = play(declaration, run, { protocol, trace: true });
  const subject: Subject<T> = { ...subjectOf(declaration, protocol), disks: disksOf(declaration, run) };
  const lead = (wanted: readonly Wanted<T>[]) => follow(new Walk(subject, run.size), wanted);
  const breaks = ({ walk }: Led<T>) => walk.violations.some((violation) => violation.property === property);
  const wanted = stepsOf<T>(cluster.trace!);
  if (!breaks(lead(wanted))) return undefined;
  const { taken: known } = lead(minimize(wanted, (part) => breaks(lead(part))));
  // Where a message was known by its content, another one may do; so once more, by places alone.
  const { walk, taken } = take(new Walk(subject, run.size), minimize(known, (part) => breaks(take(new Walk(subject, run.size), part))));
  return { size: run.size, path: taken, message: walk.violations.find((violation) => violation.property === property)!.message, walk };
}

/** A step to be taken if it is possible; a message is known by what is in it. */
type Wanted<T extends Types> = Exclude<Step<T>, { readonly nth: number }> | WantedMessage;
type WantedMessage = { readonly kind: "deliver" | "duplicate"; readonly from: NodeId; readonly to: NodeId; readonly content: string } & CutShort;

function stepsOf<T extends Types>(trace: Iterable<TraceEvent>): Wanted<T>[] {
  const events = [...trace];
  const lastDelivery = new Map<number, number>();
  events.forEach((event, i) => event.kind === "deliver" && lastDelivery.set(event.id, i));
  let steps: Wanted<T>[] = [];
  for (const [i, event] of events.entries()) {
    const { node } = event;
    if (event.kind === "deliver") steps.push({ kind: lastDelivery.get(event.id) === i ? "deliver" : "duplicate", from: event.from, to: node, content: canonical(event.message) });
    else if (event.kind === "timer") steps.push({ kind: "timer", node, timer: event.timer as TimerOf<T> });
    else if (event.kind === "input") steps.push({ kind: "input", node, input: event.value as InputOf<T> });
    else if (event.kind === "restart") steps.push({ kind: "restart", node, disk: event.disk });
    else if (event.kind === "crash") steps = crashed(steps, event);
  }
  return steps;
}

/** Handlers that a crash found waiting for the disk did nothing that anybody saw; of the first, some writes may be there. */
function crashed<T extends Types>(steps: readonly Wanted<T>[], { node, lost = 0, torn = 0 }: TraceEvent & { kind: "crash" }): Wanted<T>[] {
  const own = steps.flatMap((step, i) => (step.kind !== "crash" && step.kind !== "restart" && ("content" in step ? step.to : "node" in step ? step.node : -1) === node ? [i] : []));
  const waiting = lost > 0 ? own.slice(-lost) : [];
  const rest = steps.filter((_, i) => !waiting.includes(i) || (torn > 0 && i === waiting[0]));
  if (torn === 0 || waiting.length === 0) return [...rest, { kind: "crash", node }];
  return rest.map((step) => (step === steps[waiting[0]!] ? ({ ...step, crashAfter: torn } as Wanted<T>) : step));
}

interface Led<T extends Types> {
  readonly walk: Walk<T>;
  readonly taken: readonly Step<T>[];
}

function follow<T extends Types>(walk: Walk<T>, wanted: readonly Wanted<T>[]): Led<T> {
  const taken: Step<T>[] = [];
  for (const want of wanted) {
    if (walk.violations.length > 0) break;
    const step = "content" in want ? messageStep(walk, want) : want;
    if (step && walk.take(step) === undefined) taken.push(step);
  }
  return { walk, taken };
}

function take<T extends Types>(walk: Walk<T>, steps: readonly Step<T>[]): Led<T> {
  const taken: Step<T>[] = [];
  for (const step of steps) if (walk.violations.length === 0 && walk.take(step) === undefined) taken.push(step);
  return { walk, taken };
}

function messageStep<T extends Types>(walk: Walk<T>, { content, ...want }: WantedMessage): Step<T> | undefined {
  const { from, to } = want;
  const link = walk.inFlight.filter((envelope) => envelope.from === from && envelope.to === to);
  const nth = link.findIndex(({ message }) => canonical(message) === content) + 1;
  return nth > 0 ? { ...want, nth } : undefined;
}
