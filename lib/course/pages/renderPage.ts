import MarkdownIt from "markdown-it";
import { escapeHtml } from "./escapeHtml.js";
import { renderDocument } from "./renderDocument.js";

/** What this module reads of a notebook file (nbformat 4). Text may be one string or a list of lines. */
export interface Notebook {
  readonly cells: readonly NotebookCell[];
}
export interface NotebookCell {
  readonly cell_type: string;
  readonly source: Text;
  readonly outputs?: readonly NotebookOutput[];
}
export interface NotebookOutput {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: Text;
  readonly data?: { readonly [mime: string]: unknown };
  readonly ename?: string;
  readonly evalue?: string;
}
type Text = string | readonly string[];

/**
 * A run notebook as one web page that needs nothing else: prose, code and outputs in their order. Of an output's forms
 * it shows the drawing, else the picture, else the text, which is also the picture's alternative text. HTML in prose is
 * shown as text, scripts never run. `links` are placed above and below.
 */
export function renderPage(notebook: Notebook, { links = "" }: { links?: string } = {}): string {
  const title = notebookTitle(notebook);
  return renderDocument(title, `${links}\n${notebook.cells.map(renderCell).join("\n")}\n${links}`);
}

/** A notebook's first heading, without its marks; "Untitled" if it has none. */
export function notebookTitle(notebook: Notebook): string {
  const prose = notebook.cells.filter((cell) => cell.cell_type === "markdown").map((cell) => join(cell.source));
  return /^#\s+(.+)$/m.exec(prose.join("\n"))?.[1]?.replaceAll(/[*`]/g, "").trim() ?? "Untitled";
}

/** Markdown as HTML, with raw HTML shown as text. */
export function renderMarkdown(text: string): string {
  return markdown.render(text);
}

const markdown = new MarkdownIt({ html: false });

function renderCell(cell: NotebookCell): string {
  const source = join(cell.source);
  if (cell.cell_type === "markdown") return renderMarkdown(source);
  if (cell.cell_type !== "code") return "";
  const outputs = (cell.outputs ?? []).map(renderOutput).filter((html) => html !== "");
  return [`<pre class="code"><code>${escapeHtml(source)}</code></pre>`, ...outputs].join("\n");
}

function renderOutput(output: NotebookOutput): string {
  if (output.output_type === "stream") return block("text", plain(join(output.text ?? "")));
  if (output.output_type === "error") return block("error", plain(`${output.ename ?? "Error"}: ${output.evalue ?? ""}`));
  const data = output.data ?? {};
  const text = readText(data["text/plain"]);
  const svg = readText(data["image/svg+xml"]);
  if (svg) return picture("image/svg+xml", Buffer.from(svg).toString("base64"), text);
  const png = readText(data["image/png"]);
  if (png) return picture("image/png", png.replaceAll(/\s/g, ""), text);
  const prose = readText(data["text/markdown"]);
  if (prose) return `<div class="output">${renderMarkdown(prose)}</div>`;
  return text ? block("text", plain(text)) : "";
}

// As an image, a drawing keeps its names and styles to itself, and cannot run anything.
function picture(mime: string, base64: string, alternative = ""): string {
  return `<figure class="output"><img src="data:${mime};base64,${base64}" alt="${escapeHtml(alternative.trim())}"></figure>`;
}

function block(kind: "text" | "error", text: string): string {
  return text.trim() === "" ? "" : `<pre class="output ${kind}">${escapeHtml(text.trimEnd())}</pre>`;
}

function plain(text: string): string {
  return text.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, "");
}

function join(text: Text): string {
  return typeof text === "string" ? text : text.join("");
}

function readText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.join("") : undefined;
}
