import { type Bounds, explore, type Exploration, formatPath, parsePath, type Step, type Subject, subjectOf, walk, type Walked } from "../../check/explore/index.js";
import { engines, mutants } from "../../experiments/engines.js";
import { unknownName } from "../../experiments/nearest.js";
import type { Declaration, Mutant } from "../../promises.js";
import type { Types } from "../../protocol.js";
import { UsageError } from "../usageError.js";
import { parseFlags } from "./flags.js";
import { printJson, printText, type Io } from "./io.js";

/** `explore NAME …`: visits all worlds of a small cluster, or walks one path through them. */
export async function exploreCommand([name, ...args]: readonly string[], io: Io): Promise<number> {
  if (name === undefined || name.startsWith("-")) throw new UsageError(`explore begins with an engine's name: npx leaderlab explore raft-election, for example. Known: ${engines.map((engine) => engine.name).join(", ")}`);
  const engine = engines.find((engine) => engine.name === name);
  if (!engine) throw new UsageError(unknownName("engine", name, engines.map((engine) => engine.name)));
  const { values } = parseFlags(args, FLAGS, { most: 0, what: `flags after ${name}` });
  const mutant = values.mutant === undefined ? undefined : findMutant(engine, values.mutant);
  const subject = subjectOf({ ...engine, ...mutant?.under }, mutant?.broken());
  const bounds = boundsOf(values);
  const report = values.path === undefined ? exploreAll(engine, mutant, subject, bounds) : walkOne(name, subject, bounds, values.path);
  if (values.json) printJson(io, report.json);
  else printText(io, report.text);
  return report.json.violations.length > 0 ? 1 : 0;
}

const COUNTS = ["size", "crashes", "timers", "timers-per-node", "inputs", "duplicates", "drops", "in-flight", "depth", "worlds"] as const;
const FLAGS = {
  ...(Object.fromEntries(COUNTS.map((name) => [name, { type: "string" }])) as Record<(typeof COUNTS)[number], { type: "string" }>),
  restart: { type: "string" },
  "mid-write": { type: "boolean" },
  ordered: { type: "boolean" },
  symmetry: { type: "boolean" },
  mutant: { type: "string" },
  path: { type: "string" },
  json: { type: "boolean" },
} as const;
type Values = { readonly [Name in (typeof COUNTS)[number] | "restart"]?: string } & { readonly ordered?: boolean; readonly symmetry?: boolean; readonly "mid-write"?: boolean };

/** Without a word about timers, each run has two of them fire: otherwise there would be no end. */
const TIMERS = 2;

function boundsOf(values: Values): Bounds {
  const counts: Record<string, number> = {};
  for (const flag of COUNTS) {
    const text = values[flag];
    if (text === undefined) continue;
    if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${flag} is a whole number, such as 3, not "${text}"`);
    counts[flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())] = Number(text);
  }
  const { restart } = values;
  if (restart !== undefined && restart !== "kept" && restart !== "lost" && restart !== "never") throw new UsageError(unknownName("value of --restart", restart, ["kept", "lost", "never"]));
  return {
    size: 3,
    ...(values.timers === undefined && values["timers-per-node"] === undefined && { timers: TIMERS }),
    ...counts,
    ...(restart && { restart }),
    ...(values["mid-write"] && { midWrite: true }),
    ...(values.ordered && { ordered: true }),
    ...(values.symmetry && { symmetry: true }),
  };
}

function findMutant(engine: Declaration<Types>, name: string): Mutant<Types> {
  const own = mutants.filter((mutant) => mutant.engine === engine.name);
  const mutant = own.find((mutant) => mutant.name === name);
  if (mutant) return mutant;
  throw new UsageError(own.length === 0 ? `${engine.name} has no mutants` : unknownName("mutant", name, own.map((mutant) => mutant.name)));
}

interface Report {
  readonly json: { readonly violations: readonly unknown[] };
  readonly text: string;
}

function exploreAll(engine: Declaration<Types>, mutant: Mutant<Types> | undefined, subject: Subject<Types>, bounds: Bounds): Report {
  const { states, unique, depth, complete, bytesPerState, violations, reached } = usage(() => explore(subject, bounds));
  const found = violations.map(({ property, message, path }) => ({ property, message, steps: path.length, path: formatPath(path), replay: replayCommand(engine, mutant, bounds, path) }));
  const told = violations.map((violation) => walk(subject, violation.path, bounds));
  const text = [
    `${engine.name}${mutant ? ` with ${mutant.name}` : ""}, ${boundsInWords(bounds)}`,
    `${unique} different states of ${states}, up to ${depth} steps from the start; ${complete ? "there are no more" : violations.length > 0 ? "it ended where a promise was broken" : "the bounds cut some off"}; ${Math.round(bytesPerState)} bytes a state`,
    ...found.flatMap(({ property, message, replay }, i) => ["", `broken: ${property}`, `  ${message}`, ...numbered(told[i]!), `  again: ${replay}`]),
    ...(violations.length > 0 ? [] : ["every promise was kept"]),
    ...neverReached(reached),
  ].join("\n");
  return { json: { name: engine.name, bounds, states, unique, depth, complete, bytesPerState, violations: found, reached } as Report["json"], text };
}

function neverReached(reached: Exploration<Types>["reached"]): string[] {
  const never = Object.keys(reached).filter((name) => reached[name] === null);
  return never.length > 0 ? [`never reached: ${never.join("; ")}`] : [];
}

function walkOne(name: string, subject: Subject<Types>, bounds: Bounds, path: string): Report {
  const walked = usage(() => walk(subject, parsePath<Types>(path), bounds));
  const text = [...numbered(walked), ...walked.violations.map(({ property, message }) => `broken: ${property}\n  ${message}`), ...(walked.violations.length > 0 ? [] : ["every promise was kept"])].join("\n");
  return { json: { name, bounds, steps: walked.words, violations: walked.violations } as Report["json"], text };
}

const numbered = ({ words }: Walked<Types>) => words.map((words, i) => `  ${String(i + 1).padStart(3)}  ${words}`);

const boundsInWords = (bounds: Bounds) => Object.entries(bounds).map(([name, value]) => `${name} ${value}`).join(", ");

/** The command that walks a path again. */
function replayCommand(engine: Declaration<Types>, mutant: Mutant<Types> | undefined, { size }: Bounds, path: readonly Step<Types>[]): string {
  return `npx leaderlab explore ${engine.name} --size ${size}${mutant ? ` --mutant ${mutant.name}` : ""} --path ${quoted(formatPath(path))}`;
}

/** Double quotes mean the same to all shells. */
const quoted = (text: string) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

/** What is wrong with bounds or a path is wrong with the command. */
function usage<R>(work: () => R): R {
  try {
    return work();
  } catch (error) {
    throw error instanceof Error && !(error instanceof TypeError) ? new UsageError(error.message) : error;
  }
}
