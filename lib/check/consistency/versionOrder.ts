import { thinAirRead, type Finding } from "./accuse.js";
import { Graph } from "./graph.js";
import { inWords } from "./inWords.js";
import type { Access, RegisterHistory } from "./registerHistory.js";

/** Which orders of a register's versions a session guarantee may assume. */
export interface SessionOptions {
  /**
   * `in real time`: a write that was answered before another began is the older version, as in any store that does not
   * lose track of its writes. `in any order`: clocks may lie; only the guarantee itself orders versions. Default: `in
   * real time`, which finds more.
   */
  readonly versions?: "in real time" | "in any order";
}

/**
 * Demands on the order of each register's versions. A guarantee adds its own; there is an order that meets all demands
 * exactly if they have no cycle.
 */
export class VersionOrder {
  /** Nodes: first one a version, then auxiliary ones. A label names the accesses that make the demand. */
  readonly #graph = new Graph<readonly Access[]>();
  readonly #history: RegisterHistory;

  constructor(history: RegisterHistory, { versions = "in real time" }: SessionOptions) {
    this.#history = history;
    for (const _ of history.writers) this.#graph.node();
    const writes: Access[][] = history.initial.map(() => []);
    for (const access of history.accesses) if (!access.reads) writes[access.register]!.push(access);
    for (const [register, own] of writes.entries()) {
      for (const { version } of own) this.precede(history.initial[register]!, version, []);
      if (versions === "in real time") this.#orderInRealTime(own);
    }
  }

  /** A node that stands for no version: what precedes it precedes what it precedes. */
  between(): number {
    return this.#graph.node();
  }

  /** Demands that one version be older than another. */
  precede(older: number, newer: number, by: readonly Access[]): void {
    this.#graph.edge(older, newer, by);
  }

  /** Accesses whose demands contradict each other, if there are such; `wanted` ends the sentence "no order of the versions …". */
  contradiction(wanted: string): Finding | undefined {
    const invented = thinAirRead(this.#history);
    if (invented) return { because: `${inWords(invented.operation)}, which nobody wrote`, part: [invented] };
    const cycle = this.#graph.cycle();
    if (!cycle) return undefined;
    const found = new Set(cycle.flatMap(({ from, label }) => [...label, ...(this.#history.writers[from] ?? [])]));
    const part = [...found].sort((a, b) => a.index - b.index);
    return { because: `${part.map(({ operation }) => inWords(operation)).join("; ")}: ${wanted}`, part };
  }

  /** Lets each write precede those that began after its answer: through a chain of the answers in time order, so that the edges are few. */
  #orderInRealTime(writes: readonly Access[]): void {
    const answered = writes.filter(({ unanswered }) => !unanswered).sort((a, b) => a.operation.returned - b.operation.returned);
    const chain = answered.map((write, place) => {
      const node = this.between();
      this.precede(write.version, node, []);
      if (place > 0) this.precede(node - 1, node, []);
      return node;
    });
    let passed = 0;
    for (const write of writes) {
      while (passed < answered.length && answered[passed]!.operation.returned < write.operation.invoked) passed++;
      if (passed > 0) this.precede(chain[passed - 1]!, write.version, []);
    }
  }
}
