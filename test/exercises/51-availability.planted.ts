import type { Planted } from "./planted.js";

const WHOLE = "return quorums.some((quorum) => quorum.every((node) => up.includes(node)));";
const BODY = `  let sum = 0;
  for (const up of subsets(chances.length)) {
    if (!hasQuorum(quorums, up)) continue;
    sum += chances.reduce((product, chance, node) => product * (up.includes(node) ? chance : 1 - chance), 1);
  }
  return sum;`;
const HAS = "if (!hasQuorum(quorums, up)) continue;";
const PRODUCT = "product * (up.includes(node) ? chance : 1 - chance)";
const LEAST = "return subsets(votes.length).filter((set) => count(set) >= needed && set.every((node) => count(set) - votes[node]! < needed));";
const MEET = "return writes.every((write) => [...reads, ...writes].every((other) => meets(write, other)));";
const CONTEST = "if (isConsistent(system) && (winner === null";
const SHARE = "readShare * availability(reads, chances) + (1 - readShare) * availability(writes, chances);";

// The cases.
const DECIDE = "all of a quorum must be up";
const SIMPLE = "one quorum, or several without a common node";
const SHARED = "quorums that share nodes";
const UNEVEN = "nodes that are not alike";
const NONE = "no quorum at all, and nodes that none needs";
const MANY = "a hundred quorums";
const VOTES = "weighted votes";
const MEETING = "reads and writes must meet";
const BEST = "the best of several designs";

// What is told.
const INDEPENDENT = /if quorums failed independently of each other/;
const TWICE = /when two are up at once, the moment is counted twice/;
const ADD = /Of all sets of nodes that may be up, add/;
const EXACT = /Close, but it can be computed exactly/;
const FAR_OR_NEAR = /(Of all sets of nodes that may be up, add|Close, but it can be computed exactly)/;
const ABOVE = /No probability is above 1/;
const WINNER = /best returned \d for .*, expected (\d|null)\. The shares of operations that succeed are/;

