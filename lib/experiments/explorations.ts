import { type Bounds, type Subject, subjectOf } from "../check/explore/index.js";
import type { Protocol } from "../protocol.js";
import { onePhasePaxos } from "../replication/paxos/onePhase.promises.js";
import { singleDecree } from "../replication/paxos/singleDecree.js";
import { singleDecreePaxos } from "../replication/paxos/singleDecree.promises.js";
import type { SingleDecree } from "../replication/paxos/singleDecree.types.js";
import { raft } from "../replication/raft/raft.js";
import { raftElection } from "../replication/raft/raft.promises.js";
import type { Raft } from "../replication/raft/types.js";
import { rewire } from "../replication/rewired.js";
import type { Stored, Transaction, Zab } from "../replication/zab/types.js";
import { zab } from "../replication/zab/zab.js";
import { zabByOracle } from "../replication/zab/zab.promises.js";
import { zabMoments } from "../replication/zab/zab.reachables.js";
import { NONE } from "../replication/zab/zxid.js";
import { mossWorlds } from "./mossWorlds.js";
import { parabolicWorlds } from "./parabolicWorlds.js";

/** A small cluster of which every world can be visited. */
export interface ClosedWorld {
  /** Its name on the command line. */
  readonly name: string;
  readonly engine: string;
  /** What is in it, and what bounds it, in words. */
  readonly summary: string;
  readonly subject: Subject<any>;
  readonly bounds: Bounds;
}

/**
 * Raft's election in which nobody stands who is in the last term: so many terms there are, and each node may stand in each.
 * Timeouts are otherwise not bounded. A leader speaks once a term: said again, a heartbeat would be the same message.
 */
function raftOfTerms(terms: number): Subject<Raft> {
  const brief = rewire(raft(), (state, context) => ({ setTimer: (timer, delay) => void (timer === "election" && state.currentTerm < terms && context.setTimer(timer, delay)) }));
  const protocol: Protocol<Raft> = { ...brief, onTimer: (state, timer, context) => void (state.currentTerm < terms && brief.onTimer!(state, timer, context)) };
  const { inputs: _campaigns, ...subject } = subjectOf(raftElection, protocol);
  return {
    ...subject,
    disks: () => ({}),
    // Who is no candidate of a term will never be one of it again, and a leader that only elects does nothing with answers.
    stale: ({ state: { currentTerm, role } }, message) =>
      (message.type === "RequestVoteReply" && (message.term < currentTerm || (message.term === currentTerm && (role !== "candidate" || !message.voteGranted)))) || (message.type === "AppendEntriesReply" && message.term <= currentTerm),
  };
}

/** Node 0's client wants x, node 1's wants y; who has learned what was chosen keeps it to itself, which no acceptor's part depends on. */
function twoProposers(): Subject<SingleDecree> {
  const silent = rewire(singleDecree({ emptyDisk: "lost" }), (_state, context) => ({
    send: (to, message) => void (message.type !== "Chosen" && message.type !== "Learned" && context.send(to, message)),
    setTimer: (timer, delay) => void (timer !== "tell" && context.setTimer(timer, delay)),
  }));
  const protocol: Protocol<SingleDecree> = { ...silent, onInput: (state, input, context) => void (input.value === WANTED[context.self] && silent.onInput!(state, input, context)) };
  return { ...subjectOf(singleDecreePaxos, protocol), inputs: WANTED.map((value) => ({ type: "propose", value })) };
}

const WANTED = ["x", "y"];

