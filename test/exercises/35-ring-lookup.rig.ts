import { plainReply, type Reply } from "../../lib/course/grading/exchange.js";
import { isSameJson, jsonCopy } from "../../lib/course/grading/jsonCopy.js";
import { thrown } from "../../lib/course/grading/thrown.js";
import { endless, hashOf, type Member, type Point } from "./35-ring-lookup.rings.js";

/** The answer: what the learner exports. */
export interface Answer {
  buildRing(members: readonly Member[], points: number, hash: (text: string) => number): unknown;
  ownerOf(ring: Counted, position: number): unknown;
  replicasOf(ring: Counted, position: number, count: number): unknown;
}

interface Counted {
  readonly length: number;
  at(index: number): Point;
}

/** A lookup: `count` nodes for a position; without it, the owner. */
export interface Question {
  readonly position: number;
  readonly count?: number;
}

/** Calls `buildRing` with a hash of so many bits; says, too, whether the list of nodes is another one afterwards. */
export function buildFrom(answer: Answer, members: readonly Member[], points: number, bits: number, seed: number): { readonly ring: unknown; readonly changed: boolean } {
  const given = jsonCopy(members);
  const ring = build(answer, given, points, bits, seed);
  return { ring, changed: !isSameJson(given, members) };
}

/** Calls `buildRing` with a hash of so many bits. */
export function build(answer: Answer, members: readonly Member[], points: number, bits: number, seed: number): unknown {
  return answer.buildRing(members, points, hashOf(bits, seed));
}

/** Looks keys up on a ring, or on the endless one; nobody may look at more than `most` points for a key. */
export function lookUp(answer: Answer, ring: readonly Point[] | "endless", questions: readonly Question[], most: number): Reply[] {
  const given = ring === "endless" ? endless : { length: ring.length, at: (index: number) => ring[index]! };
  return questions.map(({ position, count }) => {
    let looks = 0;
    const counted: Counted = {
      length: given.length,
      at(index) {
        if (!Number.isInteger(index) || index < 0 || index >= given.length) throw new RangeError(`at(${String(index)}): the points are numbered from 0 to ${given.length - 1}`);
        if (++looks > most) throw new Error(`${most} looks at points were not enough`);
        return { ...given.at(index) };
      },
    };
    try {
      return plainReply(count === undefined ? answer.ownerOf(counted, position) : answer.replicasOf(counted, position, count));
    } catch (error) {
      return { threw: thrown(error) };
    }
  });
}
