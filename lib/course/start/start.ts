import { existsSync } from "node:fs";
import { servePages } from "../pages/server.js";
import { prepareEnvironment } from "./environment.js";
import { writeKernelSpec, writeJupyterSettings } from "./jupyterSettings.js";
import { paths } from "./paths.js";
import { choosePort } from "./port.js";
import { runJupyter } from "./runJupyter.js";
import { trustNotebooks } from "./trust.js";

/** What the learner asked of `npm start`. */
export interface StartOptions {
  /** Open a browser. */
  readonly browser: boolean;
  /** Serve the chapters as web pages even though a Python may be there. */
  readonly pages: boolean;
  /** The port to use; otherwise 8888 or the next free one. */
  readonly port?: number | undefined;
}

/**
 * Opens the course in JupyterLab and runs until it is told to stop: makes `.venv` if need be, writes the kernel's
 * description, trusts the chapters nobody has edited. Without a usable Python it serves the chapters as web pages.
 * Resolves to the exit status; throws a SetupError that says which step failed and what to do.
 */
export async function start(options: StartOptions): Promise<number> {
  const port = await choosePort(options.port);
  if (options.pages) return servePages(port, "Serving the chapters as web pages to read, as --pages asks.");
  const environment = prepareEnvironment();
  if (!environment.ready) {
    const why = environment.reasons.map((reason) => `  ${reason}\n`).join("");
    return servePages(
      port,
      `JupyterLab needs a Python from 3.9 to 3.14, and none was usable:\n${why}` +
        "So the chapters are served as web pages: you can read them with all their results, but not run them.\n" +
        "Install Python (or uv) and run npm start again to get the whole course.",
    );
  }
  writeKernelSpec();
  writeJupyterSettings();
  trustNotebooks();
  return runJupyter({ port, browser: options.browser, page: existsSync(paths.welcome) ? "/lab/tree/notebooks/00-welcome.ipynb" : "/lab" });
}
