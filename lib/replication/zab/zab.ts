import type { Context, NodeId, Protocol } from "../../protocol.js";
import { beginSessions } from "../service/sessions.js";
import { broadcast } from "./broadcast.js";
import { fastLeaderElection } from "./election.js";
import { copyOf, lastLogged } from "./history.js";
import { type AfterRecovery, discovery, synchronization } from "./recovery.js";
import { rulesOf, type ZabOptions } from "./rules.js";
import type { Notification, Stored, Zab, ZabMessage, ZabState } from "./types.js";
import { NONE, precedes } from "./zxid.js";

/**
 * Zab, ZooKeeper's atomic broadcast (Junqueira, Reed and Serafini, Zab: High-performance broadcast for primary-backup
 * systems, DSN 2011; Medeiros, ZooKeeper's atomic broadcast protocol: theory and practice, 2012): leader election,
 * discovery, synchronization, broadcast. It carries a replicated machine; any node takes requests, and hands them on to
 * the leader. Throws a `RangeError` for options out of range.
 */
export function zab(options: ZabOptions = {}): Protocol<Zab> {
  const rules = rulesOf(options);
  const afterRecovery: AfterRecovery = {
    established(state, context) {
      context.output({ type: "leader", leader: context.self, epoch: state.currentEpoch });
      state.led = state.currentEpoch;
      state.heard = [];
      context.setTimer("patience", rules.patience);
      // The history that a quorum has acknowledged with NEWLEADER is committed.
      phase3.deliver(state, lastLogged(state), context);
      for (const learner of Object.keys(state.acknowledged).map(Number)) if (learner !== context.self) phase3.welcome(state, learner, context);
    },
    joined(state, learner, _last, context) {
      phase3.countAcks(state, context);
      phase3.welcome(state, learner, context);
    },
    upToDate: (state, committed, context) => phase3.deliver(state, committed, context),
    giveUp: look,
  };
  const phase0 = fastLeaderElection(rules, (state, leader, context) => (leader === context.self ? lead(state, context) : follow(state, leader, context)));
  const phase2 = synchronization(rules, afterRecovery);
  const phase1 = discovery(rules, phase2, afterRecovery);
  const phase3 = broadcast(rules, phase2.bringUp, look);

  /** Has no leader, and looks for one. */
  function look(state: ZabState, context: Context<Zab>): void {
    Object.assign(state, { role: "looking", phase: "election", leader: null, ...newcomer() });
    context.cancelTimer("tick");
    context.cancelTimer("patience");
    if (rules.election === "fast") phase0.begin(state, context);
  }

  function lead(state: ZabState, context: Context<Zab>): void {
    Object.assign(state, { role: "leading", phase: "discovery", leader: context.self, ...newcomer(), accepted: { [context.self]: state.acceptedEpoch } });
    context.setTimer("tick", rules.tick);
    context.setTimer("patience", rules.patience);
    phase1.chooseEpoch(state, context);
  }

  function follow(state: ZabState, leader: NodeId, context: Context<Zab>): void {
    Object.assign(state, { role: rules.isVoter(context.self, context) ? "following" : "observing", phase: "discovery", leader, ...newcomer() });
    context.setTimer("tick", rules.tick);
    context.setTimer("patience", rules.patience);
    phase1.askForEpoch(state, context);
  }

  function onMessage(state: ZabState, from: NodeId, message: ZabMessage, context: Context<Zab>): void {
    if (message.type === "Notification") return onNotification(state, from, message, context);
    if (state.role === "looking") return;
    if (state.role === "leading") hearFrom(state, from, context);
    else if (from === state.leader && "epoch" in message && message.epoch === state.acceptedEpoch) context.setTimer("patience", rules.patience);
    switch (message.type) {
      case "CEpoch":
      case "NewEpoch":
      case "AckEpoch":
        return phase1.onMessage(state, from, message, context);
      case "Diff":
      case "Trunc":
      case "Snap":
      case "NewLeader":
      case "AckNewLeader":
      case "UpToDate":
        return phase2.onMessage(state, from, message, context);
      default:
        return phase3.onMessage(state, from, message, context);
    }
  }

  function onNotification(state: ZabState, from: NodeId, message: Notification, context: Context<Zab>): void {
    if (rules.election === "oracle") return;
    // Its own leader looks for a leader: over a TCP connection it would hear of that as fast.
    if (from === state.leader && message.role === "looking" && message.round > state.round) look(state, context);
    phase0.onNotification(state, from, message, context);
  }

  function hearFrom(state: ZabState, from: NodeId, context: Context<Zab>): void {
    if (rules.isVoter(from, context) && !state.heard.includes(from)) state.heard.push(from);
  }

  function onTimer(state: ZabState, timer: Zab["Timer"], context: Context<Zab>): void {
    if (timer === "notify") return phase0.notifyAll(state, context);
    if (timer === "finalize") return phase0.finalize(state, context);
    if (timer === "patience") return loseContact(state, context);
    if (state.role === "leading") phase3.ping(state, context);
    else if (state.phase === "discovery") phase1.askForEpoch(state, context);
    else if (state.phase === "synchronization") phase1.acknowledge(state, context);
    context.setTimer("tick", rules.tick);
  }

  /** A learner has not heard from its leader for too long, or a leader from its quorum, or it never came so far as to broadcast. */
  function loseContact(state: ZabState, context: Context<Zab>): void {
    const others = state.heard.filter((node) => node !== context.self).length;
    if (state.role !== "leading" || state.phase !== "broadcast" || !rules.isQuorum(others + 1, context)) return look(state, context);
    state.heard = [];
    context.setTimer("patience", rules.patience);
  }

  return {
    init: (_self, _size, stored = { acceptedEpoch: 0, currentEpoch: 0, snapshot: { zxid: NONE, sessions: beginSessions(rules.machine) }, base: NONE }, disk = []) => restored(stored, disk),
    onStart: look,
    onMessage,
    onTimer,
    onInput(state, input, context) {
      if (input.type === "request") return phase3.onRequest(state, input, context);
      if (rules.election !== "oracle") return;
      if (input.leader === context.self) lead(state, context);
      else follow(state, input.leader, context);
    },
  };
}

/** A node as it comes back with what its disk kept; after `base`, the log is what it was. */
function restored(stored: Stored, disk: readonly ZabState["log"][number][]): ZabState {
  const log = disk.filter(({ zxid }) => precedes(stored.base, zxid));
  return {
    ...{ role: "looking", phase: "election", leader: null },
    ...{ acceptedEpoch: stored.acceptedEpoch, currentEpoch: stored.currentEpoch, log, base: stored.base, snapshot: stored.snapshot, purged: disk.length - log.length },
    ...{ sessions: copyOf(stored.snapshot.sessions), delivered: stored.snapshot.zxid, asked: [] },
    ...{ round: 0, vote: null, votes: {}, settled: {}, led: 0 },
    ...newcomer(),
  };
}

/** What a node knows of a leadership that it has just begun or joined. */
const newcomer = () => ({ accepted: {}, promised: [], waiting: {}, forwarding: [], acknowledged: {}, pongs: {}, heard: [], promises: false, synced: false });
