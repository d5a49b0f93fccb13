import { planted as quorum } from "../exercises/21-quorum.planted.js";
import { planted as vote } from "../exercises/22-vote.planted.js";
import { planted as timeout } from "../exercises/23-timeout.planted.js";
import { planted as preVote } from "../exercises/29-pre-vote.planted.js";
import { describeExercise } from "./describeExercise.js";

describeExercise("21-quorum", "quorum.ts", quorum);
describeExercise("22-vote", "vote.ts", vote);
describeExercise("23-timeout", "timeout.ts", timeout);
describeExercise("29-pre-vote", "preVote.ts", preVote);
