import type { Planted } from "./planted.js";

const ODD = "a majority of an odd cluster";
const EVEN = "a majority of an even cluster";
const SURVIVED_EVEN = "failures that an even cluster survives";
const MEMBERS = "a quorum is a majority of the members";
const TWICE = "a vote that arrives twice counts once";
const OUTSIDERS = "outsiders have no vote";

const majority = "return Math.floor(nodes / 2) + 1;";
const ownMajority: Planted["changes"] = [["return nodes - majority(nodes);", "return Math.ceil(nodes / 2) - 1;"], ["voters.length >= majority(members.length)", "2 * voters.length > members.length"]];
const counting = "const voters = members.filter((member) => granted.includes(member));";

/** Mistakes in quorum arithmetic. */
export const planted: readonly Planted[] = [
  { bug: "half, rounded down", changes: [[majority, "return Math.floor(nodes / 2);"], ...ownMajority], fails: { [ODD]: /majority\(1\) returned 0, expected 1/, [EVEN]: /majority\(2\) returned 1, expected 2/ } },
  { bug: "forgets to round", changes: [[majority, "return nodes / 2 + 1;"], ...ownMajority], fails: { [ODD]: /majority\(1\) returned 1\.5, expected 1/ } },
  { bug: "rounds half up instead of adding one", changes: [[majority, "return Math.ceil(nodes / 2);"], ...ownMajority], fails: { [EVEN]: /majority\(2\) returned 1, expected 2/ } },
  { bug: "takes half for the failures survived", changes: [["return nodes - majority(nodes);", "return Math.floor(nodes / 2);"]], fails: { [SURVIVED_EVEN]: /tolerated\(2\) returned 1, expected 0/ } },
  { bug: "counts votes by their number", changes: [[counting, "const voters = granted.filter((node) => members.includes(node));"]], fails: { [TWICE]: /its message arrived twice/ } },
  { bug: "counts votes of outsiders", changes: [[counting, "const voters = [...new Set(granted)];"]], fails: { [OUTSIDERS]: /node 7 is not a member/ } },
  { bug: "asks for more than a majority", changes: [["voters.length >= majority", "voters.length > majority"]], fails: { [MEMBERS]: /2 of 3 members are a majority/, [TWICE]: /returned false, expected true/, [OUTSIDERS]: /returned false, expected true/ } },
  { bug: "asks for a majority of those that answered", changes: [["voters.length >= majority(members.length)", "voters.length >= majority(granted.length)"]], fails: { [MEMBERS]: /1 of 3 members is not a majority/ } },
  { bug: "lets two halves pass for meeting", changes: [["2 * size > nodes", "2 * size >= nodes"]], fails: { "two quorums always share a node": /alwaysIntersect\(2, 1\) returned true, expected false: the groups \{0\} and \{1\}/ } },
  { bug: "lets a read pass that just misses the write", changes: [["read > nodes - write", "read + write >= nodes"]], fails: { "a read meets the last write": /readsSeeWrites\(2, 1, 1\) returned true, expected false/ } },
];
