import { catchMutant } from "../../experiments/catchMutant.js";
import { mutants } from "../../experiments/engines.js";
import { replayFailure } from "../../experiments/replayFailure.js";
import { jsonFlag } from "./jsonFlag.js";
import { lineWidth, printJson, printText, type Io } from "./io.js";
import { formatTable } from "./table.js";

/** `mutants`: every engine with a rule broken, and how it is caught; 1 if one is not. */
export async function mutantsCommand(args: readonly string[], io: Io): Promise<number> {
  const json = jsonFlag(args);
  const caught = mutants.map((mutant) => {
    const { name, bug, engine, source } = mutant;
    const failure = catchMutant(mutant);
    const found = failure ? { caughtBy: failure.accusation.property, message: failure.accusation.message, seed: failure.seed, events: failure.events, replay: replayFailure(engine, name, failure) } : { caughtBy: null, message: null, seed: null, events: null, replay: null };
    return { name, bug, engine, source, ...found };
  });
  if (json) printJson(io, caught);
  else {
    const rows = caught.map(({ engine, name, bug, caughtBy, seed, events }) => [engine, name, bug, caughtBy ?? "NOTHING", String(seed ?? ""), String(events ?? "")]);
    printText(io, formatTable([["engine", "mutant", "the broken rule", "caught by", "seed", "events"], ...rows], { right: [4, 5], width: lineWidth(io) }));
  }
  return caught.every(({ caughtBy }) => caughtBy !== null) ? 0 : 1;
}
