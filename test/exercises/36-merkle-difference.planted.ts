import type { Planted } from "./planted.js";

const BODY = `  let differing = differ(mine, ask, [1]);
  for (let level = 0; level < mine.depth; level++) {
    const left = differ(mine, ask, differing.map((node) => 2 * node));
    const inLeft = new Set(left);
    // Where the left child is equal the right one is not, or its parent would be equal, too: nobody need be asked.
    const [open, certain] = [differing.filter((node) => inLeft.has(2 * node)), differing.filter((node) => !inLeft.has(2 * node))];
    const right = differ(mine, ask, open.map((node) => 2 * node + 1));
    differing = [...left, ...right, ...certain.map((node) => 2 * node + 1)];
  }
  return differing.map((node) => node - leaves(mine));`;
const RIGHT = "const right = differ(mine, ask, open.map((node) => 2 * node + 1));";
const JOINED = "differing = [...left, ...right, ...certain.map((node) => 2 * node + 1)];";
const COMPARED = "return nodes.filter((node, index) => mine.hash(node) !== theirs[index]);";
const both = (before = "", after = ""): string => BODY.slice(0, BODY.indexOf("    const left")) + `${before}    differing = differ(mine, ask, differing.flatMap((node) => [2 * node, 2 * node + 1]));\n${after}  }\n  return differing.map((node) => node - leaves(mine));`;

// The cases.
const EQUAL = "trees that are equal differ nowhere";
const ONE = "one leaf differs";
const SEVERAL = "several leaves differ";
const SINGLE = "a tree may be a single leaf";
const PRUNED = "nothing is asked below nodes that are equal";
const QUESTIONS = "few questions";
const HASHES = "few hashes";

// What is told.
const BELOW = /you asked for node \d+, but its parent \d+ is the same on both sides/;
const AGAIN = /you asked for node \d+ twice/;
const MANY = /you asked (more than 4000|\d+) questions, and \d+ are enough/;
const DEAR = /is (1\.[89]|2\.)\d+ for each of those nodes/;
const MISSED = /you did not find leaf \d+/;
const SAME = /your list has leaf \d+, which is the same on both sides/;
const NUMBERED = /and there (are|is) only \d+ lea(f|ves), counted from 0/;
const TOO_MANY = /Error: more than 4000 (hashes|questions) were asked for/;
const NO_NODE = /RangeError: there is no node \d+/;

