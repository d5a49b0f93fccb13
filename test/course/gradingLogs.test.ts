import { planted as follower } from "../exercises/24-append-entries.planted.js";
import { planted as commit } from "../exercises/25-commit.planted.js";
import { planted as sync } from "../exercises/28-zab-sync.planted.js";
import { describeExercise } from "./describeExercise.js";

describeExercise("24-append-entries", "follower.ts", follower);
describeExercise("25-commit", "commit.ts", commit);
describeExercise("28-zab-sync", "sync.ts", sync);
