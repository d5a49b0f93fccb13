import type { Declaration, Invariant, Mutant, Reachable } from "../../promises.js";
import { surveyedZab, type SurveyedZab } from "./surveyed.js";

const oneHistory: Invariant<SurveyedZab> = {
  name: "what is delivered at a place is delivered there for ever, on every node",
  source: "Junqueira, Reed and Serafini 2011, §3, agreement and total order",
  onOutput: (_node, { place, value }, facts) => facts.agree("delivered at place", place, value),
};

const durableFirst: Invariant<SurveyedZab> = {
  name: "what a follower acknowledges is on its disk",
  source: "Junqueira, Reed and Serafini 2011, §4.1: a follower accepts, then acknowledges",
  onSend({ id, disk }, _to, message, facts) {
    if (message.type === "Ack") facts.must(disk.log.length >= message.length || (disk.stored?.epoch ?? 0) > message.epoch, () => `node ${id} acknowledges ${message.length} entries, its disk has ${disk.log.length}`);
  },
};

const reachables: readonly Reachable<SurveyedZab>[] = [
  { name: "three changes delivered", afterStep: ({ state }) => state.delivered >= 3 },
  { name: "a second leader", afterStep: ({ state }) => state.role === "leading" && state.log.some(({ epoch }) => epoch < state.epoch) },
];

/** The survey's ZAB with the two phases that it leaves out. It promises safety alone: nothing is sent again. */
export const surveyedZabRepaired: Declaration<SurveyedZab> = {
  name: "zab-surveyed",
  summary: "the survey's ZAB, broadcast by a leader and a majority, with discovery and synchronization added before it",
  source: "the survey, chapter 2.2; Junqueira, Reed and Serafini, Zab: High-performance broadcast for primary-backup systems, DSN 2011, §4.1",
  engine: () => surveyedZab({ discovery: true, synchronization: true }),
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "torn-write", "slow-disk"],
  sizes: [3, 5],
  invariants: [oneHistory, durableFirst],
  reachables,
  progress: [],
  probe: ({ role, phase }) => (role === "leading" ? (phase === "broadcast" ? "leader" : "prospective") : "follower"),
  roles: ["leader"],
  inputs: (random) => (random() < 0.3 ? { type: "lead" } : { type: "broadcast", value: String(Math.floor(random() * 1000)) }),
  calm: 3000,
};

const mutant = (name: string, bug: string, options: Parameters<typeof surveyedZab>[0]): Mutant<SurveyedZab> => ({
  name,
  bug,
  source: "the survey, chapter 2.2; what is missing: Junqueira, Reed and Serafini 2011, §4.1",
  engine: "zab-surveyed",
  caughtBy: oneHistory.name,
  broken: () => surveyedZab(options),
});

/** What the survey leaves out. */
export const surveyedZabMutants: readonly Mutant<SurveyedZab>[] = [
  mutant("zab-broadcast-alone", "broadcast alone, as the survey has it: a new leader goes on with what it has", {}),
  mutant("zab-no-discovery", "a new leader makes its own history everybody's, and asks nobody for theirs", { synchronization: true }),
  mutant("zab-no-synchronization", "a new leader takes over the newest history of a majority, and goes on without bringing anyone else to it", { discovery: true }),
];
