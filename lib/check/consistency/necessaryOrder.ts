import { CausalOrder, sourceOf } from "./causalOrder.js";
import type { Budget } from "./findOrder.js";
import type { Access, RegisterHistory } from "./registerHistory.js";
import { WritesBySession } from "./writesBySession.js";

/**
 * What must come before what in every single order of a history that keeps each process's own and lets every read find
 * what was last written: by index of an access, accesses before it, beside those of the causal order. Undefined if that
 * has a cycle, so that no order exists.
 *
 * Two rules are applied to each read, and write that it read, until nothing follows any more: another
 * write of the register that comes before the read comes before its write too; one that comes after the write comes
 * after the read too. What these leave open is for a search, which is why they may use up only half of the budget.
 */
export function necessaryOrder(history: RegisterHistory, budget: Budget): readonly (readonly Access[])[] | undefined {
  const { accesses, sessions, initial, writers } = history;
  const writes = new WritesBySession(history);
  const before: Access[][] = accesses.map(() => []);
  const half = budget.steps / 2;
  for (;;) {
    const order = new CausalOrder(history, before);
    if (!order.acyclic) return undefined;
    let grown = false;
    const demand = (a: Access, b: Access) => {
      if (order.before(a, b)) return;
      before[b.index]!.push(a);
      grown = true;
    };
    for (const read of accesses) {
      const source = read.reads ? sourceOf(history, read) : undefined;
      const findsInitial = read.reads && read.version === initial[read.register] && writers[read.version]!.length === 0;
      if (!source && !findsInitial) continue;
      for (let session = 0; session < sessions.length; session++) {
        const older = source && writes.lastAmong(order.seen(read, session), session, read.register);
        if (source && older && older !== source) demand(older, source);
        const newer = writes.first(session, read.register, (write) => !source || order.before(source, write));
        if (newer) demand(read, newer);
      }
    }
    budget.steps -= accesses.length * sessions.length;
    if (!grown || budget.steps < half || budget.stop?.()) return before;
  }
}
