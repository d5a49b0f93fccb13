import type { Planted } from "./planted.js";

const DECIDE = "return index > commitIndex && log[index - 1]?.term === currentTerm ? index : commitIndex;";
const SORT = "const descending = [...matchIndex].sort((one, other) => other - one);";
const PICK = "return descending[Math.floor(matchIndex.length / 2)]!;";
const HEAD = "export function newCommitIndex({ currentTerm, commitIndex, log, matchIndex }: Leader): number {\n  const index = heldByMajority(matchIndex);\n";

// The cases.
const MAJORITY = "what a majority holds is committed";
const EVEN = "half of an even number is no majority";
const OLDER = "an entry of an older term is not committed by counting";
const ALONG = "an entry of its own term brings all before it along";
const FALLS = "the commit index never falls";
const ONCE = "the leader counts once, by what its disk holds";
const FIGURE_8 = "what was committed stays, though an older entry comes back";
const DIVIDED = "leaders are cut off and come back";
const AWAY = "a node that is away holds nobody up";

// What questions and runs show.
const BELOW = /returned 0, .*below the commitIndex that it was given, and what is committed stays so\. Expected/;
const LOST = /Node \d leads term \d+, and at index \d+ has .* where one of term \d+ is committed/;
const STUCK = /all of it is carried out.*has carried out/;
const AWAY_STUCK = /the \d other nodes had committed nothing more/;

/** Mistakes in the leader's rule of what is committed. */
export const planted: readonly Planted[] = [
  { bug: "counts replicas of entries of older terms", changes: [[DECIDE, "return index > commitIndex ? index : commitIndex;"]], fails: { [OLDER]: /returned 2, .*entry 2 is on three of five nodes and of term 2/, [FIGURE_8]: LOST } },
  { bug: "looks at the term of its last entry", changes: [[DECIDE, "return index > commitIndex && log.at(-1)?.term === currentTerm ? index : commitIndex;"]], fails: { [OLDER]: /returned 2, .*entry 2 is on three of five nodes and of term 2/, [FIGURE_8]: LOST } },
  { bug: "looks at the term of the next entry", changes: [[DECIDE, "return index > commitIndex && log[index]?.term === currentTerm ? index : commitIndex;"]], fails: { [OLDER]: /returned 2/, [ALONG]: /returned 1, .*Expected 3/, [FIGURE_8]: /./, [DIVIDED]: STUCK, [AWAY]: STUCK } },
  { bug: "lets the commit index fall", changes: [[DECIDE, "return log[index - 1]?.term === currentTerm || index === 0 ? index : commitIndex;"]], fails: { [FALLS]: /returned 0, .*commitIndex 3 .*below the commitIndex that it was given, and what is committed stays so\. Expected 3: nothing more/ } },
  { bug: "returns 0 where nothing new is committed", changes: [[DECIDE, DECIDE.replace(": commitIndex", ": 0")]], fails: { [OLDER]: BELOW, [FALLS]: BELOW } },
  { bug: "waits for all nodes", changes: [[PICK, "return descending.at(-1)!;"]], fails: { [MAJORITY]: /returned 3, .*they are two of three/, [EVEN]: /returned 1, .*three up to 2/, [ALONG]: /returned 1/, [ONCE]: /returned 1, .*the leader's own disk counts like any other/, [AWAY]: AWAY_STUCK } },
  { bug: "takes the middle counted from below", changes: [[SORT, "const ascending = [...matchIndex].sort((one, other) => one - other);"], [PICK, "return ascending[Math.floor(matchIndex.length / 2)]!;"]], fails: { [EVEN]: /returned 3, .*two of four nodes hold up to 3, and three up to 2/ } },
  { bug: "sorts numbers as words", changes: [[SORT, "const descending = [...matchIndex].sort().reverse();"]], fails: { [MAJORITY]: /returned 12, .*matchIndex \[10, 9, 2, 12, 11\]/, [DIVIDED]: LOST } },
  { bug: "does not count itself", changes: [[HEAD, "export function newCommitIndex({ self, currentTerm, commitIndex, log, matchIndex }: Leader): number {\n  const others = matchIndex.map((match, node) => (node === self ? 0 : match));\n  const index = heldByMajority(others);\n"]], fails: { [MAJORITY]: /returned 3, .*they are two of three/, [EVEN]: /returned 1/, [ALONG]: /returned 1/, [ONCE]: /returned 1, .*the leader's own disk counts like any other/, [AWAY]: AWAY_STUCK } },
  { bug: "counts itself twice", changes: [[HEAD, "export function newCommitIndex({ self, currentTerm, commitIndex, log, matchIndex }: Leader): number {\n  const index = heldByMajority(matchIndex, matchIndex[self]!);\n"], ["function heldByMajority(matchIndex: readonly number[]): number {", "function heldByMajority(matchIndex: readonly number[], own: number): number {"], [SORT, "const descending = [...matchIndex, own].sort((one, other) => other - one);"]], fails: { [MAJORITY]: /returned 5, .*they are two of three/, [EVEN]: /returned 3/, [OLDER]: /returned 3/, [ALONG]: /returned 5/, [FALLS]: /returned 3, .*Expected 2/, [ONCE]: /are two of five, not three/, [FIGURE_8]: LOST, [DIVIDED]: LOST } },
  { bug: "counts what it has only in memory", changes: [[HEAD, "export function newCommitIndex({ self, currentTerm, commitIndex, log, matchIndex }: Leader): number {\n  const index = heldByMajority(matchIndex.map((match, node) => (node === self ? log.length : match)));\n"]], fails: { [ONCE]: /returned 3, .*in memory and not on its disk yet/ } },
];
