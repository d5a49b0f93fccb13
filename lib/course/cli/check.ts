import { readFileSync } from "node:fs";
import type { Operation } from "../../check/history.js";
import { checkLinearizable, type Linearizability } from "../../check/linearizability/checkLinearizable.js";
import { eventsOf } from "../../check/linearizability/witness.js";
import { models } from "../../check/models/index.js";
import type { Model } from "../../check/models/model.js";
import { operationsOf } from "../../check/pairEvents.js";
import { HistoryError, readHistory } from "../../check/readHistory.js";
import { unknownName } from "../../experiments/nearest.js";
import { UsageError } from "../usageError.js";
import { parseFlags } from "./flags.js";
import { formatWitness } from "./formatWitness.js";
import { LINEARIZABLE, checkWeaker, weakerPromises } from "./checkWeaker.js";
import { printJson, printText, type Io } from "./io.js";

/** Exit status of each verdict. */
const statuses = { linearizable: 0, "not-linearizable": 1, unknown: 2 } as const;

/**
 * `check FILE --model M [--promise P]`: judges a recorded history. 0: linearizable; 1: not, with the smallest part that fails; 2: the
 * budget ended first. Unlike elsewhere, bad usage or input is 3, since 2 is a verdict here.
 */
export async function checkCommand(args: readonly string[], io: Io): Promise<number> {
  const started = performance.now();
  try {
    const { file, model, promise, initial, budget, json } = readFlags(args);
    const events = readEvents(file, model);
    const operations = operationsOf(events);
    const stop = budget === undefined ? undefined : () => performance.now() - started >= budget;
    if (promise !== LINEARIZABLE) return checkWeaker(operations, promise, stop, json, io);
    const judgement = judge(operations, model, initial, stop);
    const count = events.filter(({ type }) => type === "invoke").length;
    if (json) printJson(io, toJson(judgement, count));
    else printText(io, describe(judgement, count, model, file, budget !== undefined));
    return statuses[judgement.verdict];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr.write(`leaderlab: ${error.message}\n`);
    return 3;
  }
}

function readFlags(args: readonly string[]) {
  const { values, positionals } = parseFlags(args, { model: { type: "string" }, promise: { type: "string" }, initial: { type: "string" }, "budget-ms": { type: "string" }, json: { type: "boolean" } }, { most: 1, what: "one file, or - for stdin" });
  const [file] = positionals;
  const names = Object.keys(models);
  if (file === undefined) throw new UsageError("no file is named: expected npx leaderlab check FILE --model M, with - as FILE for stdin");
  if (values.model === undefined) throw new UsageError(`no model is named: expected --model with one of ${names.join(", ")}`);
  if (!Object.hasOwn(models, values.model)) throw new UsageError(unknownName("model", values.model, names));
  const { promise = LINEARIZABLE } = values;
  const promises = [LINEARIZABLE, ...Object.keys(weakerPromises)];
  if (!promises.includes(promise)) throw new UsageError(unknownName("promise", promise, promises));
  if (promise !== LINEARIZABLE && values.model !== "register" && values.model !== "kv") throw new UsageError(`--promise ${promise} is judged on the models register and kv, not on ${values.model}`);
  if (promise !== LINEARIZABLE && values.initial !== undefined) throw new UsageError(`--promise ${promise} begins with null: leave out --initial`);
  const budget = values["budget-ms"];
  if (budget !== undefined && !(budget.trim() !== "" && Number(budget) >= 0)) throw new UsageError(`--budget-ms: expected a number of ms from 0, not "${budget}"`);
  return { file, promise, model: models[values.model]!, initial: readInitial(values.initial), budget: budget === undefined ? undefined : Number(budget), json: values.json === true };
}

function readInitial(text: string | undefined): unknown {
  if (text === undefined) return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`--initial: expected JSON, such as 0, null or '"a"', not ${text}`);
  }
}

function readEvents(file: string, model: Model) {
  let text: string;
  try {
    text = readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(code === "ENOENT" ? `there is no file ${file}: expected a history, JSON Lines` : `${file} cannot be read: ${message}`);
  }
  try {
    return readHistory(text, model);
  } catch (error) {
    throw error instanceof HistoryError ? new UsageError(`${file === "-" ? "stdin" : file}, ${error.message}\nNothing was judged.`) : error;
  }
}

function judge(operations: readonly Operation[], model: Model, initial: unknown, stop: (() => boolean) | undefined): Linearizability {
  try {
    model.begin(initial, operations[0]?.key);
  } catch (error) {
    throw new UsageError(`--initial: ${(error as Error).message}`);
  }
  return checkLinearizable(operations, model, { initial, ...(stop ? { stop } : {}) });
}

/** What `--json` prints. The witness' `history` can be checked by itself. */
function toJson({ verdict, witness }: Linearizability, operations: number) {
  if (!witness) return { verdict, operations };
  const { operations: part, ...rest } = witness;
  return { verdict, operations, witness: { history: eventsOf(part), operations: part, ...rest } };
}

function describe({ verdict, witness }: Linearizability, count: number, model: Model, file: string, timed: boolean): string {
  const what = `${file === "-" ? "stdin" : file}: ${count} ${count === 1 ? "operation" : "operations"} on a ${model.name}`;
  if (verdict === "linearizable") return `${what}: linearizable.`;
  if (verdict === "unknown") return `${what}: unknown. The budget ended before there was a verdict. ${timed ? "Give more with --budget-ms." : "It is one of memory: a shorter history, or one of fewer clients, may have a verdict."}`;
  return `${what}: NOT linearizable.\n\n${formatWitness(witness!)}`;
}
