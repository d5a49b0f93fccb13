import type { Declaration, Ending, NodeView } from "../promises.js";
import type { NodeId, Types } from "../protocol.js";
import { canonical } from "./explore/canonical.js";
import type { Rehearsal } from "./rehearsal.js";
import { type Cue, PLAIN, type Scene } from "./scene.js";

/** What happens after some steps if nothing fails any more, and what is missing then. */
export interface Calm {
  /** What is missing, in words; undefined if nothing is. */
  readonly message: string | undefined;
  /** The steps before that could be taken. */
  readonly before: readonly Cue[];
  /** What happens then, step by step, up to where it begins to repeat itself, and one lap more. */
  readonly cues: readonly Cue[];
  /** How many of the last of these steps come again and again; 0: nothing happens any more, or nothing repeats. */
  readonly lap: number;
  /** Which node is cut off for an ending, and after how many of all these steps. */
  readonly cut?: { readonly node: NodeId; readonly after: number } | undefined;
}

export interface CalmOptions {
  /** Whether messages in the steps before are known by their places on their links alone. Default false. */
  readonly byPlace?: boolean;
  /**
   * An ending that isolates a node begins right after the steps, and the others stand still meanwhile: the node that is
   * isolated cannot know. Default false: all progress comes about first, and the others go on.
   */
  readonly alone?: boolean;
}

/**
 * Lets a cluster go on in calm: whoever is down restarts, what was under way is lost, messages arrive at once, in the order
 * they were sent, and timers run out by their delays, which count from the beginning of the calm and are the mean of what
 * they are drawn from. After as much time as the declaration allows, what must have come about by then is looked for: the
 * progress of that name; or, once all progress has come about, that of the ending. All of it is decided by the steps before.
 * What handlers read from the clock stands still also here (see `Subject`), so that an engine may miss it for that alone.
 * Undefined if it does not come to a judgement.
 */
export function calmAfter<T extends Types>(declaration: Declaration<T>, rehearsal: Rehearsal<T>, steps: readonly Cue[], property: string, { byPlace = false, alone = false }: CalmOptions = {}): Calm | undefined {
  const scene = rehearsal.start(byPlace);
  const before = steps.flatMap((step) => (scene.broken.length === 0 ? (scene.take(step) ?? []) : []));
  if (scene.broken.length > 0) return undefined;
  const time = new Time(rehearsal, scene);
  const { progress, calm, endings = [] } = declaration;
  const ending = endings.find(({ name }) => name === property);
  if (alone) return ending && judgeAlone(declaration, ending, time, before);
  const wanted = progress.find(({ name }) => name === property);
  const settled = time.pass(calm, () => (wanted ? [wanted] : progress).every(({ missing }) => missing(scene.nodes) === undefined));
  if (scene.broken.length > 0) return undefined;
  if (wanted) return { before, message: settled ? undefined : `${wanted.missing(scene.nodes)}, ${calm} ms after the last fault`, ...told(rehearsal, time.cues, 0) };
  if (!ending || !settled || rehearsal.size < (ending.nodes ?? 1)) return undefined;
  const { isolate, lasts, healed, remember, missing } = ending;
  const memory = remember(scene.nodes);
  const from = time.cues.length;
  const cut = isolate === undefined ? undefined : holder(declaration, isolate, scene.nodes);
  time.alone = cut;
  time.pass(lasts);
  if (healed !== undefined) {
    time.alone = undefined;
    time.pass(healed);
  }
  return scene.broken.length > 0 ? undefined : { before, message: missing(scene.nodes, memory), ...told(rehearsal, time.cues, from), cut: cut === undefined ? undefined : { node: cut, after: before.length + from } };
}

function judgeAlone<T extends Types>(declaration: Declaration<T>, { isolate, lasts, healed, nodes = 1, remember, missing }: Ending<T>, time: Time<T>, before: readonly Cue[]): Calm | undefined {
  const { scene, rehearsal } = time;
  const node = isolate === undefined || healed !== undefined || rehearsal.size < nodes ? undefined : holder(declaration, isolate, scene.nodes);
  if (node === undefined) return undefined;
  const memory = remember(scene.nodes);
  time.alone = node;
  time.only = node;
  time.pass(lasts);
  return scene.broken.length > 0 ? undefined : { before, message: missing(scene.nodes, memory), ...told(rehearsal, time.cues, 0), cut: { node, after: before.length } };
}

