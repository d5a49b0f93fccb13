import { describe, expect, it } from "vitest";
import { checkRegular } from "../../../lib/check/consistency/checkRegular.js";
import type { Operation } from "../../../lib/check/history.js";

/** Operations as [f, value, from, to]. */
const history = (...operations: readonly (readonly [f: string, value: unknown, invoked: number, returned: number])[]): Operation[] =>
  operations.map(([f, value, invoked, returned], id) => ({ id, process: id, f, key: "a", input: f === "get" ? null : value, ...(f === "get" && { output: value }), invoked, returned }));
const holds = (...operations: Parameters<typeof history>) => checkRegular(history(...operations)).holds;

describe("a regular register (Lamport 1986), which may hold siblings", () => {
  it("a read finds what was written before it began", () => {
    expect(holds(["put", "x", 0, 1], ["get", "x", 2, 3])).toBe(true);
    expect(holds(["put", "x", 0, 1], ["get", null, 2, 3])).toBe(false);
    expect(holds(["put", "x", 0, 1], ["put", "y", 2, 3], ["get", "x", 4, 5])).toBe(false);
    expect(holds(["put", "x", 0, 1], ["put", "y", 2, 3], ["get", "y", 4, 5])).toBe(true);
  });

  it("of a write under way it may find the new value or the old one, and then the old one again: that is not linearizable, and regular", () => {
    expect(holds(["put", "x", 0, 1], ["put", "y", 2, 9], ["get", "y", 3, 4], ["get", "x", 5, 6])).toBe(true);
    expect(holds(["put", "x", 0, 1], ["put", "y", 2, Infinity], ["get", "y", 3, 4], ["get", "x", 5, 6])).toBe(true);
  });

  it("siblings: one of the values found must answer for each write", () => {
    expect(holds(["put", "x", 0, 2], ["put", "y", 1, 3], ["get", ["x", "y"], 4, 5])).toBe(true);
    expect(holds(["put", "x", 0, 2], ["put", "y", 3, 4], ["get", ["x", "y"], 5, 6])).toBe(true);
    expect(holds(["put", "x", 0, 2], ["put", "y", 3, 4], ["put", "z", 5, 6], ["get", ["x", "y"], 7, 8])).toBe(false);
  });

  it("a delete writes null; what it deleted does not return", () => {
    expect(holds(["put", "x", 0, 1], ["delete", null, 2, 3], ["get", null, 4, 5])).toBe(true);
    expect(holds(["put", "x", 0, 1], ["delete", null, 2, 3], ["get", [], 4, 5])).toBe(true);
    expect(holds(["put", "x", 0, 1], ["delete", null, 2, 3], ["get", "x", 4, 5])).toBe(false);
    expect(holds(["put", "x", 0, 1], ["delete", null, 2, 3], ["get", ["x", null], 4, 5])).toBe(true);
  });

  it("nobody reads what nobody wrote, or what is written only later; that is all that is asked of a read that need not be fresh", () => {
    expect(holds(["get", "x", 0, 1])).toBe(false);
    expect(holds(["get", "x", 0, 1], ["put", "x", 2, 3])).toBe(false);
    expect(checkRegular(history(["get", "x", 0, 1]), { fresh: false }).holds).toBe(false);
    expect(checkRegular(history(["put", "x", 0, 1], ["put", "y", 2, 3], ["get", "x", 4, 5]), { fresh: false }).holds).toBe(true);
  });

  it("says no with a witness that is enough by itself, and throws where it does not know an operation", () => {
    const verdict = checkRegular(history(["put", "z", 0, 1], ["put", "x", 2, 3], ["get", "z", 4, 5], ["get", "x", 6, 7]));
    expect(verdict).toMatchObject({ holds: false, witness: [{ f: "put", input: "x" }, { f: "get", output: "z" }] });
    expect(() => holds(["cas", "x", 0, 1])).toThrow(/this promise is defined for registers/);
  });

  it("each key is a register of its own", () => {
    const [first, second] = history(["put", "x", 0, 1], ["get", null, 2, 3]);
    expect(checkRegular([first!, { ...second!, key: "b" }]).holds).toBe(true);
  });
});
