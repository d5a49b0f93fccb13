import { describe, expect, it } from "vitest";
import { runTranscript } from "./runTranscript.js";
import { readTranscript, testTranscripts } from "./transcriptTests.js";

const folder = new URL("./", import.meta.url);

describe("transcripts (UPDATE_TRANSCRIPTS=1 writes them anew; then read the difference)", () => {
  testTranscripts(folder, runTranscript);

  it("a run that says something else is noticed", () => {
    const text = readTranscript(folder, "cold-start.txt");
    expect(runTranscript(text.replace("--seed 3", "--seed 4"))).not.toBe(text.replace("--seed 3", "--seed 4"));
  });

  it.each([
    ["> run 5", 'expected "cluster N …" before "run 5"'],
    ["> cluster 3\n> fly", 'no command "fly"'],
    ["> cluster 3\n> crash 7", 'expected a node, "leader" or "follower", not "7"'],
  ])("%j is a mistake", (text, message) => expect(() => runTranscript(text)).toThrow(message));
});
