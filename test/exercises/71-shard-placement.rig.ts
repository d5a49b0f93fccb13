import type { Placement } from "./71-shard-placement.least.js";
import { callPure, type PureReply } from "./pureCalls.js";

/** The answer: what the learner exports. */
export interface Answer {
  place(previous: Placement, nodes: readonly number[], copies: number): unknown;
}

/** A placement, and the nodes that are there after each of several changes. */
export interface Run {
  readonly first: Placement;
  readonly steps: readonly (readonly number[])[];
  readonly copies: number;
}

/** Asks for a placement after each change; what came of one is what lies there before the next. Ends where nothing does. */
export function follow({ place }: Answer, { first, steps, copies }: Run): PureReply[] {
  const replies: PureReply[] = [];
  let previous: unknown = first;
  for (const nodes of steps) {
    const called = callPure({ place } as never, { call: "place", args: [previous, nodes, copies] });
    replies.push(called);
    const { reply } = called;
    if (!("value" in reply) || !isPlacement(reply.value, first.length)) break;
    previous = reply.value;
  }
  return replies;
}

/** Whether something is a list of lists of nodes, one for each shard. */
export const isPlacement = (value: unknown, shards: number): value is Placement => Array.isArray(value) && value.length === shards && value.every((shard) => Array.isArray(shard) && shard.every(Number.isInteger));
