import { doctor, formatDoctor } from "../doctor.js";
import { printJson, printText, type Io } from "./io.js";
import { jsonFlag } from "./jsonFlag.js";

/** `doctor`: 0 if all is there, 1 if something is missing. */
export async function doctorCommand(args: readonly string[], io: Io): Promise<number> {
  const json = jsonFlag(args);
  const report = await doctor();
  if (json) printJson(io, report);
  else printText(io, formatDoctor(report).trimEnd());
  return report.ok ? 0 : 1;
}
