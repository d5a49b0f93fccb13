import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildNotebooks } from "../../lib/course/notebooks/buildNotebooks.js";
import { parseChapter } from "../../lib/course/notebooks/parseChapter.js";
import { isUnmodified } from "../../lib/course/notebooks/isUnmodified.js";
import { notebookDifference } from "../../lib/course/notebooks/notebookDifference.js";
import { outputProblems } from "../../lib/course/notebooks/outputProblems.js";
import { resetChapter } from "../../lib/course/notebooks/resetChapter.js";
import { restoreNotebook } from "../../lib/course/notebooks/restoreNotebook.js";
import { temporaryRepository } from "./fixtures/temporaryRepository.js";

const sample = readFileSync(fileURLToPath(new URL("fixtures/notebooks/10-sample.md", import.meta.url)), "utf8");

interface Stored {
  cells: { cell_type: string; id: string; source: string[]; execution_count?: number; outputs?: Record<string, unknown>[] }[];
  metadata: Record<string, unknown>;
}

describe("a chapter's source", () => {
  test("is cut at headings and at code, its prose kept to the letter", () => {
    const { title, cells } = parseChapter(sample, "10-sample.md");
    expect(title).toBe("A sample chapter");
    expect(cells.map(({ type, id }) => `${type} ${id}`)).toEqual([
      "markdown a-sample-chapter-1",
      "markdown the-cells-share-names-1",
      "code the-cells-share-names-2",
      "markdown the-cells-share-names-3",
      "code the-cells-share-names-4",
      "markdown the-cells-share-names-5",
      "markdown the-cells-share-names-6",
      "code the-cells-share-names-7",
    ]);
    expect(cells[0]?.source).toBe("# A sample chapter\n\nProse with **stars**, a [link](https://raft.github.io) and a list:\n\n- one\n- two");
    expect(cells[5]?.source).toBe('```ts static\nconst shown = "but never run";\n```\n\n```sh\nnpm start\n```');
    for (const { source } of cells.slice(1)) expect(sample).toContain(source);
  });

  test("reads the same with Windows line ends", () => {
    expect(parseChapter(sample.replaceAll("\n", "\r\n"), "10-sample.md")).toEqual(parseChapter(sample, "10-sample.md"));
  });

  test.each([
    ["no front matter", "## Begin\n", "x.md:1: a chapter begins with front matter"],
    ["an unknown key", "---\ntitle: T\nauthor: A\n---\n", 'x.md:3: the only thing that front matter may say is title: …, and this is "author: A"'],
    ["a second title", "---\ntitle: T\n---\n\n# Again\n", "x.md:5: the chapter's title stands in the front matter"],
    ["an open fence", "---\ntitle: T\n---\n\n```ts\n1\n", "x.md:5: this fenced block is not closed"],
    ["an empty cell", "---\ntitle: T\n---\n\n```ts\n```\n", "x.md:5: this code cell is empty"],
    ["a definition apart from its link", "---\ntitle: T\n---\n\n[raft]\n\n[raft]: https://raft.github.io\n", "Write the link inline"],
  ])("with %s is refused, with the line", (_, text, message) => {
    expect(() => parseChapter(text, "x.md")).toThrow(message);
  });
});

