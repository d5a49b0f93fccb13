import type { JupyterHandlerImpl } from "tslab/dist/jupyter.js";
import type { CellRunner, ExecuteReply, Publish } from "./cellRunner.js";
import { mendedVersions } from "./loadTslab.js";

type InspectRequest = Parameters<JupyterHandlerImpl["handleInspect"]>[0];
type CompleteRequest = Parameters<JupyterHandlerImpl["handleComplete"]>[0];

/** What the kernel answers to each kind of request: tslab's answers, but for its name and for running cells. */
export class KernelHandler {
  constructor(
    private readonly tslab: JupyterHandlerImpl,
    private readonly runner: CellRunner,
    private readonly version: string,
  ) {}

  /** Runs a cell, and publishes what it prints and shows. */
  run(request: { code: string; stop_on_error?: boolean }, publish: Publish): Promise<ExecuteReply> {
    return this.runner.run(request.code, request.stop_on_error ?? true, publish);
  }

  handleKernel() {
    const { language_info, protocol_version } = this.tslab.handleKernel();
    return {
      status: "ok",
      protocol_version,
      implementation: "leaderlab",
      implementation_version: this.version,
      language_info: { ...language_info, version: mendedVersions.typescript },
      banner: `leaderlab ${this.version}: TypeScript ${mendedVersions.typescript} on Node, by tslab ${mendedVersions.tslab}`,
    };
  }

  handleIsComplete(request: { code: string }): ReturnType<JupyterHandlerImpl["handleIsComplete"]> {
    return this.tslab.handleIsComplete(request);
  }

  // Half-written code can trip the compiler; a notebook must not show that as an output of some cell.
  handleInspect(request: InspectRequest): ReturnType<JupyterHandlerImpl["handleInspect"]> {
    try {
      return this.tslab.handleInspect(request);
    } catch {
      return { status: "ok", found: false, data: {}, metadata: {} };
    }
  }

  handleComplete(request: CompleteRequest): ReturnType<JupyterHandlerImpl["handleComplete"]> {
    try {
      return this.tslab.handleComplete(request);
    } catch {
      return { status: "ok", matches: [], cursor_start: request.cursor_pos, cursor_end: request.cursor_pos, metadata: {} };
    }
  }

  handleShutdown(request: { restart: boolean }) {
    return { status: "ok", restart: request.restart };
  }

  handleExecute(): never {
    throw new Error("Cells are run by `run`.");
  }

  close(): void {
    this.tslab.close();
  }
}
