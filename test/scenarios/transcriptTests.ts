import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";

/** The text of a transcript. */
export const readTranscript = (folder: URL, name: string): string => readFileSync(new URL(name, folder), "utf8").replaceAll("\r\n", "\n");

/** Tests every transcript of a folder, or with UPDATE_TRANSCRIPTS=1 writes it anew. */
export function testTranscripts(folder: URL, run: (text: string) => string): void {
  it.each(readdirSync(folder).filter((name) => name.endsWith(".txt")).sort())("%s", (name) => {
    const text = readTranscript(folder, name);
    const now = run(text);
    if (process.env.UPDATE_TRANSCRIPTS === "1" && now !== text) writeFileSync(new URL(name, folder), now);
    else expect(now).toBe(text);
  });
}