/** Who has a role. */
const holder = <T extends Types>({ probe }: Declaration<T>, role: string, nodes: readonly NodeView<T>[]): NodeId | undefined => nodes.find(({ up, state }) => up && probe?.(state) === role)?.id;

/** A cluster in which nothing fails, and where time passes: for timers alone. */
class Time<T extends Types> {
  readonly cues: Cue[] = [];
  /** A node that is cut off from all others. */
  alone: NodeId | undefined;
  /** The only node at which anything happens. */
  only: NodeId | undefined;
  #now = 0;
  /** How many of the messages under way have been sent before, or will never arrive. */
  #lost: number;
  /** By node and timer: when it runs out, ms. */
  readonly #due = new Map<string, number>();

  constructor(
    readonly rehearsal: Rehearsal<T>,
    readonly scene: Scene<T>,
  ) {
    this.#lost = scene.flight.length;
    for (const { id, up, timers } of scene.nodes) {
      if (up) for (const { timer, delay } of timers) this.#due.set(canonical([id, timer]), delay);
      else this.#take({ ...PLAIN, kind: "restart", node: id });
    }
  }

  /** Lets so much time pass, ms, or less: until something holds with no message under way. Returns whether it does. */
  pass(ms: number, until: () => boolean = () => false): boolean {
    const end = this.#now + ms;
    while (this.scene.broken.length === 0 && this.cues.length < MOST_STEPS) {
      if (this.#deliver()) continue;
      if (until()) return true;
      const next = this.#next();
      if (!next || next.due > end) break;
      this.#now = next.due;
      this.#take({ ...PLAIN, kind: "timer", node: next.node, argument: this.rehearsal.timer(next.timer) });
    }
    this.#now = end;
    return false;
  }

  /** Delivers the oldest message that gets through; returns whether there is one. */
  #deliver(): boolean {
    const { flight } = this.scene;
    for (; this.#lost < flight.length; this.#lost++) {
      const { from, to } = this.rehearsal.rules.messages.values[flight[this.#lost]!]!;
      if (from !== to && (from === this.alone || to === this.alone)) continue;
      this.#take({ ...PLAIN, kind: "deliver", node: to, argument: flight[this.#lost]! });
      return true;
    }
    return false;
  }

  #next(): { readonly node: NodeId; readonly timer: unknown; readonly due: number } | undefined {
    let next: { node: NodeId; timer: unknown; due: number } | undefined;
    for (const { id, timers } of this.scene.nodes) {
      if (this.only !== undefined && id !== this.only) continue;
      for (const { timer } of timers) {
        const due = this.#due.get(canonical([id, timer]))!;
        if (!next || due < next.due) next = { node: id, timer, due };
      }
    }
    return next;
  }

  #take(cue: Cue): void {
    const taken = this.scene.take(cue, this.#lost);
    if (!taken) throw new Error("a step that was to come next cannot be taken");
    this.cues.push(taken);
    const { id, timers } = this.scene.nodes[cue.node]!;
    for (const { timer, delay } of timers.slice(timers.length - this.scene.timersSet)) this.#due.set(canonical([id, timer]), this.#now + delay);
  }
}

/** More steps than any calm phase needs. */
const MOST_STEPS = 5000;

/** Finds where steps begin to repeat themselves; those before `from` do not count. */
function told<T extends Types>(rehearsal: Rehearsal<T>, cues: readonly Cue[], from: number): Pick<Calm, "cues" | "lap"> {
  const names = cues.slice(from).map(({ kind, node, argument }) => `${kind} ${node} ${kind === "deliver" ? rehearsal.kindOf(argument) : argument}`);
  let best: { readonly start: number; readonly lap: number } | undefined;
  for (let lap = 1; 2 * lap <= names.length; lap++) {
    let start = names.length - lap;
    while (start > 0 && names[start - 1] === names[start - 1 + lap]) start--;
    if (names.length - start >= 2 * lap && (!best || start + lap < best.start + best.lap)) best = { start, lap };
  }
  return { cues: best ? cues.slice(0, from + best.start + best.lap) : cues, lap: best?.lap ?? 0 };
}
