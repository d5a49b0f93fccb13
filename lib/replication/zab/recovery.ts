import type { Context, NodeId } from "../../protocol.js";
import { chooseSync } from "./chooseSync.js";
import { append, holds, install, lastLogged, loggedAfter, persist, truncateAfter } from "./history.js";
import type { Rules } from "./rules.js";
import type { DiscoveryMessage, SyncMessage, SynchronizationMessage, Zab, ZabState } from "./types.js";
import { compareZxid, later, precedes, sameZxid, type Zxid } from "./zxid.js";

/** What recovery hands on to. */
export interface AfterRecovery {
  /** A leader whose history a quorum has, in its epoch. */
  established(state: ZabState, context: Context<Zab>): void;
  /** A learner that has its leader's history may deliver up to this transaction. */
  upToDate(state: ZabState, committed: Zxid, context: Context<Zab>): void;
  /** A learner has acknowledged NEWLEADER, and all up to `last` with it. */
  joined(state: ZabState, learner: NodeId, last: Zxid, context: Context<Zab>): void;
  /** Leads or follows no longer. */
  giveUp(state: ZabState, context: Context<Zab>): void;
}

/** Phase 1, discovery: a prospective leader finds an epoch that a quorum has never heard of, and the quorum promises to obey no older one (DSN 2011, §4.1). */
export function discovery(rules: Rules, begin: ReturnType<typeof synchronization>, { giveUp }: AfterRecovery) {
  /** What a learner says until it is told of an epoch. */
  function askForEpoch(state: ZabState, context: Context<Zab>): void {
    context.send(state.leader!, { type: "CEpoch", acceptedEpoch: state.acceptedEpoch });
  }

  function onMessage(state: ZabState, from: NodeId, message: DiscoveryMessage, context: Context<Zab>): void {
    if (message.type === "NewEpoch") return onNewEpoch(state, from, message.epoch, context);
    if (state.role !== "leading") return;
    if (message.type === "CEpoch") onCEpoch(state, from, message.acceptedEpoch, context);
    else if (message.epoch === state.acceptedEpoch && hasEpoch(state)) onAckEpoch(state, from, message, context);
  }

  /** Leader: whether it has chosen the epoch that it leads; until then, `acceptedEpoch` is an older one. */
  const hasEpoch = ({ phase, promised }: ZabState) => phase !== "discovery" || promised.length > 0;

  /** Leader: CEPOCH. */
  function onCEpoch(state: ZabState, from: NodeId, acceptedEpoch: number, context: Context<Zab>): void {
    if (!rules.isVoter(from, context)) {
      // Whoever does not vote must not have accepted an epoch that no quorum did.
      if (state.phase === "broadcast") context.send(from, { type: "NewEpoch", epoch: state.acceptedEpoch });
    } else if (!hasEpoch(state)) {
      state.accepted[from] = Math.max(acceptedEpoch, state.accepted[from] ?? 0);
      chooseEpoch(state, context);
    } else if (acceptedEpoch > state.acceptedEpoch) giveUp(state, context); // It obeys a newer epoch, and can join no older one.
    else context.send(from, { type: "NewEpoch", epoch: state.acceptedEpoch });
  }

  /** Leader: as soon as a quorum follows, a new epoch, above all that any of them has accepted. */
  function chooseEpoch(state: ZabState, context: Context<Zab>): void {
    const followers = Object.keys(state.accepted).map(Number);
    if (!rules.isQuorum(followers.length, context)) return;
    state.acceptedEpoch = 1 + Math.max(...Object.values(state.accepted));
    state.promised = [context.self];
    persist(state, context);
    for (const follower of followers) if (follower !== context.self) context.send(follower, { type: "NewEpoch", epoch: state.acceptedEpoch });
    countPromises(state, context);
  }

  /** Learner: NEWEPOCH. An epoch that it accepted from another leader, or before a crash, it must not promise again. */
  function onNewEpoch(state: ZabState, from: NodeId, epoch: number, context: Context<Zab>): void {
    if (from !== state.leader || state.role === "leading" || state.phase !== "discovery") return;
    if (epoch < state.acceptedEpoch) return giveUp(state, context);
    if (epoch > state.acceptedEpoch) {
      state.acceptedEpoch = epoch;
      state.promises = true;
      persist(state, context);
    }
    state.phase = "synchronization";
    acknowledge(state, context);
  }

  /** What a learner says until it has its leader's history: ACK-E, with what its own ends on. */
  function acknowledge(state: ZabState, context: Context<Zab>): void {
    const { acceptedEpoch, currentEpoch, promises } = state;
    context.send(state.leader!, { type: "AckEpoch", epoch: acceptedEpoch, currentEpoch, last: lastLogged(state), promise: promises });
  }

  /** Leader: ACK-E. */
  function onAckEpoch(state: ZabState, from: NodeId, { currentEpoch, last, promise }: Extract<DiscoveryMessage, { type: "AckEpoch" }>, context: Context<Zab>): void {
    if (state.phase !== "discovery") return begin.bringUp(state, from, last, context);
    if (!rules.isVoter(from, context)) return;
    state.waiting[from] = last;
    if (!promise) return;
    // The paper's leader would fetch the newest history of its quorum; ZooKeeper's elects whoever has it, and a leader that is behind gives up.
    if ((currentEpoch - state.currentEpoch || compareZxid(last, lastLogged(state))) > 0) return giveUp(state, context);
    if (!state.promised.includes(from)) state.promised.push(from);
    countPromises(state, context);
  }

  function countPromises(state: ZabState, context: Context<Zab>): void {
    if (rules.isQuorum(state.promised.length, context)) begin.lead(state, context);
  }

  return { askForEpoch, acknowledge, chooseEpoch, onMessage };
}

