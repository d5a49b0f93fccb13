import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";
import { paths, root } from "../start/paths.js";
import { untilStopped } from "../start/untilStopped.js";
import { escapeHtml } from "./escapeHtml.js";
import { renderDocument } from "./renderDocument.js";
import { chapterLinks, type Chapter, renderIndex } from "./renderIndex.js";
import { type Notebook, notebookTitle, renderMarkdown, renderPage } from "./renderPage.js";

/** Serves the chapters as web pages on 127.0.0.1, says so, and runs until Ctrl-C. Resolves to the exit status. */
export async function servePages(port: number, why: string): Promise<number> {
  const server = await listen(port);
  process.stdout.write(`\n${why}\n\nThe chapters are at\n\n  http://127.0.0.1:${port}/\n\nCtrl-C stops it.\n`);
  await untilStopped();
  server.closeAllConnections();
  server.close();
  return 0;
}

/** Starts the web server on a port of 127.0.0.1. */
export function listen(port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = answerTo(request.url ?? "/");
    response.writeHead(answer.status, { "Content-Type": answer.type, "X-Content-Type-Options": "nosniff" });
    response.end(request.method === "HEAD" ? undefined : answer.body);
  });
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", () => done(server));
  });
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
}

// The addresses are the repository's own paths, so that a chapter's links to exercises and sources lead somewhere.
function answerTo(url: string): Answer {
  const path = pathOf(url);
  if (path === "") return html(renderIndex(chapters()));
  const file = path === undefined ? undefined : join(root, path);
  if (path === undefined || file === undefined || !isServed(path) || !existsSync(file) || !statSync(file).isFile()) {
    return html(renderDocument("Not found", `<h1>Not found</h1><p>There is no such page. <a href="/">All chapters</a></p>`), 404);
  }
  const text = (): string => readFileSync(file, "utf8");
  switch (extname(path)) {
    case ".ipynb":
      return html(chapterPage(path, text()));
    case ".md":
      return html(renderDocument(path, `<nav><a href="/">All chapters</a></nav>\n${renderMarkdown(text())}`));
    case ".png":
      return { status: 200, type: "image/png", body: readFileSync(file) };
    case ".svg":
      return { status: 200, type: "image/svg+xml", body: text() };
    default:
      return html(renderDocument(path, `<nav><a href="/">All chapters</a></nav>\n<h3>${escapeHtml(path)}</h3>\n<pre class="code"><code>${escapeHtml(text())}</code></pre>`));
  }
}

function chapterPage(path: string, text: string): string {
  try {
    return renderPage(JSON.parse(text) as Notebook, { links: chapterLinks(chapters(), path.slice("notebooks/".length)) });
  } catch (error) {
    return renderDocument(path, `<h1>${escapeHtml(path)}</h1><p>This file cannot be read as a notebook: ${escapeHtml(String(error))}. <code>git checkout -- ${escapeHtml(path)}</code> puts it back.</p>`);
  }
}

function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(new URL(url, "http://127.0.0.1").pathname).slice(1);
  } catch {
    return undefined;
  }
}

function isServed(path: string): boolean {
  const [folder, ...rest] = path.split("/");
  return ["notebooks", "exercises", "solutions", "lib"].includes(folder ?? "") && !/[\\:\0]/.test(path) && rest.every((part) => !part.startsWith("."));
}

function chapters(): Chapter[] {
  if (!existsSync(paths.notebooks)) return [];
  return readdirSync(paths.notebooks)
    .filter((file) => file.endsWith(".ipynb"))
    .sort()
    .flatMap((file) => {
      try {
        return [{ file, title: notebookTitle(JSON.parse(readFileSync(join(paths.notebooks, file), "utf8")) as Notebook) }];
      } catch {
        return [{ file, title: file }];
      }
    });
}

function html(body: string, status = 200): Answer {
  return { status, type: "text/html; charset=utf-8", body };
}
