import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { AnswerProcess, type Conversation } from "./answerProcess.js";
import { bundleAnswer, bundleServer } from "./bundleAnswer.js";
import type { AnswerTask, Reply, Request } from "./exchange.js";
import { gradingFolder } from "./gradingTask.js";
import { inLearnersFolder } from "./places.js";

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
  const folder = temporaryFolder();
  try {
    const wrong = await bundleAnswer(run.file, run.shown, join(folder, "answer.mjs"));
    if (wrong !== undefined) return { status: "error", message: wrong };
    await bundleServer(run.rig, join(folder, "server.mjs"));
    return resultOf(run, (await alone(run, folder, true)) ?? (await alone(run, folder, false)) ?? neverReady(run));
  } finally {
    remove(folder);
  }
}

/** One process, one conversation. Undefined if the process ended before it was ready, so before the answer was loaded. */
async function alone(run: AnswerRun, folder: string, guarded: boolean): Promise<Conversation | undefined> {
  const own = new AnswerProcess(folder, { guarded });
  const conversation = await own.converse(taskOf(run, join(folder, "answer.mjs")), run.limit);
  own.kill();
  return conversation.end === "gone" && !conversation.ready ? undefined : conversation;
}

/**
 * Runs answers with the same rig one after another in one process, where code that one has warmed up serves the next: only
 * for answers that are trusted, as those are that tests plant. One that does not answer is tried once more by itself.
 */
export class TrustedAnswers {
  readonly #folder = temporaryFolder();
  #process: AnswerProcess | undefined;
  #count = 0;

  async run(run: AnswerRun): Promise<AnswerResult> {
    const file = join(this.#folder, `answer${this.#count++}.mjs`);
    const wrong = await bundleAnswer(run.file, run.shown, file);
    if (wrong !== undefined) return { status: "error", message: wrong };
    if (this.#process === undefined) await bundleServer(run.rig, join(this.#folder, "server.mjs"));
    this.#process ??= new AnswerProcess(this.#folder, { guarded: true });
    const conversation = await this.#process.converse(taskOf(run, file), run.limit);
    if (conversation.end === "answered") return resultOf(run, conversation);
    this.#end();
    return runAnswer(run);
  }

  /** Ends the process; there will be no more answers. */
  close(): void {
    this.#end();
    remove(this.#folder);
  }

  #end(): void {
    this.#process?.kill();
    this.#process = undefined;
  }
}

function taskOf({ file, exports, requests }: AnswerRun, compiled: string): AnswerTask {
  return { answer: pathToFileURL(compiled).href, folder: dirname(realpathSync(file)), exports, requests };
}

function resultOf({ shown }: AnswerRun, conversation: Conversation): AnswerResult {
  if (conversation.end === "answered") return { status: "answered", replies: conversation.replies };
  if (conversation.end === "timeout") return { status: "timeout", at: conversation.replies.length };
  if (conversation.end === "unusable") return { status: "error", message: `${shown} cannot be graded: ${conversation.why}.` };
  return { status: "error", message: `${shown} cannot be graded: ${conversation.lastWords.includes("heap out of memory") ? "it used more than 256 MB of memory" : "it ended its own process before all cases were through"}.` };
}

function neverReady(run: AnswerRun): never {
  throw new Error(`No process could be started to run ${run.shown}. Run "npx leaderlab doctor" to see what is missing.`);
}

function temporaryFolder(): string {
  const parent = process.env[gradingFolder] ?? inLearnersFolder("tmp");
  mkdirSync(parent, { recursive: true });
  return realpathSync(mkdtempSync(join(parent, "answer-")));
}

const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
