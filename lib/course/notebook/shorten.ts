import { type Failure, shortestFailure } from "../../check/shortestFailure.js";
import { transcript } from "../../check/transcript.js";
import { replayFailure } from "../../experiments/replayFailure.js";
import type { Raft } from "../../replication/raft/types.js";
import { display } from "../display.js";
import type { Hunted } from "./hunt.js";
import type { Planted } from "./plant.js";

/** An accused run, reduced until nothing more can be left out, with the command that shows it again. */
export interface Shortened extends Failure<Raft> {
  readonly replay: string;
  /** Spread into `drawSpaceTime`'s options: the axis counts steps, or, where the run cannot be told in steps, its last 300 ms are drawn. */
  readonly view: { readonly xLabel?: string; readonly from?: number; readonly to?: number };
}

/** Reduces an accused run: first nodes, faults and commands, then single events. */
export function shorten({ name, engine, declaration, protocol }: Planted, { seed, accusation }: Hunted): Shortened {
  const failure = shortestFailure(declaration, seed, protocol, accusation.property);
  const end = failure.trace.at(-1)?.time ?? 0;
  return { ...failure, replay: replayFailure(engine, name, failure), view: failure.path ? { xLabel: "step", to: end + 1 } : { from: end - 300 } };
}

/** Tells a reduced run under the cell: the accusation, what happens in order, and the command that replays it. */
export function tell({ accusation, events, path, trace, replay }: Shortened): void {
  // Everybody begins as something; what counts is what changes.
  const lines = transcript(trace.filter(({ kind, time }) => (path || kind !== "save") && kind !== "output" && (kind !== "role" || time > 0)));
  const told = lines.slice(-MOST_LINES).map((line) => (path ? line.replace(/^\s*([\d.]+) ms {2}/, (_, step: string) => `${String(Math.round(Number(step))).padStart(3)}  `) : line));
  const shown = `(A message is told where it arrives; where it is sent only if it never does.)\n${lines.length > told.length ? `(the last ${told.length} of ${lines.length} lines)\n` : ""}${told.join("\n")}`;
  const head = `Broken: ${accusation.property}. In ${events} ${path ? "step" : "event"}${events === 1 ? "" : "s"}: ${accusation.message}.`;
  display({ data: { "text/markdown": `**${head}**\n\n\`\`\`text\n${shown}\n\`\`\`\n\nAgain, in a terminal:\n\n\`\`\`text\n${replay}\n\`\`\`\n`, "text/plain": `${head}\n\n${shown}\n\nAgain, in a terminal: ${replay}` } }, "In a terminal: npx leaderlab fuzz.");
}

const MOST_LINES = 40;
