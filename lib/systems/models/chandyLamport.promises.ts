import type { Declaration, Facts, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import { chandyLamport, type ChandyLamport, type Recording } from "./chandyLamport.js";
import { BALANCE, type Branch, moneyTransfer, type MoneyTransfer } from "./moneyTransfer.js";

/** A bank whose global states are recorded. */
export type SnapshotBank = ChandyLamport<MoneyTransfer>;
type View = NodeView<SnapshotBank>;
type Recorded = Recording<Branch, { readonly amount: number }>;

const PAPER = "Chandy and Lamport 1985";

/** By snapshot, the recordings of all nodes, once all are whole; each once for a purpose. */
function* snapshots(nodes: readonly View[], facts: Facts, purpose: string): Generator<readonly [snapshot: string, recordings: readonly Recorded[]]> {
  for (const snapshot of Object.keys(nodes[0]!.state.recordings)) {
    if (facts.known(purpose, snapshot) !== undefined) continue;
    const recordings = nodes.flatMap(({ state }) => state.recordings[Number(snapshot)] ?? []);
    if (recordings.length < nodes.length || !recordings.every(isWhole)) continue;
    facts.agree(purpose, snapshot, 1);
    yield [snapshot, recordings];
  }
}

const isWhole = ({ awaiting }: Recorded) => awaiting.length === 0;
const hasRecordings = ({ state }: View) => Object.keys(state.recordings).length > 0;

const consistent: Invariant<SnapshotBank> = {
  name: "no recorded state has received what no recorded state has sent",
  source: `${PAPER}, §2.2: a consistent cut`,
  overall(nodes, facts) {
    for (const [snapshot, recordings] of snapshots(nodes, facts, "looked for effects without a cause"))
      for (const [to, { state }] of recordings.entries())
        for (const [from, received] of Object.entries(state.received)) {
          const sent = recordings[Number(from)]!.state.sent[to] ?? 0;
          facts.must(received <= sent, () => `in snapshot ${snapshot} node ${to} has received ${received} transfers of node ${from}, which has sent ${sent}`);
        }
  },
  concerns: hasRecordings,
};

const channelStates: Invariant<SnapshotBank> = {
  name: "a recorded channel holds what was sent and not yet received",
  source: `${PAPER}, §3.2`,
  overall(nodes, facts) {
    for (const [snapshot, recordings] of snapshots(nodes, facts, "looked at channels"))
      for (const [to, { state, channels }] of recordings.entries())
        for (const [from, messages] of Object.entries(channels)) {
          const underWay = (recordings[Number(from)]!.state.sent[to] ?? 0) - (state.received[Number(from)] ?? 0);
          facts.must(messages.length === underWay, () => `in snapshot ${snapshot} the channel from ${from} to ${to} holds ${messages.length} transfers, and ${underWay} were under way`);
        }
  },
  concerns: hasRecordings,
};

const total: Invariant<SnapshotBank> = {
  name: "a recorded global state holds all the money",
  source: `${PAPER}, §4: a stable property that holds before holds in the snapshot`,
  overall(nodes, facts) {
    for (const [snapshot, recordings] of snapshots(nodes, facts, "counted")) {
      const sum = recordings.reduce((sum, { state, channels }) => sum + state.balance + Object.values(channels).flat().reduce((sum, { amount }) => sum + amount, 0), 0);
      facts.must(sum === BALANCE * nodes.length, () => `snapshot ${snapshot} holds ${sum}, and there is ${BALANCE * nodes.length}`);
    }
  },
  concerns: hasRecordings,
};

const recordedByAll: Progress<SnapshotBank> = {
  name: "a snapshot that is begun is completed",
  source: `${PAPER}, §3.3: termination`,
  missing(nodes) {
    const begun = new Set(nodes.flatMap(({ state }) => Object.keys(state.recordings)));
    for (const snapshot of begun) {
      const behind = nodes.find(({ state }) => state.recordings[Number(snapshot)]?.awaiting.length !== 0);
      if (behind) return `node ${behind.id} has not completed snapshot ${snapshot}`;
    }
    return undefined;
  },
};

const recordings = ({ state }: View) => Object.values(state.recordings);

const reachables: readonly Reachable<SnapshotBank>[] = [
  { name: "a snapshot that all have completed", overall: (nodes) => recordings(nodes[0]!).length > 0 && nodes.every((node) => recordings(node)[0] !== undefined && isWhole(recordings(node)[0]!)), concerns: hasRecordings },
  { name: "a channel with money on its way", afterStep: (node) => recordings(node).some(({ channels }) => Object.values(channels).some(({ length }) => length > 0)) },
  { name: "two transfers on one channel", afterStep: (node) => recordings(node).some(({ channels }) => Object.values(channels).some(({ length }) => length > 1)) },
  { name: "two snapshots under way at a node", afterStep: (node) => recordings(node).filter((recording) => !isWhole(recording)).length > 1 },
];

/** Snapshots of a bank at work. */
export const chandyLamportBank: Declaration<SnapshotBank> = {
  name: "chandy-lamport",
  summary: "distributed snapshots of a bank whose branches send each other money",
  source: `${PAPER}, Distributed Snapshots, ACM TOCS 3(1)`,
  engine: () => chandyLamport(moneyTransfer()),
  tolerates: ["duplication", "reordering", "clog", "pause", "clock-skew", "clock-drift"],
  sizes: [2, 3, 4],
  invariants: [consistent, channelStates, total],
  reachables,
  progress: [recordedByAll],
  // Not all numbers differ: now and then several nodes begin one snapshot.
  inputs: (random) => ({ type: "snapshot", snapshot: Math.floor(random() * 12) }),
  probe: ({ recordings }) => (Object.values(recordings).some(({ awaiting }) => awaiting.length > 0) ? "recording" : "at work"),
  roles: ["recording"],
  calm: 2000,
};
