import type { Context, NodeId } from "../../protocol.js";
import { lastLogged } from "./history.js";
import type { Rules } from "./rules.js";
import type { Notification, Vote, Zab, ZabState } from "./types.js";
import { compareZxid } from "./zxid.js";

/** Whether one vote beats another: by epoch, then by the last zxid, then by id. */
export function isBetter(vote: Vote, other: Vote): boolean {
  return (vote.epoch - other.epoch || compareZxid(vote.zxid, other.zxid) || vote.leader - other.leader) > 0;
}

/**
 * Phase 0: ZooKeeper's fast leader election (Medeiros 2012, §4.1). Every node that looks for a leader tells all voters its
 * vote, first for itself, and takes over every better one that it hears of, so that the quorum ends on the voter with the
 * newest history. Rounds keep the votes of one election apart from those of the next. Safety does not depend on it.
 */
export function fastLeaderElection(rules: Rules, elected: (state: ZabState, leader: NodeId, context: Context<Zab>) => void) {
  /** Begins a new round with a vote for oneself. */
  function begin(state: ZabState, context: Context<Zab>): void {
    state.round += 1;
    state.vote = voteForSelf(state, context);
    state.votes = {};
    state.settled = {};
    notifyAll(state, context);
    count(state, context);
  }

  function voteForSelf(state: ZabState, context: Context<Zab>): Vote | null {
    return rules.isVoter(context.self, context) ? { epoch: state.currentEpoch, zxid: lastLogged(state), leader: context.self } : null;
  }

  function notifyAll(state: ZabState, context: Context<Zab>): void {
    for (let peer = 0; peer < context.size; peer++) if (peer !== context.self && rules.isVoter(peer, context)) notify(state, peer, context);
    context.setTimer("notify", rules.tick);
  }

  function notify({ round, vote, role }: ZabState, peer: NodeId, context: Context<Zab>): void {
    context.send(peer, { type: "Notification", round, vote, role });
  }

  function onNotification(state: ZabState, from: NodeId, notification: Notification, context: Context<Zab>): void {
    const { round, vote, role } = notification;
    if (state.role !== "looking") {
      if (role === "looking" && state.vote !== null) notify(state, from, context);
      return;
    }
    // An observer asks and does not vote.
    if (vote === null) return notify(state, from, context);
    if (role !== "looking") return onSettled(state, from, { ...notification, vote }, context);
    if (state.vote === null) return;
    if (round < state.round) return notify(state, from, context);
    const newRound = round > state.round;
    const mine = newRound ? voteForSelf(state, context)! : state.vote;
    const best = isBetter(vote, mine) ? vote : mine;
    if (newRound) {
      state.round = round;
      state.votes = {};
    }
    const news = !sameVote(vote, state.votes[from] ?? null);
    state.votes[from] = vote;
    if (newRound || !sameVote(best, state.vote)) {
      state.vote = best;
      context.cancelTimer("finalize");
      notifyAll(state, context);
    } else if (!news) return;
    count(state, context);
  }

  /** A voter that has a leader answers: whoever is its leader is joined if a quorum says so, and the leader itself. */
  function onSettled(state: ZabState, from: NodeId, notification: Notification & { vote: Vote }, context: Context<Zab>): void {
    const { round, vote } = notification;
    state.settled[from] = notification;
    if (round === state.round && state.vote !== null) {
      const news = !sameVote(vote, state.votes[from] ?? null);
      state.votes[from] = vote;
      if (news && sameVote(vote, state.vote)) count(state, context);
    }
    const { leader } = vote;
    if (leader === context.self || state.settled[leader]?.role !== "leading" || state.settled[leader].vote?.leader !== leader) return;
    const followers = Object.values(state.settled).filter((other) => other.vote?.leader === leader);
    if (!rules.isQuorum(followers.length, context)) return;
    state.round = round;
    if (state.vote !== null) state.vote = vote;
    elect(state, leader, context);
  }

  /** Once a quorum has this node's vote, waits a little for a better one. */
  function count(state: ZabState, context: Context<Zab>): void {
    if (agreed(state, context)) context.setTimer("finalize", rules.finalize);
  }

  function agreed({ vote, votes }: ZabState, context: Context<Zab>): boolean {
    if (vote === null) return false;
    const others = Object.entries(votes).filter(([voter, other]) => Number(voter) !== context.self && sameVote(other, vote));
    return rules.isQuorum(others.length + 1, context);
  }

  function finalize(state: ZabState, context: Context<Zab>): void {
    if (agreed(state, context)) elect(state, state.vote!.leader, context);
  }

  function elect(state: ZabState, leader: NodeId, context: Context<Zab>): void {
    context.cancelTimer("notify");
    context.cancelTimer("finalize");
    state.votes = {};
    state.settled = {};
    elected(state, leader, context);
  }

  return { begin, onNotification, notifyAll, finalize };
}

const sameVote = (a: Vote, b: Vote | null): boolean => b !== null && a.leader === b.leader && a.epoch === b.epoch && compareZxid(a.zxid, b.zxid) === 0;
