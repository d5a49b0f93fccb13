import type { NodeId } from "../../../protocol.js";
import { mergeStores } from "../store.js";
import type { AntiEntropyContext, AntiEntropyState, CellKind, Method, Replica, Store } from "../types.js";

/**
 * Deltas: a node keeps what each change has added to its store, and sends another all of it that the other has not
 * acknowledged, merged into one; where it no longer has all that, as after a crash, its whole store (Almeida, Shoker and
 * Baquero, Delta State Replicated Data Types, 2018, Algorithm 2). Where nothing was added, nothing is sent; what came from
 * a node is not sent back to it, and of what comes only that is kept and passed on which is new (Enes et al., Efficient
 * Synchronization of State-based CRDTs, ICDE 2019).
 *
 * `most`: how many deltas are kept for whoever is behind; beyond that, they are dropped, oldest first.
 */
export function deltas<Cell, Change, Digest>({ kind, absorb }: Replica<Cell, Change, Digest>, { most }: { readonly most: number }): Method<Cell, Change, Digest> {
  function push(state: AntiEntropyState<Cell>, to: NodeId, answer: boolean, context: AntiEntropyContext<Cell, Change, Digest>): void {
    const known = state.acknowledged[to] ?? 0;
    if (known === state.sequence) return;
    const cells = since(kind, state, known, to);
    // All of it came from there.
    if (Object.keys(cells).length === 0) state.acknowledged[to] = state.sequence;
    else context.send(to, { type: "Deltas", cells, upTo: state.sequence, answer });
  }

  return {
    begin: (state, to, context) => push(state, to, true, context),
    onMessage(state, from, message, context) {
      if (message.type === "Deltas") {
        if (message.answer) push(state, from, false, context);
        absorb(state, from, message.cells, context);
        context.send(from, { type: "Acknowledge", upTo: message.upTo });
      } else if (message.type === "Acknowledge") {
        state.acknowledged[from] = Math.max(state.acknowledged[from] ?? 0, message.upTo);
        const others = Array.from({ length: context.size }, (_, node) => node).filter((node) => node !== context.self);
        const byAll = Math.min(...others.map((node) => state.acknowledged[node] ?? 0));
        state.buffer = state.buffer.filter(({ sequence }) => sequence > byAll).slice(-most);
      }
    },
  };
}

/** What a store has got after delta `known`, and not from this node; all of it if that cannot be told any more. */
function since<Cell, Change, Digest>(kind: CellKind<Cell, Change, Digest>, { store, buffer, sequence }: AntiEntropyState<Cell>, known: number, to: NodeId): Store<Cell> {
  const first = buffer[0]?.sequence ?? sequence + 1;
  if (known + 1 < first) return store;
  return buffer.filter((delta) => delta.sequence > known && delta.from !== to).reduce<Store<Cell>>((all, { cells }) => mergeStores(kind, all, cells), {});
}