/** Mistakes in the arithmetic of quorums that fail; and answers that are right in another way. */
export const planted: readonly Planted[] = [
  { bug: "asks for one node after the other", changes: [[BODY, `  const [chance, ...others] = chances;
  if (quorums.some((quorum) => quorum.length === 0)) return 1;
  if (chance === undefined || quorums.length === 0) return 0;
  const less = (family: readonly Quorum[]): Quorum[] => family.map((quorum) => quorum.filter((node) => node > 0).map((node) => node - 1));
  return chance * availability(less(quorums), others) + (1 - chance) * availability(less(quorums.filter((quorum) => !quorum.includes(0))), others);`]], fails: {} },
  { bug: "adds and takes away unions of quorums, equal ones together", changes: [[BODY, `  let unions = new Map<number, number>([[0, -1]]);
  for (const quorum of quorums) {
    const mask = quorum.reduce((bits, node) => bits | (1 << node), 0);
    const next = new Map(unions);
    for (const [union, times] of unions) next.set(union | mask, (next.get(union | mask) ?? 0) - times);
    unions = new Map([...next].filter(([, times]) => times !== 0));
  }
  let sum = 0;
  for (const [union, times] of unions) if (union !== 0) sum += times * chances.reduce((product, chance, node) => (union & (1 << node) ? product * chance : product), 1);
  return sum;`], [LEAST, "const found: Quorum[] = [];\n  for (const set of subsets(votes.length).sort((a, b) => a.length - b.length)) if (count(set) >= needed && !found.some((one) => one.every((node) => set.includes(node)))) found.push(set);\n  return found.reverse();"]], fails: {} },
  { bug: "lets most of a quorum decide", changes: [[WHOLE, "return quorums.some((quorum) => 2 * quorum.filter((node) => up.includes(node)).length > quorum.length);"]], fails: { [DECIDE]: /of each quorum some node is down/, [SIMPLE]: ADD, [SHARED]: FAR_OR_NEAR, [UNEVEN]: ADD, [MANY]: ADD, [BEST]: WINNER } },
  { bug: "wants exactly a quorum to be up", changes: [[HAS, "if (!quorums.some((quorum) => quorum.length === up.length && quorum.every((node) => up.includes(node)))) continue;"]], fails: { [SIMPLE]: ADD, [SHARED]: ADD, [UNEVEN]: ADD, [NONE]: ADD, [MANY]: ADD, [BEST]: WINNER } },
  { bug: "takes quorums for independent", changes: [[BODY, "  return 1 - quorums.reduce((none, quorum) => none * (1 - quorum.reduce((product, node) => product * chances[node]!, 1)), 1);"]], fails: { [SHARED]: INDEPENDENT, [UNEVEN]: INDEPENDENT, [MANY]: INDEPENDENT, [BEST]: WINNER } },
  { bug: "adds quorums up", changes: [[BODY, "  return quorums.reduce((sum, quorum) => sum + quorum.reduce((product, node) => product * chances[node]!, 1), 0);"]], fails: { [SIMPLE]: TWICE, [SHARED]: TWICE, [UNEVEN]: TWICE, [MANY]: TWICE, [BEST]: WINNER } },
  { bug: "forgets that the others must be down", changes: [[PRODUCT, "product * (up.includes(node) ? chance : 1)"]], fails: { [SIMPLE]: ABOVE, [SHARED]: ABOVE, [UNEVEN]: ABOVE, [NONE]: ABOVE, [MANY]: ABOVE, [BEST]: WINNER } },
  { bug: "takes the chances for those of being down", changes: [[PRODUCT, "product * (up.includes(node) ? 1 - chance : chance)"]], fails: { [SIMPLE]: /if chances are those of being down/, [SHARED]: /if chances are those of being down/, [UNEVEN]: /if chances are those of being down/, [NONE]: /if chances are those of being down/, [MANY]: /if chances are those of being down/, [BEST]: WINNER } },
  { bug: "counts nodes, and takes them for alike", changes: [[BODY, `  const size = Math.min(...quorums.map((quorum) => quorum.length));
  const mean = chances.reduce((sum, chance) => sum + chance, 0) / chances.length;
  let sum = 0;
  for (const up of subsets(chances.length)) if (up.length >= size) sum += chances.reduce((product, _, node) => product * (up.includes(node) ? mean : 1 - mean), 1);
  return sum;`]], fails: { [SIMPLE]: EXACT, [SHARED]: ADD, [UNEVEN]: ADD, [NONE]: ADD, [MANY]: FAR_OR_NEAR, [BEST]: WINNER } },
  { bug: "tries its luck twenty thousand times", changes: [[BODY, `  let state = 1;
  const draw = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
  const trials = 20000;
  let sum = 0;
  for (let trial = 0; trial < trials; trial++) if (hasQuorum(quorums, chances.flatMap((chance, node) => (draw() < chance ? [node] : [])))) sum++;
  return sum / trials;`]], fails: { [SIMPLE]: EXACT, [SHARED]: EXACT, [UNEVEN]: EXACT, [NONE]: EXACT, [MANY]: EXACT } },
  { bug: "adds and takes away unions of quorums, with a bit for each quorum", changes: [[BODY, `  let sum = 0;
  for (let mask = 1; mask < 1 << quorums.length; mask++) {
    const some = quorums.filter((_, index) => mask & (1 << index));
    const union = new Set(some.flat());
    sum += (some.length % 2 === 1 ? 1 : -1) * [...union].reduce((product, node) => product * chances[node]!, 1);
  }
  return sum;`]], fails: { [MANY]: /took more than half a second of the processor.s time for \d+ quorums.*Go through the sets of nodes, which are 256 here/ } },
  { bug: "lists every set with enough votes", changes: [[LEAST, "return subsets(votes.length).filter((set) => count(set) >= needed);"]], fails: { [VOTES]: /nobody may be in it who could be left out/ } },
  { bug: "takes the strongest nodes until there are enough votes", changes: [[LEAST, "const strongest = votes.map((_, node) => node).sort((a, b) => votes[b]! - votes[a]!);\n  const set: NodeId[] = [];\n  for (const node of strongest) if (count(set) < needed) set.push(node);\n  return count(set) < needed ? [] : [set];"]], fails: { [VOTES]: /your list lacks \{\d/ } },
  { bug: "forgets writes among themselves", changes: [[MEET, MEET.replace("[...reads, ...writes]", "reads")]], fails: { [MEETING]: /a write to \{.*\} and one to \{.*\} never hear of each other/, [BEST]: WINNER } },
  { bug: "looks at writes only", changes: [[MEET, MEET.replace("[...reads, ...writes]", "writes")]], fails: { [MEETING]: /a read of \{0\} misses a write to \{1, 2\}/ } },
  { bug: "reckons with sizes, as for majorities", changes: [[MEET, "const nodes = new Set([...reads, ...writes].flat()).size;\n  return writes.every((write) => [...reads, ...writes].every((other) => other !== write || write.length * 2 > nodes ? write.length + other.length > nodes : meets(write, other)));"]], fails: { [MEETING]: /every write quorum meets/, [BEST]: WINNER } },
  { bug: "takes the most available, consistent or not", changes: [[CONTEST, "if ((winner === null"]], fails: { [BEST]: WINNER } },
  { bug: "lets reads and writes count alike", changes: [[SHARE, "(availability(reads, chances) + availability(writes, chances)) / 2;"]], fails: { [BEST]: WINNER } },
  { bug: "takes a family without quorums for inconsistent", changes: [[MEET, `if (reads.length === 0 || writes.length === 0) return false;\n  ${MEET}`]], fails: { [MEETING]: /isConsistent returned false for reads with no quorums, .*; expected true/ } },
  { bug: "lets nobody win who never succeeds", changes: [["let winner: number | null = null;", "let winner: number | null = null;\n  systems = systems.map((system) => (served(system) > 0 ? system : { reads: [[0]], writes: [[1]] }));"]], fails: { [BEST]: /best returned null for .*, expected 1\. The shares of operations that succeed are: 0: not consistent, 1: 0\./ } },
  { bug: "multiplies instead of adding shares", changes: [[SHARE, "Math.pow(availability(reads, chances), readShare) * Math.pow(availability(writes, chances), 1 - readShare);"]], fails: { [BEST]: WINNER } },
  { bug: "turns quorums round where they are", changes: [[WHOLE, "return quorums.some((quorum) => (quorum as NodeId[]).reverse().every((node) => up.includes(node)));"]], fails: { [MANY]: /changed the lists that it was given, which belong to the caller/ } },
];
