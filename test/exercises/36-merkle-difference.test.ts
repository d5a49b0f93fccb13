import { fileURLToPath } from "node:url";
import { inWords } from "../../lib/course/grading/exchange.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import type { Found } from "./36-merkle-difference.rig.js";
import { full, innerOf, sparse, type Trees } from "./36-merkle-difference.trees.js";
import { type Case, registerGrader } from "./grader.js";

/** Hashes for each inner node that differs, on average over trees at random: both children are 2; whoever goes on to the second only where the first does not settle it needs 1.5. */
const share = 1.75;

const alone = [...Array.from({ length: 8 }, (_, leaf) => full(3, [leaf])), full(1, [0]), full(1, [1]), full(5, [13]), full(5, [31])];
const several = [full(1, [0, 1]), full(2, [0, 3]), full(2, [2, 3]), full(3, [0, 1, 2, 3, 4, 5, 6, 7]), full(3, [1, 6]), full(4, [3, 4, 5, 11]), full(4, [0, 15]), full(4, [8, 9, 10]), ...[1, 2, 3, 4].map((seed) => sparse(6, 3 + 2 * seed, seed))];
const large = [...[1, 2, 3, 4, 5, 6].map((seed) => sparse(20, seed, seed)), ...[7, 8, 9].map((seed) => sparse(20, 30, seed))];

registerGrader({
  exercise: "36-merkle-difference",
  file: "difference.ts",
  exports: ["difference"],
  rig: fileURLToPath(new URL("36-merkle-difference.rig.ts", import.meta.url)),
  limit: 15_000,
  cases: [
    found("trees that are equal differ nowhere", 2, [full(0, []), full(1, []), full(3, []), sparse(9, 0, 1)]),
    found("one leaf differs", 3, alone),
    found("several leaves differ", 4, several),
    found("a tree may be a single leaf", 1, [full(0, [0])]),
    budget("nothing is asked below nodes that are equal", 4, [full(0, []), full(3, []), ...alone, ...several, ...large], wasteful),
    budget("few questions", 3, large, tooManyQuestions),
    together("few hashes", 3, [full(3, []), ...large, ...Array.from({ length: 20 }, (_, index) => sparse(20, 1 + (index % 3), 100 + index))]),
  ],
});

/** A case of pairs of trees: which leaves were found. */
function found(name: string, points: number, pairs: readonly Trees[]): Case {
  return {
    name,
    points,
    requests: [{ on: "rig", call: "compare", args: [pairs] }],
    judge([reply]) {
      for (const [index, trees] of pairs.entries()) {
        const message = wrong((reply as { value: Found[] }).value[index]!, trees);
        if (message !== undefined) return { message };
      }
      return undefined;
    },
  };
}

/** What is wrong with what was found, whatever it cost; undefined if nothing is. */
function wrong({ reply }: Found, trees: Trees): string | undefined {
  const unbegun = "threw" in reply && /Error: (\w+) is still to do$/.exec(reply.threw);
  if (unbegun) return notWritten(`\`${unbegun[1]}\``);
  const { depth, others } = trees;
  const leaves = others.map(([leaf]) => leaf).sort((a, b) => a - b);
  const pair = `Two trees of depth ${depth} ${leaves.length === 0 ? "are equal" : leaves.length === 1 ? `differ in leaf ${leaves[0]}` : `differ in ${leaves.length} leaves, ${some(leaves)}`}`;
  if (!("value" in reply) || !Array.isArray(reply.value) || !reply.value.every(Number.isInteger)) return `${pair}: difference ${inWords(reply)}; expected a list of leaves.`;
  const given = reply.value as number[];
  const twice = given.find((leaf, index) => given.indexOf(leaf) < index);
  if (twice !== undefined) return `${pair}: your list has ${twice} twice.`;
  const missed = leaves.find((leaf) => !given.includes(leaf));
  const extra = given.find((leaf) => !leaves.includes(leaf));
  if (missed === undefined && extra === undefined) return undefined;
  const none = given.find((leaf) => leaf < 0 || leaf >= 1 << depth);
  if (none !== undefined) return `${pair}: your list has ${none}, and there ${depth === 0 ? "is only 1 leaf" : `are only ${1 << depth} leaves`}, counted from 0: leaf l is node ${1 << depth} + l.`;
  return `${pair}: ${missed !== undefined ? `you did not find leaf ${missed}` : `your list has leaf ${extra}, which is the same on both sides`}.${missed !== undefined && extra !== undefined ? ` And it has leaf ${extra}, which is the same on both sides.` : ""}`;
}

const some = (list: readonly number[]): string => (list.length > 6 ? `${list.slice(0, 5).join(", ")}, …` : list.join(", "));

/** A case of what comparisons cost, each of them. What is wrong cannot be cheap. */
function budget(name: string, points: number, pairs: readonly Trees[], tooDear: (found: Found, trees: Trees) => string | undefined): Case {
  return {
    ...found(name, points, pairs),
    judge([reply]) {
      for (const [index, trees] of pairs.entries()) {
        const one = (reply as { value: Found[] }).value[index]!;
        const message = tooDear(one, trees) ?? wrong(one, trees);
        if (message !== undefined) return { message };
      }
      return undefined;
    },
  };
}

const pairOf = ({ depth, others }: Trees): string => `In two trees of depth ${depth} ${others.length === 0 ? "that are equal" : `that differ in ${others.length === 1 ? "one leaf" : `${others.length} leaves`}`}`;

/** What was asked for although it could not differ, or was known. */
function wasteful({ asked }: Found, trees: Trees): string | undefined {
  const inner = new Set(innerOf(trees));
  const known = new Set<number>();
  for (const node of asked.flat()) {
    if (known.has(node)) return `${pairOf(trees)} you asked for node ${node} twice.`;
    known.add(node);
    if (node > 1 && !inner.has(node >> 1)) return `${pairOf(trees)} you asked for node ${node}, but its parent ${node >> 1} is the same on both sides, and so is all that lies below.`;
  }
  return undefined;
}

function tooManyQuestions({ asked }: Found, trees: Trees): string | undefined {
  const allowed = 2 * trees.depth + 1;
  return asked.length > allowed ? `${pairOf(trees)} you asked ${asked.length === 4000 ? "more than 4000" : asked.length} questions, and ${allowed} are enough: one question may be about all nodes of a level.` : undefined;
}

/** A case of what comparisons cost in hashes, all together. */
function together(name: string, points: number, pairs: readonly Trees[]): Case {
  return {
    ...found(name, points, pairs),
    judge([reply]) {
      const all = (reply as { value: Found[] }).value;
      const message = pairs.map((trees, index) => wrong(all[index]!, trees)).find((one) => one !== undefined);
      if (message !== undefined) return { message };
      const hashes = all.reduce((sum, { asked }) => sum + asked.flat().length, 0);
      const inner = pairs.reduce((sum, trees) => sum + innerOf(trees).length, 0);
      // One for each root.
      const needed = (hashes - pairs.length) / inner;
      return needed > share ? { message: `In ${pairs.length} pairs of trees ${inner} inner nodes differ; you asked for ${hashes} hashes, which beside the ${pairs.length} roots is ${needed.toFixed(2)} for each of those nodes. At most ${share} are allowed: if a node differs and its left child does not, what of the right one?` } : undefined;
    },
  };
}
