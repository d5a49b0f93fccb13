import { planted as rumor } from "../exercises/31-rumor.planted.js";
import { planted as versionVectors } from "../exercises/32-version-vectors.planted.js";
import { planted as orSet } from "../exercises/33-or-set.planted.js";
import { planted as phiAccrual } from "../exercises/37-phi-accrual.planted.js";
import { describeExercise } from "./describeExercise.js";

describeExercise("31-rumor", "spread.ts", rumor);
describeExercise("32-version-vectors", "versions.ts", versionVectors);
describeExercise("33-or-set", "set.ts", orSet);
describeExercise("37-phi-accrual", "phi.ts", phiAccrual);
