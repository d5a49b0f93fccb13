import { spawn, type ChildProcess } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { bundleAnswer, bundleServer } from "./bundleAnswer.js";
import type { Reply, Request, ServerMessage } from "./exchange.js";
import { gradingFolder, processList } from "./gradingTask.js";
import { killTree } from "./killTree.js";
import { inLearnersFolder } from "./places.js";
import { answerFolder } from "./thrown.js";

/** What is to be run. */
export interface AnswerRun {
  /** The answer's TypeScript file, an absolute path. */
  readonly file: string;
  /** The same as the learner knows it, for messages. */
  readonly shown: string;
  /** Functions that the answer must export. */
  readonly exports: readonly string[];
  /** A TypeScript module whose functions requests may call on the answer; it runs beside it, so it must judge nothing. */
  readonly rig?: string;
  readonly requests: readonly Request[];
  /** For all requests together, in ms. */
  readonly limit: number;
}

/** What came of it: a reply to each request, or why there is none; `at` is the request that was under way. */
export type AnswerResult =
  | { readonly status: "answered"; readonly replies: readonly Reply[] }
  | { readonly status: "timeout"; readonly at: number }
  | { readonly status: "error"; readonly message: string };

/**
 * Runs an answer in a process of its own, which can read nothing but itself, has 256 MB of memory, and is killed with its
 * children when it has answered or its time is up.
 */
export async function runAnswer(run: AnswerRun): Promise<AnswerResult> {
  const parent = process.env[gradingFolder] ?? inLearnersFolder("tmp");
  mkdirSync(parent, { recursive: true });
  const folder = realpathSync(mkdtempSync(join(parent, "answer-")));
  try {
    const wrong = await bundleAnswer(run.file, run.shown, join(folder, "answer.mjs"));
    if (wrong !== undefined) return { status: "error", message: wrong };
    await bundleServer(run.rig, join(folder, "server.mjs"));
    return (await exchange(run, folder, [permissionFlag, `--allow-fs-read=${folder}${sep}*`])) ?? (await exchange(run, folder, [])) ?? neverReady(run);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Node's permission model had another name before 22.13. */
const [major, minor] = process.versions.node.split(".").map(Number) as [number, number];
const permissionFlag = major > 22 || (major === 22 && minor >= 13) ? "--permission" : "--experimental-permission";

/** One process, one conversation. Undefined if the process ended before it was ready, so before the answer was loaded. */
function exchange(run: AnswerRun, folder: string, flags: readonly string[]): Promise<AnswerResult | undefined> {
  const child = spawn(process.execPath, ["--no-warnings", "--enable-source-maps", "--max-old-space-size=256", ...flags, join(folder, "server.mjs")], {
    cwd: folder,
    env: { ...(process.env["SystemRoot"] !== undefined && { SystemRoot: process.env["SystemRoot"] }), [answerFolder]: dirname(realpathSync(run.file)) },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  remember(child);
  return new Promise((resolve) => {
    const replies: Reply[] = [];
    let ready = false;
    let lastWords = "";
    const finish = (result: AnswerResult | undefined): void => {
      clearTimeout(alarm);
      child.removeAllListeners();
      child.on("error", () => {});
      killTree(child);
      resolve(result);
    };
    const alarm = setTimeout(() => finish({ status: "timeout", at: replies.length }), run.limit);
    child.stderr?.on("data", (data: Buffer) => (lastWords = (lastWords + data.toString()).slice(-4000)));
    child.on("message", (message: ServerMessage) => {
      if (message?.kind === "ready") ready = true;
      else if (message?.kind === "unusable") finish({ status: "error", message: `${run.shown} cannot be graded: ${String(message.why)}.` });
      else if (message?.kind === "reply") replies.push(message.reply);
      if (replies.length === run.requests.length) finish({ status: "answered", replies });
    });
    child.on("error", () => finish(undefined));
    child.on("close", () => finish(ready ? { status: "error", message: ended(run, lastWords) } : undefined));
    child.send({ answer: pathToFileURL(join(folder, "answer.mjs")).href, exports: run.exports, requests: run.requests }, () => {});
  });
}

function ended(run: AnswerRun, lastWords: string): string {
  if (lastWords.includes("heap out of memory")) return `${run.shown} cannot be graded: it used more than 256 MB of memory.`;
  return `${run.shown} cannot be graded: it ended its own process before all cases were through.`;
}

function neverReady(run: AnswerRun): never {
  throw new Error(`No process could be started to run ${run.shown}. Run "npx leaderlab doctor" to see what is missing.`);
}

/** Whoever kills the grader kills these too: they are in process groups of their own. */
function remember(child: ChildProcess): void {
  const folder = process.env[gradingFolder];
  if (folder !== undefined && child.pid !== undefined) appendFileSync(join(folder, processList), `${child.pid}\n`);
}
