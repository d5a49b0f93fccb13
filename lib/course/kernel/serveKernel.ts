import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { CellRunner } from "./cellRunner.js";
import { KernelHandler } from "./kernelHandler.js";
import { loadTslab } from "./loadTslab.js";
import { mendedServer } from "./mendedServer.js";
import { rereadingConverter } from "./rereadingConverter.js";
import { repositoryRoot } from "./repositoryRoot.js";

/**
 * Serves tslab, mended, on the sockets that the connection file names; ends when a client asks for shutdown, or when the
 * process that started this one is gone. Throws an `Error` if tslab is not the version that the mends were written for.
 */
export async function serveKernel(connectionFile: string): Promise<void> {
  const connection = resolve(connectionFile);
  // tslab takes its working directory for the root of everything that a cell may import.
  process.chdir(repositoryRoot);
  // A terminal that Jupyter was started from must not colour what ends up in a notebook.
  delete process.env["FORCE_COLOR"];
  process.env["NO_COLOR"] = "1";
  endWithParent();

  const { tslab, files } = loadTslab();
  const converter = rereadingConverter(() => tslab.createConverter({ isJS: false, isBrowser: false }), files);
  const runner = new CellRunner(tslab.jupyter);
  const executor = tslab.createExecutor(process.cwd(), { node: converter, browser: converter, close: () => converter.close() }, runner.console);
  runner.executor = executor;

  process.on("SIGINT", () => executor.interrupt());
  // What fails outside a cell's own run, in a timer or a forgotten promise, must be seen in the notebook.
  process.on("uncaughtException", (error) => console.error("Uncaught exception:", error));
  process.on("unhandledRejection", (reason) => console.error("Unhandled promise rejection:", reason));

  const Server = mendedServer(tslab.jupyter);
  await new Server(new KernelHandler(new tslab.jupyter.JupyterHandlerImpl(executor, false), runner, versionOfPackage()), connection).init();
}

/** A kernel whose Jupyter was killed would live on, and nobody could reach it. */
function endWithParent(): void {
  new Worker(new URL("./endWithParent.js", import.meta.url)).unref();
}

function versionOfPackage(): string {
  return (JSON.parse(readFileSync(resolve(repositoryRoot, "package.json"), "utf8")) as { version: string }).version;
}