/** Phase 2, synchronization: the leader's history becomes that of a quorum, in the new epoch (DSN 2011, §4.1; Medeiros 2012, §4.2). */
export function synchronization(rules: Rules, { established, upToDate, joined }: AfterRecovery) {
  /** Leader: a quorum has promised. Its own history is that of the new epoch. */
  function lead(state: ZabState, context: Context<Zab>): void {
    state.phase = "synchronization";
    state.currentEpoch = state.acceptedEpoch;
    state.acknowledged = { [context.self]: lastLogged(state) };
    persist(state, context);
    for (const [learner, last] of Object.entries(state.waiting)) bringUp(state, Number(learner), last, context);
    state.waiting = {};
    countHistories(state, context);
  }

  /** Leader: brings a learner whose history ends on `last` to its own, and on from there: it is sent all further proposals. */
  function bringUp(state: ZabState, learner: NodeId, last: Zxid, context: Context<Zab>): void {
    if (!state.forwarding.includes(learner)) state.forwarding.push(learner);
    const { currentEpoch: epoch, snapshot } = state;
    const sync = chooseSync(state, last);
    const made = { epoch, from: last };
    if (sync.kind === "DIFF") context.send(learner, { type: "Diff", ...made, transactions: sync.transactions });
    else if (sync.kind === "TRUNC") context.send(learner, { type: "Trunc", ...made, to: sync.to, transactions: sync.transactions });
    else context.send(learner, { type: "Snap", ...made, snapshot, transactions: loggedAfter(state, snapshot.zxid) });
    context.send(learner, { type: "NewLeader", epoch, last: lastLogged(state) });
  }

  function onMessage(state: ZabState, from: NodeId, message: SynchronizationMessage, context: Context<Zab>): void {
    if (message.epoch !== state.acceptedEpoch) return;
    if (message.type === "AckNewLeader") return onAckNewLeader(state, from, message.last, context);
    if (from !== state.leader || state.role === "leading" || state.phase === "discovery") return;
    if (message.type === "NewLeader") onNewLeader(state, from, message.last, context);
    else if (message.type !== "UpToDate") takeOver(state, message, context);
    else if (state.currentEpoch === message.epoch && state.synced) {
      state.phase = "broadcast";
      upToDate(state, message.committed, context);
    }
  }

  /** Learner: takes over its leader's history. What was made for another history than its own, such as that before a crash, is not for it. */
  function takeOver(state: ZabState, message: SyncMessage, context: Context<Zab>): void {
    if (!sameZxid(message.from, lastLogged(state))) return;
    if (message.type === "Trunc") {
      if (!holds(state, message.to)) return;
      truncateAfter(state, message.to, context);
    }
    if (message.type === "Snap") install(state, message.snapshot, context);
    append(state, message.transactions, context);
    state.synced = true;
  }

  /** Learner: NEWLEADER. Only with the history, and after it, does the epoch become its own. */
  function onNewLeader(state: ZabState, from: NodeId, last: Zxid, context: Context<Zab>): void {
    if (!state.synced || precedes(lastLogged(state), last)) return;
    if (state.currentEpoch !== state.acceptedEpoch) {
      state.currentEpoch = state.acceptedEpoch;
      persist(state, context);
    }
    context.send(from, { type: "AckNewLeader", epoch: state.currentEpoch, last: lastLogged(state) });
  }

  /** Leader: ACK-LD. */
  function onAckNewLeader(state: ZabState, from: NodeId, last: Zxid, context: Context<Zab>): void {
    if (state.role !== "leading" || (state.phase !== "synchronization" && state.phase !== "broadcast")) return;
    state.acknowledged[from] = later(last, state.acknowledged[from] ?? last);
    if (state.phase === "broadcast") joined(state, from, last, context);
    else countHistories(state, context);
  }

  function countHistories(state: ZabState, context: Context<Zab>): void {
    const voters = Object.keys(state.acknowledged).filter((node) => rules.isVoter(Number(node), context));
    if (!rules.isQuorum(voters.length, context)) return;
    state.phase = "broadcast";
    established(state, context);
  }

  return { lead, bringUp, onMessage };
}
