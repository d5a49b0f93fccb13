import { Graph, type Edge } from "./graph.js";
import type { Access, RegisterHistory } from "./registerHistory.js";

/**
 * The causal order of a history: a process's own order, a write before the reads of its value (where no other writes it
 * too), and what follows from these two. Kept as one vector clock an access; memory is accesses × sessions × 4 bytes.
 */
export class CausalOrder {
  readonly #history: RegisterHistory;
  readonly #clocks: Int32Array;
  /** False if the order has a cycle; nothing else may be asked then. */
  readonly acyclic: boolean;

  /** `more` adds to the order: by index of an access, what comes before it besides. */
  constructor(history: RegisterHistory, more: readonly (readonly Access[])[] = []) {
    this.#history = history;
    const { accesses, sessions } = history;
    const width = sessions.length;
    const clocks = (this.#clocks = new Int32Array(accesses.length * width));
    const after: Access[][] = accesses.map(() => []);
    const waitsFor = new Int32Array(accesses.length);
    for (const access of accesses) {
      for (const cause of [...causes(history, access), ...(more[access.index] ?? [])]) {
        after[cause.index]!.push(access);
        waitsFor[access.index]!++;
      }
    }
    const done = accesses.filter(({ index }) => waitsFor[index] === 0);
    for (const access of done) {
      const own = access.index * width;
      for (const cause of [...causes(history, access), ...(more[access.index] ?? [])]) {
        const other = cause.index * width;
        for (let session = 0; session < width; session++) clocks[own + session] = Math.max(clocks[own + session]!, clocks[other + session]!);
      }
      clocks[own + access.session] = access.position + 1;
      for (const next of after[access.index]!) if (--waitsFor[next.index]! === 0) done.push(next);
    }
    this.acyclic = done.length === accesses.length;
  }

  /** Whether `a` comes before `b`. */
  before(a: Access, b: Access): boolean {
    return a !== b && this.seen(b, a.session) > a.position;
  }

  /** How many of a session's accesses come before an access, or are it. */
  seen(access: Access, session: number): number {
    return this.#clocks[access.index * this.#history.sessions.length + session]!;
  }

  /** Accesses along which the order leads from `a` to `b`, both included; those that only stand between two of their own process are left out. */
  chain(a: Access, b: Access): Access[] {
    return turns(causalGraph(this.#history).way(a.index, b.index)!, this.#history);
  }
}

/** The write that a read read, if its value tells. */
export function sourceOf({ writers, initial }: RegisterHistory, { version, register }: Access): Access | undefined {
  const writes = writers[version]!;
  return writes.length === 1 && version !== initial[register] ? writes[0] : undefined;
}

/** The accesses right before one in the causal order. */
function causes(history: RegisterHistory, access: Access): Access[] {
  const { accesses, follows } = history.sessions[access.session]!;
  const before = access.position > 0 ? accesses[access.position - 1] : follows;
  const write = access.reads ? sourceOf(history, access) : undefined;
  return [before, write].filter((cause) => cause !== undefined);
}

/** The causal order's immediate steps, as a graph over the accesses' indices. */
export function causalGraph(history: RegisterHistory): Graph<undefined> {
  const graph = new Graph<undefined>();
  for (const _ of history.accesses) graph.node();
  for (const access of history.accesses) for (const cause of causes(history, access)) graph.edge(cause.index, access.index, undefined);
  return graph;
}

/** The accesses at which a way, or a cycle, begins, ends, or goes from one session to another. */
export function turns(way: readonly Edge<unknown>[], { accesses }: RegisterHistory): Access[] {
  const found = new Set<Access>();
  const session = (index: number) => accesses[index]!.session;
  for (const { from, to } of way) {
    if (session(from) === session(to)) continue;
    found.add(accesses[from]!);
    found.add(accesses[to]!);
  }
  if (way[0]) found.add(accesses[way[0].from]!).add(accesses[way.at(-1)!.to]!);
  return [...found];
}
