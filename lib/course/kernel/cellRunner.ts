import { setTimeout as sleep } from "node:timers/promises";
import { format } from "node:util";
import type { Executor } from "tslab/dist/executor.js";
import type * as Jupyter from "tslab/dist/jupyter.js";
import { describeFailure, type Failure } from "./describeFailure.js";
import { StreamBuffer } from "./streamBuffer.js";

/** Sends one message about the running cell to all clients. */
export type Publish = (type: string, content: object) => void;

/** The answer to a client's request to run a cell, as Jupyter's protocol defines it. */
export type ExecuteReply =
  | { readonly status: "ok"; readonly execution_count: number; readonly payload: []; readonly user_expressions: object }
  | ({ readonly status: "error"; readonly execution_count: number } & Failure)
  | { readonly status: "aborted" };

/** How long, in ms, a failed cell's reply is held, so that the cells which were sent with it arrive and are aborted. */
const hold = 200;

/**
 * Runs cells one after another. It stands in for tslab's own queue, which after a failing cell drops whatever comes
 * within 200 ms, although the client has its answer and means the next cell to run; which sends neither `execute_input`
 * nor `error`; and which sends every write as a message.
 */
export class CellRunner {
  /** Set once, after tslab has been given `console`. */
  executor: Executor | undefined;
  private count = 0;
  private batch = 0;
  private tail: Promise<unknown> = Promise.resolve();
  private complaints: unknown[][] = [];

  constructor(private readonly jupyter: typeof Jupyter) {}

  /** What tslab says results and complaints to. */
  readonly console = {
    log: (...values: unknown[]): void => console.log(...values),
    error: (...values: unknown[]): void => void this.complaints.push(values),
  };

  /** Runs a cell when all that came before it have run; a failed one takes those down that came before its reply. */
  run(code: string, stopOnError: boolean, publish: Publish): Promise<ExecuteReply> {
    const batch = this.batch;
    const reply = this.tail.then(async (): Promise<ExecuteReply> => {
      if (batch !== this.batch) return { status: "aborted" };
      const reply = await this.runNow(code, publish);
      if (reply.status === "error" && stopOnError) {
        await sleep(hold);
        this.batch++;
      }
      return reply;
    });
    this.tail = reply;
    return reply;
  }

  private async runNow(code: string, publish: Publish): Promise<ExecuteReply> {
    const execution_count = ++this.count;
    publish("execute_input", { code, execution_count });
    const printed = this.redirectOutputs(publish);
    this.complaints = [];
    const failure = await this.execute(code);
    printed.flush();
    if (failure === undefined) return { status: "ok", execution_count, payload: [], user_expressions: {} };
    publish("error", failure);
    return { status: "error", execution_count, ...failure };
  }

  private async execute(code: string): Promise<Failure | undefined> {
    if (this.executor === undefined) throw new Error("The cell runner has no executor yet.");
    try {
      const ok = await this.executor.execute(code);
      // A cell that declares a module is registered in spite of its errors.
      if (ok && this.complaints.length > 0) console.error(this.complaints.map((values) => format(...values)).join("\n"));
      return ok ? undefined : describeFailure(this.complaints);
    } catch (error) {
      return describeFailure([[error]]);
    }
  }

  /** What is written after the cell has ended, by a timer, still goes to it until the next one begins. */
  private redirectOutputs(publish: Publish): StreamBuffer {
    const printed = new StreamBuffer((name, text) => publish("stream", { name, text }));
    process.stdout.write = writer(printed, "stdout");
    process.stderr.write = writer(printed, "stderr");
    // tslab's display functions look it up there; only its type says that it is a constant.
    (this.jupyter as { lastWriteDisplayData: unknown }).lastWriteDisplayData = (content: object, update: boolean) => {
      printed.flush();
      publish(update ? "update_display_data" : "display_data", content);
    };
    return printed;
  }
}

function writer(printed: StreamBuffer, name: "stdout" | "stderr"): typeof process.stdout.write {
  const decoder = new TextDecoder();
  return (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    printed.write(name, typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
    const callback = typeof encoding === "function" ? encoding : done;
    if (typeof callback === "function") queueMicrotask(() => callback(null));
    return true;
  };
}
