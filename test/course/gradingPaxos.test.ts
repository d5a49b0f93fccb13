import { planted as acceptor } from "../exercises/26-paxos-acceptor.planted.js";
import { planted as proposer } from "../exercises/27-paxos-proposer.planted.js";
import { describeExercise } from "./describeExercise.js";

describeExercise("26-paxos-acceptor", "acceptor.ts", acceptor);
describeExercise("27-paxos-proposer", "proposer.ts", proposer);
