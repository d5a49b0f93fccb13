import { planted as weighted } from "../exercises/43-smooth-weighted.planted.js";
import { planted as twoChoices } from "../exercises/44-two-choices.planted.js";
import { planted as slowServer } from "../exercises/45-slow-server.planted.js";
import { describeExercise } from "./describeExercise.js";

describeExercise("43-smooth-weighted", "weighted.ts", weighted);
describeExercise("44-two-choices", "choose.ts", twoChoices);
describeExercise("45-slow-server", "balancer.ts", slowServer);
