import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { SetupError } from "../setupError.js";
import { jupyterEnvironment } from "./jupyterSettings.js";
import { paths, root } from "./paths.js";
import { untilStopped } from "./untilStopped.js";

/** Where and how to run JupyterLab; `page` is the path that its address leads to. */
export interface JupyterOptions {
  readonly port: number;
  readonly browser: boolean;
  readonly page: string;
}

/** Starts JupyterLab, prints its address once it answers, and runs until Ctrl-C. Resolves to the exit status. */
export async function runJupyter({ port, browser, page }: JupyterOptions): Promise<number> {
  const token = process.env["JUPYTER_TOKEN"] || randomBytes(24).toString("hex");
  const args = ["-m", "jupyterlab", `--ServerApp.port=${port}`, `--LabApp.default_url=${page}`, `--ServerApp.open_browser=${browser ? "True" : "False"}`];
  const server = spawn(paths.python, args, {
    cwd: root,
    env: jupyterEnvironment(token),
    stdio: ["ignore", "ignore", "pipe"],
    // A group of its own, so that Ctrl-C reaches only us and we end it in order. Windows would open a window for it.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  const lastWords: string[] = [];
  server.stderr?.on("data", (chunk: Buffer) => {
    process.stderr.write(chunk);
    lastWords.push(chunk.toString());
    lastWords.splice(0, lastWords.length - 20);
  });
  const ended = new Promise<number>((done) => {
    server.once("error", (error) => done((lastWords.push(error.message), 1)));
    server.once("exit", (code) => done(code ?? 1));
  });
  const stopped = untilStopped();
  const first = await Promise.race([untilReady(port, token, ended), stopped.then(() => "stop" as const), ended]);
  if (typeof first === "number") {
    throw new SetupError(`starting JupyterLab failed:\n${lastWords.join("").trimEnd()}\nIf this goes on, delete the folder .venv and run npm start again.`);
  }
  if (first === "ready") {
    process.stdout.write(`\nThe course is open at\n\n  http://127.0.0.1:${port}${page}?token=${encodeURIComponent(token)}\n\nCtrl-C stops it.\n`);
    if ((await Promise.race([stopped, ended])) === "stop") process.stderr.write("Stopping …\n");
    else return ended;
  }
  await stop(server, ended, port, token);
  return 0;
}

async function untilReady(port: number, token: string, ended: Promise<number>): Promise<"ready"> {
  let over = false;
  void ended.then(() => (over = true));
  while (!over && (await ask("GET", port, "/api/kernelspecs", token)) !== 200) await pause(100);
  return over ? new Promise(() => undefined) : "ready";
}

/** Asked over HTTP, the server ends its kernels too, on every system; what does not listen is ended by force. */
async function stop(server: ChildProcess, ended: Promise<number>, port: number, token: string): Promise<void> {
  const asked = (await ask("POST", port, "/api/shutdown", token)) === 200;
  if (!asked) server.kill("SIGTERM");
  const impatient = untilStopped();
  const result = await Promise.race([ended, pause(10_000).then(() => "late" as const), impatient]);
  if (typeof result === "number" || server.pid === undefined) return;
  if (process.platform === "win32") server.kill();
  else process.kill(-server.pid, "SIGKILL");
}

function ask(method: "GET" | "POST", port: number, path: string, token: string): Promise<number | undefined> {
  return new Promise((done) => {
    const call = request({ host: "127.0.0.1", port, path, method, timeout: 5000, headers: { Authorization: `token ${token}` } }, (response) => {
      response.resume();
      done(response.statusCode);
    });
    call.once("timeout", () => call.destroy()).once("error", () => done(undefined));
    call.end();
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms).unref());
}
