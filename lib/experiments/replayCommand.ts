import type { Experiment } from "./experiment.js";
import { formatParameters, readParameters, toKebab, type GivenParameters } from "./parameters.js";

/**
 * The command that runs an experiment again, with the parameters that differ from their defaults. `choice` says which
 * trials: all of `trials`, or `only` the one with that index.
 */
export function replayCommand(experiment: Experiment, parameters: GivenParameters, seed: number, choice: { trials: number } | { only: number }): string {
  const defaults = formatParameters(readParameters(experiment.parameters, {}));
  const changed = Object.entries(parameters).filter(([name, value]) => String(value) !== String(defaults[name]));
  const flags = changed.map(([name, value]) => ` --${toKebab(name)} ${quote(String(value))}`).join("");
  const trials = "only" in choice ? `--only ${choice.only}` : `--trials ${choice.trials}`;
  return `npx leaderlab run ${experiment.name}${flags} ${trials} --seed ${seed}`;
}

/** Shells differ in what they make of commas and stars; double quotes mean the same to all of them. */
const quote = (value: string) => (/^[\w.-]+$/.test(value) ? value : `"${value}"`);
