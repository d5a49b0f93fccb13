import type { Context, Protocol } from "../protocol.js";

/**
 * Election on a one-way ring (Chang and Roberts, An Improved Algorithm for Decentralized Extrema-Finding in Circular
 * Configurations of Processes, CACM 22(5), 1979). Each node has a number, unlike all others, and can send only to the
 * next: node i to node i + 1, the last to node 0. Whoever begins sends its number round. A greater number is passed on, a
 * smaller one goes no further; who is reached by a smaller one before it has begun, begins. The number that comes back
 * to its own node is the greatest; that node leads, and a last message round the ring says so.
 *
 * With all n beginning and every order of numbers equally likely, n·H_n messages are expected (H_n = 1 + 1/2 + … + 1/n),
 * and n more for the announcement. It presumes links that lose nothing, however late, and nodes that do not crash: with
 * one of either, nobody may ever lead. A number is what the node's disk holds; where that is empty, its name. Throws a
 * `RangeError` for a time below 0 ms.
 */
export function changRoberts({ startWithin = 0 }: ChangRobertsOptions = {}): Protocol<ChangRoberts> {
  if (!(startWithin >= 0 && startWithin < Infinity)) throw new RangeError(`expected a time from 0 ms, not ${startWithin}`);

  function begin(state: ChangRobertsState, context: Context<ChangRoberts>): void {
    state.role = "candidate";
    pass({ type: "Candidate", number: state.number }, context);
  }

  function onCandidate(state: ChangRobertsState, number: number, context: Context<ChangRoberts>): void {
    if (number > state.number) {
      state.role = "beaten";
      pass({ type: "Candidate", number }, context);
    } else if (number < state.number) {
      if (state.role === "asleep") begin(state, context);
    } else if (state.role === "candidate") {
      state.role = "leader";
      learn(state, number, context);
    }
  }

  /** Notes who leads and says so to the next node; the message ends where it began, or where it is known already. */
  function learn(state: ChangRobertsState, number: number, context: Context<ChangRoberts>): void {
    if (state.leader !== null) return;
    state.leader = number;
    context.output({ type: "leader", number });
    pass({ type: "Elected", number }, context);
  }

  return {
    init: (self, _size, { number } = { number: self }) => ({ role: "asleep", number, leader: null }),
    onStart(state, context) {
      if (startWithin === 0) begin(state, context);
      else context.setTimer("begin", startWithin * context.random());
    },
    onTimer(state, _timer, context) {
      if (state.role === "asleep") begin(state, context);
    },
    onMessage(state, _from, message, context) {
      if (message.type === "Candidate") onCandidate(state, message.number, context);
      else learn(state, message.number, context);
    },
  };
}

/** To the next node of the ring. */
const pass = (message: ChangRoberts["Message"], context: Context<ChangRoberts>) => context.send((context.self + 1) % context.size, message);

export interface ChangRobertsOptions {
  /** Each node begins by itself at a random time up to this one, in ms. Default 0: all begin at once. */
  readonly startWithin?: number;
}

export interface ChangRobertsState {
  /** Asleep: has not begun, and passed nothing on. Beaten: has seen a greater number than its own. */
  role: "asleep" | "candidate" | "beaten" | "leader";
  readonly number: number;
  /** The leader's number; null: not known yet. */
  leader: number | null;
}

export interface ChangRoberts {
  State: ChangRobertsState;
  Message: { readonly type: "Candidate" | "Elected"; readonly number: number };
  Timer: "begin";
  Stored: { readonly number: number };
  Output: { readonly type: "leader"; readonly number: number };
}
