import type { NodeId } from "../../protocol.js";
import { cellAt, mergeStores, recordOf, withoutKeys } from "./store.js";
import type { AntiEntropyContext, AntiEntropyEntry, AntiEntropyState, CellKind, Replica } from "./types.js";

/** A replica of a store whose cells are of this kind; with `buffered`, it keeps deltas for others. */
export function replicaOf<Cell, Change, Digest>(cells: CellKind<Cell, Change, Digest>, buffered: boolean): WholeReplica<Cell, Change, Digest> {
  type State = AntiEntropyState<Cell>;
  // Cells are never changed in place: an account of one holds for good.
  const digests = new WeakMap<Cell & object, Digest>();
  const kind: CellKind<Cell, Change, Digest> = {
    ...cells,
    digest(cell) {
      let digest = digests.get(cell as Cell & object);
      if (digest === undefined) digests.set(cell as Cell & object, (digest = cells.digest(cell)));
      return digest;
    },
  };

  /** What entries of the log do to a store. */
  function carryOut(state: State, entry: AntiEntropyEntry<Cell, Change>): void {
    state.sequence++;
    if (entry.type === "drop") {
      state.store = withoutKeys(state.store, entry.keys);
      return;
    }
    state.store = mergeStores(kind, state.store, entry.cells);
    if (kind.timeOf) for (const cell of Object.values(entry.cells)) state.newest = Math.max(state.newest, kind.timeOf(cell));
  }

  /** Does what an entry says, durably, and keeps it for others unless it is only about this node. */
  function write(state: State, from: NodeId | null, entry: AntiEntropyEntry<Cell, Change>, context: AntiEntropyContext<Cell, Change, Digest>): void {
    carryOut(state, entry);
    context.append([entry]);
    if (buffered && entry.type !== "drop") state.buffer = [...state.buffer, { sequence: state.sequence, from, cells: entry.cells }];
  }

  /** What a cell from elsewhere adds to this store, if anything. */
  function added({ store }: State, key: string, theirs: Cell, self: number, size: number): Cell | undefined {
    const mine = cellAt(store, key);
    const { tombstones } = kind;
    if (mine === undefined) return tombstones?.seenByAll(theirs, size) ? undefined : (tombstones?.witness(theirs, self) ?? theirs);
    if (kind.covers(kind.digest(mine), kind.digest(theirs))) return undefined;
    return tombstones ? tombstones.witness(kind.merge(mine, theirs), self) : theirs;
  }

  return {
    kind,
    begin(log) {
      const state: State = { store: {}, newest: 0, open: [], exchanges: 0, spentSince: {}, sequence: 0, buffer: [], acknowledged: {} };
      for (const entry of log) carryOut(state, entry);
      return state;
    },
    absorb(state, from, theirs, context) {
      const cells = recordOf(Object.keys(theirs), (key) => added(state, key, cellAt(theirs, key)!, context.self, context.size));
      // A tombstone goes back to who sent it: with the note that this node has it, too.
      if (Object.keys(cells).length > 0) write(state, kind.tombstones ? null : from, { type: "merge", cells }, context);
    },
    change(state, { id, key, change }, context) {
      const delta = kind.change(cellAt(state.store, key), change, { node: context.self, now: context.now, newest: state.newest });
      write(state, null, { type: "change", id, key, change, cells: recordOf([key], () => delta) }, context);
      context.output({ type: "changed", id, key });
    },
    collect(state, { now, size }) {
      const { tombstones } = kind;
      if (!tombstones) return [];
      state.spentSince = recordOf(Object.keys(state.store), (key) => (tombstones.spent(state.store[key]!, size) ? (cellAt(state.spentSince, key) ?? now) : undefined));
      return Object.keys(state.spentSince).filter((key) => now - state.spentSince[key]! >= tombstones.grace);
    },
    drop(state, keys, context) {
      write(state, null, { type: "drop", keys }, context);
      // Whatever was asked for before may be answered with what the tombstone has overwritten.
      state.open = [];
    },
  };
}

export interface WholeReplica<Cell, Change, Digest> extends Replica<Cell, Change, Digest> {
  /** The state of a node that starts with this log. */
  begin(log: readonly AntiEntropyEntry<Cell, Change>[]): AntiEntropyState<Cell>;
  /** Carries out a client's change, durably, and tells the client. */
  change(state: AntiEntropyState<Cell>, input: { readonly id: number; readonly key: string; readonly change: Change }, context: AntiEntropyContext<Cell, Change, Digest>): void;
  /** Keys of the tombstones that may go now. */
  collect(state: AntiEntropyState<Cell>, context: Pick<AntiEntropyContext<Cell, Change, Digest>, "now" | "size">): readonly string[];
  /** Drops tombstones, durably. */
  drop(state: AntiEntropyState<Cell>, keys: readonly string[], context: AntiEntropyContext<Cell, Change, Digest>): void;
}
