import { formatTable } from "../cli/table.js";
import { formatValue } from "../cli/formatValue.js";
import { display } from "../display.js";

/**
 * Shows rows as a table under the cell: `table(rows)`, or only some columns, in this order and under these heads:
 * `table(rows, { p50: "median, ms", p99: "p99, ms" })`. Numbers are rounded to four digits.
 */
export function table(rows: readonly object[], heads?: Readonly<Record<string, string>>): void {
  const fields = Object.keys(heads ?? rows[0] ?? {});
  const head = fields.map((field) => heads?.[field] ?? field);
  const cells = rows.map((row) => fields.map((field) => formatValue((row as Record<string, unknown>)[field])));
  const right = fields.flatMap((field, column) => (rows.every((row) => typeof (row as Record<string, unknown>)[field] !== "string") ? [column] : []));
  const line = (tag: string, values: readonly string[]) =>
    `<tr>${values.map((value, column) => `<${tag} style="text-align: ${right.includes(column) ? "right" : "left"}">${escapeHtml(value)}</${tag}>`).join("")}</tr>`;
  display(
    {
      data: {
        "text/html": `<table><thead>${line("th", head)}</thead><tbody>${cells.map((row) => line("td", row)).join("")}</tbody></table>`,
        "text/plain": formatTable([head, ...cells], { right }),
      },
    },
    "In a script use console.table().",
  );
}

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
