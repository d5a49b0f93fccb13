import { thinAirRead } from "./accuse.js";
import { necessaryOrder } from "./necessaryOrder.js";
import type { Access, RegisterHistory } from "./registerHistory.js";

/** How long a search may go on. */
export interface Budget {
  /** Steps it may still take, one a look at what a process does next; the search counts them down. */
  steps: number;
  /** Asked now and then; true ends the search. */
  readonly stop?: (() => boolean) | undefined;
}

/**
 * Whether the accesses can be put into one order that keeps each session's and lets every read find what was last
 * written to its register: `found`, `none`, or `unknown` if the budget ended first. An unanswered write may be left out.
 *
 * Depth first over (places in the sessions, values of the registers), each such state at most once. A read that is right
 * now is taken at once, and so is a write nobody will read over a value nobody will read: neither can spoil anything.
 * What the necessary order forbids is not tried.
 */
export function findOrder(history: RegisterHistory, budget: Budget): "found" | "none" | "unknown" {
  const necessary = necessaryOrder(history, budget);
  if (!necessary || thinAirRead(history)) return "none";
  const { accesses, sessions, initial, writers } = history;
  const places = sessions.map(() => 0);
  const current = [...initial];
  /** By version: reads, and writes, still to come. */
  const wanted = writers.map(() => 0);
  const supply = writers.map((writes) => writes.length);
  for (const { reads, version } of accesses) if (reads) wanted[version]!++;
  let remaining = accesses.filter(({ unanswered }) => !unanswered).length;

  /** Sessions in the order in which they were advanced, and what their write overwrote. */
  const trail: { session: number; overwritten: number }[] = [];
  const taken = ({ session, position }: Access) => places[session]! > position;
  const next = (session: number): Access | undefined => {
    budget.steps--;
    const { accesses: own, follows } = sessions[session]!;
    const access = own[places[session]!];
    return access && (!follows || taken(follows)) && necessary[access.index]!.every(taken) ? access : undefined;
  };
  const take = (session: number, access: Access) => {
    trail.push({ session, overwritten: current[access.register]! });
    places[session]!++;
    if (!access.unanswered) remaining--;
    if (access.reads) wanted[access.version]!--;
    else {
      supply[access.version]!--;
      current[access.register] = access.version;
    }
  };
  const undoTo = (length: number) => {
    while (trail.length > length) {
      const { session, overwritten } = trail.pop()!;
      const access = sessions[session]!.accesses[--places[session]!]!;
      if (!access.unanswered) remaining++;
      if (access.reads) wanted[access.version]!++;
      else {
        supply[access.version]!++;
        current[access.register] = overwritten;
      }
    }
  };
  const takeHarmless = () => {
    for (let again = true; again; ) {
      again = false;
      for (let session = 0; session < sessions.length; session++) {
        for (let access = next(session); access; access = next(session)) {
          const now = current[access.register]!;
          const harmless = access.reads ? access.version === now : wanted[now] === 0 && wanted[access.version] === 0;
          if (!harmless) break;
          take(session, access);
          again = true;
        }
      }
    }
  };
  /** Writes that may come next, the earliest answered first: the order of real time is the likeliest. */
  const candidates = () => {
    const found: { session: number; write: Access }[] = [];
    for (let session = 0; session < sessions.length; session++) {
      const write = next(session);
      if (!write || write.reads) continue;
      const lost = current[write.register]!;
      if (lost !== write.version && wanted[lost]! > 0 && supply[lost] === 0) continue;
      found.push({ session, write });
    }
    // The last is tried first.
    return found.sort((a, b) => later(b.write, a.write));
  };

  /** States from which there is no way on. Which of several values stands in a register does not matter once nobody will read it. */
  const hopeless = new Set<string>();
  const state = () => `${places.join()};${current.map((version) => (wanted[version] === 0 ? "" : version)).join()}`;
  const frames: { trail: number; candidates: { session: number; write: Access }[] }[] = [];
  let asked = budget.steps;
  const enter = () => {
    takeHarmless();
    const known = hopeless.size > 0 && hopeless.has(state());
    frames.push({ trail: trail.length, candidates: known ? [] : candidates() });
  };
  enter();
  while (remaining > 0) {
    if (budget.steps <= 0) return "unknown";
    if (asked - budget.steps >= 4096) {
      asked = budget.steps;
      if (budget.stop?.()) return "unknown";
    }
    const frame = frames.at(-1);
    if (!frame) return "none";
    undoTo(frame.trail);
    const choice = frame.candidates.pop();
    if (!choice) {
      hopeless.add(state());
      frames.pop();
    } else {
      take(choice.session, choice.write);
      enter();
    }
  }
  return "found";
}

const later = (a: Access, b: Access) => (a.operation.returned === b.operation.returned ? a.index - b.index : a.operation.returned < b.operation.returned ? -1 : 1);
