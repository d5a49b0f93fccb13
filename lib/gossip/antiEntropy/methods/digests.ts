import type { NodeId } from "../../../protocol.js";
import { leafOf } from "../merkle.js";
import { cellAt, recordOf } from "../store.js";
import type { AntiEntropyContext, AntiEntropyMessage, AntiEntropyState, Method, Replica, Store } from "../types.js";

/**
 * Digests first: a node sends what it has of each key in short, and gets the cells that it lacks and the keys of those that
 * the other lacks, which it sends then. Three messages, and no cell that is not needed (van Renesse et al., Efficient
 * Reconciliation and Flow Control for Anti-Entropy Protocols, LADIS 2008).
 *
 * Cells are taken only in answer to an exchange that a node has begun itself, or has been drawn into, and not since it last
 * dropped a tombstone: they may be older than that.
 */
export function digests<Cell, Change, Digest>({ kind, absorb }: Replica<Cell, Change, Digest>): DigestMethod<Cell, Change, Digest> {
  type State = AntiEntropyState<Cell>;
  type Here = AntiEntropyContext<Cell, Change, Digest>;

  function open(state: State, context: Here): number {
    // Partly drawn: a number from before a crash must not come again.
    const exchange = Math.floor(context.random() * 1_000_000_000) * 1_000_000 + (state.exchanges++ % 1_000_000);
    state.open = [...state.open.slice(1 - OPEN), exchange];
    return exchange;
  }

  function send(state: State, to: NodeId, within: Scope, context: Here): void {
    const digests = recordOf(keysIn(state.store, within), (key) => kind.digest(state.store[key]!));
    context.send(to, { type: "Digests", exchange: open(state, context), leaves: within?.leaves ?? null, digests });
  }

  function answer(state: State, from: NodeId, { exchange, digests }: DigestsOf<Cell, Digest>, within: Scope, context: Here): void {
    const covered = (mine: Digest | undefined, theirs: Digest) => mine !== undefined && kind.covers(mine, theirs);
    const mine = recordOf(keysIn(state.store, within), (key) => kind.digest(state.store[key]!));
    const cells = recordOf(Object.keys(mine), (key) => (covered(cellAt(digests, key), mine[key]!) ? undefined : state.store[key]));
    const wants = Object.keys(digests).filter((key) => !covered(cellAt(mine, key), digests[key]!));
    if (Object.keys(cells).length > 0 || wants.length > 0) context.send(from, { type: "Cells", exchange, cells, wants, opens: wants.length > 0 ? open(state, context) : null });
  }

  return {
    send,
    answer,
    begin: (state, to, context) => send(state, to, undefined, context),
    onMessage(state, from, message, context) {
      if (message.type === "Digests") return answer(state, from, message, undefined, context);
      if (message.type !== "Cells" || !state.open.includes(message.exchange)) return;
      absorb(state, from, message.cells, context);
      const { wants, opens } = message;
      if (opens !== null) context.send(from, { type: "Cells", exchange: opens, cells: recordOf(wants, (key) => cellAt(state.store, key)), wants: [], opens: null });
    },
  };
}

/** How many exchanges a node keeps open; what is older has been answered, or never will be. */
const OPEN = 64;

export interface DigestMethod<Cell, Change, Digest> extends Method<Cell, Change, Digest> {
  /** Sends digests of the keys within some leaves. */
  send(state: AntiEntropyState<Cell>, to: NodeId, within: Scope, context: AntiEntropyContext<Cell, Change, Digest>): void;
  /** Answers digests of the keys within some leaves. */
  answer(state: AntiEntropyState<Cell>, from: NodeId, message: DigestsOf<Cell, Digest>, within: Scope, context: AntiEntropyContext<Cell, Change, Digest>): void;
}

export type DigestsOf<Cell, Digest> = Extract<AntiEntropyMessage<Cell, Digest>, { readonly type: "Digests" }>;

/** Some leaves of a Merkle tree; undefined: all keys. */
export type Scope = { readonly leaves: readonly number[]; readonly depth: number } | undefined;

const keysIn = (store: Store<unknown>, within: Scope) => Object.keys(store).filter((key) => !within || within.leaves.includes(leafOf(key, within.depth)));
