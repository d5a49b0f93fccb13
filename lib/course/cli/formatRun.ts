import type { Experiment, Row } from "../../experiments/experiment.js";
import { toKebab } from "../../experiments/parameters.js";
import { replayCommand } from "../../experiments/replayCommand.js";
import type { ExperimentRun } from "../../experiments/runExperiment.js";
import { formatValue } from "./formatValue.js";
import { formatTable } from "./table.js";

/** A run for reading: the question, the parameters, the rows, and the command that repeats it. */
export function formatRun(experiment: Experiment, run: ExperimentRun, width: number): string {
  const { parameters, seed, trials, only, rows } = run;
  const settings = Object.entries(parameters).map(([name, value]) => `${toKebab(name)} ${Array.isArray(value) ? value.join(",") : value}`);
  const runs = only === undefined ? `${trials} ${trials === 1 ? "trial" : "trials"}` : `only trial ${only}`;
  return [
    `${experiment.name}: ${experiment.question}`,
    formatTable([[[...settings, runs, `seed ${seed}`].join(" · ")]], { width }),
    "",
    rows.length === 1 ? formatOnly(experiment, rows[0]!, width) : formatRows(experiment, rows),
    "",
    `Replay: ${replayCommand(experiment, parameters, seed, only === undefined ? { trials } : { only })}`,
  ].join("\n");
}

/** A single row stands upright, so that each field has room for its meaning. */
function formatOnly({ row: meanings }: Experiment, row: Row, width: number): string {
  const fields = Object.entries(row).map(([field, value]) => [field, formatValue(value), meanings[field] ?? ""]);
  return formatTable(fields, { right: [1], width });
}

function formatRows({ row: meanings }: Experiment, rows: readonly Row[]): string {
  const fields = [...new Set(rows.flatMap(Object.keys))];
  const header = fields.map((field) => field + unitOf(meanings[field]));
  const body = rows.map((row) => fields.map((field) => formatValue(row[field])));
  const right = fields.flatMap((field, column) => (rows.every((row) => typeof row[field] !== "string") ? [column] : []));
  return formatTable([header, ...body], { right, width: Infinity });
}

/** The unit in a field's meaning (`median downtime, ms` or `… (ms)`), for the head of a column. */
function unitOf(meaning = ""): string {
  const unit = /(?:,\s*| in |\()(ms|s|bytes|messages|rounds|hops|keys|%)(?![\w/])/.exec(meaning)?.[1];
  return unit === undefined ? "" : ` (${unit})`;
}
