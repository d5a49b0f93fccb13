import { planted as quorums } from "../exercises/34-read-write-quorums.planted.js";
import { planted as ring } from "../exercises/35-ring-lookup.planted.js";
import { planted as difference } from "../exercises/36-merkle-difference.planted.js";
import { planted as broadcast } from "../exercises/38-broadcast-budget.planted.js";
import { describeExercise } from "./describeExercise.js";

describeExercise("34-read-write-quorums", "quorums.ts", quorums);
describeExercise("35-ring-lookup", "ring.ts", ring);
describeExercise("36-merkle-difference", "difference.ts", difference);
describeExercise("38-broadcast-budget", "broadcast.ts", broadcast);
