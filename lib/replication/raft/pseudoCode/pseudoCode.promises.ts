import { unfollowed } from "../../../election/leaderPromises.js";
import type { Declaration, Ending, Facts, Invariant, NodeView, Progress, Reachable } from "../../../promises.js";
import { keyValue, type KeyValueCommand, keyValueClients, type KeyValueResult, type KeyValueState } from "../../service/keyValue.js";
import { isUpToDate, lastIndex, lastTerm } from "../log.js";
import { pseudoCode } from "./pseudoCode.js";
import { PSEUDO_CODE_RULES, type PseudoCode } from "./types.js";

/** The pseudo-code with the key-value store. */
export type PseudoCodeStore = PseudoCode<KeyValueState, KeyValueCommand, KeyValueResult>;

const FIGURE_3 = "Ongaro and Ousterhout 2014, Figure 3";
const said = (entry: PseudoCodeStore["Entry"]) => `${JSON.stringify(entry.command)} of term ${entry.term}`;

/** The promises of Raft, by what a broken one would be called. */
export const ELECTION_SAFETY = "at most one leader a term";
export const APPEND_ONLY = "a leader never takes anything out of its log";
export const LOG_MATCHING = "where two logs have an entry of one index and term, they are the same up to there";
export const LEADER_COMPLETENESS = "a leader's log has everything that was committed before its term";
export const STATE_MACHINE_SAFETY = "what is committed at an index is committed there for ever, on every node";
export const ONE_LEADER_FOR_ALL = "when the faults end, one leader is followed by all";
export const LEADER_STAYS = "while nothing fails, a leader stays";
export const LOGS_BECOME_ONE = "when the faults end, all logs become one, and all of it is carried out";

const electionSafety: Invariant<PseudoCodeStore> = {
  name: ELECTION_SAFETY,
  source: `${FIGURE_3}, election safety`,
  afterStep({ id, state }, facts) {
    if (state.role === "leader") facts.agree("leader of term", state.currentTerm, id);
  },
};

const appendOnly: Invariant<PseudoCodeStore> = {
  name: APPEND_ONLY,
  source: `${FIGURE_3}, leader append-only`,
  afterStep({ id, up, state }, facts) {
    // A crash takes what was not on disk yet: the next life may count from there.
    const life = Number(facts.known("life of node", id) ?? 0);
    if (!up) facts.rises("life of node", id, life + 1);
    else if (state.role === "leader") facts.rises("length of the leader's log", `node ${id} in its life ${life}, in term ${state.currentTerm}`, lastIndex(state));
  },
};

const logMatching: Invariant<PseudoCodeStore> = {
  name: LOG_MATCHING,
  source: `${FIGURE_3}, log matching`,
  afterStep({ disk: { log } }, facts) {
    for (let index = log.length; index > Math.max(0, log.length - LOOKED_AT); index--) {
      const entry = log[index - 1]!;
      facts.agree("entry", `${index} of term ${entry.term}`, `${said(entry)}, after one of term ${log[index - 2]?.term ?? 0}`);
    }
  },
};

/** How many entries at a log's end are compared at each step; a step adds few. */
const LOOKED_AT = 8;

const stateMachineSafety: Invariant<PseudoCodeStore> = {
  name: STATE_MACHINE_SAFETY,
  source: `${FIGURE_3}, state machine safety`,
  afterStep({ up, state: { log, commitIndex } }, facts) {
    if (up) forCommitted(log, commitIndex, (index, entry) => facts.agree("committed at index", index, said(entry)));
  },
};

const leaderCompleteness: Invariant<PseudoCodeStore> = {
  name: LEADER_COMPLETENESS,
  source: `${FIGURE_3}, leader completeness`,
  afterStep({ up, state: { log, commitIndex, currentTerm } }, facts) {
    if (!up) return;
    forCommitted(log, commitIndex, (index, entry) => {
      if (facts.known("committed", index) !== undefined) return;
      facts.agree("committed", index, said(entry));
      facts.agree("committed in term", index, currentTerm);
    });
  },
  overall(nodes, facts) {
    for (const { up, id, state } of nodes) if (up && state.role === "leader") mustBeComplete(id, state, facts);
  },
};

function mustBeComplete(id: number, { currentTerm, log }: PseudoCodeStore["State"], facts: Facts): void {
  for (let index = 1; facts.known("committed", index) !== undefined; index++) {
    if (Number(facts.known("committed in term", index)) >= currentTerm) continue;
    const own = log[index - 1];
    facts.must(own !== undefined && said(own) === facts.known("committed", index), () => `node ${id} leads term ${currentTerm}, and at index ${index} has ${own ? `an entry of term ${own.term}` : "nothing"}, where term ${facts.known("committed in term", index)} has committed another`);
  }
}

function forCommitted(log: PseudoCodeStore["State"]["log"], commitIndex: number, visit: (index: number, entry: PseudoCodeStore["Entry"]) => void): void {
  for (let index = Math.min(commitIndex, log.length); index > Math.max(0, commitIndex - LOOKED_AT); index--) visit(index, log[index - 1]!);
}

