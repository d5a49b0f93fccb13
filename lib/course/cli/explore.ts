import { type Bounds, explore, type Exploration, formatPath, parsePath, type Step, type Subject, subjectOf, walk, type Walked } from "../../check/explore/index.js";
import { engines, mutants } from "../../experiments/engines.js";
import { boundsInWords } from "../../experiments/exhaustive.js";
import { closedWorlds } from "../../experiments/explorations.js";
import { unknownName } from "../../experiments/nearest.js";
import type { Types } from "../../protocol.js";
import { UsageError } from "../usageError.js";
import { parseFlags } from "./flags.js";
import { printJson, printText, type Io } from "./io.js";

/** `explore NAME …`: visits all worlds of a small cluster, or walks one path through them. NAME is an engine's, or that of a cluster with its bounds. */
export async function exploreCommand([name, ...args]: readonly string[], io: Io): Promise<number> {
  const known = [...engines, ...closedWorlds].map((one) => one.name);
  if (name === undefined || name.startsWith("-")) throw new UsageError(`explore begins with an engine's name: npx leaderlab explore raft-election, for example. Known: ${engines.map((engine) => engine.name).join(", ")}; with bounds within which there is an end: ${closedWorlds.map((world) => world.name).join(", ")}`);
  if (!known.includes(name)) throw new UsageError(unknownName("engine", name, known));
  const { values } = parseFlags(args, FLAGS, { most: 0, what: `flags after ${name}` });
  const cluster = values.mutant === undefined ? clusterOf(name) : broken(name, values.mutant);
  const bounds = boundsOf(values, cluster.bounds);
  const report = values.path === undefined ? exploreAll(cluster, bounds) : walkOne(name, cluster.subject, bounds, values.path);
  if (values.json) printJson(io, report.json);
  else printText(io, report.text);
  return report.json.violations.length > 0 ? 1 : 0;
}

/** What is explored. */
interface Cluster {
  readonly name: string;
  readonly summary?: string;
  readonly mutant?: string;
  readonly subject: Subject<Types>;
  /** Bounds that it comes with. */
  readonly bounds?: Bounds;
}

function clusterOf(name: string): Cluster {
  const engine = engines.find((engine) => engine.name === name);
  return engine ? { name, subject: subjectOf(engine) } : closedWorlds.find((world) => world.name === name)!;
}

function broken(name: string, mutant: string): Cluster {
  const engine = engines.find((engine) => engine.name === name);
  const own = mutants.filter((mutant) => mutant.engine === name);
  if (!engine || own.length === 0) throw new UsageError(`${name} has no mutants`);
  const found = own.find((one) => one.name === mutant);
  if (!found) throw new UsageError(unknownName("mutant", mutant, own.map((mutant) => mutant.name)));
  return { name, mutant, subject: subjectOf({ ...engine, ...found.under }, found.broken()) };
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

function boundsOf(values: Values, own: Bounds | undefined): Bounds {
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
    ...own,
    ...(!own && values.timers === undefined && values["timers-per-node"] === undefined && { timers: TIMERS }),
    ...counts,
    ...(restart && { restart }),
    ...(values["mid-write"] && { midWrite: true }),
    ...(values.ordered && { ordered: true }),
    ...(values.symmetry && { symmetry: true }),
  };
}

interface Report {
  readonly json: { readonly violations: readonly unknown[] };
  readonly text: string;
}

function exploreAll(cluster: Cluster, bounds: Bounds): Report {
  const { name, summary, mutant, subject } = cluster;
  const began = performance.now();
  const { states, unique, depth, complete, bytesPerState, violations, reached } = usage(() => explore(subject, bounds));
  const seconds = Math.round(performance.now() - began) / 1000;
  const found = violations.map(({ property, message, path }) => ({ property, message, steps: path.length, path: formatPath(path), replay: replayCommand(cluster, bounds, path) }));
  const told = violations.map((violation) => walk(subject, violation.path, bounds));
  const text = [
    `${name}${mutant ? ` with ${mutant}` : ""}, ${boundsInWords(bounds)}`,
    ...(summary ? [summary] : []),
    `${unique} different states of ${states}, up to ${depth} steps from the start; ${complete ? "there are no more" : violations.length > 0 ? "it ended where a promise was broken" : "the bounds cut some off"}; ${Math.round(bytesPerState)} bytes a state, ${seconds.toFixed(1)} s`,
    ...found.flatMap(({ property, message, replay }, i) => ["", `broken: ${property}`, `  ${message}`, ...numbered(told[i]!), `  again: ${replay}`]),
    ...(violations.length > 0 ? [] : ["every promise was kept"]),
    ...neverReached(reached),
  ].join("\n");
  return { json: { name, bounds, states, unique, depth, complete, seconds, bytesPerState, violations: found, reached } as Report["json"], text };
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

/** The command that walks a path again. */
function replayCommand({ name, mutant }: Cluster, { size }: Bounds, path: readonly Step<Types>[]): string {
  return `npx leaderlab explore ${name} --size ${size}${mutant ? ` --mutant ${mutant}` : ""} --path ${quoted(formatPath(path))}`;
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