describe("building", () => {
  let repository: ReturnType<typeof temporaryRepository>;
  let folder: string;
  let first: string;
  const said: string[] = [];
  const build = async (options: { names?: string[]; check?: boolean } = {}) => {
    said.length = 0;
    return buildNotebooks({ ...options, folder, root: repository.root, say: (line) => void said.push(line) });
  };
  const path = (name: string) => join(folder, name);

  beforeAll(async () => {
    repository = temporaryRepository({ "notebooks/10-sample.md": sample });
    folder = join(repository.root, "notebooks");
    expect(await build()).toBe(0);
    first = readFileSync(path("10-sample.ipynb"), "utf8");
  });
  afterAll(() => repository.remove());

  test("writes a notebook with its outputs, one line a chapter", () => {
    expect(said).toEqual([expect.stringMatching(/^built {2}10-sample \(\d+\.\d s\)$/)]);
    const { cells, metadata } = JSON.parse(first) as Stored;
    expect(metadata).toMatchObject({ kernelspec: { display_name: "leaderlab (TypeScript)", language: "typescript", name: "leaderlab" }, language_info: { name: "typescript" } });
    expect(cells.filter(({ cell_type }) => cell_type === "code").map(({ outputs }) => outputs)).toEqual([
      [],
      [{ name: "stdout", output_type: "stream", text: ["{ n: 5, granted: 3 }\n"] }],
      [{ data: { "text/plain": ["step 3"] }, metadata: {}, output_type: "display_data" }, { name: "stdout", output_type: "stream", text: ["1\n"] }],
    ]);
    expect(cells.map(({ execution_count }) => execution_count).filter((count) => count !== undefined)).toEqual([1, 2, 3]);
  });

  test("is laid out as Jupyter saves it: sorted keys, indent 1, a list of lines, a line end", () => {
    expect(first).toMatch(/^\{\n "cells": \[\n {2}\{\n {3}"cell_type": "markdown",\n {3}"id": "a-sample-chapter-1",\n {3}"metadata": \{\},\n {3}"source": \[\n/);
    expect(first.endsWith(' "nbformat": 4,\n "nbformat_minor": 5\n}\n')).toBe(true);
  });

  test("twice gives the same bytes, and the check says so", async () => {
    expect(await build({ check: true })).toBe(0);
    expect(said).toEqual([expect.stringMatching(/^same {3}10-sample/)]);
    expect(readFileSync(path("10-sample.ipynb"), "utf8")).toBe(first);
  });

  test("the check names the cell and shows what differs", async () => {
    writeFileSync(path("10-sample.ipynb"), first.replace("granted: 3", "granted: 4"));
    expect(await build({ check: true, names: ["10"] })).toBe(1);
    expect(said.join("\n")).toContain('cell the-cells-share-names-4, outputs[0].text[0]:\n      committed "{ n: 5, granted: 4 }\\n"\n      rebuilt   "{ n: 5, granted: 3 }\\n"');
    writeFileSync(path("10-sample.ipynb"), first);
  });

  test("a chapter whose cell fails, complains or names this machine is not written", async () => {
    const chapter = (code: string) => `---\ntitle: Bad\n---\n\n\`\`\`ts\n${code}\n\`\`\`\n\n\`\`\`ts\nconsole.log("after");\n\`\`\`\n`;
    repository.write("notebooks/20-throws.md", chapter(`throw new Error("no leader");`));
    repository.write("notebooks/21-warns.md", chapter(`console.warn("careful");`));
    repository.write("notebooks/22-late.md", chapter(`setTimeout(() => { throw new Error("late"); }, 150);`));
    repository.write("notebooks/23-path.md", chapter(`console.log(process.cwd());`));
    repository.write("notebooks/24-dies.md", chapter(`process.exit(3);`));
    expect(await build({ names: ["20", "21", "22", "23", "24"] })).toBe(5);
    const report = said.join("\n");
    expect(report).toContain("cell bad-2 (line 6): it failed:");
    expect(report).toContain("Error: no leader");
    expect(report).toContain("cell bad-2 (line 6): it wrote to stderr: careful");
    expect(report).toMatch(/it wrote to stderr: Uncaught exception: Error: late/);
    expect(report).toContain("names a path of this machine");
    expect(report).toContain("The kernel ended (exit status 3)");
    for (const name of ["20-throws", "21-warns", "22-late", "23-path", "24-dies"]) expect(() => readFileSync(path(`${name}.ipynb`))).toThrow("ENOENT");
  });

  test("an unknown name is answered with the nearest", async () => {
    await expect(build({ names: ["10-sampel"] })).rejects.toThrow("There is no chapter 10-sampel. Did you mean 10-sample?");
  });

  test("an edited notebook is known from one that was only run again", () => {
    expect(isUnmodified(first)).toBe(true);
    expect(isUnmodified(first.replace("granted: 3", "granted: 4"))).toBe(true);
    expect(isUnmodified(first.replace("[1, 1, 0, 1, 0]", "[1, 1, 1, 1, 0]"))).toBe(false);
    expect(isUnmodified("{}")).toBe(false);
  });

  test("an edited notebook is restored from its source where git has no copy", async () => {
    writeFileSync(path("10-sample.ipynb"), first.replace("[1, 1, 0, 1, 0]", "[1, 1, 1, 1, 0]"));
    expect(await restoreNotebook("10-sample", { root: repository.root, folder })).toBe("built");
    expect(readFileSync(path("10-sample.ipynb"), "utf8")).toBe(first);
  });

  test.skipIf(spawnSync("git", ["--version"]).status !== 0)("an edited notebook is restored from git, unless the edit was committed", async () => {
    const git = (...words: string[]) => execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...words], { cwd: repository.root, stdio: "pipe" });
    const edited = first.replace("[1, 1, 0, 1, 0]", "[1, 1, 1, 1, 0]");
    git("init", "-q");
    git("add", "notebooks/10-sample.ipynb");
    git("commit", "-qm", "the course's");
    writeFileSync(path("10-sample.ipynb"), edited);
    expect(await restoreNotebook("10-sample", { root: repository.root, folder })).toBe("git");
    expect(readFileSync(path("10-sample.ipynb"), "utf8")).toBe(first);

    writeFileSync(path("10-sample.ipynb"), edited);
    const backups = path("backups");
    expect(await resetChapter("10-sample", folder, backups)).toContain("Yours is kept in");
    expect(readFileSync(path("10-sample.ipynb"), "utf8")).toBe(first);
    expect(readFileSync(join(backups, "10-sample", "1", "10-sample.ipynb"), "utf8")).toBe(edited);
    expect(await resetChapter("10-sample", folder, backups)).not.toContain("kept in");

    writeFileSync(path("10-sample.ipynb"), edited);
    git("commit", "-qam", "the learner's");
    expect(await restoreNotebook("10-sample", { root: repository.root, folder })).toBe("built");
    expect(readFileSync(path("10-sample.ipynb"), "utf8")).toBe(first);
  });
});

describe("what may be committed", () => {
  const show = (data: Record<string, unknown>) => outputProblems([{ output_type: "display_data", data, metadata: {} }], "/repository");

  test("pictures under 100 KB", () => {
    expect(show({ "image/svg+xml": `<svg>${"x".repeat(90_000)}</svg>`, "image/png": Buffer.alloc(90_000).toString("base64") })).toEqual([]);
    expect(show({ "image/png": Buffer.alloc(100_001).toString("base64") })).toEqual(["its image/png has 100001 bytes, and a picture must stay under 100000. Draw fewer marks."]);
  });

  test("no path of this machine, in whatever form", () => {
    expect(show({ "text/html": `<a href="/repository/x.js">` })).toHaveLength(1);
    expect(show({ "text/plain": join(homedir(), "secret") })).toHaveLength(1);
    expect(show({ "text/plain": "C:\\Users\\ann\\x" })).toHaveLength(1);
    expect(show({ "text/plain": "https://example.org/repository/x and our/repository" })).toEqual([]);
  });

  test("on another kind of machine, a picture's pixels may differ and nothing else", () => {
    const notebook = (png: string, text: string) => JSON.stringify({ cells: [{ id: "a", outputs: [{ data: { "image/png": png, "text/plain": text } }] }], metadata: {} }, null, 1);
    expect(notebookDifference(notebook("AAAA", "x"), notebook("BBBB", "x"), false)).toBeUndefined();
    expect(notebookDifference(notebook("AAAA", "x"), notebook("BBBB", "x"), true)).toContain("cell a, outputs[0].data.image/png");
    expect(notebookDifference(notebook("AAAA", "x"), notebook("AAAA", "y"), false)).toContain('committed "x"\n    rebuilt   "y"');
  });
});