const newestLeader = (nodes: readonly NodeView<PseudoCodeStore>[]) => nodes.filter(({ up, state }) => up && state.role === "leader").sort((a, b) => b.state.currentTerm - a.state.currentTerm)[0];

const oneLeaderForAll: Progress<PseudoCodeStore> = {
  name: ONE_LEADER_FOR_ALL,
  source: "Ongaro and Ousterhout 2014, §5.2",
  missing(nodes) {
    const leader = newestLeader(nodes);
    if (!leader) return "nobody leads";
    const strangers = nodes.filter(({ state }) => state.leaderId !== leader.id);
    return unfollowed(leader.id, strangers, ` term ${leader.state.currentTerm}`);
  },
};

const logsBecomeOne: Progress<PseudoCodeStore> = {
  name: LOGS_BECOME_ONE,
  source: "Ongaro and Ousterhout 2014, §5.3",
  missing(nodes) {
    const leader = newestLeader(nodes) ?? nodes[0]!;
    const log = JSON.stringify(leader.state.log);
    const other = nodes.find(({ state }) => JSON.stringify(state.log) !== log);
    if (other) return `node ${other.id} has ${lastIndex(other.state)} entries, which are not the ${lastIndex(leader.state)} of node ${leader.id}`;
    const behind = nodes.find(({ state }) => state.lastApplied < lastIndex(state));
    return behind && `node ${behind.id} has carried out ${behind.state.lastApplied} of ${lastIndex(behind.state)} entries`;
  },
};

const leadership = (nodes: readonly NodeView<PseudoCodeStore>[]) => {
  const leader = newestLeader(nodes);
  return JSON.stringify(leader ? { id: leader.id, term: leader.state.currentTerm } : null);
};

const leaderStays: Ending<PseudoCodeStore> = {
  name: LEADER_STAYS,
  source: "Ongaro and Ousterhout 2014, §5.2: heartbeats prevent new elections",
  lasts: 1500,
  remember: leadership,
  missing: (nodes, before) => (leadership(nodes) === before ? undefined : `${inWords(before)}; 1,500 ms later ${inWords(leadership(nodes))}`),
};

const othersElect: Ending<PseudoCodeStore> = {
  name: "without its leader, the rest elects another",
  source: "Ongaro and Ousterhout 2014, §5.2",
  isolate: "leader",
  lasts: 2000,
  nodes: 3,
  remember: leadership,
  missing: (nodes, before) => (leadership(nodes) !== before ? undefined : `2,000 ms after it was cut off ${inWords(before)}, and nobody a newer term`),
};

function inWords(leadership: string): string {
  const leader = JSON.parse(leadership) as { readonly id: number; readonly term: number } | null;
  return leader ? `node ${leader.id} leads term ${leader.term}` : "nobody leads";
}

const reachables: readonly Reachable<PseudoCodeStore>[] = [
  { name: "ten entries committed", afterStep: ({ state }) => state.commitIndex >= 10 },
  { name: "a vote refused", onSend: (_from, _to, message) => message.type === "RequestVoteReply" && !message.voteGranted },
  { name: "entries refused", onSend: (_from, _to, message) => message.type === "AppendEntriesReply" && !message.success },
  { name: "two leaders at once, in different terms", concerns: ({ state }) => state.role === "leader", overall: (nodes) => new Set(nodes.filter(({ up, state }) => up && state.role === "leader").map(({ state }) => state.currentTerm)).size > 1 },
  {
    name: "a candidate whose log is behind that of another node",
    concerns: ({ state }) => state.role === "candidate",
    overall: (nodes) => nodes.some((a) => a.up && a.state.role === "candidate" && nodes.some((b) => !isUpToDate({ lastLogIndex: lastIndex(a.state), lastLogTerm: lastTerm(a.state) }, b.state))),
  },
  {
    name: "a majority has an entry of an older term that is not committed",
    concerns: ({ state }) => state.role === "leader",
    overall: (nodes) =>
      nodes.some(({ up, state }) => up && state.role === "leader" && state.log.some((entry, i) => i >= state.commitIndex && entry.term < state.currentTerm && 2 * nodes.filter((other) => other.disk.log[i]?.term === entry.term).length > nodes.length)),
  },
];

/** The survey's Raft with every rule that it lacks: it keeps what Raft promises. */
export const pseudoCodeCompleted: Declaration<PseudoCodeStore> = {
  name: "pseudo-code",
  summary: "the survey's Raft pseudo-code (its Appendix D) with the eight rules that it lacks, and a key-value store",
  source: "the survey, Appendix D; Ongaro and Ousterhout 2014, §5",
  engine: () => pseudoCode({ machine: keyValue, rules: PSEUDO_CODE_RULES }),
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write", "clock-skew", "clock-drift"],
  sizes: [2, 3, 3, 5],
  invariants: [electionSafety, appendOnly, logMatching, leaderCompleteness, stateMachineSafety],
  reachables,
  progress: [oneLeaderForAll, logsBecomeOne],
  endings: [leaderStays, othersElect],
  probe: ({ role }) => role,
  roles: ["leader", "candidate"],
  service: { ...keyValueClients, consistency: "linearizable" },
  calm: 8000,
};
