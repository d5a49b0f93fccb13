import { readFileSync } from "node:fs";
import { join } from "node:path";
import { display } from "../display.js";
import { repositoryRoot } from "../kernel/repositoryRoot.js";

/**
 * Shows pieces of an engine's source under the cell, as they stand in the file: `source("lib/replication/raft/raft.ts",
 * "onRequestVote")`. A name is that of a function or of a constant; its comment comes along. Throws an `Error` if the
 * file has no such name.
 */
export function source(file: string, ...names: readonly string[]): void {
  const text = readFileSync(join(repositoryRoot, file), "utf8");
  const pieces = names.map((name) => definition(text, name, file)).join("\n\n");
  display({ data: { "text/markdown": `\`${file}\`\n\n\`\`\`ts\n${pieces}\n\`\`\`\n`, "text/plain": `// ${file}\n\n${pieces}` } }, `Read ${file} in an editor.`);
}

/** The lines that define a name, with the comment above, moved to the left margin. */
export function definition(text: string, name: string, file: string): string {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => new RegExp(String.raw`^\s*(export )?(async )?(function|const|class|interface) ${name}\b`).test(line));
  if (start < 0) throw new Error(`${file} defines no "${name}"`);
  const indent = /^\s*/.exec(lines[start]!)![0];
  let first = start;
  while (first > 0 && /^\s*(\/\*\*|\*|\/\/)/.test(lines[first - 1]!)) first--;
  // A definition ends at the first line as little indented as its own that closes it.
  let last = start;
  while (last < lines.length - 1 && !endsDefinition(lines[last]!, indent, last > start)) last++;
  const own = lines.slice(first, last + 1).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
  return (own.some((line) => line.length > WIDTH) ? joined(own) : own).flatMap((line) => folded(line)).join("\n");
}

/** How many characters of a line a notebook shows without breaking it. */
const WIDTH = 88;

/** Paragraphs of comments as one line each, so that they are folded as a whole. */
function joined(lines: readonly string[]): string[] {
  const result: string[] = [];
  for (const line of lines) {
    const before = result.at(-1) ?? "";
    const [, margin, text] = /^(\s*\* )(?!@|- )(\S.*)$/.exec(line) ?? [];
    if (text !== undefined && before.startsWith(margin!) && /\S/.test(before.slice(margin!.length))) result[result.length - 1] = `${before} ${text}`;
    else result.push(line);
  }
  return result;
}

/** A long line as several, broken between words. */
function folded(line: string, step = "    "): string[] {
  if (line.length <= WIDTH) return [line];
  const [, indent, sign, text, end = ""] = /^(\s*)(\/\*\*|\*|\/\/) (.*?)( \*\/)?$/.exec(line) ?? [];
  if (text === undefined) {
    // Between words, but not inside a text: that would be another text.
    const place = line.slice(0, WIDTH + 1).replace(/`[^`]*`?|"[^"]*"?/g, (text) => text.replaceAll(" ", "_")).lastIndexOf(" ");
    const margin = /^\s*/.exec(line)![0];
    return place <= margin.length ? [line] : [line.slice(0, place), ...folded(`${margin}${step}${line.slice(place + 1)}`, "")];
  }
  const next = sign === "/**" ? " *" : sign!;
  const lines = [`${indent}${sign}`];
  for (const word of text.split(" ")) {
    if (lines.at(-1)!.length + 1 + word.length > WIDTH - end.length) lines.push(`${indent}${next}`);
    lines[lines.length - 1] += ` ${word}`;
  }
  lines[lines.length - 1] += end;
  return lines;
}

function endsDefinition(line: string, indent: string, later: boolean): boolean {
  if (later) return line.startsWith(indent) && /^[})\]]/.test(line.slice(indent.length)) && !/[{([]$/.test(line);
  return /;$/.test(line) || /\}$/.test(line);
}