/** Mistakes in the comparison of Merkle trees; and answers that are right in another way. */
export const planted: readonly Planted[] = [
  { bug: "reckons what the right child must be, and asks for its hash only to go on", changes: [[BODY, `  const [root] = ask([1]);
  let level: { node: number; hash: number | undefined }[] = root === mine.hash(1) ? [] : [{ node: 1, hash: root }];
  for (let depth = 1; depth <= mine.depth && level.length > 0; depth++) {
    const lefts = ask(level.map(({ node }) => 2 * node));
    const next: { node: number; hash: number | undefined }[] = [];
    const unknown: number[] = [];
    level.forEach(({ node, hash }, index) => {
      const left = lefts[index]!;
      const right = 2 * node + 1;
      if (left === mine.hash(2 * node)) return void next.push({ node: right, hash: undefined });
      next.push({ node: 2 * node, hash: left });
      // With my right child, would the parent be theirs? Then it is their right child, too.
      if (hash === undefined) unknown.push(right);
      else if (mine.combine(left, mine.hash(right)) !== hash) depth < mine.depth ? unknown.push(right) : next.push({ node: right, hash: undefined });
    });
    if (unknown.length > 0) ask(unknown).forEach((hash, index) => hash !== mine.hash(unknown[index]!) && next.push({ node: unknown[index]!, hash }));
    level = next;
  }
  return level.map(({ node }) => node - leaves(mine));`]], fails: {} },
  { bug: "looks at right children first, and lists leaves backwards", changes: [[BODY, `  const down = (nodes: number[], level: number): number[] => {
    if (level === mine.depth) return nodes.map((node) => node - leaves(mine));
    const right = differ(mine, ask, nodes.map((node) => 2 * node + 1));
    const equal = nodes.filter((node) => !right.includes(2 * node + 1)).map((node) => 2 * node);
    const left = differ(mine, ask, nodes.filter((node) => right.includes(2 * node + 1)).map((node) => 2 * node));
    return down([...right, ...left, ...equal], level + 1);
  };
  return down(differ(mine, ask, [1]), 0).reverse();`]], fails: {} },
  { bug: "asks for both children always", changes: [[BODY, both()]], fails: { [HASHES]: DEAR } },
  { bug: "asks one by one", changes: [[BODY, `  const visit = (node: number): number[] => {
    if (node >= leaves(mine)) return [node - leaves(mine)];
    const left = differ(mine, ask, [2 * node]).flatMap(visit);
    const right = left.length === 0 ? [2 * node + 1] : differ(mine, ask, [2 * node + 1]);
    return [...left, ...right.flatMap(visit)];
  };
  return differ(mine, ask, [1]).flatMap(visit);`]], fails: { [QUESTIONS]: MANY } },
  { bug: "asks for all leaves", changes: [[BODY, "  return differ(mine, ask, Array.from({ length: leaves(mine) }, (_, leaf) => leaves(mine) + leaf)).map((node) => node - leaves(mine));"]], fails: { [PRUNED]: BELOW, [QUESTIONS]: TOO_MANY, [HASHES]: TOO_MANY } },
  { bug: "fetches the other tree, level by level, and compares at the bottom", changes: [[BODY, "  let nodes = [1];\n  let theirs = ask(nodes);\n  for (let level = 0; level < mine.depth; level++) {\n    nodes = nodes.flatMap((node) => [2 * node, 2 * node + 1]);\n    theirs = ask(nodes);\n  }\n  return nodes.filter((node, index) => theirs[index] !== mine.hash(node)).map((node) => node - leaves(mine));"]], fails: { [PRUNED]: BELOW, [QUESTIONS]: TOO_MANY, [HASHES]: TOO_MANY } },
  { bug: "goes left where the left child differs, and else right", changes: [[JOINED, "differing = [...left, ...certain.map((node) => 2 * node + 1)];"]], fails: { [SEVERAL]: MISSED, [PRUNED]: MISSED, [QUESTIONS]: MISSED, [HASHES]: MISSED } },
  { bug: "takes every right child for different", changes: [[RIGHT, "const right = open.map((node) => 2 * node + 1);"]], fails: { [ONE]: SAME, [SEVERAL]: SAME, [PRUNED]: BELOW, [QUESTIONS]: SAME, [HASHES]: SAME } },
  { bug: "forgets the right child where the left one is equal", changes: [[JOINED, "differing = [...left, ...right];\n    void certain;"]], fails: { [ONE]: MISSED, [SEVERAL]: MISSED, [PRUNED]: MISSED, [QUESTIONS]: MISSED, [HASHES]: MISSED } },
  { bug: "returns nodes instead of leaves", changes: [["return differing.map((node) => node - leaves(mine));", "return differing;"]], fails: { [ONE]: NUMBERED, [SEVERAL]: NUMBERED, [SINGLE]: NUMBERED, [PRUNED]: NUMBERED, [QUESTIONS]: NUMBERED, [HASHES]: NUMBERED } },
  { bug: "begins below the root", changes: [[BODY, BODY.replace("differ(mine, ask, [1])", "[1]")]], fails: { [EQUAL]: SAME, [PRUNED]: SAME, [HASHES]: SAME } },
  { bug: "asks for the root again at every level", changes: [[BODY, both("    if (differ(mine, ask, [1]).length === 0) return [];\n")]], fails: { [PRUNED]: AGAIN, [HASHES]: DEAR } },
  { bug: "goes down one level too many", changes: [[BODY, BODY.replace("level < mine.depth", "level <= mine.depth")]], fails: { [ONE]: NO_NODE, [SEVERAL]: NO_NODE, [SINGLE]: NO_NODE, [PRUNED]: NO_NODE, [QUESTIONS]: NO_NODE, [HASHES]: NO_NODE } },
  { bug: "takes what it does not have itself for equal", changes: [[COMPARED, "return nodes.filter((node, index) => mine.hash(node) !== 0 && mine.hash(node) !== theirs[index]);"]], fails: { [SEVERAL]: MISSED, [PRUNED]: MISSED, [QUESTIONS]: MISSED, [HASHES]: MISSED } },
  { bug: "says that nothing differs", changes: [[BODY, "  return [];"]], fails: { [ONE]: MISSED, [SEVERAL]: MISSED, [SINGLE]: MISSED, [PRUNED]: MISSED, [QUESTIONS]: MISSED, [HASHES]: MISSED } },
];
