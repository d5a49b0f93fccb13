import { escapeHtml } from "./escapeHtml.js";
import { renderDocument } from "./renderDocument.js";

/** A chapter in the table of contents. */
export interface Chapter {
  /** Its file, such as "02-single-leader.ipynb". */
  readonly file: string;
  readonly title: string;
}

/** The first page: every chapter with its title. */
export function renderIndex(chapters: readonly Chapter[]): string {
  const items = chapters.map(({ file, title }) => `<li><a href="/notebooks/${encodeURIComponent(file)}">${escapeHtml(title)}</a></li>`);
  const list = items.length > 0 ? `<ul>\n${items.join("\n")}\n</ul>` : "<p>There are no chapters in the folder notebooks.</p>";
  const note = "<p>These are the course’s chapters as they were run, to read. To run and change them, install Python (or uv) and start the course again with <code>npm start</code>.</p>";
  return renderDocument("One leader, or none?", `<h1>One leader, or none?</h1>\n${note}\n${list}`);
}

/** The links above and below a chapter: its neighbours and the table of contents. */
export function chapterLinks(chapters: readonly Chapter[], file: string): string {
  const at = chapters.findIndex((chapter) => chapter.file === file);
  const link = (chapter: Chapter | undefined, mark: string): string =>
    chapter ? `<a href="/notebooks/${encodeURIComponent(chapter.file)}">${mark} ${escapeHtml(chapter.title)}</a>` : "";
  const links = [`<a href="/">All chapters</a>`, link(at > 0 ? chapters[at - 1] : undefined, "←"), link(at >= 0 ? chapters[at + 1] : undefined, "→")];
  return `<nav>${links.filter((html) => html !== "").join("\n")}</nav>`;
}
