import MarkdownIt from "markdown-it";

/** A cell as the chapter's source has it. */
export interface ChapterCell {
  readonly type: "markdown" | "code";
  /** Unique in the chapter, and the same as long as the headings and the number of cells before it under its heading are. */
  readonly id: string;
  readonly source: string;
  /** The line of the source where it begins, from 1. */
  readonly line: number;
}

/** A chapter: what a notebook is built from. */
export interface Chapter {
  readonly title: string;
  readonly cells: readonly ChapterCell[];
}

/**
 * Reads a chapter's Markdown. It begins with front matter (`---`, `title: …`, `---`); the title becomes the first
 * heading. Every block fenced as `ts` is a code cell; all else is prose, verbatim, cut at headings and at code. A fence
 * with more words (`ts static`), or inside a list or quotation, stays prose. Throws an `Error` that names the line.
 */
export function parseChapter(text: string, file: string): Chapter {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const fail = (line: number, message: string): never => {
    throw new Error(`${file}:${line}: ${message}`);
  };
  const { title, end } = readFrontMatter(lines, fail);
  const body = [...lines.slice(0, end).map(() => ""), ...lines.slice(end)]; // So that line numbers stay.

  const environment = {};
  const blocks = new MarkdownIt({ html: true }).parse(body.join("\n"), environment);
  const reference = Object.keys((environment as { references?: object }).references ?? {})[0];
  if (reference !== undefined) fail(1, `[${reference}]: is defined apart from its link, and cells do not see each other's definitions. Write the link inline: [text](address).`);

  const cells: ChapterCell[] = [];
  const nextId = idMaker();
  let section = title;
  let start = end;
  const addProse = (until: number) => {
    let source = body.slice(start, until).join("\n").replace(/^\s*\n/, "").trimEnd();
    if (cells.length === 0) source = `# ${title}\n\n${source}`.trimEnd();
    if (source !== "") cells.push({ type: "markdown", id: nextId(section), source, line: start + 1 });
    start = until;
  };

  for (const [index, block] of blocks.entries()) {
    if (block.level !== 0 || !block.map) continue;
    const [first, last] = block.map;
    if (block.type === "heading_open") {
      if (block.tag === "h1") fail(first + 1, "the chapter's title stands in the front matter and becomes its only first-level heading. Begin this one with ##.");
      addProse(first);
      section = blocks[index + 1]?.content ?? title;
    } else if (block.type === "fence") {
      if (last - first < 2 || !body[last - 1]?.trim().startsWith(block.markup)) fail(first + 1, `this fenced block is not closed. End it with ${block.markup}.`);
      if (block.info.trim() !== "ts") continue;
      addProse(first);
      if (block.content.trim() === "") fail(first + 1, "this code cell is empty.");
      cells.push({ type: "code", id: nextId(section), source: block.content.trimEnd(), line: first + 2 });
      start = last;
    }
  }
  addProse(body.length);
  return { title, cells };
}

function readFrontMatter(lines: readonly string[], fail: (line: number, message: string) => never): { title: string; end: number } {
  const close = lines.indexOf("---", 1);
  if (lines[0] !== "---" || close < 0) return fail(1, "a chapter begins with front matter: a line ---, a line title: …, a line ---.");
  let title: string | undefined;
  for (const [index, line] of lines.slice(1, close).entries()) {
    const value = /^title:\s*(.+?)\s*$/.exec(line)?.[1];
    if (value === undefined) fail(index + 2, `the only thing that front matter may say is title: …, and this is ${JSON.stringify(line)}.`);
    title = value?.replace(/^(["'])(.*)\1$/, "$2");
  }
  return title === undefined ? fail(1, "the front matter has no title: … line.") : { title, end: close + 1 };
}

/** nbformat allows letters, digits, hyphen and underscore, 64 at most. */
function idMaker(): (heading: string) => string {
  const counts = new Map<string, number>();
  return (heading) => {
    const words = heading.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 48).replace(/^-+|-+$/g, "");
    const slug = words === "" ? "cell" : words;
    const count = (counts.get(slug) ?? 0) + 1;
    counts.set(slug, count);
    return `${slug}-${count}`;
  };
}
