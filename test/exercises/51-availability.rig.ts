import type { Reply } from "../../lib/course/grading/exchange.js";
import { isSameJson, jsonCopy } from "../../lib/course/grading/jsonCopy.js";
import { attempt } from "./pureCalls.js";

/** The answer, as far as it is called from here. */
export interface Answer {
  availability(quorums: unknown, chances: unknown): unknown;
}

/** Of the processor's time, ms, for others may be at work beside it. A right answer needs a few; one that goes through sets of quorums takes twice as long for each quorum more. */
const patience = 500;

/** What `availability` says of one family after the other, until it has once taken far too long: that is told instead of what it said. */
export function oneByOne(answer: Answer, list: readonly (readonly [quorums: unknown, chances: unknown])[]): Reply[] {
  const replies: Reply[] = [];
  for (const [quorums, chances] of list) {
    const begun = process.cpuUsage();
    const own = jsonCopy([quorums, chances]);
    const reply = attempt(() => answer.availability(own[0], own[1]));
    const slow = process.cpuUsage(begun).user / 1000 > patience;
    replies.push(slow ? { threw: TOO_SLOW } : isSameJson(own, [quorums, chances]) ? reply : { threw: CHANGED });
    if (slow) break;
  }
  return replies;
}

export const TOO_SLOW = "too slow";
export const CHANGED = "changed";
