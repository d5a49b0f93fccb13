import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { inRepository } from "./places.js";

/**
 * For an answer: of the course only the modules that define what it names, so that the others need not be read. What
 * cannot be told from the text, such as `import * as`, gets the whole course.
 */
export function courseByNames(folder: string): Plugin {
  return {
    name: "leaderlab-by-names",
    setup(builder) {
      builder.onResolve({ filter: /^leaderlab$/ }, () => ({ path: "leaderlab", namespace: "course", sideEffects: false }));
      builder.onLoad({ filter: /.*/, namespace: "course" }, () => ({ contents: exportsFor(folder), resolveDir: inRepository("lib"), loader: "ts" }));
    },
  };
}

function exportsFor(folder: string): string {
  const whole = 'export * from "./index.js";';
  const sources = readdirSync(folder).filter((file) => file.endsWith(".ts")).map((file) => readFileSync(join(folder, file), "utf8"));
  const wanted = new Set<string>();
  for (const source of sources) {
    const mentions = source.match(/["']leaderlab["']/g)?.length ?? 0;
    const imports = [...source.matchAll(/^import\s+(type\s+)?\{([^}]*)\}\s+from\s+["']leaderlab["']/gm)];
    if (imports.length < mentions) return whole;
    for (const [, isType, names] of imports) if (isType === undefined) for (const name of namesIn(names!)) wanted.add(name);
  }
  const modules = courseExports();
  const lines = [...wanted].map((name) => (modules.has(name) ? `export { ${name} } from ${JSON.stringify(modules.get(name))};` : modules.types.has(name) ? "" : whole));
  return lines.includes(whole) ? whole : lines.join("\n") || "export {};";
}

/** By name: the module that defines it, as lib/index.ts says; and the names that are types. */
function courseExports(): Map<string, string> & { readonly types: ReadonlySet<string> } {
  const modules = new Map<string, string>();
  const types = new Set<string>();
  for (const [, isType, names, module] of readFileSync(inRepository("lib", "index.ts"), "utf8").matchAll(/^export (type )?\{([^}]*)\} from "([^"]+)";/gm)) {
    for (const name of names!.split(",").map((text) => text.trim())) {
      if (isType !== undefined || name.startsWith("type ")) types.add(name.replace(/^type /, ""));
      else if (/^\w+$/.test(name)) modules.set(name, module!);
    }
  }
  return Object.assign(modules, { types });
}

/** The names of an import that are no types. */
const namesIn = (names: string): string[] => names.split(",").map((text) => text.trim()).filter((text) => text !== "" && !text.startsWith("type ")).map((text) => text.split(/\s+as\s+/)[0]!);
