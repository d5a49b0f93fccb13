import type { Context } from "../../protocol.js";
import { snapshotIndex, termAt } from "./log.js";
import type { Members } from "./membership.js";
import type { ReplicatedRaft, ReplicatedState, Snapshot } from "./replicatedTypes.js";

/**
 * Snapshots (Ongaro and Ousterhout 2014, §7): what the machine has become, in the place of the entries that made it so;
 * with the clients' sessions, so that nothing is carried out twice, and with who belongs to the cluster.
 */
export function snapshots<S, C, R>(members: Members, { snapshotAfter, trailing }: { readonly snapshotAfter: number; readonly trailing: number }) {
  type State = ReplicatedState<S, C, R>;
  type NodeContext = Context<ReplicatedRaft<S, C, R>>;

  /** After so many entries, takes a snapshot of all that has been carried out; it takes their place when so many more have followed. */
  function takeSnapshot(state: State, context: NodeContext): void {
    if (state.taken === null && state.lastApplied - snapshotIndex(state) >= snapshotAfter) state.taken = snapshotOf(state, context.size);
    if (state.taken === null || state.lastApplied - state.taken.index < trailing) return;
    replaceBeginning(state, state.taken.index - snapshotIndex(state), state.taken, context);
  }

  function snapshotOf(state: State, size: number): Snapshot<S, R> {
    const index = state.lastApplied;
    const { configuration } = members.configurationAt(state, index, size);
    return { index, term: termAt(state, index)!, configuration, sessions: structuredClone(state.sessions) };
  }

  /** Takes over another node's snapshot. Of the log is kept what comes after it, if that goes on from it. */
  function install(state: State, snapshot: Snapshot<S, R>, context: NodeContext): void {
    const fits = termAt(state, snapshot.index) === snapshot.term;
    replaceBeginning(state, fits ? snapshot.index - snapshotIndex(state) : state.log.length, snapshot, context);
    members.useLatest(state, context.size);
    state.sessions = structuredClone(snapshot.sessions);
    state.commitIndex = state.lastApplied = snapshot.index;
  }

  function replaceBeginning(state: State, count: number, snapshot: Snapshot<S, R>, context: NodeContext): void {
    state.log = state.log.slice(count);
    state.snapshot = snapshot;
    state.taken = null;
    context.compact(count, snapshot);
  }

  return { takeSnapshot, install };
}
