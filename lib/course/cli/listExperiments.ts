import type { Parameter } from "../../experiments/experiment.js";
import { toKebab } from "../../experiments/parameters.js";
import { experiments } from "../../experiments/registry.js";
import { formatTable } from "./table.js";

/** The experiments in the shape of `run --list --json`; parameters by the name of their flag. */
export function describeExperiments(): object[] {
  return experiments.map(({ name, question, parameters, row }) => ({
    name,
    question,
    parameters: Object.fromEntries(Object.entries(parameters).map(([key, parameter]) => [toKebab(key), describe(parameter)])),
    row,
  }));
}

/** The experiments and their questions, for reading. */
export function listExperiments(width: number): string {
  const table = formatTable(experiments.map(({ name, question }) => [name, question]), { width });
  return `${table}\n\nnpx leaderlab run NAME --help explains one.`;
}

function describe(parameter: Parameter): object {
  const { default: fallback, summary } = parameter;
  return {
    default: fallback,
    ...("unit" in parameter && { unit: parameter.unit }),
    ...("range" in parameter && { range: parameter.range }),
    ...("values" in parameter && { values: parameter.values }),
    summary,
  };
}
