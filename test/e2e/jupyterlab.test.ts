import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findChromium } from "../../lib/course/start/chromium.js";
import { root } from "../../lib/course/start/paths.js";
import { copyNotebook, coveringTexts, launchBrowser, openNotebook, photograph, runAllCells, saveNotebook, startLab } from "./lab.mjs";

const chapter = "notebooks/02-single-leader.ipynb";
const screenshots = join(root, ".leaderlab", "screenshots");
const chromium = findChromium();

test("the Raft chapter runs from top to bottom in a real JupyterLab", { timeout: 600_000 }, async ({ skip }) => {
  if (chromium === undefined) {
    if (process.env["LEADERLAB_REQUIRE_BROWSER"] === "1") throw new Error("no Chromium was found: install one, or set CHROMIUM_PATH");
    skip("no Chromium on this machine: install one, or set CHROMIUM_PATH, to run the chapter in a real JupyterLab");
    return;
  }
  rmSync(screenshots, { recursive: true, force: true });
  const lab = await startLab();
  const copy = await copyNotebook(committedText(chapter), chapter, { trusted: true });
  const browser = await launchBrowser(chromium);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    await openNotebook(page, lab, copy);
    expect(await coveringTexts(page), "a dialog or message lies over the page").toEqual([]);
    await photograph(page, screenshots, "02-single-leader-opened", 1);

    await runAllCells(page);
    expect(await coveringTexts(page), "a dialog or message lies over the page after the run").toEqual([]);
    // From top to bottom: JupyterLab keeps no cells in the page that nobody has come near.
    await photograph(page, screenshots, "02-single-leader-run");
    const pictures = page.locator(".jp-OutputArea-output img, .jp-OutputArea-output svg");
    expect(await pictures.count(), "pictures among the outputs").toBeGreaterThan(0);
    await pictures.first().scrollIntoViewIfNeeded();
    const box = await pictures.first().boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0), "the first picture's size on the screen").toBeGreaterThan(50);

    await saveNotebook(page);
    const outputs = (copy.read() as SavedNotebook).cells.flatMap((cell) => cell.outputs ?? []);
    expect(outputs.filter((output) => output.output_type === "error" || output.name === "stderr"), "errors among the outputs").toEqual([]);
    expect(outputs.filter(isScoreCard).length, "score cards of 22-vote").toBeGreaterThan(0);
    expect(requests.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(lab.origin)), "requests that leave this machine").toEqual([]);
  } finally {
    await browser.close();
    await lab.stop();
    copy.remove();
  }
});

interface SavedOutput {
  readonly output_type: string;
  readonly name?: string;
  readonly data?: { readonly [mime: string]: unknown };
}
interface SavedNotebook {
  readonly cells: readonly { readonly outputs?: readonly SavedOutput[] }[];
}

// The card is a picture; its words are in the caption, or in the drawing itself.
function isScoreCard({ data = {} }: SavedOutput): boolean {
  const words = JSON.stringify([data["text/plain"], data["image/svg+xml"]]);
  return words.includes("22-vote") && /points?\b/.test(words);
}

/** The chapter as committed: a learner's own changes to it are not what is tested here. */
function committedText(path: string): string {
  try {
    return execFileSync("git", ["show", `HEAD:${path}`], { cwd: root, encoding: "utf8", maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return readFileSync(join(root, path), "utf8");
  }
}
