import type { NodeId, Protocol } from "../../protocol.js";

/** A branch of a bank. */
export interface Branch {
  balance: number;
  /** How many transfers it has sent to each other branch, and received from it. */
  sent: Record<NodeId, number>;
  received: Record<NodeId, number>;
}

/** The types of the bank, for the contract. */
export interface MoneyTransfer {
  State: Branch;
  Message: { readonly amount: number };
  Timer: "transfer";
}

/** What each branch begins with. */
export const BALANCE = 100;

/**
 * Branches of a bank that send each other money, each now and then, every `period` ms on average: what is moved is neither
 * made nor lost, so a global state in which the sum is another cannot have been (the example of Chandy and Lamport's
 * lectures; of snapshots in Lynch, Distributed Algorithms, 1996, §19.2).
 */
export function moneyTransfer({ period = 20 }: { readonly period?: number } = {}): Protocol<MoneyTransfer> {
  return {
    init: () => ({ balance: BALANCE, sent: {}, received: {} }),
    onStart: (_state, context) => context.setTimer("transfer", 2 * period * context.random()),
    onTimer(state, _timer, context) {
      context.setTimer("transfer", 2 * period * context.random());
      if (context.size === 1) return;
      const other = Math.floor(context.random() * (context.size - 1));
      const to = other < context.self ? other : other + 1;
      const amount = Math.floor(context.random() * (state.balance + 1));
      state.balance -= amount;
      state.sent[to] = (state.sent[to] ?? 0) + 1;
      context.send(to, { amount });
    },
    onMessage(state, from, { amount }) {
      state.balance += amount;
      state.received[from] = (state.received[from] ?? 0) + 1;
    },
  };
}
