import { comparePublished } from "../../experiments/published.js";
import { formatValue } from "./formatValue.js";
import { lineWidth, printJson, printText, type Io } from "./io.js";
import { jsonFlag } from "./jsonFlag.js";
import { formatTable } from "./table.js";

/** `published`: published figures beside ours; 1 if one is outside its tolerance. */
export async function publishedCommand(args: readonly string[], io: Io): Promise<number> {
  const json = jsonFlag(args);
  const cells = await comparePublished();
  if (json) printJson(io, cells);
  else {
    const rows = cells.map(({ source, cell, published, reproduced, formula, tolerance, ok, note }) => [source, cell, ...[published, reproduced, tolerance].map(formatValue), formula ?? "", ok ? "yes" : "NO", note ?? ""]);
    printText(io, formatTable([["source", "figure", "published", "ours", "tolerance", "formula", "agrees", "note"], ...rows], { right: [2, 3, 4], width: lineWidth(io) }));
  }
  return cells.every(({ ok }) => ok) ? 0 : 1;
}
