import { describe, expect, it } from "vitest";
import { checkCausal } from "../../lib/check/consistency/checkCausal.js";
import { checkCausalConvergence } from "../../lib/check/consistency/checkCausalConvergence.js";
import { checkConvergence } from "../../lib/check/consistency/checkConvergence.js";
import { checkMonotonicReads } from "../../lib/check/consistency/checkMonotonicReads.js";
import { checkReadYourWrites } from "../../lib/check/consistency/checkReadYourWrites.js";
import { checkSequential } from "../../lib/check/consistency/checkSequential.js";
import { staleness } from "../../lib/check/consistency/staleness.js";
import type { Operation } from "../../lib/check/history.js";
import { history } from "./consistencyHistories.js";
import { linearizable, sequential } from "./consistencyOracles.js";

const checks = {
  linearizable,
  sequential: (h: Operation[]) => checkSequential(h).holds,
  causalConvergence: (h: Operation[]) => checkCausalConvergence(h).holds,
  causal: (h: Operation[]) => checkCausal(h).holds,
  readYourWrites: (h: Operation[]) => checkReadYourWrites(h).holds,
  monotonicReads: (h: Operation[]) => checkMonotonicReads(h).holds,
};
type Name = keyof typeof checks;

/** A history, and the promises that it keeps. */
const textbook: [string, Operation[], Name[]][] = [
  ["one after the other", history("0 w x 1", "1 r x 1"), ["linearizable", "sequential", "causalConvergence", "causal", "readYourWrites", "monotonicReads"]],
  ["another client's stale read", history("0 w x 1", "1 r x null"), ["sequential", "causalConvergence", "causal", "readYourWrites", "monotonicReads"]],
  ["store buffering", history("0 w x 1, 1 w y 2", "0 r y null, 1 r x null"), ["causalConvergence", "causal", "readYourWrites", "monotonicReads"]],
  ["message passing, the message seen before what it announces", history("0 w x 1", "0 w y 2", "1 r y 2", "1 r x null"), ["readYourWrites", "monotonicReads"]],
  ["independent reads of independent writes", history("0 w x 1, 1 w y 2", "2 r x 1, 3 r y 2", "2 r y null, 3 r x null"), ["causalConvergence", "causal", "readYourWrites", "monotonicReads"]],
  ["a reply seen without what it replies to", history("0 w x 1", "1 r x 1", "1 w y 2", "2 r y 2", "2 r x null"), ["readYourWrites", "monotonicReads"]],
  ["two readers who see two writes in different orders", history("0 w x 1, 1 w x 2", "2 r x 1, 3 r x 2", "2 r x 2, 3 r x 1"), ["causal", "readYourWrites"]],
  ["two writers who each see the other's write last", history("0 w x 1, 1 w x 2", "0 r x 2, 1 r x 1"), ["causal", "monotonicReads"]],
  ["one reader who goes back", history("0 w x 1", "0 w x 2", "1 r x 2", "1 r x 1"), ["readYourWrites"]],
  ["one reader who goes to and fro between two concurrent writes", history("0 w x 1, 1 w x 2", "2 r x 1", "2 r x 2", "2 r x 1"), ["causal", "readYourWrites"]],
  ["a writer who reads what it has overwritten", history("0 w x 1", "0 w x 2", "0 r x 1"), ["monotonicReads"]],
  ["a writer who reads what somebody wrote before", history("0 w x 1", "1 w x 2", "1 r x 1"), ["sequential", "causalConvergence", "causal", "monotonicReads"]],
  ["a value from nowhere", history("0 w x 1", "1 r x 7"), []],
  ["a value read before it is written", history("0 r x 1", "0 w x 1"), ["readYourWrites", "monotonicReads"]],
  ["a write without an answer that is read later, then not", history("0 w x 1 ?", "1 r x 1", "1 r x null"), ["readYourWrites"]],
  ["a write without an answer that takes effect late", history("0 w x 1 ?", "1 r x null", "1 r x 1"), ["linearizable", "sequential", "causalConvergence", "causal", "readYourWrites", "monotonicReads"]],
  ["a process that goes on after a write without an answer", history("0 w x 1 ?", "0 r x null", "0 r x 1"), ["linearizable", "sequential", "causalConvergence", "causal", "readYourWrites", "monotonicReads"]],
];

describe("textbook histories keep these promises and no others", () => {
  it.each(textbook)("%s", (_, operations, kept) => {
    const found = Object.entries(checks).filter(([, check]) => check(operations) === true);
    expect(found.map(([name]) => name)).toEqual(kept);
  });
});

