import { spawn, type ChildProcess } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join, sep } from "node:path";
import type { AnswerTask, Reply, ServerMessage } from "./exchange.js";
import { gradingFolder, processList } from "./gradingTask.js";
import { killTree } from "./killTree.js";

/** How a conversation with an answer's process ended: with a reply to each request, or early; then so many had come. */
export type Conversation =
  | { readonly end: "answered"; readonly replies: readonly Reply[] }
  | { readonly end: "timeout"; readonly replies: readonly Reply[] }
  | { readonly end: "unusable"; readonly why: string }
  /** The process is gone: before the answer was loaded, or later; `lastWords` is the end of what it wrote to stderr. */
  | { readonly end: "gone"; readonly ready: boolean; readonly lastWords: string };

/**
 * A process in which answers run. It runs `server.mjs` of a folder, can read nothing but that folder if it is `guarded`,
 * and has 256 MB of memory.
 */
export class AnswerProcess {
  readonly #child: ChildProcess;

  constructor(folder: string, { guarded }: { readonly guarded: boolean }) {
    const guards = guarded ? [permissionFlag, `--allow-fs-read=${folder}${sep}*`] : [];
    // Runs make much that is short-lived: with more room for it, less is collected.
    const memory = ["--max-old-space-size=256", "--max-semi-space-size=32"];
    this.#child = spawn(process.execPath, ["--no-warnings", "--enable-source-maps", ...memory, ...guards, join(folder, "server.mjs")], {
      cwd: folder,
      env: { ...(process.env["SystemRoot"] !== undefined && { SystemRoot: process.env["SystemRoot"] }) },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    remember(this.#child);
    this.#child.on("error", () => {});
  }

  /** Has one answer carry out what is asked, within `limit` ms. At most one conversation at a time. */
  converse(task: AnswerTask, limit: number): Promise<Conversation> {
    const child = this.#child;
    return new Promise((resolve) => {
      const replies: Reply[] = [];
      let ready = false;
      let lastWords = "";
      const finish = (conversation: Conversation): void => {
        clearTimeout(alarm);
        child.stderr?.off("data", listen);
        child.off("message", hear).off("error", gone).off("close", gone);
        resolve(conversation);
      };
      const alarm = setTimeout(() => finish({ end: "timeout", replies }), limit);
      const listen = (data: Buffer): void => void (lastWords = (lastWords + data.toString()).slice(-4000));
      const hear = (message: ServerMessage): void => {
        if (message?.kind === "ready") ready = true;
        else if (message?.kind === "unusable") finish({ end: "unusable", why: String(message.why) });
        else if (message?.kind === "reply") replies.push(message.reply);
        if (replies.length === task.requests.length) finish({ end: "answered", replies });
      };
      const gone = (): void => finish({ end: "gone", ready, lastWords });
      child.stderr?.on("data", listen);
      child.on("message", hear).on("error", gone).on("close", gone);
      child.send(task, () => {});
    });
  }

  /** Kills it, and whatever it started. */
  kill(): void {
    killTree(this.#child);
  }
}

/** Node's permission model had another name before 22.13. */
const [major, minor] = process.versions.node.split(".").map(Number) as [number, number];
const permissionFlag = major > 22 || (major === 22 && minor >= 13) ? "--permission" : "--experimental-permission";

/** Whoever kills the grader kills these too: they are in process groups of their own. */
function remember(child: ChildProcess): void {
  const folder = process.env[gradingFolder];
  if (folder !== undefined && child.pid !== undefined) appendFileSync(join(folder, processList), `${child.pid}\n`);
}
