import { judgeClaims } from "../../experiments/claims.js";
import { comparePublished } from "../../experiments/published.js";
import { display } from "../display.js";
import { rowsOf } from "../run.js";
import { table } from "./table.js";

/** Tries statements of the survey and shows the verdict on each under the cell, with the figures that decided it. */
export function verdict(...ids: readonly string[]): void {
  const judged = judgeClaims(ids, rowsOf);
  const lines = judged.map(({ id, statement, verdict, condition, because, experiment }) => {
    const told = verdict === "holds if" ? `holds if ${condition}` : verdict;
    return `**${id}** ${statement}  \n**→ ${told}.** ${because}${experiment === null ? "" : `  \n\`npx leaderlab run ${experiment}\``}`;
  });
  display({ data: { "text/markdown": lines.join("\n\n"), "text/plain": lines.join("\n\n").replaceAll("**", "") } }, "In a terminal: npx leaderlab claims.");
}

/** Shows published numbers beside ours under the cell: those whose source contains `source`, or all; which of them are formulas evaluated and not measured; and why some do not agree. */
export function published(source = ""): void {
  const rows = comparePublished(source);
  if (rows.length === 0) throw new Error(`no published number is from "${source}"`);
  table(
    rows.map((row) => ({ ...row, formula: row.formula === undefined ? "" : row.formula, tolerance: `${Number((100 * row.tolerance).toPrecision(2))} %`, difference: row.reproduced === null || row.published === 0 ? null : `${signed((100 * (row.reproduced - row.published)) / row.published)} %`, ok: row.ok ? "yes" : row.note === undefined ? "no" : "no, see below" })),
    { cell: "cell", published: "published", reproduced: "ours", ...(rows.some(({ formula }) => formula !== undefined) && { formula: "by formula" }), difference: "difference", tolerance: "tolerance", ok: "within" },
  );
  const notes = rows.filter(({ ok, note }) => !ok && note !== undefined).map(({ cell, note }) => `*${cell}*: ${note}`);
  if (notes.length > 0) display({ data: { "text/markdown": notes.join("\n\n"), "text/plain": notes.join("\n\n") } }, "In a terminal: npx leaderlab published.");
}

const signed = (value: number) => `${value <= -0.05 ? "−" : "+"}${Math.abs(value).toFixed(1)}`;
