import { plainReply, type Reply } from "../../lib/course/grading/exchange.js";
import { thrown } from "../../lib/course/grading/thrown.js";
import { combine, sidesOf, type Trees } from "./36-merkle-difference.trees.js";

/** The answer: what the learner exports. */
export interface Answer {
  difference(mine: { readonly depth: number; hash(node: number): number; combine(left: number, right: number): number }, ask: (nodes: readonly number[]) => number[]): unknown;
}

/** What an answer found in two trees, and what it asked for: the nodes of each question. */
export interface Found {
  readonly reply: Reply;
  readonly asked: readonly (readonly number[])[];
}

/** More hashes than this are never needed. */
const most = 4000;

/** Lets the answer compare these trees, one pair after the other. */
export function compare(answer: Answer, pairs: readonly Trees[]): Found[] {
  return pairs.map((trees) => {
    const { depth } = trees;
    const sides = sidesOf(trees);
    const asked: (readonly number[])[] = [];
    let hashes = 0;
    const check = (node: number): void => {
      if (!Number.isInteger(node) || node < 1 || node >= 2 * (1 << depth)) throw new RangeError(`there is no node ${String(node)}: those of a tree of depth ${depth} are numbered from 1 to ${2 * (1 << depth) - 1}`);
    };
    const mine = {
      depth,
      combine,
      hash(node: number) {
        check(node);
        return sides.mine(node);
      },
    };
    const ask = (nodes: readonly number[]): number[] => {
      if ((hashes += nodes.length) > most || asked.length === most) throw new Error(`more than ${most} ${asked.length === most ? "questions" : "hashes"} were asked for`);
      nodes.forEach(check);
      asked.push([...nodes]);
      return nodes.map(sides.theirs);
    };
    try {
      return { reply: plainReply(answer.difference(mine, ask)), asked };
    } catch (error) {
      return { reply: { threw: thrown(error) }, asked };
    }
  });
}
