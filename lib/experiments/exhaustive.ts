import { explore } from "../check/explore/index.js";
import type { Experiment, Row } from "./experiment.js";
import { closedWorlds } from "./explorations.js";

const parameters = {
  world: { type: "choice", default: "raft-two-terms", values: closedWorlds.map(({ name }) => name), summary: "the cluster, and what bounds it" },
} as const;

/** Visits every world that a small cluster can get into within its bounds, by any order of messages, timeouts and faults. */
export const exhaustive: Experiment<typeof parameters, Row> = {
  name: "exhaustive",
  question: "Is there any order of events at all in which a small cluster breaks a promise?",
  parameters,
  trials: 1,
  row: {
    world: "the cluster",
    engine: "the engine",
    bounds: "what bounds it, as flags of `npx leaderlab explore`",
    unique: "different worlds; those that differ in the names of nodes alone count once where the bounds say symmetry",
    states: "worlds come upon, counting those that were known already",
    depth: "steps from the start to the last world found",
    complete: "whether there are no more within the bounds",
    violations: "promises that were broken",
    unreached: "things that must be reachable in larger clusters or longer runs, and are not in this one",
  },
  trial({ world }) {
    const { name, engine, subject, bounds } = closedWorlds.find(({ name }) => name === world)!;
    const { unique, states, depth, complete, violations, reached } = explore(subject, bounds);
    return { world: name, engine, bounds: boundsInWords(bounds), unique, states, depth, complete, violations: violations.length, unreached: Object.values(reached).filter((at) => at === null).length };
  },
  summarize: ([row]) => [row!],
};

/** Such as "size 3, symmetry". */
export const boundsInWords = (bounds: object): string =>
  Object.entries(bounds)
    .map(([name, value]) => `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}${value === true ? "" : ` ${value}`}`)
    .join(", ");
