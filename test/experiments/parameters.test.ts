import { expect, test } from "vitest";
import type { ParameterSet } from "../../lib/experiments/experiment.js";
import { formatParameters, readParameters, toKebab } from "../../lib/experiments/parameters.js";

const set = {
  nodes: { type: "integer", default: 5, range: [1, 99], summary: "how many nodes" },
  low: { type: "number", default: 150, range: [1, 60_000], unit: "ms", summary: "shortest timeout" },
  requestDelay: { type: "distribution", default: "uniform:0.5,6", unit: "ms", summary: "delay of a request" },
  logLengths: { type: "list", default: "equal", values: ["equal"], unit: "entries", summary: "log length of each node" },
  variant: { type: "choice", default: "push", values: ["push", "pull", "push-pull"], summary: "who sends" },
  w: { type: "integer", default: 1, range: [1, 9], summary: "write quorum" },
  W: { type: "distribution", default: "exp:0.1", unit: "ms", summary: "delay of a write" },
} as const satisfies ParameterSet;

const complaint = (raw: Parameters<typeof readParameters>[1]) => {
  try {
    readParameters(set, raw);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${JSON.stringify(raw)} was accepted`);
};

test("absent parameters take their defaults", () => {
  const values = readParameters(set, {});
  expect(values.nodes).toBe(5);
  expect(values.requestDelay.text).toBe("uniform:0.5,6");
  expect(values.logLengths).toBe("equal");
});

test("names are read in camelCase, in kebab-case and as flags", () => {
  for (const name of ["requestDelay", "request-delay", "--request-delay"]) {
    expect(readParameters(set, { [name]: "constant:5" }).requestDelay.text).toBe("constant:5");
  }
});

test("a lone capital is a name of its own", () => {
  expect(toKebab("W")).toBe("W");
  expect(toKebab("requestDelay")).toBe("request-delay");
  expect(readParameters(set, { w: 2, W: "constant:3" })).toMatchObject({ w: 2, W: { text: "constant:3" } });
});

test("numbers may come as text, lists as text or as arrays", () => {
  expect(readParameters(set, { low: "1.5e2" }).low).toBe(150);
  expect(readParameters(set, { logLengths: "1, 2,3" }).logLengths).toEqual([1, 2, 3]);
  expect(readParameters(set, { logLengths: [1, 2, 3] }).logLengths).toEqual([1, 2, 3]);
  expect(readParameters(set, { logLengths: 7 }).logLengths).toEqual([7]);
});

test("an unknown name is answered with the nearest and all names, in the caller's style", () => {
  expect(complaint({ lwo: 1 })).toBe(`unknown parameter "lwo": did you mean low? Known: nodes, low, requestDelay, logLengths, variant, w, W`);
  expect(complaint({ "--request-dealy": 1 })).toContain("did you mean --request-delay? Known: --nodes, --low, --request-delay");
  expect(complaint({ "request-dealy": 1 })).toContain("did you mean request-delay? Known: nodes, low, request-delay");
});

test("a parameter given in two spellings is refused", () => {
  expect(complaint({ requestDelay: "constant:1", "request-delay": "constant:2" })).toContain("request-delay is given twice");
});

test("a bad number is answered with what was given, what was expected, and an example", () => {
  const expected = "expected a number from 1 to 60000 ms";
  expect(complaint({ low: 0 })).toBe(`low: ${expected}, not 0. For example: low 150`);
  for (const bad of ["", " ", "150ms", "abc", "0x10", "1,000", "60001", "NaN", "Infinity"]) expect(complaint({ "--low": bad })).toBe(`--low: ${expected}, not "${bad}". For example: --low 150`);
  expect(complaint({ low: NaN })).toContain("not NaN");
  expect(complaint({ low: [150] })).toContain("not [150]");
  expect(complaint({ low: undefined as never })).toContain("not undefined");
});

test("a fraction is no whole number", () => {
  expect(complaint({ nodes: 2.5 })).toBe("nodes: expected a whole number from 1 to 99, not 2.5. For example: nodes 5");
});

test("a bad choice is answered with the nearest", () => {
  expect(complaint({ variant: "pul" })).toBe(`variant: unknown value "pul": did you mean pull? Known: push, pull, push-pull. For example: variant push`);
});

test("a bad distribution is answered with what its notation expects", () => {
  expect(complaint({ "request-delay": "uniform:6" })).toMatch(/^request-delay: expected a distribution in ms, not "uniform:6" \(.*uniform:LOW,HIGH.*\)\. For example: request-delay uniform:0\.5,6$/);
});

test("a bad list is answered with its words and an example", () => {
  for (const bad of ["eqal", "1,,2", "", []]) expect(complaint({ logLengths: bad })).toContain("expected equal, or a list of numbers in entries with commas between");
  expect(complaint({ logLengths: "1,x" })).toMatch(/not "1,x"\. For example: logLengths equal, or 1,2,3$/);
});

test("read parameters are reported as plain JSON that reads back to the same", () => {
  const report = formatParameters(readParameters(set, { requestDelay: "75+exp:1.66", logLengths: "1,2" }));
  expect(report).toEqual({ nodes: 5, low: 150, requestDelay: "75+exp:1.66", logLengths: [1, 2], variant: "push", w: 1, W: "exp:0.1" });
  expect(formatParameters(readParameters(set, JSON.parse(JSON.stringify(report))))).toEqual(report);
});