describe("a no says why", () => {
  it.each([
    ["CyclicCO", history("0 r x 1", "0 w x 1")],
    ["ThinAirRead", history("0 w x 1", "1 r x 7")],
    ["WriteCOInitRead", history("0 w x 1", "0 w y 2", "1 r y 2", "1 r x null")],
    ["WriteCORead", history("0 w x 1", "0 w x 2", "0 w y 3", "1 r y 3", "1 r x 1")],
  ])("causal consistency names the pattern %s", (pattern, operations) => {
    const verdict = checkCausal(operations);
    expect(verdict).toMatchObject({ holds: false, pattern, because: expect.stringContaining(`${pattern}: `) });
    expect(checkCausalConvergence(operations)).toEqual(verdict);
  });

  it("causal convergence adds CyclicCF", () => {
    const operations = history("2 w y 5", "0 w x 1, 1 w x 2", "0 r x 2, 1 r x 1", "2 r y 5");
    expect(checkCausal(operations)).toEqual({ holds: true });
    expect(checkCausalConvergence(operations)).toMatchObject({ holds: false, pattern: "CyclicCF", witness: operations.slice(1, 5) });
  });

  it("in words", () => {
    const because = (verdict: { because?: string }) => verdict.because;
    expect(because(checkCausal(history("0 w x 1", "0 w y 2", "1 r y 2", "1 r x null")))).toBe("WriteCOInitRead: process 1 reads null from x, the initial value, although it depends on a write (process 0 writes 1 to x)");
    expect(because(checkReadYourWrites(history("0 w x 1", "1 w x 2", "1 r x 1")))).toBe("process 0 writes 1 to x; process 1 writes 2 to x; process 1 reads 1 from x: no order of the versions lets every process read its own writes, or newer ones");
    expect(because(checkConvergence(history("0 w x 1 ", "1 r x 1, 2 r x null")))).toBe("after the last write of the register process 1 reads 1 from x, but process 2 reads null from x");
  });

  it("with the smallest part of a long history", () => {
    const noise = (from: number) => Array.from({ length: 40 }, (_, index) => [`${index % 4} w z ${from + index}`, `${(index + 1) % 4} r z ${from + index}`]).flat();
    const operations = history(...noise(100), "0 w x 1, 1 w y 2", ...noise(200), "0 r y null, 1 r x null", ...noise(300));
    const verdict = checkSequential(operations.map((operation) => (operation.key === "z" ? { ...operation, process: `other ${operation.process}` } : operation)));
    expect(verdict.holds === false && verdict.witness.map(({ key, f }) => `${f} ${key}`)).toEqual(["write x", "write y", "read y", "read x"]);
  });
});

describe("sequential consistency", () => {
  it("may be kept by each register and broken by two", () => {
    const operations = history("0 w x 1, 1 w y 2", "0 r y null, 1 r x null");
    for (const register of ["x", "y"]) expect(checkSequential(operations.filter(({ key }) => key === register))).toEqual({ holds: true });
    expect(checkSequential(operations).holds).toBe(false);
  });

  it("bears values written twice", () => {
    expect(checkSequential(history("0 w x 1", "1 w x 2", "0 w x 1", "2 r x 2", "2 r x 1")).holds).toBe(true);
    expect(checkSequential(history("0 w x 1", "0 w x 1", "1 r x 1", "1 r x null")).holds).toBe(false);
  });

  it("tells two ways to the same places apart by what the registers hold", () => {
    const operations = history("3 w y 1", "3 w x 2", "0 w x 1", "1 r x 1", "0 w y 2", "0 r x 2", "0 r y 1", "0 w y 1");
    expect(sequential(operations)).toBe(true);
    expect(checkSequential(operations)).toEqual({ holds: true });
  });

  it("answers unknown when its steps end, or when it is told to stop", () => {
    const operations = history(...Array.from({ length: 2000 }, (_, index) => `${index % 3} w x ${index}, ${3 + (index % 2)} r x ${index}`));
    expect(checkSequential(operations).holds).toBe(true);
    expect(checkSequential(operations, { steps: 100 }).holds).toBe("unknown");
    expect(checkSequential(operations, { stop: () => true }).holds).toBe("unknown");
  });
});

describe("convergence", () => {
  it("counts each process's last read after the last write", () => {
    expect(checkConvergence(history("0 w x 1", "1 r x null", "1 r x 1, 2 r x 1"))).toEqual({ holds: true });
    expect(checkConvergence(history("0 w x 1", "1 r x 1", "2 r x null"))).toMatchObject({ holds: false });
    expect(checkConvergence(history("0 w x 1, 2 r x null", "1 r x 1"))).toEqual({ holds: true });
  });

  it("is judged register by register", () => {
    expect(checkConvergence(history("0 w x 1", "1 r x 1, 2 r x 1", "0 w y 2", "1 r y 2"))).toEqual({ holds: true });
  });

  it("from a given place counts every read", () => {
    const operations = history("0 w x 1", "1 r x null", "1 r x 1", "2 r x 1");
    expect(checkConvergence(operations, { from: 2 })).toMatchObject({ holds: false });
    expect(checkConvergence(operations, { from: 4 })).toEqual({ holds: true });
    expect(() => checkConvergence(operations, { from: 1 })).toThrow("process 0 writes 1 to x until place 1, but reads are to agree from place 1 on: give a later place");
  });

  it("is unknown where nobody read, or where a write without an answer may stand between two reads", () => {
    expect(checkConvergence(history("1 r x null", "0 w x 1")).holds).toBe("unknown");
    expect(checkConvergence(history("0 w x 1", "0 w x 2 ?", "1 r x 1", "2 r x 2")).holds).toBe("unknown");
    expect(checkConvergence(history("0 w x 1", "0 w x 2 ?", "1 r x 2", "2 r x 2")).holds).toBe(true);
    expect(checkConvergence(history("0 w x 1", "0 w x 2", "0 w x 3 ?", "1 r x 1", "2 r x 2", "3 r x 3")).holds).toBe(false);
  });
});

