import { builtOn } from "./builtOn.js";

interface StoredNotebook {
  readonly cells: readonly Readonly<Record<string, unknown>>[];
  readonly metadata: unknown;
}

/**
 * How a rebuilt notebook (text of an .ipynb file) differs from the committed one, in a few readable lines; undefined if
 * it does not. Byte for byte on the machine kind that notebooks are built on; elsewhere the pixels of PNGs are left out, since
 * a rasterizer may round differently there, while SVG and text are held to the byte.
 */
export function notebookDifference(committed: string, rebuilt: string, exact: boolean = isBuildMachine()): string | undefined {
  if (committed === rebuilt) return undefined;
  const before = parse(exact ? committed : withoutPixels(committed));
  const after = parse(exact ? rebuilt : withoutPixels(rebuilt));
  if (before === undefined || after === undefined) return "the committed file is not a notebook.";
  if (!exact && JSON.stringify(before) === JSON.stringify(after)) return undefined;

  const idsBefore = before.cells.map(({ id }) => String(id));
  const idsAfter = after.cells.map(({ id }) => String(id));
  const gone = idsBefore.filter((id) => !idsAfter.includes(id));
  const added = idsAfter.filter((id) => !idsBefore.includes(id));
  const report = [...gone.map((id) => `cell ${id} is only in the committed notebook`), ...added.map((id) => `cell ${id} is only in the rebuilt one`)];
  for (const cell of after.cells) {
    const old = before.cells.find(({ id }) => id === cell["id"]);
    if (old) report.push(...firstDifference(old, cell).map((where) => `cell ${String(cell["id"])}, ${where}`));
  }
  if (report.length === 0) report.push(...firstDifference({ metadata: before.metadata }, { metadata: after.metadata }));
  if (report.length === 0) report.push("only the layout or the order of the file differs.");
  return report.length > 8 ? [...report.slice(0, 8), `and ${report.length - 8} more`].join("\n") : report.join("\n");
}

/** Whether this is the kind of machine for which byte for byte is promised. */
export function isBuildMachine(): boolean {
  return process.platform === builtOn.platform && process.arch === builtOn.arch && Number(process.versions.node.split(".")[0]) === builtOn.nodeMajor;
}

/** The first place where two values part, as one line of text each; empty if they do not. */
function firstDifference(before: unknown, after: unknown, path = ""): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const bothLists = Array.isArray(before) && Array.isArray(after);
  if (!bothLists && !(isRecord(before) && isRecord(after))) return [`${path}:\n    committed ${abridged(before)}\n    rebuilt   ${abridged(after)}`];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const key = keys.find((name) => JSON.stringify((before as Record<string, unknown>)[name]) !== JSON.stringify((after as Record<string, unknown>)[name]));
  if (key === undefined) return [];
  const step = bothLists ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
  return firstDifference((before as Record<string, unknown>)[key], (after as Record<string, unknown>)[key], step);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function abridged(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 160)} … (${text.length} characters)` : text;
}

function withoutPixels(text: string): string {
  return text.replace(/"image\/png": "[^"]*"/g, '"image/png": "…"');
}

function parse(text: string): StoredNotebook | undefined {
  try {
    const notebook = JSON.parse(text) as StoredNotebook;
    return Array.isArray(notebook.cells) ? notebook : undefined;
  } catch {
    return undefined;
  }
}
