import { writeFileSync } from "node:fs";
import { parsePath, type Step, subjectOf as toExplore, walk } from "../../check/explore/index.js";
import { disksOf } from "../../check/hostileRun.js";
import { calmPath } from "../../check/shrinkCalm.js";
import { transcript } from "../../check/transcript.js";
import { engines, mutants } from "../../experiments/engines.js";
import { subjectOf } from "../../experiments/hostileRuns.js";
import { unknownName } from "../../experiments/nearest.js";
import { readParameters } from "../../experiments/parameters.js";
import { replayFailure } from "../../experiments/replayFailure.js";
import { spaceTime } from "../../plot/index.js";
import type { Declaration } from "../../promises.js";
import type { Protocol, Types } from "../../protocol.js";
import type { TraceEvent } from "../../sim/trace.js";
import { type Fuzzed, type FuzzOptions, fuzzEngine } from "../fuzzEngine.js";
import { renderPicture } from "../picture.js";
import { UsageError } from "../usageError.js";
import { watched } from "../watched.js";
import { parseFlags } from "./flags.js";
import { printJson, printText, type Io } from "./io.js";

/** `fuzz ENGINE …`: hostile runs, or one failing run step by step; 1 if a promise was broken. */
export async function fuzzCommand([name, ...args]: readonly string[], io: Io): Promise<number> {
  const names = engines.map((engine) => engine.name);
  if (name === undefined || name.startsWith("-")) throw new UsageError(`fuzz begins with an engine's name: npx leaderlab fuzz raft-election, for example. Known: ${names.join(", ")}`);
  if (!names.includes(name)) throw new UsageError(unknownName("engine", name, names));
  const { values } = parseFlags(args, FLAGS, { most: 0, what: `flags after ${name}` });
  const mutant = values.mutant === undefined ? "none" : mutantOf(name, values.mutant);
  const count = (flag: keyof typeof COUNTS) =>
  usage(() => {
    const given = values[flag];
    return readParameters(COUNTS, given === undefined ? {} : { [`--${flag}`]: given })[flag];
  });
  const { picture } = values;
  if (picture !== undefined && !/\.(svg|png)$/.test(picture)) throw new UsageError(`--picture names a file that ends in .svg or .png, not "${picture}"`);
  if (values.calm !== undefined && values.path === undefined) throw new UsageError('--calm goes with --path: what follows of itself after these steps, or after none (--path "")');
  if (values.path !== undefined) return retell({ engine: name, mutant, seed: count("seed"), size: count("nodes"), path: values.path, calm: values.calm, alone: values.alone === true, picture }, values.json === true, io);
  const options = { engine: name, mutant, seed: count("seed"), seeds: count("seeds"), keepGoing: values["keep-going"] === true };
  const fuzzed = await watched(`fuzz ${name}`, (watch) => fuzzEngine(options, watch), io.stderr);
  const first = fuzzed.failures[0]?.failure;
  if (picture !== undefined && first) drawRun(picture, first.trace, first.accusation, first.path ? "steps" : "ms");
  if (values.json) printJson(io, inJson(options, fuzzed));
  else printText(io, inWords(options, fuzzed));
  return fuzzed.failures.length > 0 ? 1 : 0;
}

const FLAGS = {
  mutant: { type: "string" },
  seeds: { type: "string" },
  seed: { type: "string" },
  nodes: { type: "string" },
  path: { type: "string" },
  calm: { type: "string" },
  alone: { type: "boolean" },
  picture: { type: "string" },
  "keep-going": { type: "boolean" },
  json: { type: "boolean" },
} as const;

const COUNTS = {
  seeds: { type: "integer", default: 1000, range: [1, 100_000_000], summary: "how many runs" },
  seed: { type: "integer", default: 1, range: [0, Number.MAX_SAFE_INTEGER], summary: "seed of the first run" },
  nodes: { type: "integer", default: 3, range: [1, 32], summary: "nodes of a path" },
} as const;

function mutantOf(engine: string, name: string): string {
  const own = mutants.filter((mutant) => mutant.engine === engine).map((mutant) => mutant.name);
  if (!own.includes(name)) throw new UsageError(own.length === 0 ? `${engine} has no mutants` : unknownName("mutant", name, own));
  return name;
}

