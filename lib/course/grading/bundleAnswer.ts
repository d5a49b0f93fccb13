import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { build, type Message, type Plugin } from "esbuild";
import { courseByNames } from "./courseByNames.js";
import { inRepository } from "./places.js";

/**
 * Compiles an answer and what it imports into one file, so that the process that runs it need read nothing else.
 * Returns a sentence that says what is wrong with the answer, or undefined if it compiled.
 *
 * @param file the answer's TypeScript file
 * @param shown the same file as the learner knows it, for messages
 * @param outfile where the JavaScript goes
 */
export async function bundleAnswer(file: string, shown: string, outfile: string): Promise<string | undefined> {
  if (!existsSync(file)) return `${shown} is missing.`;
  if (readFileSync(file, "utf8").trim() === "") return `${shown} is empty.`;
  try {
    await build({ ...options, sourcemap: "inline", sourcesContent: false, entryPoints: [file], outfile, absWorkingDir: dirname(realpathSync(file)), plugins: [onlyCourseImports(dirname(realpathSync(file)))] });
    return undefined;
  } catch (error) {
    const first = (error as { errors?: Message[] }).errors?.[0];
    if (first === undefined) throw error;
    const at = first.location;
    const name = at === null ? shown : join(dirname(shown), at.file).replaceAll("\\", "/");
    return `${name}${at === null ? "" : `:${at.line}:${at.column + 1}`} does not compile: ${first.text}`;
  }
}

/** Compiles the process that serves a grader's requests, with the grader's own rig if it has one: once for all its answers. */
export async function bundleServer(rig: string | undefined, outfile: string): Promise<void> {
  if (!servers.has(rig)) servers.set(rig, serverWith(rig));
  writeFileSync(outfile, await servers.get(rig)!);
}

/** Compiled servers, by their rigs. A grader lives for one run, in which its rig does not change. */
const servers = new Map<string | undefined, Promise<Uint8Array>>();

async function serverWith(rig: string | undefined): Promise<Uint8Array> {
  const server = JSON.stringify(inRepository("lib", "course", "grading", "serveAnswer.ts"));
  const contents = `import { serveAnswer } from ${server};\n${rig === undefined ? "const rig = {};" : `import * as rig from ${JSON.stringify(rig)};`}\nserveAnswer(rig);\n`;
  const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: inRepository(), loader: "ts" }, write: false, plugins: [courseByName] });
  return outputFiles[0]!.contents;
}

const options = { bundle: true, format: "esm", platform: "node", target: "node20", logLevel: "silent", tsconfigRaw: "{}" } as const;

/** `leaderlab` is this repository's, wherever the answer lies. */
const courseByName: Plugin = {
  name: "leaderlab",
  setup(builder) {
    builder.onResolve({ filter: /^leaderlab$/ }, () => ({ path: inRepository("lib", "index.ts") }));
  },
};

/** An answer may import the course and its own neighbours; the course may import what it likes. */
function onlyCourseImports(folder: string): Plugin {
  return {
    name: "only-course-imports",
    setup(builder) {
      courseByNames(folder).setup(builder);
      builder.onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
        if (kind === "entry-point" || !isInside(folder, importer)) return undefined;
        if (/^\.\.?\//.test(path) && isInside(folder, resolve(dirname(importer), path))) return undefined;
        return { errors: [{ text: `an answer imports only "leaderlab" and files of its own folder, not "${path}"` }] };
      });
    },
  };
}

function isInside(folder: string, file: string): boolean {
  const way = relative(folder, file);
  return way !== "" && !way.startsWith("..") && !isAbsolute(way);
}
