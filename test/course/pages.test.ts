import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chapterLinks, renderIndex } from "../../lib/course/pages/renderIndex.js";
import { type NotebookCell, notebookTitle, renderPage } from "../../lib/course/pages/renderPage.js";
import { listen } from "../../lib/course/pages/server.js";
import { root } from "../../lib/course/start/paths.js";

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>';
const prose: NotebookCell = { cell_type: "markdown", source: ["# A *question* & more\n", "\n", "Some `code`, <script>alert(1)</script>.\n", "\n", "| a | b |\n", "|---|---|\n", "| 1 | 2 |\n"] };

function code(source: string, ...outputs: NonNullable<NotebookCell["outputs"]>[number][]): NotebookCell {
  return { cell_type: "code", source, outputs };
}

function page(...cells: NotebookCell[]): Document {
  return parseHTML(renderPage({ cells })).document;
}

describe("a chapter as a web page", () => {
  test("is titled by its first heading", () => {
    expect(notebookTitle({ cells: [prose] })).toBe("A question & more");
    expect(page(prose).title).toBe("A question & more");
    expect(notebookTitle({ cells: [] })).toBe("Untitled");
  });

  test("shows prose, tables and code, and runs nothing", () => {
    const document = page(prose, code("if (a < b) throw 1;"));
    expect(document.querySelector("h1")?.textContent).toBe("A question & more");
    expect(document.querySelectorAll("td")).toHaveLength(2);
    expect(document.querySelector("pre.code")?.textContent).toBe("if (a < b) throw 1;");
    expect(document.querySelectorAll("script")).toHaveLength(0);
    expect(document.querySelector("p")?.textContent).toContain("<script>");
  });

  test("prefers the drawing to the picture, and captions it", () => {
    const data = { "image/svg+xml": [svg], "image/png": "iVBO\nRw0=", "text/plain": ['A "figure"'], "text/html": "<b>widget</b>" };
    const both = page(code("plot()", { output_type: "display_data", data })).querySelector("figure img");
    expect(both?.getAttribute("alt")).toBe('A "figure"');
    const [mime, base64 = ""] = (both?.getAttribute("src") ?? "").split(";base64,");
    expect(mime).toBe("data:image/svg+xml");
    expect(Buffer.from(base64, "base64").toString()).toBe(svg);

    const { "image/svg+xml": _drawing, ...rest } = data;
    expect(page(code("plot()", { output_type: "display_data", data: rest })).querySelector("figure img")?.getAttribute("src")).toBe("data:image/png;base64,iVBORw0=");
    expect(page(code("1", { output_type: "execute_result", data: { "text/plain": "1" } })).querySelector("pre.output")?.textContent).toBe("1");
  });

  test("shows what was printed without terminal colours, and errors as errors", () => {
    const document = page(code("x", { output_type: "stream", name: "stdout", text: ["\u001b[33m42\u001b[39m\n", "a < b\n"] }, { output_type: "error", ename: "RangeError", evalue: "too <big>" }));
    expect([...document.querySelectorAll("pre.output")].map((output) => output.textContent)).toEqual(["42\na < b", "RangeError: too <big>"]);
    expect(document.querySelector("pre.error")?.textContent).toContain("RangeError");
  });
});

test("the table of contents and each chapter's neighbours are linked", () => {
  const chapters = [{ file: "00-welcome.ipynb", title: "Welcome" }, { file: "02-b & c.ipynb", title: "B & C" }];
  expect([...parseHTML(renderIndex(chapters)).document.querySelectorAll("li a")].map((link) => link.getAttribute("href"))).toEqual(["/notebooks/00-welcome.ipynb", "/notebooks/02-b%20%26%20c.ipynb"]);
  expect(chapterLinks(chapters, "00-welcome.ipynb")).toContain("→ B &amp; C");
  expect(chapterLinks(chapters, "02-b & c.ipynb")).toContain("← Welcome");
  expect(renderIndex([])).toContain("no chapters");
});

describe("the server", () => {
  let server: Server;
  let origin: string;
  beforeAll(async () => {
    server = await listen(0);
    const address = server.address();
    origin = typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "";
    expect(typeof address === "object" && address?.address).toBe("127.0.0.1");
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test("gives the table of contents, and the files that chapters link to", async () => {
    expect(await (await fetch(`${origin}/`)).text()).toContain("One leader, or none?");
    const source = await (await fetch(`${origin}/lib/protocol.ts`)).text();
    expect(parseHTML(source).document.querySelector("pre")?.textContent).toBe(readFileSync(join(root, "lib", "protocol.ts"), "utf8"));
  });

  test.each(["/package.json", "/.git/config", "/notebooks/../package.json", "/notebooks/%2e%2e/package.json", "/lib/%5c..%5cx", "/notebooks/%00", "/%", "/notebooks/none.ipynb", "/lib"])("does not give %s", async (path) => {
    const { request } = await import("node:http");
    const status = await new Promise((done) => request(`${origin}`, { path }, (response) => (response.resume(), done(response.statusCode))).end());
    expect(status).toBe(404);
  });
});
