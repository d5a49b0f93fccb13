import { counterOf, type VersionVector } from "../../gossip/versions/versionVector.js";
import type { Context, NodeId } from "../../protocol.js";
import type { QuorumStore, StoreEntry, StoreState } from "./types.js";
import type { Stamp, Versioning } from "./versioning.js";

/** How a node keeps its copies, and hints for others: in memory and on its disk. */
export function replica<Held>(versioning: Versioning<Held>, { grace }: { readonly grace: number }) {
  type State = StoreState<Held>;
  type NodeContext = Context<QuorumStore<Held>>;
  const { nothing, merge, values, readOf } = versioning;

  /** A copy that a node has: its own, or what it keeps for another. */
  const copyFor = (state: State, self: NodeId, home: NodeId, key: string): Held => (home === self ? state.keys : (state.hints[home] ?? {}))[key] ?? nothing;

  /** Adds what somebody else knows to a copy. */
  function keep(state: State, home: NodeId, key: string, held: Held, context: NodeContext): void {
    const before = copyFor(state, context.self, home, key);
    const after = merge(before, held);
    if (equal(before, after)) return;
    put(state, { key, home: home === context.self ? null : home, held: after }, context);
  }

  /** This replica makes a new version of a key. */
  function make(state: State, key: string, value: string | null, read: VersionVector, context: NodeContext): { readonly held: Held; readonly stamp: Stamp } {
    const made = versioning.write(state.keys[key] ?? nothing, read, value, { node: context.self, above: state.minted, now: context.now });
    put(state, { key, home: null, held: made.held }, context);
    return made;
  }

  /** A node has taken what was kept for it, unless there is more by now. */
  function handedOff(state: State, home: NodeId, key: string, held: Held, context: NodeContext): void {
    const hint = state.hints[home]?.[key];
    if (hint !== undefined && equal(hint, held)) put(state, { key, home, held: null }, context);
  }

  /** Whether all that is held under a key is that it was deleted. */
  const isDead = (held: Held) => values(held).length > 0 && values(held).every((value) => value === null);

  /** Tombstones go when they are so old that whoever was away has heard of them, as one hopes. */
  function collect(state: State, context: NodeContext): void {
    for (const [key, held] of Object.entries(state.keys)) {
      if (!isDead(held)) delete state.deadSince[key];
      else if (age(state, key, context.now) >= grace) {
        delete state.deadSince[key];
        // The context goes with the key, but no counter is given twice: what others remember would take the new version for an old one.
        state.minted = Math.max(state.minted, counterOf(readOf(held), context.self));
        context.save({ minted: state.minted });
        put(state, { key, home: null, held: null }, context);
      }
    }
  }

  const age = (state: State, key: string, now: number) => now - (state.deadSince[key] ??= now);

  function put(state: State, entry: StoreEntry<Held>, context: NodeContext): void {
    apply(state, entry);
    context.append([entry]);
    if (++state.logged % 64 !== 0 || state.logged < 2 * Object.keys(state.keys).length) return;
    context.compact(state.logged, { keys: state.keys, hints: state.hints });
    state.logged = 0;
  }

  /** Keys that this node tells others of: a tombstone's last half of its time it keeps to itself, or they would hand it back and forth for ever. */
  const told = (state: State, now: number): [string, Held][] => Object.entries(state.keys).filter(([key, held]) => !isDead(held) || age(state, key, now) < grace / 2);

  return { copyFor, keep, make, handedOff, collect, told };
}

/** Carries out a change of a node's copies. */
export function apply<Held>({ keys, hints }: Pick<StoreState<Held>, "keys" | "hints">, { key, home, held }: StoreEntry<Held>): void {
  const copies = home === null ? keys : (hints[home] ??= {});
  if (held === null) delete copies[key];
  else copies[key] = held;
  if (home !== null && Object.keys(copies).length === 0) delete hints[home];
}

export const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
