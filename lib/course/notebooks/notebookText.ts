import { kernelDisplayName, kernelName } from "../kernel/kernelSpec.js";
import type { NotebookOutput } from "../kernel/notebookOutput.js";
import { digestOfSources } from "./isUnmodified.js";
import type { Chapter } from "./parseChapter.js";

/** A code cell's results, by the cell's id. */
export type Results = ReadonlyMap<string, { readonly outputs: readonly NotebookOutput[]; readonly executionCount: number | null }>;

/**
 * The text of the .ipynb file of a chapter that has been run: nbformat 4.5, laid out as Jupyter itself saves it, so that
 * saving it there changes nothing. `languageInfo` is the kernel's. A code cell without results is left as not run.
 */
export function notebookText(chapter: Chapter, results: Results, languageInfo: unknown): string {
  const cells = chapter.cells.map(({ type, id, source }) => {
    const cell = { cell_type: type, id, metadata: {}, source: splitLines(source) };
    if (type === "markdown") return cell;
    const { outputs = [], executionCount = null } = results.get(id) ?? {};
    return { ...cell, execution_count: executionCount, outputs: outputs.map(storedOutput) };
  });
  const metadata = {
    kernelspec: { display_name: kernelDisplayName, language: "typescript", name: kernelName },
    language_info: languageInfo,
    leaderlab: { sources: digestOfSources(chapter.cells) },
  };
  return `${JSON.stringify(sortKeys({ cells, metadata, nbformat: 4, nbformat_minor: 5 }), null, 1)}\n`;
}

function storedOutput(output: NotebookOutput): object {
  switch (output.output_type) {
    case "stream": return { ...output, text: splitLines(output.text) };
    case "error": return output;
    default: return { ...output, data: Object.fromEntries(Object.entries(output.data).map(([type, content]) => [type, isText(type) && typeof content === "string" ? splitLines(content) : content])) };
  }
}

/** The types whose content Jupyter stores as a list of lines. */
function isText(type: string): boolean {
  return type.startsWith("text/") || type === "image/svg+xml" || type === "application/javascript";
}

/** As Python's `splitlines(True)`, which Jupyter uses, and which knows more line ends than the usual. */
function splitLines(text: string): string[] {
  return text.match(/[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])|[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+$/g) ?? [];
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => [key, sortKeys(entry)]));
}
