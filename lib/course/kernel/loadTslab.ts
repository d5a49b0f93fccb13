import { createRequire } from "node:module";
import type * as Converter from "tslab/dist/converter.js";
import type * as Executor from "tslab/dist/executor.js";
import type * as Jupyter from "tslab/dist/jupyter.js";
import { mendedCompiler, type Compiler } from "./mendedCompiler.js";
import { PolledFiles } from "./polledFiles.js";

/** The parts of tslab that a kernel is put together from. */
export interface Tslab {
  readonly createConverter: typeof Converter.createConverter;
  readonly createExecutor: typeof Executor.createExecutor;
  readonly jupyter: typeof Jupyter;
}

/** The versions that the mends were written for and are tested with. */
export const mendedVersions = { tslab: "1.0.22", typescript: "5.0.4" } as const;

/** Loads tslab with a mended TypeScript inside it. Throws an `Error` if the installed versions are others. */
export function loadTslab(): { tslab: Tslab; files: PolledFiles } {
  const require = createRequire(import.meta.url);
  const fromTslab = createRequire(require.resolve("tslab/package.json"));
  requireVersion("tslab", (require("tslab/package.json") as { version: string }).version, mendedVersions.tslab);
  const compilerPath = fromTslab.resolve("@tslab/typescript-for-tslab");
  const compiler = fromTslab(compilerPath) as Compiler;
  requireVersion("tslab's TypeScript", compiler.version, mendedVersions.typescript);

  const files = new PolledFiles();
  // Its exports cannot be assigned to, so tslab, which is loaded next, finds a changed copy in their place.
  const loaded = fromTslab.cache[compilerPath];
  if (loaded === undefined) throw new Error(`tslab's TypeScript is not in Node's module cache under ${compilerPath}.`);
  loaded.exports = mendedCompiler(compiler, files);

  return {
    tslab: {
      createConverter: (require("tslab/dist/converter.js") as typeof Converter).createConverter,
      createExecutor: (require("tslab/dist/executor.js") as typeof Executor).createExecutor,
      jupyter: require("tslab/dist/jupyter.js") as typeof Jupyter,
    },
    files,
  };
}

function requireVersion(name: string, found: string, wanted: string): void {
  if (found === wanted) return;
  throw new Error(`${name} ${found} is installed, but the course mends ${wanted} and would break another. Run \`npm ci\` in the course's folder to get the locked version.`);
}
