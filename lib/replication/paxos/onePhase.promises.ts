import type { Declaration, Invariant, Mutant, Progress, Reachable } from "../../promises.js";
import { type OnePhase, onePhase } from "./onePhase.js";
import { majority } from "../raft/quorum.js";

const SOURCE = "the survey, chapter 2.2";

const oneDecision: Invariant<OnePhase> = {
  name: "one value is decided",
  source: SOURCE,
  onOutput(_node, output, facts) {
    if (output.type === "decided") facts.agree("decided", "value", output.value);
  },
};

const decidedByMajority: Invariant<OnePhase> = {
  name: "what is decided is in the logs of a majority",
  source: SOURCE,
  concerns: ({ state }) => state.decided !== null,
  overall(nodes, facts) {
    for (const { id, state } of nodes) {
      if (state.decided === null) continue;
      const having = nodes.filter(({ disk }) => disk.log.includes(state.decided!));
      // A leader's own log entry may still be on its way to the disk; nobody has heard of the decision then.
      facts.must(having.length + (having.some((node) => node.id === id) ? 0 : 1) >= majority(nodes.length), () => `node ${id} has decided on ${state.decided}, which is in ${having.length} of ${nodes.length} logs`);
    }
  },
};

const durableFirst: Invariant<OnePhase> = {
  name: "a proposal is in the log before it is spoken of",
  source: SOURCE,
  onSend({ id, disk }, _to, { type, value }, facts) {
    if (type === "Propose" || type === "Accepted") facts.must(disk.log.includes(value), () => `node ${id} speaks of ${value}, which is not in its log`);
  },
};

const reachables: readonly Reachable<OnePhase>[] = [
  { name: "a decision that all know", concerns: ({ state }) => state.decided !== null, overall: (nodes) => nodes.every(({ state }) => state.decided !== null) },
  { name: "a decision while an acceptor is down", concerns: ({ state }) => state.decided !== null, overall: (nodes) => nodes.some(({ up }) => !up) && nodes.some(({ up, state }) => up && state.decided !== null) },
  { name: "a proposal that is sent again", onSend: ({ state }, _to, { type }) => type === "Propose" && state.acceptedBy.length > 1 },
];

const allLearn: Progress<OnePhase> = {
  name: "when the faults end, what was proposed is decided, and all know it",
  source: SOURCE,
  missing(nodes) {
    if (nodes.every(({ state }) => state.proposed === null)) return undefined;
    const without = nodes.filter(({ state }) => state.decided === null);
    return without.length === 0 ? undefined : `${without.map(({ id }) => `node ${id}`).join(", ")} ${without.length > 1 ? "know" : "knows"} of no decision`;
  },
};

/** The one-phase protocol with one proposer for ever. More than this it cannot promise. */
export const onePhasePaxos: Declaration<OnePhase> = {
  name: "paxos-one-phase",
  summary: "the survey's Paxos, literally: propose, accept, decide, by one leader that is never replaced",
  source: SOURCE,
  engine: () => onePhase(),
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write", "clock-skew", "clock-drift"],
  sizes: [1, 3, 4, 5],
  invariants: [oneDecision, decidedByMajority, durableFirst],
  reachables,
  progress: [allLearn],
  probe: ({ proposed, decided }) => (decided !== null ? "decided" : proposed !== null ? "proposing" : "idle"),
  roles: ["proposing"],
  inputs: (random) => ({ type: "propose", value: VALUES[Math.floor(random() * VALUES.length)]! }),
  calm: 4000,
};

const VALUES = ["x", "y"] as const;

/** What the survey leaves out. */
export const onePhaseMutants: readonly Mutant<OnePhase>[] = [
  {
    name: "one-phase-failover",
    bug: "a second leader proposes after the first, as after any failover",
    source: "the survey, chapter 2.2, literally; what is missing: Lamport, Paxos Made Simple, 2001, §2.2, phase 1",
    engine: "paxos-one-phase",
    caughtBy: "one value is decided",
    broken: () => onePhase({ leaders: [0, 1] }),
  },
];
