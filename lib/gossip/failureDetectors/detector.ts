/**
 * A failure detector over the heartbeats of one sender: a rule that says, after each of them, until when the sender is
 * trusted if no other comes. All of it is arithmetic on arrival times; `State` is plain data, and belongs to one sender.
 * Times are ms of the receiver's clock.
 */
export interface FailureDetector<State extends object = object> {
  /** Begins to watch. */
  init(now: number): State;
  /** A heartbeat has come. `sequence` numbers the sender's heartbeats from 1; one that is older than another that has come changes nothing. */
  heartbeat(state: State, sequence: number, now: number): void;
  /** From when on the sender is suspected, unless another heartbeat comes; perhaps a time that is already past. */
  suspectsAt(state: State): number;
}

/** Whether a sender is suspected. */
export const isSuspected = <State extends object>(detector: FailureDetector<State>, state: State, now: number): boolean => now >= detector.suspectsAt(state);
