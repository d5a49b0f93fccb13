import type { Reply } from "../../lib/course/grading/exchange.js";
import { jsonCopy } from "../../lib/course/grading/jsonCopy.js";
import type { Placement } from "./71-shard-placement.least.js";
import { attempt } from "./pureCalls.js";

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
export function follow({ place }: Answer, { first, steps, copies }: Run): Reply[] {
  const replies: Reply[] = [];
  let previous: unknown = first;
  for (const nodes of steps) {
    const reply = attempt(() => place(jsonCopy(previous) as Placement, [...nodes], copies));
    replies.push(reply);
    if (!("value" in reply) || !isPlacement(reply.value, first.length)) break;
    previous = reply.value;
  }
  return replies;
}

/** Whether something is a list of lists of nodes, one for each shard. */
export const isPlacement = (value: unknown, shards: number): value is Placement => Array.isArray(value) && value.length === shards && value.every((shard) => Array.isArray(shard) && shard.every(Number.isInteger));
