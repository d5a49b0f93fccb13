import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureReady, root, runScript } from "../../lib/course/setup/ensure.mjs";

const usage = `Usage: node test/e2e/screenshot.mjs NOTEBOOK FOLDER [--run] [--untrusted]

Opens a copy of NOTEBOOK in JupyterLab, 1280 pixels wide, and saves pictures of the whole of it in FOLDER.
  --run         runs all cells first
  --untrusted   shows it as JupyterLab shows a notebook that nobody has trusted
`;

await runScript(async () => {
  const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
  const flags = process.argv.slice(2).filter((word) => word.startsWith("--"));
  if (words.length !== 2 || flags.some((flag) => flag !== "--run" && flag !== "--untrusted")) {
    process.stderr.write(usage);
    return 2;
  }
  const [notebook, folder] = words;
  await ensureReady();
  const { findChromium } = await import(pathToFileURL(join(root, "dist", "course", "start", "chromium.js")).href);
  const program = findChromium();
  if (!program) {
    process.stderr.write("No Chromium was found: install one, or set CHROMIUM_PATH.\n");
    return 1;
  }
  const { copyNotebook, coveringTexts, launchBrowser, openNotebook, photograph, runAllCells, startLab } = await import("./lab.mjs");
  const lab = await startLab();
  const copy = await copyNotebook(readFileSync(resolve(notebook), "utf8"), notebook, { trusted: !flags.includes("--untrusted") });
  const browser = await launchBrowser(program);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
    await openNotebook(page, lab, copy);
    if (flags.includes("--run")) await runAllCells(page);
    for (const text of await coveringTexts(page)) process.stderr.write(`Lies over the page: ${text}\n`);
    const files = await photograph(page, resolve(folder), basename(notebook, ".ipynb"));
    process.stdout.write(`${files.join("\n")}\n`);
  } finally {
    await browser.close();
    await lab.stop();
    copy.remove();
  }
  return 0;
});
