import { judgeClaims } from "../../experiments/claims.js";
import { printJson, printText, lineWidth, type Io } from "./io.js";
import { jsonFlag } from "./jsonFlag.js";
import { formatTable } from "./table.js";

/** `claims`: the survey's claims and the experiments' verdicts. */
export async function claimsCommand(args: readonly string[], io: Io): Promise<number> {
  const json = jsonFlag(args);
  const claims = await judgeClaims();
  if (json) printJson(io, claims);
  else {
    const rows = claims.map(({ id, verdict, condition, statement, because, experiment }) => [id, verdict, `${statement}${condition === undefined ? "" : ` (if ${condition})`} ${because}${experiment === null ? "" : ` [${experiment}]`}`]);
    printText(io, formatTable([["id", "verdict", "claim"], ...rows], { width: lineWidth(io) }));
  }
  return 0;
}
