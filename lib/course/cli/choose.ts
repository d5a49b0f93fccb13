import { choose } from "../../experiments/choose.js";
import type { Row } from "../../experiments/experiment.js";
import { toKebab } from "../../experiments/parameters.js";
import { explainExperiment } from "./explainExperiment.js";
import { lineWidth, printJson, printText, type Io } from "./io.js";
import { measureExperiment, readExperimentFlags } from "./run.js";
import { formatTable } from "./table.js";

/** `choose`: a workload is stated, and every design is run on it. */
export async function chooseCommand(args: readonly string[], io: Io): Promise<number> {
  const { parameters, options, json, help } = readExperimentFlags(choose, args);
  if (help) {
    printText(io, explainExperiment(choose, lineWidth(io)));
    return 0;
  }
  const run = await measureExperiment(choose, parameters, options, io);
  if (json) printJson(io, run);
  else printText(io, describeChoice(run.rows, run.parameters, lineWidth(io)));
  return 0;
}

/** The answer, in prose and as a table. */
export function describeChoice(rows: readonly Row[], workload: Readonly<Record<string, unknown>>, width: number): string {
  const stated = Object.entries(workload).filter(([name]) => name !== "design").map(([name, value]) => `${toKebab(name)} ${String(value)}`).join(", ");
  const fits = rows.filter((row) => row.fits === true);
  const number = (value: unknown, digits = 3) => (value === null ? "–" : String(Number((value as number).toPrecision(digits))));
  const cells = rows.map((row) => [`${row.design}, ${row.consistency}`, row.fits === true ? "fits" : "out", Math.round(row.throughput as number).toLocaleString("en"), number(row.p50), number(row.p99), number(row.silence), row.fits === true ? "" : String(row.because)]);
  const answer = fits.length === 0 ? "No design fits: something in the workload has to give." : `${fits.length} of ${rows.length} fit; the first in the table is the best by what you prefer (${String(workload.prefer)}).`;
  return `Workload: ${stated}.\n${answer}\n\n${formatTable([["design, promise", "", "requests/s", "p50 ms", "p99 ms", "failover ms", "why it is out"], ...cells], { right: [2, 3, 4, 5], width })}`;
}
