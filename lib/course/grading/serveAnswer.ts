import { plainReply, type AnswerTask, type Reply, type Request, type ServerMessage } from "./exchange.js";
import { answerFolder, thrown } from "./thrown.js";

type Functions = Readonly<Record<string, unknown>>;

/**
 * The inside of the process that runs an answer. It loads the answer that it is told, carries out requests one by one, and
 * sends back what came of each as data. It judges nothing: whatever the answer does to this process, it can only change its own data.
 *
 * @param rig functions of the grader that work on the answer, called as `name(answer, ...args)`
 */
export function serveAnswer(rig: Functions): void {
  const send = process.send?.bind(process);
  if (send === undefined) throw new Error("serveAnswer runs in a child process with a channel to its parent");
  // Each message is on its way before the answer runs again: an endless loop must not hold back earlier replies.
  const tell = (message: ServerMessage): Promise<void> => new Promise((done) => send(message, undefined, undefined, () => done()));

  process.on("message", async (task: AnswerTask) => {
    process.env[answerFolder] = task.folder;
    await tell({ kind: "ready" });
    let answer: Functions;
    try {
      answer = (await import(task.answer)) as Functions;
    } catch (error) {
      return tell({ kind: "unusable", why: `it threw while it was loaded: ${thrown(error)}` });
    }
    const missing = task.exports.filter((name) => typeof answer[name] !== "function");
    if (missing.length > 0) return tell({ kind: "unusable", why: `it does not export the function${missing.length > 1 ? "s" : ""} ${missing.join(", ")}` });
    for (const request of task.requests) await tell({ kind: "reply", reply: carryOut(request, answer, rig) });
  });
}

function carryOut({ on, call, args }: Request, answer: Functions, rig: Functions): Reply {
  try {
    const target = (on === "rig" ? rig : answer)[call] as (...args: unknown[]) => unknown;
    return plainReply(on === "rig" ? target(answer, ...args) : target(...args));
  } catch (error) {
    return { threw: thrown(error) };
  }
}
