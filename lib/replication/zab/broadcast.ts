import type { Context, NodeId } from "../../protocol.js";
import type { Answer, Request } from "../service/machine.js";
import { applyOnce } from "../service/sessions.js";
import { append, compact, lastLogged, loggedAfter } from "./history.js";
import type { AfterRecovery } from "./recovery.js";
import type { Rules } from "./rules.js";
import type { BroadcastMessage, Transaction, Zab, ZabState } from "./types.js";
import { earlier, later, precedes, sameZxid, type Zxid } from "./zxid.js";

/** Phase 3, broadcast: two-phase commit without a no (DSN 2011, §4.1; Medeiros 2012, §3.3). And what clients ask. */
export function broadcast(rules: Rules, bringUp: (state: ZabState, learner: NodeId, last: Zxid, context: Context<Zab>) => void, giveUp: AfterRecovery["giveUp"]) {
  /** A client asks this node, which may be any. */
  function onRequest(state: ZabState, { client, serial, command }: Request<unknown>, context: Context<Zab>): void {
    const answer = (result: unknown) => context.output({ type: "answer", client, serial, result });
    const refuse = () => context.output({ type: "refused", client, serial, leader: null });
    if (state.phase !== "broadcast") return refuse();
    const last = state.sessions.last[client];
    if (last && serial < last.serial) return;
    if (last?.serial === serial) return answer(last.result);
    if (rules.reads === "local" && rules.machine.reads(command)) return answer(rules.machine.apply(state.sessions.machine, command, () => {}));
    if (state.role === "leading" && isFull(state)) {
      giveUp(state, context);
      return refuse();
    }
    if (!state.asked.some((other) => other.client === client && other.serial === serial)) state.asked.push({ client, serial });
    const request = { client, serial, command };
    if (state.role === "leading") propose(state, request, context);
    else context.send(state.leader!, { type: "Forward", request });
  }

  /** Whether a leader has used all counters of its epoch. */
  const isFull = (state: ZabState) => nextZxid(state).counter > rules.counterLimit;

  /** Leader: gives a request the next zxid, logs it and proposes it. */
  function propose(state: ZabState, request: Transaction["request"], context: Context<Zab>): void {
    const { client, serial } = request;
    // Asked again, it is under way already, or was delivered.
    if (loggedAfter(state, state.delivered).some((other) => other.request.client === client && other.request.serial === serial) || serial <= (state.sessions.last[client]?.serial ?? 0)) return;
    const after = lastLogged(state);
    const transaction: Transaction = { zxid: nextZxid(state), request };
    append(state, [transaction], context);
    for (const learner of state.forwarding) if (rules.isVoter(learner, context)) context.send(learner, { type: "Propose", epoch: state.currentEpoch, after, transaction });
    // What another node acknowledges has left this one, and so is on its disk as well.
    state.acknowledged[context.self] = transaction.zxid;
    countAcks(state, context);
  }

  function nextZxid(state: ZabState): Zxid {
    const last = lastLogged(state);
    return { epoch: state.currentEpoch, counter: last.epoch === state.currentEpoch ? last.counter + 1 : 1 };
  }

  function onMessage(state: ZabState, from: NodeId, message: BroadcastMessage, context: Context<Zab>): void {
    if (message.type === "Forward") {
      if (state.role !== "leading" || state.phase !== "broadcast") return;
      return isFull(state) ? giveUp(state, context) : propose(state, message.request, context);
    }
    if (message.epoch !== state.currentEpoch) return;
    if (state.role === "leading") {
      if (state.phase !== "broadcast") return;
      if (message.type === "Ack") onAck(state, from, message.zxid, context);
      else if (message.type === "Pong") onPong(state, from, message.last, context);
      return;
    }
    // With the epoch as its current one a learner has had the history that the epoch began with; since it joined this leader anew it may have to drop some of its own.
    if (from !== state.leader || !state.synced) return;
    if (message.type === "Propose") {
      log(state, message.after, message.transaction, context);
      context.send(from, { type: "Ack", epoch: state.currentEpoch, zxid: lastLogged(state) });
    } else if (message.type === "Inform") {
      log(state, message.after, message.transaction, context);
      learn(state, message.transaction.zxid, context);
    } else if (message.type === "Commit") learn(state, message.zxid, context);
    else if (message.type === "Ping") {
      learn(state, message.committed, context);
      context.send(from, { type: "Pong", epoch: state.currentEpoch, last: lastLogged(state) });
    }
  }

  /** Learner: logs a transaction if it has the one before it. */
  function log(state: ZabState, after: Zxid, transaction: Transaction, context: Context<Zab>): void {
    if (sameZxid(after, lastLogged(state))) append(state, [transaction], context);
  }

  /** Learner: what it has logged up to a committed transaction is committed. */
  function learn(state: ZabState, committed: Zxid, context: Context<Zab>): void {
    if (state.phase === "broadcast") deliver(state, committed, context);
  }

  /** Leader: ACK. It stands for all transactions up to this one. */
  function onAck(state: ZabState, from: NodeId, zxid: Zxid, context: Context<Zab>): void {
    state.acknowledged[from] = later(zxid, state.acknowledged[from] ?? zxid);
    countAcks(state, context);
  }

  /** Leader: an acknowledgement that was lost is in the next pong; and to a learner that has come no further since its last pong, what it lacks is said again. */
  function onPong(state: ZabState, from: NodeId, last: Zxid, context: Context<Zab>): void {
    const before = state.pongs[from];
    state.pongs[from] = last;
    onAck(state, from, last, context);
    if (before && sameZxid(before, last) && precedes(last, lastLogged(state))) sendAgain(state, from, last, context);
  }

  /** Leader: commits what a quorum has logged. */
  function countAcks(state: ZabState, context: Context<Zab>): void {
    const before = state.delivered;
    let committed = before;
    for (const { zxid } of loggedAfter(state, before)) {
      const voters = Object.keys(state.acknowledged).filter((node) => rules.isVoter(Number(node), context) && !precedes(state.acknowledged[Number(node)]!, zxid));
      if (!rules.isQuorum(voters.length, context)) break;
      committed = zxid;
    }
    if (sameZxid(committed, before)) return;
    for (const learner of state.forwarding) {
      if (rules.isVoter(learner, context)) context.send(learner, { type: "Commit", epoch: state.currentEpoch, zxid: committed });
      else inform(state, learner, before, committed, context);
    }
    deliver(state, committed, context);
  }

  /** Leader: tells an observer of committed transactions. */
  function inform(state: ZabState, observer: NodeId, after: Zxid, committed: Zxid, context: Context<Zab>): void {
    for (const transaction of loggedAfter(state, after)) {
      if (precedes(committed, transaction.zxid)) return;
      context.send(observer, { type: "Inform", epoch: state.currentEpoch, after, transaction });
      after = transaction.zxid;
    }
  }

  /** Leader: says again what a learner lacks; where its log does not reach back so far, the learner is brought up anew. */
  function sendAgain(state: ZabState, learner: NodeId, last: Zxid, context: Context<Zab>): void {
    if (precedes(last, state.base)) return bringUp(state, learner, last, context);
    if (!rules.isVoter(learner, context)) return inform(state, learner, last, state.delivered, context);
    for (const transaction of loggedAfter(state, last)) {
      context.send(learner, { type: "Propose", epoch: state.currentEpoch, after: last, transaction });
      last = transaction.zxid;
    }
  }

  /** Leader: a learner has joined. */
  function welcome(state: ZabState, learner: NodeId, context: Context<Zab>): void {
    context.send(learner, { type: "UpToDate", epoch: state.currentEpoch, committed: state.delivered });
  }

  /** Delivers what is logged up to a committed transaction, in order, and answers whoever asked this node. */
  function deliver(state: ZabState, committed: Zxid, context: Context<Zab>): void {
    const upTo = earlier(committed, lastLogged(state));
    for (const { zxid, request } of loggedAfter(state, state.delivered)) {
      if (precedes(upTo, zxid)) break;
      const result = applyOnce(rules.machine, state.sessions, request, (client, notice) => context.output({ type: "notice", client, notice }));
      state.delivered = zxid;
      answer(state, request, result, context);
    }
    compact(state, rules.keep, context);
  }

  function answer(state: ZabState, { client, serial }: Transaction["request"], result: unknown, context: Context<Zab>): void {
    if (result !== undefined && state.asked.some((asked) => asked.client === client && asked.serial === serial)) context.output({ type: "answer", client, serial, result } satisfies Answer<unknown>);
    state.asked = state.asked.filter((asked) => asked.client !== client || asked.serial > serial);
  }

  /** Leader: a heartbeat, with what is committed. */
  function ping(state: ZabState, context: Context<Zab>): void {
    for (const learner of state.forwarding) context.send(learner, { type: "Ping", epoch: state.currentEpoch, committed: state.delivered });
  }

  return { onRequest, onMessage, countAcks, deliver, welcome, ping };
}