/** Zab after an epoch that ended in a crash: one node has logged two transactions, one the first of them, one has promised and knows nothing. */
function afterTheFirstEpoch(keep: number): Subject<Zab> {
  const transaction = (counter: number): Transaction => ({ zxid: { epoch: 1, counter }, request: { client: 100 + counter, serial: 1, command: { op: "put", key: "a", value: `1.${counter}` } } });
  const stored = (currentEpoch: number): Stored => ({ acceptedEpoch: 1, currentEpoch, snapshot: { zxid: NONE, sessions: { machine: {}, last: {} } }, base: NONE });
  const disks = [
    { stored: stored(1), log: [transaction(1), transaction(2)] },
    { stored: stored(1), log: [transaction(1)] },
    { stored: stored(0), log: [] },
  ];
  const { diff, trunc, snap, uncommitted, secondPromise, ahead } = zabMoments;
  return {
    protocol: zab({ election: "oracle", keep }),
    invariants: zabByOracle.invariants,
    reachables: [diff, trunc, uncommitted, secondPromise, ahead, ...(keep === 0 ? [snap] : [])],
    inputs: [0, 1, 2].map((leader) => ({ type: "elect", leader })),
    disks: (node) => disks[node]!,
  };
}

const RAFT = { size: 3, symmetry: true } as const;
const PAXOS = { size: 3, inputs: 2, timers: 0 } as const;
const ZAB = { size: 3, inputs: 4, crashes: 1, timersPerNode: 0 } as const;
const TWO_TERMS = "Raft's election in terms 1 and 2: each of three nodes may time out and stand in each, a leader speaks once a term";
const THREE_TERMS = "Raft's election in terms 1 to 3: a leader speaks once a term, each of three nodes may time out and stand";
const TWO_PROPOSERS = "Paxos for one decision: three acceptors, two of which propose, each once and a value of its own";
const TWO_EPOCHS = "Zab's recovery by an oracle that is asked four times and may name anybody: two epochs after one that ended in a crash, one crash more";

/** What is explored to the end, by engine. */
export const closedWorlds: readonly ClosedWorld[] = [
  { name: "raft-two-terms", engine: "raft-election", summary: TWO_TERMS, subject: raftOfTerms(2), bounds: RAFT },
  { name: "raft-two-terms-crash", engine: "raft-election", summary: `${TWO_TERMS}; one crash, also in the middle of a handler`, subject: raftOfTerms(2), bounds: { ...RAFT, crashes: 1, midWrite: true } },
  { name: "raft-three-terms-once", engine: "raft-election", summary: `${THREE_TERMS} once`, subject: raftOfTerms(3), bounds: { ...RAFT, timersPerNode: 1 } },
  { name: "raft-three-terms", engine: "raft-election", summary: `${THREE_TERMS} twice (five million worlds: some minutes)`, subject: raftOfTerms(3), bounds: { ...RAFT, timersPerNode: 2 } },
  { name: "paxos-one-phase-crash", engine: "paxos-one-phase", summary: "The survey's one phase: one proposer that is asked twice, three acceptors, one crash, one timer", subject: subjectOf(onePhasePaxos), bounds: { size: 3, inputs: 2, timers: 1, crashes: 1 } },
  { name: "paxos-two-proposers", engine: "paxos", summary: TWO_PROPOSERS, subject: twoProposers(), bounds: PAXOS },
  { name: "paxos-two-proposers-crash", engine: "paxos", summary: `${TWO_PROPOSERS}; one crash`, subject: twoProposers(), bounds: { ...PAXOS, crashes: 1 } },
  { name: "paxos-two-proposers-lost", engine: "paxos", summary: `${TWO_PROPOSERS}; one crash that may lose the disk`, subject: twoProposers(), bounds: { ...PAXOS, crashes: 1, restart: "lost" } },
  { name: "zab-two-epochs", engine: "zab-oracle", summary: `${TWO_EPOCHS}; the whole log at hand`, subject: afterTheFirstEpoch(100), bounds: ZAB },
  { name: "zab-two-epochs-snapshots", engine: "zab-oracle", summary: `${TWO_EPOCHS}; snapshots as early as can be`, subject: afterTheFirstEpoch(0), bounds: ZAB },
  ...parabolicWorlds,
  ...mossWorlds,
];
