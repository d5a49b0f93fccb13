import type { Context, NodeId, Protocol } from "../../protocol.js";
import { gridQuorums, type LockSets } from "./lockSets.js";
import type { MossQuorums, MossQuorumsMessage, MossQuorumsState } from "./mossQuorums.types.js";

/**
 * MOSS, repaired: the survey's election by locks (its section 3.1) with what it lacks. A node needs the locks of a *quorum*,
 * any two of which intersect, in place of its neighbours' (Maekawa, ACM TOCS 3(2), 1985). A lock is a *lease*: it ends by
 * itself unless it is renewed; who leads stops before the first of its locks may end, by its own clock; and who has
 * crashed gives no lock away until all that it gave before have ended (Gray and Cheriton, Leases, SOSP 1989). And every
 * leader has a *fencing token*, higher than that of any before: nobody takes the word of a leader with a lower one than
 * it knows of.
 *
 * It goes in two steps. A lock that was *asked* for is the asker's for the time being: an older wish, by the logical
 * clocks, still takes it away. Who has all locks *claims* them with a token above all that their owners know of; who finds
 * one taken away meanwhile releases the others and tries again. So nobody waits for a lock while it keeps another, and
 * there is no deadlock to break. Who gets no further steps back for a while, for a quorum may have a node that is down:
 * that is the price of quorums that are fixed.
 *
 * The lease presumes that no clock runs faster than another by more than `margin`, and nothing of what they show; that a
 * leader which is paused does not act on when it wakes is what the token is for. Throws a `RangeError` for options out of range.
 */
export function mossQuorums(options?: MossQuorumsOptions): Protocol<MossQuorums> {
  return mossQuorumsWith(options, SOUND);
}

