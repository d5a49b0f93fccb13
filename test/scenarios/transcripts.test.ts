import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runTranscript } from "./runTranscript.js";

const folder = new URL("./", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".txt")).sort();

describe("transcripts (UPDATE_TRANSCRIPTS=1 writes them anew; then read the difference)", () => {
  it.each(names)("%s", (name) => {
    const file = new URL(name, folder);
    const text = readFileSync(file, "utf8").replaceAll("\r\n", "\n");
    const now = runTranscript(text);
    if (process.env.UPDATE_TRANSCRIPTS === "1" && now !== text) writeFileSync(file, now);
    else expect(now).toBe(text);
  });

  it("a run that says something else is noticed", () => {
    const text = readFileSync(new URL("cold-start.txt", folder), "utf8").replaceAll("\r\n", "\n");
    expect(runTranscript(text.replace("--seed 3", "--seed 4"))).not.toBe(text.replace("--seed 3", "--seed 4"));
  });

  it.each([
    ["> run 5", 'expected "cluster N …" before "run 5"'],
    ["> cluster 3\n> fly", 'no command "fly"'],
    ["> cluster 3\n> crash 7", 'expected a node, "leader" or "follower", not "7"'],
  ])("%j is a mistake", (text, message) => expect(() => runTranscript(text)).toThrow(message));
});
