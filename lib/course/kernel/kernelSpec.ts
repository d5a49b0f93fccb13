import { join } from "node:path";

/** The content of a kernel.json, as Jupyter reads it. */
export interface KernelSpec {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  readonly interrupt_mode: "signal" | "message";
}

/** The kernel's name in Jupyter: the folder of its kernel.json, and what notebooks ask for. */
export const kernelName = "leaderlab";
/** What JupyterLab shows for the kernel. */
export const kernelDisplayName = "leaderlab (TypeScript)";

/**
 * The kernel.json that starts the course's kernel of the repository at `repositoryRoot` (an absolute path) with the
 * Node at `nodePath` (an absolute path).
 */
export function kernelSpec(nodePath: string, repositoryRoot: string): KernelSpec {
  return {
    argv: [nodePath, "--disable-warning=ExperimentalWarning", join(repositoryRoot, "dist", "course", "kernel", "main.js"), "{connection_file}"],
    display_name: kernelDisplayName,
    language: "typescript",
    // Only a signal reaches a synchronous loop: the event loop, which would read a message, is what is stuck.
    interrupt_mode: "signal",
  };
}
