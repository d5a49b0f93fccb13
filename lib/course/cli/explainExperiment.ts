import type { Experiment } from "../../experiments/experiment.js";
import { expectation, toKebab } from "../../experiments/parameters.js";
import { formatTable } from "./table.js";

/** What `run NAME --help` says: the question, the flags with what they accept and their defaults, the fields of a row. */
export function explainExperiment({ name, question, parameters, row, trials }: Experiment, width: number): string {
  const flags = Object.entries(parameters).map(([key, parameter]) => [
    `  --${toKebab(key)}`,
    `${parameter.summary}: ${expectation(parameter)}; default ${parameter.default}`,
  ]);
  const options = [
    ["  --trials", `how many runs of the model; default ${trials}`],
    ["  --seed", "decides every random number: a whole number from 0 to 2^53 − 1; default 1"],
    ["  --only", "the index of a single trial to run instead, from 0"],
    ["  --json", "print one JSON object {experiment, parameters, seed, trials, rows} and nothing else"],
  ];
  const fields = Object.entries(row).map(([field, meaning]) => [`  ${field}`, meaning]);
  const sections = [
    `npx leaderlab run ${name} [--PARAMETER VALUE …] [--trials N] [--seed S] [--only I] [--json]`,
    question,
    `Parameters\n${formatTable(flags, { width })}`,
    `Options\n${formatTable(options, { width })}`,
    `Rows\n${formatTable(fields, { width })}`,
  ];
  return sections.join("\n\n");
}
