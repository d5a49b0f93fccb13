import type { Planted } from "./planted.js";

const INCREMENT = "return { ...vector, [node]: countOf(vector, node) + 1 };";
const START = "const merged: Record<NodeId, number> = { ...a };";
const MERGE = "  for (const node of nodesOf(a, b)) merged[node] = Math.max(countOf(a, node), countOf(b, node));\n";
const MORE = "const aKnowsMore = nodesOf(a, b).some((node) => countOf(a, node) > countOf(b, node));";
const LESS = "const bKnowsMore = nodesOf(a, b).some((node) => countOf(b, node) > countOf(a, node));";
const CONCURRENT = 'if (aKnowsMore && bKnowsMore) return "concurrent";';
const VERDICT = 'return aKnowsMore ? "after" : bKnowsMore ? "before" : "equal";';
const ALL = "const all = [...held, ...received];";
const KEPT = "return !overwritten && !again;";
const AGAIN = "const again = all.slice(0, index).some((other) => compare(one.vector, other.vector) === \"equal\");";
const OVERWRITTEN = 'const overwritten = all.some((other) => compare(one.vector, other.vector) === "before");';
const COUNT = "return vector[node] ?? 0;";

// The cases.
const ONE_MORE = "one more update of a node";
const EITHER = "a merge knows what either knows, and no more";
const BEFORE = "who knows less comes before";
const EACH = "each may know what the other does not";
const MISSING = "what is missing counts as 0";
const EQUAL = "equal, whether or not a 0 is written down";
const GIVEN = "what it is given stays as it is";
const GOES = "what somebody has overwritten goes";
const STAYS = "what is concurrent stays, and each version once";
const LAWS = "in whatever order, and however often";
const HISTORIES = "three replicas that write and exchange";

