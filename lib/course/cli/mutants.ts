import { catchMutant } from "../../experiments/catchMutant.js";
import { mutants } from "../../experiments/engines.js";
import { unknownName } from "../../experiments/nearest.js";
import { catchHashingMutant, type HashingMutant, hashingMutants } from "../../hashing/hashing.mutants.js";
import { replayFailure } from "../../experiments/replayFailure.js";
import { createProgress } from "../progress.js";
import { UsageError } from "../usageError.js";
import { parseFlags } from "./flags.js";
import { lineWidth, printJson, printText, type Io } from "./io.js";
import { formatTable } from "./table.js";

/** `mutants [ENGINE …]`: these engines, or all, with a rule broken, and how it is caught; 1 if one is not. */
export async function mutantsCommand(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseFlags(args, { json: { type: "boolean" } }, { most: Infinity, what: "names of engines" });
  const known = [...new Set([...mutants, ...hashingMutants].map(({ engine }) => engine))];
  for (const name of positionals) if (!known.includes(name)) throw new UsageError(unknownName("engine with mutants", name, known));
  const wanted = mutants.filter(({ engine }) => positionals.length === 0 || positionals.includes(engine));
  const progress = createProgress("mutants", io.stderr as NodeJS.WriteStream);
  const caught = wanted.map((mutant, done) => {
    progress.update(done, wanted.length);
    const { name, bug, engine, source } = mutant;
    const failure = catchMutant(mutant);
    const found = failure ? { caughtBy: failure.accusation.property, message: failure.accusation.message, seed: failure.seed, events: failure.events, replay: replayFailure(engine, name, failure) } : { caughtBy: null, message: null, seed: null, events: null, replay: null };
    return { name, bug, engine, source, ...found };
  });
  caught.push(...hashingMutants.filter(({ engine }) => positionals.length === 0 || positionals.includes(engine)).map(caughtHashing));
  progress.end();
  if (values.json) printJson(io, caught);
  else {
    const rows = caught.map(({ engine, name, bug, caughtBy, seed, events }) => [engine, name, bug, caughtBy ?? "NOTHING", String(seed ?? ""), String(events ?? "")]);
    printText(io, formatTable([["engine", "mutant", "the broken rule", "caught by", "seed", "events"], ...rows], { right: [4, 5], width: lineWidth(io) }));
  }
  return caught.every(({ caughtBy }) => caughtBy !== null) ? 0 : 1;
}

/** Of a way to place keys: its events are the nodes that come and go. */
function caughtHashing(mutant: HashingMutant) {
  const { name, bug, engine, source, caughtBy } = mutant;
  const failure = catchHashingMutant(mutant);
  const found = failure ? { caughtBy, message: failure.message, seed: failure.seed, events: failure.steps.length, replay: `npx leaderlab mutants ${engine}` } : { caughtBy: null, message: null, seed: null, events: null, replay: null };
  return { name, bug, engine, source, ...found };
}
