import { type Claim, judgeClaims } from "../../experiments/claims.js";
import { rowsOf } from "../run.js";
import { table } from "./table.js";

/** Tries every statement of the survey, shows the ledger as a table under the cell, and returns it. */
export function ledger(): readonly Claim[] {
  const claims = judgeClaims(undefined, rowsOf);
  table(
    claims.map(({ id, statement, verdict, condition, experiment }) => ({ id, statement, verdict: verdict === "holds if" ? `holds if ${condition}` : verdict, command: experiment === null ? (verdict === "pending" ? "to come" : "none: it was looked up") : `npx leaderlab run ${experiment}` })),
    { id: "id", statement: "the survey says", verdict: "verdict", command: "command" },
  );
  return claims;
}
