import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runTranscript } from "./runTranscript.js";

const folder = new URL("./", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".txt")).sort();

describe("transcripts of Zab (UPDATE_TRANSCRIPTS=1 writes them anew; then read the difference)", () => {
  it.each(names)("%s", (name) => {
    const file = new URL(name, folder);
    const text = readFileSync(file, "utf8").replaceAll("\r\n", "\n");
    const now = runTranscript(text);
    if (process.env.UPDATE_TRANSCRIPTS === "1" && now !== text) writeFileSync(file, now);
    else expect(now).toBe(text);
  });
});