describe("staleness", () => {
  it("counts the versions completed before the read, and the ms since the first of them", () => {
    const { reads, row } = staleness(history("0 w x 1", "0 w x 2", "0 w x 3", "1 r x 1", "1 r x 3"));
    expect(reads.map(({ versions, ms }) => ({ versions, ms }))).toEqual([{ versions: 2, ms: 30 }, { versions: 0, ms: 0 }]);
    expect(row).toEqual({ reads: 2, stale: 1, unwritten: 0, versionsMax: 2, versionsMean: 1, msMax: 30, msMean: 15, msP99: 30 });
  });

  it("does not count a write that overlaps the read, or the write of the value read", () => {
    expect(staleness(history("0 w x 1", "0 w x 2, 1 r x 1")).row.stale).toBe(0);
    expect(staleness(history("0 w x 1, 1 w x 2", "2 r x 1", "2 r x 2")).row.stale).toBe(0);
  });

  it("knows a version to be there once it was read", () => {
    expect(staleness(history("0 w x 1 ?", "1 r x 1", "2 w x 2", "1 r x 1")).reads.map(({ versions }) => versions)).toEqual([0, 1]);
  });

  it("counts the initial value as older than every write, and sets aside what nobody wrote", () => {
    expect(staleness(history("0 w x 1", "1 r x null", "1 r x 9")).row).toMatchObject({ reads: 1, stale: 1, unwritten: 1 });
  });

  it("needs times for ms only", () => {
    const operations = history("0 w x 1", "1 r x null").map(({ invokedAt: _, returnedAt: __, ...rest }) => rest);
    expect(staleness(operations).row).toEqual({ reads: 1, stale: 1, unwritten: 0, versionsMax: 1, versionsMean: 1, msMax: null, msMean: null, msP99: null });
  });
});

describe("what the checkers cannot judge they refuse", () => {
  const twice = history("0 w x 1", "1 w x 1");
  it.each([["causal", checkCausal], ["causal convergence", checkCausalConvergence], ["read your writes", checkReadYourWrites], ["monotonic reads", checkMonotonicReads], ["staleness", staleness]])("%s refuses values written twice", (_, check) => {
    expect(() => check(twice)).toThrow("process 0 writes 1 to x and process 1 writes 1 to x (operations 0 and 1): this check needs every write to write a value of its own; let clients count their writes");
    expect(() => check(history("0 w x null"))).toThrow("null is the initial value");
  });

  it("operations that are no reads or writes", () => {
    expect(() => checkSequential([{ ...twice[0]!, f: "enqueue" }])).toThrow('operation 0 is "enqueue": this promise is defined for registers, so use read and write, or get and put');
  });

  it("but one value may be written to two registers, and equal values need not be the same object", () => {
    expect(checkCausal(history("0 w x 1, 1 w y 1", "0 r y 1, 1 r x 1"))).toEqual({ holds: true });
    const [write, read] = history("0 w x 1", "1 r x 1");
    expect(checkCausal([{ ...write!, input: { a: 1, b: [2] } }, { ...read!, output: { b: [2], a: 1 } }])).toEqual({ holds: true });
  });
});

describe("ten thousand operations", () => {
  /** Five clients take turns to write; the next but one reads what was just written, but for `stale` reads. */
  const long = (stale: (write: number) => boolean) =>
    history(...Array.from({ length: 5000 }, (_, index) => [`${index % 5} w x ${index}`, `${(index + 2) % 5} r x ${stale(index) ? index - 10 : index}`]).flat());
  const clean = long(() => false);
  const broken = long((index) => index === 2500);

  it.each([
    ["sequential", checkSequential, 4],
    ["causal", checkCausal, 4],
    ["causal convergence", checkCausalConvergence, 4],
    ["read your writes", checkReadYourWrites, 3],
    ["monotonic reads", checkMonotonicReads, 4],
  ])("%s: one stale read is found, and shown in few operations", (_, check, most) => {
    expect(check(clean)).toEqual({ holds: true });
    const verdict = check(broken);
    expect(verdict.holds).toBe(false);
    expect(verdict.holds === false && verdict.witness.length).toBeLessThanOrEqual(most);
  });

  it("staleness", () => {
    expect(staleness(clean).row).toMatchObject({ reads: 5000, stale: 0 });
    expect(staleness(broken).row).toMatchObject({ reads: 5000, stale: 1, versionsMax: 10 });
  });
});
