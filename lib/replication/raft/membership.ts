import type { Context, NodeId } from "../../protocol.js";
import { type Configuration, difference, isVoter } from "./configuration.js";
import { entryAt, snapshotIndex, termAt } from "./log.js";
import type { OperatorInput, ReplicatedRaft, ReplicatedState, RequestEntry } from "./replicatedTypes.js";

type Configured = Pick<ReplicatedState<unknown, unknown, unknown>, "log" | "snapshot" | "configuration" | "configurationIndex" | "commitIndex">;

/** Who belongs to a cluster, as a log tells it. */
export interface Members {
  /** The latest configuration up to an index, and the index that it comes from: 0 for the one that the cluster began with. */
  configurationAt(state: Configured, index: number, size: number): { readonly configuration: Configuration; readonly index: number };
  /** A server uses the latest configuration in its log, committed or not (dissertation, §4.1). */
  useLatest(state: Configured, size: number): void;
  /**
   * Whether a node may stand: if it votes; and if it does not, as long as the change that took its vote may still be undone,
   * for it may be the only one that can bring the others that far (§4.2.2).
   */
  mayCampaign(state: Configured, context: { readonly self: NodeId; readonly size: number }): boolean;
}

/** A cluster that begins with these voters; by default with all nodes. */
export function membersFrom(voters?: readonly NodeId[]): Members {
  const members: Members = {
    configurationAt(state, index, size) {
      for (let at = index; at > snapshotIndex(state); at--) {
        const configuration = entryAt(state, at)?.configuration;
        if (configuration) return { configuration, index: at };
      }
      if (state.snapshot) return { configuration: state.snapshot.configuration, index: state.snapshot.index };
      return { configuration: { voters: voters ?? Array.from({ length: size }, (_, node) => node) }, index: 0 };
    },
    useLatest(state, size) {
      const { configuration, index } = members.configurationAt(state, snapshotIndex(state) + state.log.length, size);
      state.configuration = configuration;
      state.configurationIndex = index;
    },
    mayCampaign(state, { self, size }) {
      if (isVoter(state.configuration, self)) return true;
      // The change before the latest is committed, or no leader would have made another; after a restart the commit index says less.
      return state.configurationIndex > state.commitIndex && isVoter(members.configurationAt(state, state.configurationIndex - 1, size).configuration, self);
    },
  };
  return members;
}

/** What a leader may refuse to do, and how it goes about a change. */
export interface ChangeRules {
  /** Why a leader may not change the cluster now; undefined if it may. */
  hindrance(state: ReplicatedState<unknown, unknown, unknown>): string | undefined;
  /** Whether a change of voters can be made in one step: any two majorities, one of the old and one of the new, share a server (§4.1). */
  isSingleStep(before: readonly NodeId[], after: readonly NodeId[]): boolean;
}

export const changeRules: ChangeRules = {
  hindrance(state) {
    if (state.configuration.outgoing || state.configurationIndex > state.commitIndex) return "a change of the cluster is under way";
    // Without this, changes of two leaders can pass each other (Ongaro, "bug in single-server membership changes", raft-dev, 2015).
    if (termAt(state, state.commitIndex) !== state.currentTerm) return "nothing of the leader's own term is committed yet";
    return state.transferee === null ? undefined : "the leader is handing over";
  },
  isSingleStep: (before, after) => difference(before, after) <= 1,
};

/** What membership changes need of replication and of elections. */
interface Needs<S, C, R> {
  propose(state: ReplicatedState<S, C, R>, entry: RequestEntry<C>, context: Context<ReplicatedRaft<S, C, R>>): void;
  /** Speaks to all members. */
  speak(state: ReplicatedState<S, C, R>, context: Context<ReplicatedRaft<S, C, R>>): void;
  stepDown(state: ReplicatedState<S, C, R>, context: Context<ReplicatedRaft<S, C, R>>): void;
}

/**
 * Changes of the cluster (Ongaro 2014, dissertation, chapter 4). A change by one voter is made in a single step; any other
 * by way of a joint configuration, in which both groups must agree, and which the leader leaves once it is committed.
 */
export function membership<S, C, R>({ propose, speak, stepDown }: Needs<S, C, R>, { hindrance, isSingleStep }: ChangeRules = changeRules) {
  type State = ReplicatedState<S, C, R>;
  type NodeContext = Context<ReplicatedRaft<S, C, R>>;

  function onReconfigure(state: State, { voters, learners }: OperatorInput & { readonly type: "reconfigure" }, context: NodeContext): void {
    const because = state.role !== "leader" ? "this node does not lead" : (unfit(voters, learners ?? [], context.size) ?? hindrance(state));
    if (because !== undefined) return context.output({ type: "unchanged", because });
    const before = state.configuration.voters;
    propose(state, entryOf(state, { voters, ...(!isSingleStep(before, voters) && { outgoing: before }), ...(learners && { learners }) }), context);
  }

  /** A leader that sees its change committed: goes on from a joint configuration, and steps down if it has removed itself. */
  function onCommitted(state: State, context: NodeContext): void {
    if (state.role !== "leader" || state.configurationIndex > state.commitIndex || state.configurationIndex === 0) return;
    const { outgoing, ...next } = state.configuration;
    if (outgoing) return propose(state, entryOf(state, next), context);
    if (next.voters.includes(context.self)) return;
    speak(state, context);
    stepDown(state, context);
  }

  const entryOf = (state: State, configuration: Configuration): RequestEntry<C> => ({ term: state.currentTerm, command: null, configuration });

  return { onReconfigure, onCommitted };
}

/** Why these cannot be a cluster of so many nodes; undefined if they can. */
export function unfit(voters: readonly NodeId[], learners: readonly NodeId[], size: number): string | undefined {
  if (voters.length === 0) return "a cluster needs a voter";
  const all = [...voters, ...learners];
  const stranger = all.find((node) => !Number.isInteger(node) || node < 0 || node >= size);
  if (stranger !== undefined) return `there is no node ${stranger}, only 0 to ${size - 1}`;
  return new Set(all).size < all.length ? "a node may be named only once" : undefined;
}