/** The same with rules that a mutant may break. */
export function mossQuorumsWith({ quorums = gridQuorums, lease = 600, margin = 0.2, renew = 120, retry = 60, patience: [low, high] = [600, 1200] }: MossQuorumsOptions = {}, rules: MossRules): Protocol<MossQuorums> {
  type Own = Context<MossQuorums>;
  type State = MossQuorumsState;
  for (const [name, value] of Object.entries({ lease, renew, retry, "lowest patience": low })) if (!(value > 0 && value < Infinity)) throw new RangeError(`expected a time above 0 ms for ${name}, not ${value}`);
  if (!(high >= low && high < Infinity)) throw new RangeError(`expected a patience [low, high] in ms with low ≤ high, not [${low}, ${high}]`);
  if (!(margin >= 0 && margin < 1)) throw new RangeError(`expected a margin from 0 to below 1, not ${margin}`);
  const quorumOf = (context: Own) => quorums(context.self, context.size);

  // Who wants to lead.

  function want(state: State, context: Own): void {
    state.role = "asking";
    state.leader = null;
    state.wish = ++state.clock;
    state.ask = Math.floor(context.random() * 4294967296);
    state.granted = [];
    state.highest = state.token;
    context.setTimer("give up", GIVES_UP * retry);
    askAgain(state, context);
  }

  function askAgain(state: State, context: Own): void {
    const { role, wish, ask, claim } = state;
    context.setTimer("retry", retry * (1 + context.random()));
    const message: MossQuorumsMessage = role === "asking" ? { type: "Ask", ask, clock: wish } : { type: "Claim", ask, token: claim };
    for (const node of quorumOf(context)) if (state.ask === ask && state.role === role && !state.granted.includes(node)) say(state, node, message, context);
  }

  function onGranted(state: State, from: NodeId, ask: number, token: number, context: Own): void {
    if (state.role !== "asking" || ask !== state.ask || state.granted.includes(from)) return;
    state.granted.push(from);
    state.highest = Math.max(state.highest, token);
    if (state.granted.length < quorumOf(context).length) return;
    state.role = "claiming";
    state.claim = rules.nextToken(state.highest);
    state.granted = [];
    // What its locks are worth counts from before the first of them is claimed.
    beginLease(0, context);
    askAgain(state, context);
  }

  function onClaimed(state: State, from: NodeId, ask: number, context: Own): void {
    if (state.role !== "claiming" || ask !== state.ask || state.granted.includes(from)) return;
    state.granted.push(from);
    if (state.granted.length === quorumOf(context).length) lead(state, context);
  }

  /** One of its locks is not its own any more. */
  function onRefused(state: State, ask: number, context: Own): void {
    if (ask === state.ask && state.role !== "follower") stepBack(state, context);
  }

  function stepBack(state: State, context: Own): void {
    if (state.role !== "leader") for (const node of quorumOf(context)) say(state, node, { type: "Release", ask: state.ask }, context);
    stop(state, context);
    state.leader = null;
    waitForLeader(context);
  }

  function stop(state: State, context: Own): void {
    state.role = "follower";
    for (const timer of ["retry", "give up", "renew"] as const) context.cancelTimer(timer);
  }

  // The leader.

  function lead(state: State, context: Own): void {
    stop(state, context);
    state.role = "leader";
    state.leader = context.self;
    state.round = 0;
    state.renewed = Object.fromEntries(quorumOf(context).map((node) => [node, 0]));
    context.cancelTimer("patience");
    context.output({ type: "leader", leader: context.self, token: state.claim });
    renewAll(state, context);
  }

  function renewAll(state: State, context: Own): void {
    const { ask, claim } = state;
    const round = ++state.round;
    beginLease(round, context);
    context.setTimer("renew", renew);
    for (let node = 0; node < context.size; node++) if (state.ask === ask) say(state, node, { type: "Lead", ask, token: claim, round }, context);
  }

  const beginLease = (round: number, context: Own) => context.setTimer({ lease: round }, lease * (1 - margin));

  function onRenewed(state: State, from: NodeId, ask: number, round: number, context: Own): void {
    if (state.role !== "leader" || ask !== state.ask || round <= (state.renewed[from] ?? Infinity)) return;
    const before = safeRound(state);
    state.renewed[from] = round;
    for (let old = before; old < safeRound(state); old++) context.cancelTimer({ lease: old });
  }

  /** A lease is over: of the newest round that all owners have renewed in, or of a claim that came to nothing. */
  function onLapse(state: State, round: number, context: Own): void {
    if (state.role === "claiming" || (state.role === "leader" && rules.stops(round, safeRound(state)))) stepBack(state, context);
  }

  // Whose lock it is.

  function onAsk(state: State, from: NodeId, ask: number, clock: number, context: Own): void {
    state.clock = Math.max(state.clock, clock) + 1;
    if (state.quiet) return;
    const { lock } = state;
    const free = lock === null || lock.node === from || (!lock.claimed && (clock < lock.clock || (clock === lock.clock && from < lock.node)));
    if (!free) return;
    if (lock?.ask !== ask) {
      state.lock = { node: from, clock, ask, claimed: false };
      context.setTimer("lock", lease);
    }
    say(state, from, { type: "Granted", ask, token: state.token }, context);
  }

  function onClaim(state: State, from: NodeId, ask: number, token: number, context: Own): void {
    const { lock } = state;
    if (lock?.ask !== ask || lock.node !== from || !(lock.claimed ? token === state.token : rules.isHigher(token, state.token))) return say(state, from, { type: "Refused", ask }, context);
    if (!lock.claimed) learn(state, token, context);
    state.lock = { ...lock, claimed: true };
    context.setTimer("lock", lease);
    say(state, from, { type: "Claimed", ask }, context);
  }

  function onRelease(state: State, ask: number, context: Own): void {
    if (state.lock?.ask === ask) free(state, context);
  }

  function free(state: State, context: Own): void {
    state.lock = null;
    context.cancelTimer("lock");
  }

  // Everybody.

  function onLead(state: State, from: NodeId, { ask, token, round }: Extract<MossQuorumsMessage, { type: "Lead" }>, context: Own): void {
    if (rules.isFenced(token, state.token)) return say(state, from, { type: "Refused", ask }, context);
    if (token > state.token) learn(state, token, context);
    if (from !== context.self) follow(state, from, token, context);
    const { lock } = state;
    if (!quorums(from, context.size).includes(context.self)) return;
    if (lock?.ask !== ask || !lock.claimed) return;
    context.setTimer("lock", lease);
    say(state, from, { type: "Renewed", ask, round }, context);
  }

  function follow(state: State, leader: NodeId, token: number, context: Own): void {
    if (state.role !== "follower") stop(state, context);
    if (state.leader !== leader || state.following !== token) context.output({ type: "leader", leader, token });
    state.leader = leader;
    state.following = token;
    waitForLeader(context);
  }

  function learn(state: State, token: number, context: Own): void {
    state.token = token;
    context.save({ token });
  }

  const waitForLeader = (context: Own) => context.setTimer("patience", low + (high - low) * context.random());

  /** What a node says to itself needs no network. */
  function say(state: State, to: NodeId, message: MossQuorumsMessage, context: Own): void {
    if (to === context.self) onMessage(state, to, message, context);
    else context.send(to, message);
  }

  function onMessage(state: State, from: NodeId, message: MossQuorumsMessage, context: Own): void {
    switch (message.type) {
      case "Ask":
        return onAsk(state, from, message.ask, message.clock, context);
      case "Granted":
        return onGranted(state, from, message.ask, message.token, context);
      case "Claim":
        return onClaim(state, from, message.ask, message.token, context);
      case "Claimed":
        return onClaimed(state, from, message.ask, context);
      case "Refused":
        return onRefused(state, message.ask, context);
      case "Release":
        return onRelease(state, message.ask, context);
      case "Lead":
        return onLead(state, from, message, context);
      case "Renewed":
        return onRenewed(state, from, message.ask, message.round, context);
    }
  }

  return {
    init: (_self, _size, { token } = { token: 0 }) => ({
      ...{ role: "follower", clock: 0, token, wish: 0, ask: 0, granted: [], highest: 0, claim: 0, round: 0, renewed: {} },
      ...{ lock: null, quiet: rules.waitsAfterStart, leader: null, following: 0 },
    }),
    onStart(state, context) {
      if (state.quiet) context.setTimer("quiet", lease);
      waitForLeader(context);
    },
    onTimer(state, timer, context) {
      if (typeof timer === "object") return onLapse(state, timer.lease, context);
      switch (timer) {
        case "patience":
          return want(state, context);
        case "retry":
          return askAgain(state, context);
        case "give up":
          return stepBack(state, context);
        case "renew":
          return renewAll(state, context);
        case "lock":
          return free(state, context);
        case "quiet":
          state.quiet = false;
      }
    },
    onMessage,
  };
}

