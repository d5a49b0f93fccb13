import { realpathSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { pathToFileURL } from "node:url";
import type { MimeBundle, NotebookOutput } from "../kernel/notebookOutput.js";

const maximumPicture = 100_000;

/** Why a cell's outputs may not be committed, a sentence each: it failed or complained, names this machine, or is too large. */
export function outputProblems(outputs: readonly NotebookOutput[], root: string): string[] {
  const machine = machinePaths(root);
  return outputs.flatMap((output) => {
    switch (output.output_type) {
      case "error": return [`it failed: ${output.traceback.join("\n    ")}`];
      case "stream": return output.name === "stderr" ? [`it wrote to stderr: ${output.text.trimEnd()}`] : pathProblems(output.text, machine);
      default: return [...Object.entries(output.data).flatMap(([type, content]) => (type.startsWith("image/") && type !== "image/svg+xml" ? [] : pathProblems(asText(content), machine))), ...sizeProblems(output.data)];
    }
  });
}

function pathProblems(text: string, machine: readonly RegExp[]): string[] {
  const found = machine.map((pattern) => pattern.exec(text)?.[0]).find((path) => path !== undefined);
  return found === undefined ? [] : [`its output names a path of this machine, ${found}, which would differ on another.`];
}

function sizeProblems(data: MimeBundle): string[] {
  return Object.entries(data).flatMap(([type, content]) => {
    if (!type.startsWith("image/")) return [];
    const bytes = type === "image/svg+xml" ? Buffer.byteLength(asText(content)) : Buffer.from(asText(content), "base64").length;
    return bytes < maximumPicture ? [] : [`its ${type} has ${bytes} bytes, and a picture must stay under ${maximumPicture}. Draw fewer marks.`];
  });
}

function machinePaths(root: string): RegExp[] {
  const named = [root, homedir(), tmpdir()];
  const folders = [...named, ...named.flatMap(realPath)].flatMap((folder) => [folder, folder.replaceAll("\\", "/"), pathToFileURL(folder).href]).filter((folder) => folder.length > 1);
  const known = folders.map((folder) => new RegExp(`(?<![\\w.-])${folder.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w-])`));
  return [...known, /(?<![\w.])(?:\/home\/|\/Users\/|[A-Z]:\\\\?Users\\)\w[^\s"'<>]*/, /\bfile:\/\/\/[^\s"'<>]+/];
}

/** On macOS the folder for temporary files is a link, and a process in it sees the other name. */
function realPath(folder: string): string[] {
  try {
    return [realpathSync(folder)];
  } catch {
    return [];
  }
}

function asText(content: unknown): string {
  return typeof content === "string" ? content : JSON.stringify(content);
}