/** Mistakes in the arithmetic of version vectors, and right answers that are written in another way. */
export const planted: readonly Planted[] = [
  { bug: "asks whether one vector descends from the other", changes: [[MORE, "const descends = (one: VersionVector, other: VersionVector) => Object.entries(other).every(([node, count]) => countOf(one, Number(node)) >= count);\n  const bKnowsMore = !descends(a, b);"], [LESS, "const aKnowsMore = !descends(b, a);"]], fails: {} },
  { bug: "writes every 0 down", changes: [[START, "const merged: Record<NodeId, number> = Object.fromEntries(Array.from({ length: 12 }, (_, node) => [node, 0]));"]], fails: {} },
  { bug: "takes what is received in one by one", changes: [[ALL, "let kept: Version<V>[] = [...held];\n  for (const one of received) {\n    if (kept.some(({ vector }) => [\"before\", \"equal\"].includes(compare(one.vector, vector)))) continue;\n    kept = [...kept.filter(({ vector }) => compare(vector, one.vector) !== \"before\"), one];\n  }\n  const all: Version<V>[] = kept;"]], fails: {} },
  { bug: "counts the missing for nothing at all", changes: [[COUNT, "return vector[node]!;"]], fails: { [ONE_MORE]: /increment\(\{\}, 0\) returned \{"0":null\}, which is no vector \(null stands for what is no number, such as NaN/, [EITHER]: /merge\(\{\}, \{ 2: 1 \}\) returned \{"2":null\}, which is no vector \(null stands for what is no number, such as NaN/, [MISSING]: /returned "equal", expected "before"/, [GOES]: /returned \[v01 with \{ 1: 1 \}\], expected v11/, [STAYS]: /returned \[v01 with \{ 1: 1 \}\], expected v01 and v10/, [LAWS]: /your `merge` returned \[\{\},\{\},\{\},\{"0":null\},\{"0":null\}\], expe/, [HISTORIES]: /then replica 1 holds a, expected b\./ } },
  { bug: "increments in place", changes: [[INCREMENT, "(vector as Record<NodeId, number>)[node] = countOf(vector, node) + 1;\n  return vector;"]], fails: { [GIVEN]: /increment\(\{\}, 0\) changed what it was given/ } },
  { bug: "merges in place", changes: [[START, "const merged = a as Record<NodeId, number>;"]], fails: { [GIVEN]: /merge\(\{\}, \{ 2: 1 \}\) changed what it was given/ } },
  { bug: "increments whatever is the greatest count", changes: [[INCREMENT, "return { ...vector, [node]: Math.max(0, ...Object.values(vector)) + 1 };"]], fails: { [ONE_MORE]: /increment\(\{ 2: 1 \}, 0\) returned \{ 0: 2, 2: 1 \}, which knows update 2 of node 0, and should not/ } },
  { bug: "adds the counts up", changes: [[MERGE, MERGE.replace("Math.max(countOf(a, node), countOf(b, node))", "countOf(a, node) + countOf(b, node)")]], fails: { [EITHER]: /merge\(\{ 2: 1 \}, \{ 2: 1 \}\) returned \{ 2: 2 \}, which knows update 2 of node 2, and should not/, [LAWS]: /merge\(a, a\) is \{ 0: 2 \}: a replica that hears the same twice/ } },
  { bug: "lets the second vector replace the first", changes: [[MERGE, "  Object.assign(merged, b);\n"]], fails: { [EITHER]: /merge\(\{ 2: 1 \}, \{ 0: 0, 1: 0, 2: 0 \}\) returned \{ 0: 0, 1: 0, 2: 0 \}, which does not know update 1 of node 2/, [LAWS]: /merge\(a, b\) is \{ 0: 2, 1: 1 \} and merge\(b, a\) is \{ 0: 1, 1: / } },
  { bug: "merges only the nodes of the first", changes: [[MERGE, MERGE.replace("nodesOf(a, b)", "nodesOf(a, a)")]], fails: { [EITHER]: /merge\(\{\}, \{ 2: 1 \}\) returned \{\}, which does not know update 1 of node 2/, [LAWS]: /merge\(a, b\) is \{\} and merge\(b, a\) is \{ 0: 1 \}: two replicas /, [HISTORIES]: /then replica 1 holds a, expected b\./ } },
  { bug: "compares the sums", changes: [[MORE, "const sum = (vector: VersionVector) => Object.values(vector).reduce((total, count) => total + count, 0);\n  const aKnowsMore = sum(a) > sum(b);"], [LESS, "const bKnowsMore = sum(b) > sum(a);"]], fails: { [EACH]: /returned "equal", expected "concurrent"/, [MISSING]: /returned "equal", expected "concurrent"/, [STAYS]: /returned \[v01 with \{ 1: 1 \}\], expected v01 and v10/, [HISTORIES]: /then replica 0 holds a, expected a and b\./ } },
  { bug: "lets the first difference decide", changes: [[MORE, "const first = nodesOf(a, b).find((node) => countOf(a, node) !== countOf(b, node));\n  const aKnowsMore = first !== undefined && countOf(a, first) > countOf(b, first);"], [LESS, "const bKnowsMore = first !== undefined && countOf(b, first) > countOf(a, first);"]], fails: { [EACH]: /returned "before", expected "concurrent"/, [MISSING]: /returned "before", expected "concurrent"/, [STAYS]: /returned \[v10 with \{ 0: 1 \}\], expected v01 and v10/, [HISTORIES]: /then replica 0 holds a, expected a and b\./ } },
  { bug: "goes through the nodes of the first only", changes: [[MORE, MORE.replace("nodesOf(a, b)", "nodesOf(a, a)")], [LESS, LESS.replace("nodesOf(a, b)", "nodesOf(a, a)")]], fails: { [MISSING]: /returned "equal", expected "before"/, [GOES]: /returned \[v01 with \{ 1: 1 \}, v11 with \{ 0: 1, 1: 1 \}\], expected v11/, [HISTORIES]: /then replica 0 holds a and c, expected c\./ } },
  { bug: "takes whatever is not ordered for equal", changes: [[CONCURRENT, 'if (aKnowsMore && bKnowsMore) return "equal";']], fails: { [EACH]: /returned "equal", expected "concurrent"/, [MISSING]: /returned "equal", expected "concurrent"/, [STAYS]: /returned \[v01 with \{ 1: 1 \}\], expected v01 and v10/, [HISTORIES]: /then replica 0 holds a, expected a and b\./ } },
  { bug: "takes equal for concurrent", changes: [[VERDICT, VERDICT.replace('"equal"', '"concurrent"')]], fails: { [EQUAL]: /returned "concurrent", expected "equal"/, [STAYS]: /returned \[v01 with \{ 1: 1 \}, v01 with \{ 1: 1 \}\], expected v01/, [HISTORIES]: /then replica 2 holds a and a, expected a\./ } },
  { bug: "compares the text of the vectors for equality", changes: [[MORE, `if (JSON.stringify(a) === JSON.stringify(b)) return "equal";\n  ${MORE}`], [VERDICT, 'return aKnowsMore ? "after" : "before";']], fails: { [EQUAL]: /returned "before", expected "equal"/ } },
  { bug: "mixes up before and after", changes: [[VERDICT, 'return aKnowsMore ? "before" : bKnowsMore ? "after" : "equal";']], fails: { [BEFORE]: /returned "after", expected "before"/, [EACH]: /returned "after", expected "before"/, [MISSING]: /returned "after", expected "before"/, [EQUAL]: /returned "after", expected "before"/, [GOES]: /returned \[v01 with \{ 1: 1 \}\], expected v02/, [HISTORIES]: /then replica 1 holds a, expected b\./ } },
  { bug: "lets what arrives win", changes: [[KEPT, "return !overwritten && !again && (received.length === 0 || index >= held.length);"]], fails: { [GOES]: /returned \[\], expected v02/, [STAYS]: /returned \[\], expected v01/, [HISTORIES]: /then replica 2 holds nothing, expected a\./ } },
  { bug: "keeps everything", changes: [[KEPT, "return !again;"]], fails: { [GOES]: /returned \[v01 with \{ 1: 1 \}, v02 with \{ 1: 2 \}\], expected v02/, [HISTORIES]: /then replica 1 holds a and b, expected b\./ } },
  { bug: "throws out what it holds, and never what arrives", changes: [[OVERWRITTEN, 'const overwritten = index < held.length && received.some((other) => compare(one.vector, other.vector) === "before");']], fails: { [GOES]: /returned \[v02 with \{ 1: 2 \}, v01 with \{ 1: 1 \}\], expected v02/, [HISTORIES]: /then replica 0 holds a and c, expected c\./ } },
  { bug: "keeps one write twice", changes: [[KEPT, "return !overwritten;"]], fails: { [STAYS]: /returned \[v01 with \{ 1: 1 \}, v01 with \{ 1: 1 \}\], expected v01/, [HISTORIES]: /then replica 2 holds a and a, expected a\./ } },
  { bug: "keeps only what is concurrent with all others", changes: [[AGAIN, "const again = all.some((other) => other !== one && compare(one.vector, other.vector) === \"equal\");"]], fails: { [STAYS]: /returned \[\], expected v01/, [HISTORIES]: /then replica 2 holds a and a, expected a\./ } },
  { bug: "takes equal values for one write", changes: [[AGAIN, "const again = all.slice(0, index).some((other) => one.value === other.value);"]], fails: { [STAYS]: /expected milk with \{ 0: 1 \} and milk with \{ 1: 1 \}: equal values are not one write, equal vectors are/ } },
  { bug: "takes the last writer for the winner", changes: [[ALL, "const newest = [...held, ...received].sort((x, y) => nodesOf(y.vector, {}).reduce((sum, node) => sum + countOf(y.vector, node), 0) - nodesOf(x.vector, {}).reduce((sum, node) => sum + countOf(x.vector, node), 0)).slice(0, 1);\n  const all = newest;"]], fails: { [STAYS]: /returned \[v01 with \{ 1: 1 \}\], expected v01 and v10/, [HISTORIES]: /then replica 0 holds a, expected a and b\./ } },
];