/** After so many retries a node steps back for a while. */
const GIVES_UP = 4;

/** The newest round in which all owners of its locks have renewed them. */
const safeRound = ({ renewed }: MossQuorumsState): number => Math.min(...Object.values(renewed));

/** Rules that a mutant may break. */
export interface MossRules {
  /** Whether a node that has started gives no lock away for a lease. */
  readonly waitsAfterStart: boolean;
  readonly nextToken: (highest: number) => number;
  /** Whether a claim's token is high enough for who knows of this one. */
  readonly isHigher: (token: number, known: number) => boolean;
  /** Whether the word of a leader is not taken. */
  readonly isFenced: (token: number, known: number) => boolean;
  /** Whether a leader stops when the lease of a round ends, if `safe` is the newest round that all have renewed in. */
  readonly stops: (round: number, safe: number) => boolean;
}

export const SOUND: MossRules = {
  waitsAfterStart: true,
  nextToken: (highest) => highest + 1,
  isHigher: (token, known) => token > known,
  isFenced: (token, known) => token < known,
  stops: (round, safe) => round >= safe,
};

export interface MossQuorumsOptions {
  /** Whose locks a node needs; any two sets must intersect. Default: the row and the column of a grid. */
  readonly quorums?: LockSets;
  /** How long a lock lasts unless it is renewed, in ms, by its owner's clock. Default 600. */
  readonly lease?: number;
  /** By this share of the lease a leader stops earlier than it need if all clocks ran equally fast. Default 0.2. */
  readonly margin?: number;
  /** Time between two renewals, in ms. Default 120. */
  readonly renew?: number;
  /** After this long, or up to twice, an unanswered request is sent again, in ms. Default 60. */
  readonly retry?: number;
  /** How long a node waits for a leader's word before it wants to lead itself, in ms, drawn anew each time from this range. Default [600, 1200]. */
  readonly patience?: readonly [low: number, high: number];
}
