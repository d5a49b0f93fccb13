import type { Context, NodeId } from "../../protocol.js";
import { isVoter, votersOf } from "./configuration.js";
import { lastIndex } from "./log.js";
import type { ReplicatedRaft, ReplicatedState } from "./replicatedTypes.js";

/**
 * Leadership transfer (Ongaro 2014, dissertation, §3.10): the leader takes no requests while it brings its successor's log
 * up to its own, and then asks it to stand at once. If nothing has come of it after `patience` ms, it goes on.
 */
export function transfer<S, C, R>({ patience, priority }: { readonly patience: number; readonly priority?: readonly number[] | undefined }) {
  type State = ReplicatedState<S, C, R>;
  type NodeContext = Context<ReplicatedRaft<S, C, R>>;

  function onTransfer(state: State, to: NodeId, context: NodeContext): void {
    if (state.role !== "leader") return context.output({ type: "unchanged", because: "this node does not lead" });
    if (to === context.self || !isVoter(state.configuration, to)) return context.output({ type: "unchanged", because: to === context.self ? "this node leads already" : `node ${to} is no voter` });
    begin(state, to, context);
  }

  function begin(state: State, to: NodeId, context: NodeContext): void {
    state.transferee = to;
    context.setTimer("transfer", patience);
    onAnswer(state, to, context);
  }

  /** Once the successor has the whole log, it is told; from then on it may be elected at any moment, and no lease holds. */
  function onAnswer(state: State, from: NodeId, context: NodeContext): void {
    if (state.transferee !== from || state.progress[from]!.match !== lastIndex(state)) return;
    state.leaseUntil = null;
    state.leaseGivenUp = true;
    context.send(from, { type: "TimeoutNow", term: state.currentTerm });
  }

  /** A leader hands over to whoever has a higher priority and the whole log. */
  function yieldToPriority(state: State, context: NodeContext): void {
    if (!priority || state.transferee !== null) return;
    const rank = (node: NodeId) => priority[node] ?? 0;
    const better = votersOf(state.configuration).filter((node) => rank(node) > rank(context.self) && state.progress[node]!.match === lastIndex(state));
    if (better.length > 0) begin(state, better.reduce((best, node) => (rank(node) > rank(best) ? node : best)), context);
  }

  return { onTransfer, onAnswer, yieldToPriority };
}
