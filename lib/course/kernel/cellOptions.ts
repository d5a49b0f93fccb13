import type ts from "@tslab/typescript-for-tslab";

/** The compiler options of cells, and of the exercises that they import, where tslab's own would let mistakes pass. */
export function cellOptions(compiler: typeof ts): ts.CompilerOptions {
  return {
    strict: true,
    // Reads "exports" in package.json, without which the package's own name is not found.
    moduleResolution: compiler.ModuleResolutionKind.Bundler,
    // 5.0 knows no target of that year; its syntax is that of ES2022.
    target: compiler.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    // Left out, every @types package in node_modules is read, also those that want a newer TypeScript.
    types: ["node"],
  };
}