function usage<R>(work: () => R): R {
  try {
    return work();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function inJson({ engine, mutant, seeds }: FuzzOptions, { runs, failures, reached }: Fuzzed) {
  const violations = failures.map(({ failure, accused }) => ({
    ...{ property: failure.accusation.property, message: failure.accusation.message, seed: failure.seed, events: failure.events, runs: accused },
    replay: replayFailure(engine, mutant, failure),
  }));
  return { engine, ...(mutant !== "none" && { mutant }), seeds, runs, violations, reached };
}

function inWords({ engine, mutant }: FuzzOptions, { runs, events, failures, reached }: Fuzzed): string {
  const { declaration } = subjectOf(engine, mutant);
  const lines = [`${engine}${mutant === "none" ? "" : ` with ${mutant}`}: ${runs} hostile runs, ${events} events, ${declaration.invariants.length} invariants checked at every step`];
  for (const { failure, accused } of failures) {
    const { accusation, seed, trace, events: left, path } = failure;
    lines.push("", `broken in ${accused} of ${runs} runs: ${accusation.property}`, `  ${accusation.message}`, `  first with seed ${seed}, reduced to ${left} ${path ? "steps" : "events"}:`);
    const told = transcript(trace, path ? "steps" : "ms");
    lines.push(...told.slice(-MOST_LINES), ...(told.length > MOST_LINES ? [`  (the last ${MOST_LINES} of ${told.length} lines)`] : []), `  again: ${replayFailure(engine, mutant, failure)}`);
  }
  if (failures.length === 0) lines.push("every promise was kept");
  lines.push("", ...Object.entries(reached).map(([name, count]) => `  reached in ${count} of ${runs} runs: ${name}`));
  return lines.join("\n");
}

const MOST_LINES = 60;

/** Walks the single events of a reduced run again; with `calm`, also those that follow of themselves if nothing fails any more, until what `calm` names should have come about. */
function retell({ engine, mutant, seed, size, path, calm, alone, picture }: { engine: string; mutant: string; seed: number; size: number; path: string; calm: string | undefined; alone: boolean; picture: string | undefined }, json: boolean, io: Io): number {
  const { declaration, protocol } = subjectOf(engine, mutant);
  const steps = usage(() => parsePath(path));
  const { violations, trace, words } = calm === undefined ? usage(() => walk({ ...toExplore(declaration, protocol), disks: disksOf(declaration, { seed, size }) }, steps, { size })) : retellCalm(declaration, protocol, { seed, size }, steps, calm, alone);
  if (picture !== undefined) drawRun(picture, trace, violations[0], "steps");
  if (json) printJson(io, { engine, ...(mutant !== "none" && { mutant }), steps: words, violations });
  else printText(io, [...transcript(trace, "steps"), ...violations.map(({ property, message }) => `broken: ${property}\n  ${message}`), ...(violations.length === 0 ? ["every promise was kept"] : [])].join("\n"));
  return violations.length > 0 ? 1 : 0;
}

function retellCalm(declaration: Declaration<Types>, protocol: Protocol<Types>, cluster: { readonly seed: number; readonly size: number }, steps: readonly Step<Types>[], property: string, alone: boolean): { readonly violations: readonly { readonly property: string; readonly message: string }[]; readonly trace: readonly TraceEvent[]; readonly words: readonly string[] } {
  const names = [...declaration.progress, ...(declaration.endings ?? [])].map(({ name }) => name);
  if (!names.includes(property)) throw new UsageError(unknownName("promise for --calm", property, names));
  const found = usage(() => calmPath(declaration, protocol, cluster, steps, property, alone));
  return found ? { violations: [{ property, message: found.message }], trace: found.walk.trace, words: found.walk.words } : { violations: [], trace: [], words: [] };
}

/** Writes a space–time diagram of a run to a file. */
function drawRun(file: string, trace: readonly TraceEvent[], accusation: { readonly property: string; readonly message: string } | undefined, counting: "ms" | "steps"): void {
  const title = accusation ? `Broken: ${accusation.property}` : "Every promise was kept";
  const caption = accusation?.message ?? "Nothing is wrong with this run.";
  const axis = counting === "steps" ? { xLabel: "step", to: trace.at(-1)!.time + 1 } : {};
  const { svg, png } = renderPicture((document) => spaceTime(trace, { document, title, caption, label: fewWords, ...axis }), `${title}. ${caption}`);
  writeFileSync(file, file.endsWith(".png") ? png : svg);
}

/** What stands on a message: its term and its yes or no, where it has them. */
function fewWords(message: unknown): string | undefined {
  const { term, voteGranted } = message as { term?: number; voteGranted?: boolean };
  return voteGranted !== undefined ? (voteGranted ? "yes" : "no") : term === undefined ? undefined : `term ${term}`;
}
