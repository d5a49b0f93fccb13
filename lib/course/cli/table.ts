/**
 * Lines up cells in columns, two spaces apart. Columns named in `right` are set flush right. The last column is wrapped
 * so that lines stay within `width` characters.
 */
export function formatTable(rows: readonly (readonly string[])[], { right = [], width = 100 }: { right?: readonly number[]; width?: number } = {}): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  return rows.flatMap((row) => formatRow(row, widths, right, Math.max(20, width - before))).join("\n");
}

function formatRow(row: readonly string[], widths: readonly number[], right: readonly number[], room: number): string[] {
  const last = widths.length - 1;
  const cells = widths.slice(0, last).map((width, column) => pad(row[column] ?? "", width, right.includes(column)));
  const [first = "", ...more] = right.includes(last) ? [pad(row[last] ?? "", widths[last]!, true)] : wrap(row[last] ?? "", room);
  const indent = " ".repeat(cells.join("  ").length + (cells.length > 0 ? 2 : 0));
  return [[...cells, first].join("  ").trimEnd(), ...more.map((line) => indent + line)];
}

const pad = (text: string, width: number, right: boolean) => (right ? text.padStart(width) : text.padEnd(width));

function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
