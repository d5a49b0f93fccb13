import { CausalOrder, causalGraph, turns } from "./causalOrder.js";
import { causalViolation, type CausalFinding } from "./causalViolation.js";
import { inWords } from "./inWords.js";
import type { Access, RegisterHistory } from "./registerHistory.js";
import { WritesBySession } from "./writesBySession.js";

/**
 * The first bad pattern of causal convergence (CCv) in a history of unique writes. To CC's four it adds *CyclicCF*: a write
 * conflicts into another of its register if a read depends on the first and yet reads the second, so that the second
 * must have won; these conflicts and the causal order together have a cycle.
 */
export function conflictViolation(history: RegisterHistory): CausalFinding | undefined {
  const order = causalViolation(history);
  if (!(order instanceof CausalOrder)) return order;
  const graph = causalGraph(history);
  const writes = new WritesBySession(history);
  const reasons = new Map<string, Access>();
  for (const read of history.accesses) {
    const source = read.reads ? history.writers[read.version]![0] : undefined;
    if (!source) continue;
    for (let session = 0; session < history.sessions.length; session++) {
      const loser = writes.lastAmong(order.seen(read, session), session, read.register);
      if (!loser || loser === source || order.before(loser, source)) continue;
      const name = `${loser.index},${source.index}`;
      if (reasons.has(name)) continue;
      reasons.set(name, read);
      graph.edge(loser.index, source.index, undefined);
    }
  }
  if (reasons.size === 0) return undefined;
  const cycle = graph.cycle();
  if (!cycle) return undefined;
  const part = new Set(turns(cycle, history));
  for (const { from, to } of cycle) {
    const read = reasons.get(`${from},${to}`);
    if (!read) continue;
    for (const access of order.chain(history.accesses[from]!, read)) part.add(access);
    part.add(history.accesses[to]!);
  }
  const inOrder = [...part].sort((a, b) => a.index - b.index).map(({ operation }) => inWords(operation));
  const because = `CyclicCF: no single order of the writes, the same for all, explains every read: ${inOrder.join("; ")}`;
  return { pattern: "CyclicCF", because, part: [...part] };
}
