import { explore } from "../check/explore/explore.js";
import type { Step } from "../check/explore/steps.js";
import { type Subject, subjectOf } from "../check/explore/subject.js";
import type { HostileRun } from "../check/hostileRun.js";
import { play } from "../check/play.js";
import type { Invariant, NodeView } from "../promises.js";
import type { Protocol } from "../protocol.js";
import { pseudoCode } from "../replication/raft/pseudoCode/pseudoCode.js";
import { ONE_LEADER_FOR_ALL, type PseudoCodeStore, pseudoCodeCompleted } from "../replication/raft/pseudoCode/pseudoCode.promises.js";
import type { PseudoCodeRule } from "../replication/raft/pseudoCode/types.js";
import { keyValue } from "../replication/service/keyValue.js";
import type { TraceEvent } from "../sim/trace.js";
import { searchInParts, tell } from "./searchInParts.js";

/** A run of the survey's pseudo-code that breaks a promise of Raft, as short as one was found. */
export interface PseudoCodeCounterexample {
  readonly property: string;
  /** What is wrong, in words. */
  readonly message: string;
  /**
   * `shortest`: the explorer visited every nearer world. `none can be left out`: two such ways, one after the other, and then
   * reduced. `quiet run`: one of the simplest runs, up to where a promise breaks or it is judged that something never comes about.
   */
  readonly kind: "shortest" | "none can be left out" | "quiet run";
  readonly nodes: number;
  /** The way there in single events, from nodes that have just been set up; undefined for a quiet run. */
  readonly path: readonly Step<PseudoCodeStore>[] | undefined;
  /** Length of the path; for a quiet run, its events. */
  readonly steps: number;
  /** To be drawn: with a path, times count steps; else they are ms. */
  readonly trace: readonly TraceEvent[];
}

export interface CounterexampleSearch {
  readonly nodes: number;
  /** How often timers fire in all; one less in the first part of a search in two parts. */
  readonly timers: number;
  /** Worlds that one exploration keeps at most. */
  readonly worlds: number;
}

/** A search, and what it cost. */
export interface Searched {
  readonly found: PseudoCodeCounterexample | undefined;
  /** Different worlds that were visited. */
  readonly worlds: number;
  /** Quiet runs that were played. */
  readonly runs: number;
}

type Store = PseudoCodeStore;

/** One command that a client may give in an exploration; what it is does not matter. */
const PUT: Store["Input"] = { type: "request", client: 1, serial: 1, command: { op: "put", key: "a", value: "x" } };

const ruled = (rules: readonly PseudoCodeRule[]) => pseudoCode({ machine: keyValue, rules });

function subject(protocol: Protocol<Store>): Subject<Store> {
  const { invariants, probe } = subjectOf(pseudoCodeCompleted, protocol);
  return { protocol, ...(invariants && { invariants }), ...(probe && { probe }), inputs: [PUT] };
}

/** Visits all worlds near the start, for a promise of Figure 3 that breaks. */
export function exploreForCounterexample(rules: readonly PseudoCodeRule[], { nodes, timers, worlds }: CounterexampleSearch): Searched {
  const what = subject(ruled(rules));
  const { violations, unique } = explore(what, { size: nodes, timers, inputs: 1, worlds });
  const [violation] = violations;
  return { worlds: unique, runs: 0, found: violation && { ...tell(what, nodes, violation.path), kind: "shortest", nodes, steps: violation.path.length } };
}

/**
 * Looks for what a search by breadth does not get to, over the stages of Figure 8: leaders of two terms have each left an entry where nobody else has one;
 * the first of them leads again, and the old entry is committed; the second leads again.
 */
export function searchByFigure8(rules: readonly PseudoCodeRule[], { nodes, timers, worlds }: CounterexampleSearch): Searched {
  const { found, worlds: visited } = searchInParts(subject(ruled(rules)), nodes, [
    { goal: twoLeadersGone, bounds: { timers: timers - 1, inputs: 2, worlds } },
    { goal: oldEntryCommitted, bounds: { timers, worlds } },
    { goal: newerOneLeads, bounds: { timers, worlds } },
  ]);
  return { worlds: visited, runs: 0, found: found && { ...found, kind: "none can be left out", nodes, steps: found.path.length } };
}

const SOURCE = "Ongaro and Ousterhout 2014, Figure 8";
const firstTerms = (nodes: readonly NodeView<Store>[]) => nodes.flatMap(({ disk: { log } }) => log[0]?.term ?? []);

const twoLeadersGone: Invariant<Store> = {
  name: "no two leaders have left an entry each",
  source: SOURCE,
  overall(nodes, facts) {
    const terms = firstTerms(nodes);
    facts.must(!(terms.length === 2 && terms[0] !== terms[1]), "two have");
  },
};

const oldEntryCommitted: Invariant<Store> = {
  name: "no old entry is committed while another node has a newer one in its place",
  source: SOURCE,
  overall(nodes, facts) {
    const newest = Math.max(...firstTerms(nodes));
    facts.must(!nodes.some(({ state: { commitIndex, log } }) => commitIndex > 0 && log[0]!.term < newest), "one is");
  },
};

const newerOneLeads: Invariant<Store> = {
  name: "nobody leads with a newer entry in the place of an old one",
  source: SOURCE,
  overall(nodes, facts) {
    const oldest = Math.min(...firstTerms(nodes));
    facts.must(!nodes.some(({ up, state: { role, log } }) => up && role === "leader" && log[0] !== undefined && log[0].term > oldest), "one does");
  },
};

/**
 * Plays runs in which nothing is drawn but timeouts, from the simplest on: two nodes, then more; without clients, then with one;
 * nothing goes wrong, then one node is cut off for a while. The first in which a promise breaks, or something never comes
 * about that must, is the counterexample.
 */
export function playForCounterexample(rules: readonly PseudoCodeRule[], { nodes }: Pick<CounterexampleSearch, "nodes">): Searched {
  const protocol = ruled(rules);
  let runs = 0;
  for (const run of quietRuns(nodes)) {
    for (const judge of JUDGES) {
      runs++;
      const { accusation, cluster } = play(judge, run, { protocol, trace: true });
      if (accusation) return { worlds: 0, runs, found: { property: accusation.property, message: accusation.message, kind: "quiet run", nodes: run.size, path: undefined, steps: cluster.events, trace: [...cluster.trace!] } };
    }
  }
  return { worlds: 0, runs, found: undefined };
}

/** What the engine promises, judged sooner: in a quiet run an election takes less than a second. First of leaders, then of the log. */
const JUDGES = [
  { ...pseudoCodeCompleted, calm: 2000, progress: pseudoCodeCompleted.progress.filter(({ name }) => name === ONE_LEADER_FOR_ALL) },
  { ...pseudoCodeCompleted, calm: 2000, endings: [] },
];

function* quietRuns(nodes: number): Generator<HostileRun<Store>> {
  const plain = { latency: "constant:5", loss: 0, duplication: 0, reordering: 0, diskWrite: null, tornWrite: 0, clockSkew: null, clockDrift: null };
  for (const clients of [0, 1]) {
    for (const away of [false, true]) {
      const schedule = away ? [{ at: 0, command: { type: "isolate", node: 0 } as const }] : [];
      for (let size = 2; size <= nodes; size++) for (let seed = 1; seed <= QUIET_SEEDS; seed++) yield { ...plain, seed, size, schedule, clients, operations: 3 * clients, calmAt: away || clients > 0 ? 500 : 1 };
    }
  }
}

const QUIET_SEEDS = 5;
