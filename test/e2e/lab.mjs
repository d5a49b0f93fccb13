import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { root } from "../../lib/course/setup/ensure.mjs";

/**
 * Starts the course as `npm start -- --no-browser` does, on a free port; but as when a chapter is built, so that
 * learners' answers, predictions and hints are neither needed nor changed. Resolves to `{ origin, token, stop }` once the
 * address is printed; rejects with what was printed if that does not happen within five minutes.
 */
export async function startLab() {
  const port = await freePort();
  const script = join(root, "lib", "course", "setup", "start.mjs");
  const child = spawn(process.execPath, [script, "--no-browser", "--port", String(port)], { cwd: root, env: { ...process.env, LEADERLAB_NOTEBOOK_BUILD: "1" }, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
  const ended = new Promise((done) => child.once("exit", done));
  const stop = async () => {
    child.kill("SIGINT");
    await Promise.race([ended, pause(20_000)]);
  };
  for (let waited = 0; waited < 300_000 && child.exitCode === null; waited += 100) {
    const token = /[?]token=([\w%-]+)/.exec(printed)?.[1];
    if (token) return { origin: `http://127.0.0.1:${port}`, token, stop, printed: () => printed };
    await pause(100);
  }
  await stop();
  throw new Error(`JupyterLab did not start:\n${printed}`);
}

/** Starts headless Chromium; `path` is its program. The machine it runs on may be a container, hence no sandbox. */
export function launchBrowser(path) {
  const quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return chromium.launch({ executablePath: path, args: ["--no-sandbox", ...quiet] });
}

/**
 * Copies a notebook to where git does not look and Jupyter may (JupyterLab opens nothing in hidden folders), so that a
 * run leaves the original alone. Trust goes by content: `trusted` signs the copy, otherwise it is made unlike any signed one.
 */
export async function copyNotebook(text, name, { trusted }) {
  const folder = join(root, "dist", "e2e");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${process.pid}-${basename(name)}`);
  const notebook = JSON.parse(text);
  if (!trusted) notebook.metadata.leaderlab_copy = `${process.pid} ${Date.now()}`;
  writeFileSync(file, JSON.stringify(notebook));
  if (trusted) {
    const { jupyterEnvironment } = await import(pathToFileURL(join(root, "dist", "course", "start", "jupyterSettings.js")).href);
    const { paths } = await import(pathToFileURL(join(root, "dist", "course", "start", "paths.js")).href);
    spawnSync(paths.python, ["-m", "nbformat.sign", file], { env: jupyterEnvironment() });
  }
  return { path: `dist/e2e/${basename(file)}`, cells: notebook.cells.length, read: () => JSON.parse(readFileSync(file, "utf8")), remove: () => rmSync(file, { force: true }) };
}

/** Opens a copy of a notebook in a workspace of its own, and waits until all of it is shown and its kernel is ready. */
export async function openNotebook(page, { origin, token }, { path, cells }) {
  await page.goto(`${origin}/lab/workspaces/e2e/tree/${path}?token=${encodeURIComponent(token)}&reset`, { waitUntil: "domcontentloaded" });
  await page.locator("#jupyterlab-splash").waitFor({ state: "detached", timeout: 60_000 });
  // JupyterLab adds the cells little by little.
  await page.waitForFunction((count) => document.querySelectorAll(".jp-Notebook .jp-Cell").length === count, cells, { timeout: 60_000, polling: 100 });
  await untilIdle(page);
}

/** Clears all outputs, chooses Run All Cells from the menu, and waits until the kernel has nothing left to do. */
export async function runAllCells(page, { timeout = 300_000 } = {}) {
  await chooseFromMenu(page, "Edit", "editmenu:clear-all");
  await chooseFromMenu(page, "Run", "runmenu:run-all");
  await page.waitForFunction(promptsAreDone, undefined, { timeout, polling: 200 });
  await untilIdle(page);
}

/** Saves the notebook that is open. */
export async function saveNotebook(page) {
  const saved = page.waitForResponse((response) => response.request().method() === "PUT" && response.url().includes("/api/contents/"));
  await chooseFromMenu(page, "File", "docmanager:save");
  await saved;
}

/** What stands between a reader and the notebook: open dialogs and messages that lie over it, as their texts. */
export function coveringTexts(page) {
  return page.locator(".jp-Dialog, .Toastify__toast").allInnerTexts();
}

/** Saves pictures of the whole notebook, a window's height each, as `NAME-1.png` and so on, at most so many. Resolves to their paths. */
export async function photograph(page, folder, name, most = 60) {
  mkdirSync(folder, { recursive: true });
  const panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer");
  await panel.evaluate((element) => (element.scrollTop = 0));
  const files = [];
  for (let more = true; more && files.length < most; ) {
    await pause(400);
    files.push(join(folder, `${name}-${files.length + 1}.png`));
    await page.screenshot({ path: files.at(-1) });
    more = await panel.evaluate((element) => {
      const cells = element.querySelectorAll(".jp-Cell");
      const end = cells.item(cells.length - 1).getBoundingClientRect().bottom;
      const window = element.getBoundingClientRect();
      if (end <= window.bottom) return false;
      const before = element.scrollTop;
      element.scrollTop += window.height - 60;
      return element.scrollTop > before;
    });
  }
  return files;
}

async function chooseFromMenu(page, menu, command) {
  await page.locator(".lm-MenuBar-item", { hasText: new RegExp(`^${menu}$`) }).click();
  await page.locator(`.lm-Menu-item[data-command="${command}"]`).first().click();
}

// The mark in the toolbar is idle before there is a kernel, too; the status bar names both.
function untilIdle(page) {
  return page.locator(".jp-StatusBar-TextItem", { hasText: /^leaderlab.*\| Idle/ }).waitFor({ timeout: 60_000 });
}

// Runs in the page: some cell has run, and none is waiting.
function promptsAreDone() {
  const prompts = [...document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-InputPrompt")].map((prompt) => prompt.textContent ?? "");
  return prompts.some((text) => /\[\d+\]/.test(text)) && !prompts.some((text) => text.includes("[*]"));
}

function freePort() {
  return new Promise((done, failed) => {
    const server = createServer().once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
