import { explore } from "../check/explore/explore.js";
import type { Subject } from "../check/explore/subject.js";
import type { Facts, Invariant, NodeView } from "../promises.js";
import type { Types } from "../protocol.js";
import { singleDecree } from "../replication/paxos/singleDecree.js";
import type { SingleDecree } from "../replication/paxos/singleDecree.types.js";
import { isMajority } from "../replication/raft/quorum.js";
import { raft } from "../replication/raft/raft.js";
import type { RaftStore } from "../replication/raft/replication.promises.js";
import { keyValue } from "../replication/service/keyValue.js";
import type { Experiment } from "./experiment.js";
import { type FoundPath, searchInParts } from "./searchInParts.js";

const parameters = {
  worlds: { type: "integer", default: 60_000, range: [1000, 10_000_000], summary: "worlds that an exploration visits where nothing breaks; ten times as many, at most, where something does" },
  timers: { type: "integer", default: 3, range: [1, 6], summary: "how often timers may fire in all, in one exploration" },
} as const;

const PAXOS = "Paxos";
const RAFT = "Raft";

/** The rows, as they come: nothing is left to chance. */
type Sample = readonly Finding[];
interface Finding {
  readonly protocol: string;
  readonly counted: string;
  readonly property: string | null;
  readonly message: string | null;
  readonly steps: number | null;
  readonly worlds: number;
  readonly complete: boolean;
}

/**
 * Claim E.5: what a majority has accepted, the cluster has accepted: two sound protocols, and two ways to read the sentence. Who counts
 * nodes, or who counts nodes in one ballot or term: is what they have accepted ever replaced?
 */
export const acceptedByMajority: Experiment<typeof parameters, Sample> = {
  name: "accepted-by-majority",
  question: "Does what a majority has accepted stay accepted?",
  parameters,
  trials: 1,
  row: {
    protocol: "single-decree Paxos, or Raft; three nodes of each",
    counted: "whose acceptances are added up: those in `any` ballot or term, or those in `one`",
    property: "what breaks (null: nothing did)",
    message: "what is wrong, in words (null: nothing is)",
    steps: "length of the counterexample, in single events, from nodes that have just been set up; none of them can be left out (null: there is none)",
    worlds: "different worlds that were visited",
    complete: "whether these were all there are within the bounds; not so where something breaks, and the search ends",
  },
  trial: (search) => [
    finding(PAXOS, "any", acceptedInAnyBallot(search)),
    finding(PAXOS, "one", nearProblem(paxos(byBallot), DUEL, search)),
    finding(RAFT, "any", acceptedInAnyTerm(search)),
    finding(RAFT, "one", nearProblem(raftLog(byTerm), FIGURE_8, search)),
  ],
  summarize: ([sample]) => sample!.map((row) => ({ ...row })),
};

interface Search {
  readonly worlds: number;
  readonly timers: number;
}

interface Outcome<T extends Types> {
  readonly found: FoundPath<T> | undefined;
  readonly worlds: number;
  readonly complete?: boolean;
}

const finding = <T extends Types>(protocol: string, counted: string, { found, worlds, complete = false }: Outcome<T>): Finding => ({ protocol, counted, property: found?.property ?? null, message: found?.message ?? null, steps: found?.path.length ?? null, worlds, complete });

const SIZE = 3;

/** The counterexample of Paxos: one value is accepted by two of three, in two ballots, and another one is chosen. */
export function acceptedInAnyBallot({ worlds, timers }: Search = { worlds: parameters.worlds.default, timers: parameters.timers.default }): Outcome<SingleDecree> {
  return searchInParts(paxos(inAnyBallot), SIZE, [
    { goal: threeProposals, bounds: { inputs: 3, timers: 0, worlds: 10 * worlds } },
    { bounds: { inputs: 1, timers, worlds: 10 * worlds } },
  ]);
}

/** The counterexample of Raft, Figure 8: an entry of an old term is on two of three disks, and is replaced. */
export function acceptedInAnyTerm({ worlds, timers }: Search = { worlds: parameters.worlds.default, timers: parameters.timers.default }): Outcome<RaftStore> {
  return searchInParts(raftLog(inAnyTerm), SIZE, [
    { goal: twoLeadersGone, bounds: { timers: 2, worlds: 10 * worlds } },
    { goal: oldEntrySpreads, bounds: { timers, worlds: 10 * worlds } },
    { bounds: { timers, worlds: 10 * worlds } },
  ]);
}

/** Visits the worlds around one in which the other way to count goes wrong. */
function nearProblem<T extends Types>(subject: Subject<T>, disks: Required<Subject<T>>["disks"], { worlds, timers }: Search): Outcome<T> {
  const { violations, unique, complete } = explore({ ...subject, disks }, { size: SIZE, timers, inputs: subject.inputs ? 1 : 0, worlds });
  const [violation] = violations;
  return { found: violation && { ...violation, trace: [] }, worlds: unique, complete };
}

// Paxos. A node's acceptance is on its disk.

const paxos = (counted: Invariant<SingleDecree>): Subject<SingleDecree> => ({
  protocol: singleDecree(),
  invariants: [counted],
  inputs: ["x", "y"].map((value) => ({ type: "propose", value })),
  probe: ({ phase, chosen }) => (chosen !== null ? "chosen" : phase),
});

