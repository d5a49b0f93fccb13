import { thinAirRead, type Finding } from "./accuse.js";
import { causalGraph, CausalOrder, turns } from "./causalOrder.js";
import { inWords } from "./inWords.js";
import type { RegisterHistory } from "./registerHistory.js";
import { WritesBySession } from "./writesBySession.js";

/** How a history breaks causal consistency, by the names of Bouajjani and others (POPL 2017). */
export type BadPattern = "CyclicCO" | "WriteCOInitRead" | "ThinAirRead" | "WriteCORead" | "CyclicCF";

export interface CausalFinding extends Finding {
  readonly pattern: BadPattern;
}

/** The first of the four bad patterns of causal consistency (CC) in a history of unique writes; otherwise its causal order. */
export function causalViolation(history: RegisterHistory): CausalFinding | CausalOrder {
  const invented = thinAirRead(history);
  if (invented) return { pattern: "ThinAirRead", because: `ThinAirRead: ${inWords(invented.operation)}, which nobody wrote`, part: [invented] };
  const order = new CausalOrder(history);
  if (!order.acyclic) return cyclicCO(history);
  const writes = new WritesBySession(history);
  for (const read of history.accesses) {
    if (!read.reads) continue;
    const source = history.writers[read.version]![0];
    for (let session = 0; session < history.sessions.length; session++) {
      const newer = writes.lastAmong(order.seen(read, session), session, read.register);
      if (!newer) continue;
      if (!source) {
        const because = `WriteCOInitRead: ${inWords(read.operation)}, the initial value, although it depends on a write (${inWords(newer.operation)})`;
        return { pattern: "WriteCOInitRead", because, part: order.chain(newer, read) };
      }
      if (order.before(source, newer)) {
        const because = `WriteCORead: ${inWords(read.operation)}, although it depends on a newer value (${inWords(newer.operation)})`;
        return { pattern: "WriteCORead", because, part: [...order.chain(source, newer), ...order.chain(newer, read)] };
      }
    }
  }
  return order;
}

function cyclicCO(history: RegisterHistory): CausalFinding {
  const cycle = causalGraph(history).cycle()!;
  const part = turns(cycle, history);
  // Within one session: a read of what the process writes only later.
  const all = part.length > 1 ? part : cycle.map(({ from }) => history.accesses[from]!);
  const because = `CyclicCO: each of these comes before the next, and the last before the first: ${all.map(({ operation }) => inWords(operation)).join("; ")}`;
  return { pattern: "CyclicCO", because, part: all };
}
