import type ts from "@tslab/typescript-for-tslab";
import { arrayCopying } from "./arrayCopying.js";
import { cellOptions } from "./cellOptions.js";
import { earlierNames } from "./earlierNames.js";
import type { PolledFiles } from "./polledFiles.js";
import { topLevelForAwait } from "./topLevelForAwait.js";

/** TypeScript, with the functions that only tslab's build of it has. */
export type Compiler = typeof ts & {
  getPreEmitDiagnosticsOfFiles(program: ts.Program, files: readonly ts.SourceFile[]): ts.Diagnostic[];
};

type WatchHost = ts.WatchCompilerHostOfFilesAndCompilerOptions<ts.EmitAndSemanticDiagnosticsBuilderProgram>;

/** "await is only allowed within async functions": the one error that tslab takes as word that a cell awaits. */
const awaitOutsideAsync = 1308;

/** A copy of tslab's TypeScript that compiles cells as the course wants them; `files` does its watching. */
export function mendedCompiler(compiler: Compiler, files: PolledFiles): Compiler {
  // File events come late, or never (network drives, containers); a folder's events break tslab's one-timer debouncing.
  compiler.sys.watchFile = (path, callback) => files.watch(path, (changed, event) => callback(changed, compiler.FileWatcherEventKind[event]));
  compiler.sys.watchDirectory = () => ({ close: () => {} });

  const { readFile } = compiler.sys;
  compiler.sys.readFile = (path, encoding) => {
    const text = readFile(path, encoding);
    return path.endsWith("/lib.es2023.array.d.ts") ? `${text}${arrayCopying}` : text;
  };

  const createWatchCompilerHost = (rootNames: readonly string[], options: ts.CompilerOptions, ...rest: never[]) =>
    (compiler.createWatchCompilerHost as (...values: unknown[]) => WatchHost)(rootNames, { ...options, ...cellOptions(compiler) }, ...rest);

  const createWatchProgram = (host: WatchHost) => {
    const afterProgramCreate = host.afterProgramCreate;
    host.afterProgramCreate = (program) => afterProgramCreate?.call(host, withEarlierNames(compiler, program));
    return compiler.createWatchProgram(host);
  };

  const getPreEmitDiagnosticsOfFiles = (program: ts.Program, sources: readonly ts.SourceFile[]) => {
    const found = compiler.getPreEmitDiagnosticsOfFiles(program, sources).map((diagnostic) => ({
      ...diagnostic,
      // tslab loses the file's name when a message comes as a chain, and an exercise's error would seem to be the cell's.
      messageText: compiler.flattenDiagnosticMessageText(diagnostic.messageText, "\n"),
    }));
    const cell = sources[0];
    const loop = cell && topLevelForAwait(compiler, cell);
    // TypeScript finds nothing wrong with a top-level `for await` in a module, so tslab would not run the cell as async.
    if (loop) found.push({ category: compiler.DiagnosticCategory.Error, code: awaitOutsideAsync, file: cell, start: loop.getStart(cell), length: loop.getWidth(cell), messageText: "" });
    return found;
  };

  return { ...compiler, createWatchCompilerHost, createWatchProgram, getPreEmitDiagnosticsOfFiles } as unknown as Compiler;
}

function withEarlierNames(compiler: Compiler, program: ts.EmitAndSemanticDiagnosticsBuilderProgram): ts.EmitAndSemanticDiagnosticsBuilderProgram {
  const emit = program.emit;
  program.emit = (file, writeFile, token, onlyDeclarations, transformers) =>
    emit.call(program, file, writeFile, token, onlyDeclarations, { ...transformers, before: [...(transformers?.before ?? []), earlierNames(compiler, program.getProgram())] });
  return program;
}
