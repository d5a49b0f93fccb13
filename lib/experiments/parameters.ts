import { parseDistribution, type Distribution } from "../random.js";
import type { ListParameter, NumberParameter, Parameter, ParameterSet, Values } from "./experiment.js";
import { unknownName } from "./nearest.js";

/** Parameters as someone wrote them: text from a command line, numbers and lists from a program. */
export type RawParameters = Readonly<Record<string, string | number | readonly number[]>>;

/** Parameters as they are reported: numbers, words, lists of numbers, and distributions as their text. */
export type GivenParameters = Readonly<Record<string, string | number | readonly number[]>>;

/**
 * Reads and checks the parameters of an experiment. Names may be written `requestDelay`, `request-delay` or
 * `--request-delay`; what is absent takes its default. Throws an `Error` that says, in the words of whoever wrote it,
 * what was given, what was expected and an example.
 */
export function readParameters<P extends ParameterSet>(set: P, raw: RawParameters): Values<P> {
  const given = new Map<string, { written: string; value: unknown }>();
  for (const [written, value] of Object.entries(raw)) {
    const name = nameOf(set, written);
    if (given.has(name)) throw new Error(`${written} is given twice, as ${given.get(name)!.written} and as ${written}: keep one`);
    given.set(name, { written, value });
  }
  const values = Object.entries(set).map(([name, parameter]) => {
    const { written, value } = given.get(name) ?? { written: name, value: parameter.default };
    return [name, readValue(written, parameter, value)] as const;
  });
  return Object.fromEntries(values) as Values<P>;
}

/** The values of `readParameters` as plain JSON, in its order. */
export function formatParameters(values: Values<ParameterSet>): GivenParameters {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isDistribution(value) ? value.text : value]),
  );
}

/** A camelCase name as the command line writes it: `requestDelay` is `request-delay`. A lone capital such as `W` stays. */
export function toKebab(name: string): string {
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What a parameter accepts, in words: `a whole number from 1 to 99`, `a distribution in ms`. */
export function expectation(parameter: Parameter): string {
  switch (parameter.type) {
    case "integer":
    case "number":
      return `${parameter.type === "integer" ? "a whole number" : "a number"} ${range(parameter)}`;
    case "choice":
      return `one of ${parameter.values.join(", ")}`;
    case "distribution":
      return `a distribution${inUnit(parameter)}`;
    case "list":
      return `${parameter.values.map((word) => `${word}, or `).join("")}a list of numbers${inUnit(parameter)} with commas between`;
  }
}

const range = ({ range: [low, high], unit }: NumberParameter) => `from ${low} to ${high}${unit === undefined ? "" : ` ${unit}`}`;
const inUnit = ({ unit }: { readonly unit?: string }) => (unit === undefined ? "" : ` in ${unit}`);
const isDistribution = (value: number | string | readonly number[] | Distribution): value is Distribution =>
  typeof value === "object" && "sample" in value;

function nameOf(set: ParameterSet, written: string): string {
  const names = Object.keys(set);
  const [, dashes = "", bare = ""] = /^(--)?(.*)$/s.exec(written)!;
  const name = names.find((known) => known === bare || toKebab(known) === bare);
  if (name !== undefined) return name;
  if (names.length === 0) throw new Error(`unknown parameter "${written}": there are no parameters here`);
  const style = dashes !== "" || bare.includes("-") ? toKebab : (known: string) => known;
  throw new Error(unknownName("parameter", written, names.map((known) => dashes + style(known))));
}

function readValue(written: string, parameter: Parameter, value: unknown): Values<ParameterSet>[string] {
  switch (parameter.type) {
    case "integer":
    case "number":
      return readNumber(written, parameter, value);
    case "choice": {
      const word = String(value).trim();
      if (parameter.values.includes(word)) return word;
      throw new Error(`${written}: ${unknownName("value", word, parameter.values)}. For example: ${written} ${parameter.default}`);
    }
    case "distribution":
      try {
        return parseDistribution(String(value));
      } catch (error) {
        throw refusal(written, parameter, value, error instanceof Error ? error.message : undefined);
      }
    case "list":
      return readList(written, parameter, value);
  }
}

function readNumber(written: string, parameter: NumberParameter, value: unknown): number {
  const number = toNumber(value);
  const [low, high] = parameter.range;
  const fits = number >= low && number <= high && (parameter.type === "number" || Number.isInteger(number));
  if (!fits) throw refusal(written, parameter, value);
  return number;
}

function readList(written: string, parameter: ListParameter, value: unknown): string | readonly number[] {
  if (typeof value === "string" && parameter.values.includes(value.trim())) return value.trim();
  const items: readonly unknown[] = Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [value];
  const numbers = items.map(toNumber);
  if (numbers.length === 0 || !numbers.every(Number.isFinite)) throw refusal(written, parameter, value);
  return numbers;
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** NaN for all that is not a decimal number: `Number` alone takes "" for 0 and reads hexadecimal. */
function toNumber(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && DECIMAL.test(value.trim()) ? Number(value) : NaN;
}

function refusal(written: string, parameter: Parameter, value: unknown, reason?: string): Error {
  const example = parameter.type === "list" && parameter.values.includes(parameter.default) ? `${parameter.default}, or 1,2,3` : parameter.default;
  const given = typeof value === "string" ? `"${value}"` : Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
  return new Error(`${written}: expected ${expectation(parameter)}, not ${given}${reason ? ` (${reason})` : ""}. For example: ${written} ${example}`);
}
