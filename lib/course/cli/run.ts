import type { Experiment } from "../../experiments/experiment.js";
import { toKebab, type RawParameters } from "../../experiments/parameters.js";
import { planRun, readOptions, runExperiment, type ExperimentRun } from "../../experiments/runExperiment.js";
import { findExperiment } from "../run.js";
import { sweep } from "../sweep/sweep.js";
import { UsageError } from "../usageError.js";
import { watched } from "../watched.js";
import { explainExperiment } from "./explainExperiment.js";
import { parseFlags } from "./flags.js";
import { formatRun } from "./formatRun.js";
import { lineWidth, printJson, printText, type Io } from "./io.js";
import { describeExperiments, listExperiments } from "./listExperiments.js";

/** `run NAME …` and `run --list`. */
export async function runCommand([name, ...args]: readonly string[], io: Io): Promise<number> {
  if (name === undefined || name.startsWith("-")) return list(name === undefined ? [] : [name, ...args], io);
  const experiment = findExperiment(name);
  const { parameters, options, json, help } = readExperimentFlags(experiment, args);
  if (help) printText(io, explainExperiment(experiment, lineWidth(io)));
  else {
    const run = await measureExperiment(experiment, parameters, options, io);
    if (json) printJson(io, run);
    else printText(io, formatRun(experiment, run, lineWidth(io)));
  }
  return 0;
}

function list(args: readonly string[], io: Io): number {
  const begin = "begin with an experiment's name (npx leaderlab run NAME …), or list them (npx leaderlab run --list)";
  if (args.length > 0 && !/^--(list|json)/.test(args[0]!)) throw new UsageError(`"${args[0]}" comes too early: ${begin}`);
  const { values } = parseFlags(args, { list: { type: "boolean" }, json: { type: "boolean" } }, { most: 0, what: "--list and --json only" });
  if (!values.list) throw new UsageError(`no experiment is named: ${begin}`);
  if (values.json) printJson(io, describeExperiments());
  else printText(io, listExperiments(lineWidth(io)));
  return 0;
}

/** The flags of a command that runs an experiment: its parameters, `--trials` and the like. */
export function readExperimentFlags(experiment: Experiment, args: readonly string[]) {
  const names = Object.keys(experiment.parameters).map(toKebab);
  const options: Record<string, { type: "string" | "boolean" }> = {
    ...Object.fromEntries([...names, "trials", "seed", "only"].map((name) => [name, { type: "string" as const }])),
    json: { type: "boolean" },
    help: { type: "boolean" },
  };
  const { values } = parseFlags(args.map((arg) => (arg === "-h" ? "--help" : arg)), options, { most: 0, what: `flags after ${experiment.name}` });
  if (values.only !== undefined && values.trials !== undefined) throw new UsageError("--only runs one trial, --trials says how many: give one of the two");
  // Written as flags, so that complaints name them as they were typed.
  const texts = (keys: readonly string[]) => Object.fromEntries(keys.flatMap((key) => (typeof values[key] === "string" ? [[`--${key}`, values[key]] as const] : [])));
  return { parameters: texts(names), options: texts(["trials", "seed", "only"]), json: values.json === true, help: values.help === true };
}

/** Runs an experiment on all cores, with progress on a terminal. Throws a `UsageError` if the parameters do not fit. */
export async function measureExperiment(experiment: Experiment, parameters: RawParameters, givenOptions: RawParameters, io: Io): Promise<ExperimentRun> {
  const options = checkUsage(experiment, () => {
    const options = readOptions(experiment, givenOptions);
    planRun(experiment, parameters, options);
    return options;
  });
  if (options.only !== undefined) return runExperiment(experiment, parameters, options);
  return watched(experiment.name, (watch) => sweep(experiment, parameters, { ...options, ...watch }), io.stderr);
}

function checkUsage<T>(experiment: Experiment, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nSee npx leaderlab run ${experiment.name} --help`);
  }
}
