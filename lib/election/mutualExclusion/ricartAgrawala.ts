import type { Context, NodeId, Protocol } from "../../protocol.js";

/**
 * Mutual exclusion with one round of questions (Ricart and Agrawala, An Optimal Algorithm for Mutual Exclusion in Computer
 * Networks, CACM 24(1), 1981). A node that wants to enter asks all others, under a sequence number above all that it has
 * seen, and enters when all have replied. Who is asked replies at once, unless it has asked itself and goes before: then it
 * defers its reply until it has left. The lower number goes before, of equal ones that of the lower id. So a reply is
 * Lamport's acknowledgment and his release in one, and an entry takes 2(n − 1) messages: the fewest, the authors argue,
 * where all nodes follow the same rules at the same time.
 *
 * Messages may take any time and overtake each other. As the paper presumes, none is lost or comes twice (replies are
 * counted) and no node crashes: all wait for each. A client asks for one entry at a time; what it asks for otherwise is
 * ignored. The state has the paper's names.
 */
export function ricartAgrawala(): Protocol<RicartAgrawala> {
  function request(state: RicartAgrawalaState, context: Context<RicartAgrawala>): void {
    state.requestingCriticalSection = true;
    state.ourSequenceNumber = state.highestSequenceNumber + 1;
    state.outstandingReplyCount = context.size - 1;
    for (let node = 0; node < context.size; node++) if (node !== context.self) context.send(node, { type: "Request", sequenceNumber: state.ourSequenceNumber });
    if (isInside(state)) context.output({ type: "entered" });
  }

  function onRequest(state: RicartAgrawalaState, from: NodeId, sequenceNumber: number, context: Context<RicartAgrawala>): void {
    state.highestSequenceNumber = Math.max(state.highestSequenceNumber, sequenceNumber);
    const { requestingCriticalSection, ourSequenceNumber } = state;
    const weGoBefore = ourSequenceNumber < sequenceNumber || (ourSequenceNumber === sequenceNumber && context.self < from);
    if (requestingCriticalSection && weGoBefore) state.replyDeferred.push(from);
    else context.send(from, { type: "Reply" });
  }

  function onReply(state: RicartAgrawalaState, context: Context<RicartAgrawala>): void {
    state.outstandingReplyCount--;
    if (isInside(state)) context.output({ type: "entered" });
  }

  function release(state: RicartAgrawalaState, context: Context<RicartAgrawala>): void {
    state.requestingCriticalSection = false;
    for (const node of state.replyDeferred) context.send(node, { type: "Reply" });
    state.replyDeferred = [];
  }

  return {
    init: () => ({ ourSequenceNumber: 0, highestSequenceNumber: 0, outstandingReplyCount: 0, requestingCriticalSection: false, replyDeferred: [] }),
    onInput(state, { type }, context) {
      if (type === "enter" && !state.requestingCriticalSection) request(state, context);
      else if (type === "leave" && isInside(state)) release(state, context);
    },
    onMessage(state, from, message, context) {
      if (message.type === "Request") onRequest(state, from, message.sequenceNumber, context);
      else onReply(state, context);
    },
  };
}

/** Whether a node is in the critical section: it has asked and waits for nobody. */
export const isInside = ({ requestingCriticalSection, outstandingReplyCount }: RicartAgrawalaState): boolean => requestingCriticalSection && outstandingReplyCount === 0;

export interface RicartAgrawalaState {
  /** The number of its last request; 0: it has made none. */
  ourSequenceNumber: number;
  /** The highest number in any request that has come. */
  highestSequenceNumber: number;
  /** How many have not replied to its request. */
  outstandingReplyCount: number;
  /** Whether it has asked, and has not left since. */
  requestingCriticalSection: boolean;
  /** Who waits for its reply. */
  replyDeferred: NodeId[];
}

export interface RicartAgrawala {
  State: RicartAgrawalaState;
  Message: { readonly type: "Request"; readonly sequenceNumber: number } | { readonly type: "Reply" };
  /** Asks to enter the critical section, or leaves it. */
  Input: { readonly type: "enter" | "leave" };
  Output: { readonly type: "entered" };
}