const acceptances = (nodes: readonly NodeView<SingleDecree>[]) => nodes.flatMap(({ id, disk }) => (disk.stored?.accepted ? [{ id, ...disk.stored.accepted }] : []));

/** States what a majority has accepted, of all that are alike. */
function stateMajority<A extends { readonly id: number }>(all: readonly A[], alike: (a: A) => string, about: (a: A) => string, facts: Facts, size: number): void {
  for (const one of all) if (isMajority(all.filter((other) => alike(other) === alike(one)).map(({ id }) => id), size)) facts.agree("accepted by", "a majority", about(one));
}

const inAnyBallot: Invariant<SingleDecree> = {
  name: "the value that a majority has accepted is the one that is chosen",
  source: "the survey, Appendix E",
  overall(nodes, facts) {
    // Whoever counts so takes the first for accepted; chosen is what has a majority in one ballot, and stays for ever.
    if (facts.known("accepted by", "a majority") === undefined) stateMajority(acceptances(nodes), ({ value }) => value, ({ value }) => value, facts, nodes.length);
    byBallot.overall!(nodes, facts);
  },
};

const byBallot: Invariant<SingleDecree> = {
  name: "the value that a majority has accepted in one ballot stays accepted",
  source: "Lamport 2001, §2.2",
  overall: (nodes, facts) => stateMajority(acceptances(nodes), ({ value, ballot }) => `${value} in ${ballot}`, ({ value }) => value, facts, nodes.length),
};

const threeProposals: Invariant<SingleDecree> = {
  name: "no three ballots have each been accepted by one node",
  source: "Lamport 2001, §2.2",
  overall: (nodes, facts) => facts.must(!(acceptances(nodes).length === SIZE && new Set(acceptances(nodes).map(({ ballot }) => ballot)).size === SIZE && new Set(acceptances(nodes).map(({ value }) => value)).size > 1), "three have"),
};

/** Three ballots, each accepted by its proposer alone; x in the first and the last. */
const DUEL = (node: number): { readonly stored: SingleDecree["Stored"] } => ({ stored: { ballot: node || 3, promised: node === 2 ? 2 : 3, accepted: { ballot: node || 3, value: node === 2 ? "y" : "x" }, chosen: null } });

// Raft. An entry is accepted where it is on the disk.

const raftLog = (counted: Invariant<RaftStore>): Subject<RaftStore> => ({
  // One entry a message, so that an old one can arrive without the new leader's own.
  protocol: raft({ machine: keyValue, batch: 1, inFlight: 1 }),
  invariants: [counted],
  probe: ({ role }) => role,
});

const entries = (nodes: readonly NodeView<RaftStore>[], index: number) => nodes.flatMap(({ id, disk }) => (disk.log[index] ? [{ id, term: disk.log[index]!.term }] : []));
const alike = ({ term }: { readonly term: number }) => String(term);

const inAnyTerm: Invariant<RaftStore> = {
  name: "the first entry that a majority has on disk stays the first",
  source: "the survey, Appendix E",
  overall: (nodes, facts) => stateMajority(entries(nodes, 0), alike, ({ term }) => `an entry of term ${term}`, facts, nodes.length),
};

const byTerm: Invariant<RaftStore> = {
  name: "the first entry that a majority has taken in the entry's own term stays the first",
  source: "Ongaro and Ousterhout 2014, §5.4.2",
  afterStep({ id, disk, state }, facts) {
    const [first] = disk.log;
    if (first && first.term === state.currentTerm) facts.agree("taken in its own term", `${id}, ${first.term}`, 1);
  },
  overall(nodes, facts) {
    const own = entries(nodes, 0).filter(({ id, term }) => facts.known("taken in its own term", `${id}, ${term}`) !== undefined);
    stateMajority(own, alike, ({ term }) => `an entry of term ${term}`, facts, nodes.length);
  },
};

const twoLeadersGone: Invariant<RaftStore> = {
  name: "no two leaders have left an entry each",
  source: "Ongaro and Ousterhout 2014, Figure 8 (b)",
  overall(nodes, facts) {
    const terms = entries(nodes, 0).map(({ term }) => term);
    facts.must(!(terms.length === 2 && terms[0] !== terms[1]), "two have");
  },
};

const oldEntrySpreads: Invariant<RaftStore> = {
  name: "no old entry is on two disks while a newer one is on the third",
  source: "Ongaro and Ousterhout 2014, Figure 8 (c)",
  overall(nodes, facts) {
    const terms = entries(nodes, 0).map(({ term }) => term);
    const [oldest, newest] = [Math.min(...terms), Math.max(...terms)];
    // Who has nothing else can still be won over by the newer one's holder.
    const open = nodes.some(({ disk: { log } }) => log.length === 1 && log[0]!.term === oldest);
    facts.must(!(open && terms.length === SIZE && oldest < newest && terms.filter((term) => term === oldest).length === 2), "one is");
  },
};

/** Figure 8 (b): the leaders of terms 1 and 2 are gone, and have each left an entry where nobody else has one. */
const FIGURE_8 = (node: number) => ({ stored: { currentTerm: 2, votedFor: 0 }, log: [[{ term: 1, command: null }], [], [{ term: 2, command: null }]][node]! });
