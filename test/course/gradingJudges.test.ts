import { planted as invariant } from "../exercises/J1-invariant.planted.js";
import { planted as linearizable } from "../exercises/J2-register.planted.js";
import { describeExercise } from "./describeExercise.js";

describeExercise("J1-invariant", "invariant.ts", invariant);
describeExercise("J2-register", "linearizable.ts", linearizable);
