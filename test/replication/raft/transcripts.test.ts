import { describe } from "vitest";
import { testTranscripts } from "../../scenarios/transcriptTests.js";
import { runTranscript } from "./runTranscript.js";

describe("transcripts of Raft with a store (UPDATE_TRANSCRIPTS=1 writes them anew; then read the difference)", () => testTranscripts(new URL("./", import.meta.url), runTranscript));
