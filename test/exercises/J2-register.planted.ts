import type { Planted } from "./planted.js";

const EXISTS = "  return orderExists(null, operations);";
const DONE = "if (left.every(({ returned }) => returned === Infinity)) return true;";
const FITS = "const fits = next.returned === Infinity || next.output === value;";
const REAL_TIME = "return left.every((other) => other.returned > operation.invoked);";

// The cases, in their order.
const A = "history A, by hand";
const B = "history B, by hand";
const C = "history C, by hand";
const D = "history D, by hand";
const E = "history E, by hand";
const F = "history F, by hand";
const SEQUENTIAL = "one operation after the other";
const START = "the register holds null at the start";
const OVERLAP = "operations that overlap may come in either order";
const STALE = "no read is stale";
const FUTURE = "no read sees the future";
const INVERSION = "new, then old";
const MAY = "a write without an answer may have happened";
const MAY_NOT = "a write without an answer may not have happened";
const SEEN = "what was seen has happened, once";
const UNREAD = "a read without an answer says nothing";
const WRITERS = "two writers";
const RANDOM = "300 histories at random, half of them not linearizable";

const TRUE = /^linearizable returned true, expected false, for /;
const FALSE = /^linearizable returned false, expected true, for /;

/** Mistakes of judges of registers. */
export const planted: readonly Planted[] = [
  { bug: "believes every history", file: "judgements.ts", changes: [["B: false", "B: true"], ["C: false", "C: true"], ["F: false", "F: true"]], fails: { [B]: /It is not linearizable\. What does the first read prove/, [C]: /It is not linearizable\. .*Which of the two does the first read tell you/, [F]: /what is there to read, once both writes are over/ } },
  { bug: "believes no history with an old value or a lost answer", file: "judgements.ts", changes: [["A: true", "A: false"], ["D: true", "D: false"], ["E: true", "E: false"]], fails: { [A]: /It is linearizable\. From when to when/, [D]: /It is linearizable\. Which of the two writes must come first/, [E]: /It is linearizable\. Until when/ } },
  { bug: "lets any order do", changes: [[REAL_TIME, "return true;"]], fails: { [SEQUENTIAL]: TRUE, [START]: TRUE, [STALE]: /process 0: write 1 from 0 to 1; process 1: read null from 2 to 3\. What was answered before a read began has happened before it/, [FUTURE]: TRUE, [INVERSION]: TRUE, [MAY]: TRUE, [MAY_NOT]: TRUE, [SEEN]: TRUE, [WRITERS]: TRUE, [RANDOM]: TRUE } },
  { bug: "keeps the order of each process only", changes: [[REAL_TIME, "return left.every((other) => other.process !== operation.process || other.returned > operation.invoked);"]], fails: { [SEQUENTIAL]: TRUE, [STALE]: TRUE, [FUTURE]: TRUE, [INVERSION]: /process 0: write 1 from 0 to 5; process 1: read 1 from 1 to 2; process 2: read null from 3 to 4\. Once a read has returned the new value/, [MAY]: TRUE, [MAY_NOT]: TRUE, [SEEN]: TRUE, [WRITERS]: TRUE, [RANDOM]: TRUE } },
  { bug: "takes them in the order in which they began", changes: [[REAL_TIME, "return left.every((other) => other.invoked >= operation.invoked);"]], fails: { [OVERLAP]: /process 0: write 1 from 0 to 3; process 1: read null from 1 to 2\. .*either order\. Here this order will do: read null \(process 1\), write 1 \(process 0\)/, [STALE]: FALSE, [FUTURE]: FALSE, [INVERSION]: FALSE, [MAY]: FALSE, [MAY_NOT]: FALSE, [SEEN]: FALSE, [WRITERS]: FALSE, [RANDOM]: FALSE } },
  { bug: "takes them in the order of their answers", changes: [[REAL_TIME, "return left.every((other) => other.returned >= operation.returned);"]], fails: { [OVERLAP]: /process 0: write 1 from 0 to 3; process 1: read 1 from 1 to 2\. .*Here this order will do: write 1 \(process 0\), read 1 \(process 1\)/, [STALE]: FALSE, [FUTURE]: FALSE, [INVERSION]: FALSE, [MAY]: FALSE, [SEEN]: FALSE, [WRITERS]: FALSE, [RANDOM]: FALSE } },
  { bug: "takes writes without an answer for not done", changes: [[EXISTS, EXISTS.replace("operations", "operations.filter(({ returned }) => returned !== Infinity)")]], fails: { [MAY]: /process 0: write 1 from 0 on, unanswered; process 1: read 1 from 1 to 2\. A write without an answer may have taken effect/, [SEEN]: FALSE, [RANDOM]: FALSE } },
  { bug: "takes writes without an answer for done at once", changes: [[EXISTS, EXISTS.replace("operations", "operations.map((one) => (one.returned === Infinity && one.f === \"write\" ? { ...one, returned: one.invoked + 0.5 } : one))")]], fails: { [MAY]: FALSE, [MAY_NOT]: /process 0: write 1 from 0 on, unanswered; process 1: read null from 1 to 2\. A write without an answer need not have taken effect/, [SEEN]: FALSE, [RANDOM]: FALSE } },
  { bug: "asks only whether somebody wrote what was read", changes: [[EXISTS, '  return operations.every((one) => one.f === "write" || one.returned === Infinity || one.output === null || operations.some(({ f, input }) => f === "write" && input === one.output));']], fails: { [SEQUENTIAL]: /process 0: write 1 from 0 to 1; process 1: write 2 from 2 to 3; process 0: read 1 from 4 to 5\. A read returns what was written last/, [START]: TRUE, [STALE]: TRUE, [FUTURE]: TRUE, [INVERSION]: TRUE, [MAY]: TRUE, [MAY_NOT]: TRUE, [SEEN]: TRUE, [WRITERS]: TRUE, [RANDOM]: TRUE } },
  { bug: "forgets that the register holds null at the start", changes: [[EXISTS, EXISTS.replace("null", "undefined")]], fails: { [START]: /returned false, expected true, for process 0: read null from 0 to 1\. Before the first write there is null to read/, [OVERLAP]: FALSE, [STALE]: FALSE, [FUTURE]: FALSE, [INVERSION]: FALSE, [MAY]: FALSE, [MAY_NOT]: FALSE, [SEEN]: FALSE, [RANDOM]: FALSE } },
  { bug: "starts with 0", changes: [[EXISTS, EXISTS.replace("null", "0")]], fails: { [START]: /returned false, expected true, for process 0: read null from 0 to 1\. Before the first write there is null to read/, [OVERLAP]: FALSE, [STALE]: FALSE, [FUTURE]: FALSE, [INVERSION]: FALSE, [MAY]: FALSE, [MAY_NOT]: FALSE, [SEEN]: FALSE, [RANDOM]: FALSE } },
  { bug: "compares only neighbours in the order", changes: [[EXISTS, "  return orderExists(null, operations, undefined);"], ["left: readonly Operation[]): boolean {\n  // <answer> TODO: try", "left: readonly Operation[], before: Operation | undefined): boolean {\n  // <answer> TODO: try"], ["if (!mayComeNext(next, left)) return false;", "if (before !== undefined && next.returned < before.invoked) return false;"], ["return orderExists(next.input, rest);", "return orderExists(next.input, rest, next);"], ["orderExists(value, rest);", "orderExists(value, rest, next);"]], fails: { [STALE]: /process 2: read null from 1 to 5; process 1: read null from 3 to 4\. .*no order will do for write 1 \(process 0\), read null \(process 1\) alone/, [INVERSION]: TRUE, [SEEN]: TRUE, [RANDOM]: TRUE } },
  { bug: "lets every read decide anew whether an unanswered write has happened", changes: [[FITS, 'const fits = next.returned === Infinity || next.output === value || left.some((one) => one.f === "write" && one.returned === Infinity && one.invoked < next.returned && one.input === next.output);']], fails: { [SEEN]: /process 1: read 1 from 1 to 2; process 1: read null from 3 to 4\. .*once and for good/ } },
  { bug: "holds a read without an answer to a result", changes: [[DONE, 'if (left.every(({ f, returned }) => f === "write" && returned === Infinity)) return true;'], [FITS, "const fits = next.output === value;"]], fails: { [UNREAD]: /read \? from 0 on, unanswered\. Nobody knows what a read without an answer returned/, [RANDOM]: FALSE } },
  { bug: "takes the first that fits and never goes back", changes: [["  return left.some((next) => {\n    if (!mayComeNext(next, left)) return false;\n", '  const next = left.find((one) => mayComeNext(one, left) && (one.f === "write" || one.output === value || one.returned === Infinity));\n  if (next === undefined) return false;\n'], ["    return fits && orderExists(value, rest);\n  });", "    return fits && orderExists(value, rest);"]], fails: { [OVERLAP]: /process 1: read null from 1 to 2\. .*Here this order will do: read null \(process 1\), write 1 \(process 0\)/, [STALE]: FALSE, [INVERSION]: FALSE, [MAY]: FALSE, [MAY_NOT]: FALSE, [SEEN]: FALSE, [WRITERS]: FALSE, [RANDOM]: FALSE } },
];
