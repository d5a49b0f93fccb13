import type { Declaration, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import { type Checkpoint, checkpointing, type Checkpointed, type CheckpointingOptions } from "./checkpointing.js";
import { type Counts, type Counter, dataflowDefaults, type Source, trueCounts } from "./dataflow.js";

type View = NodeView<Checkpointed>;

const CARBONE = "Carbone and others, Lightweight Asynchronous Snapshots for Distributed Dataflows, 2015";

/** How the declared engine is run: little input, so that a run is short. */
export const STREAM: CheckpointingOptions = { windows: 8, window: 60, gap: 5, keys: 4, interval: 40 };

const text = (counts: Counts) => JSON.stringify(Object.entries(counts).sort());

const countsAreRight: Invariant<Checkpointed> = {
  name: "a window that is told holds each record of it once",
  source: `${CARBONE}, §3: exactly once`,
  onOutput(_node, { window, counts }, facts) {
    facts.must(text(counts) === text(trueCounts(window, STREAM)), () => `window ${window} is told with ${text(counts)}, and is ${text(trueCounts(window, STREAM))}`);
  },
};

const recordsOf = ({ channels }: Checkpoint) => Object.values(channels).flat().filter(({ type }) => type === "Record").length;

const nothingLostInACheckpoint: Invariant<Checkpointed> = {
  name: "of a complete checkpoint, all that was read is counted or on its way",
  source: "Chandy and Lamport 1985, §3",
  overall(nodes, facts) {
    const { complete } = nodes.at(-1)!.state;
    if (complete === 0 || facts.known("counted", complete) !== undefined) return;
    const checkpoints = nodes.flatMap(({ disk }) => disk.stored?.checkpoints[complete] ?? []);
    if (checkpoints.length < nodes.length) return;
    facts.agree("counted", complete, 1);
    const read = checkpoints.reduce((sum, { state }) => sum + (state.kind === "source" ? Math.min((state as Source).position, LAST) : 0), 0);
    const counted = checkpoints.reduce((sum, checkpoint) => sum + (checkpoint.state.kind === "counter" ? (checkpoint.state as Counter).counted + recordsOf(checkpoint) : 0), 0);
    facts.must(read === counted, () => `of checkpoint ${complete}, ${read} records are read, and ${counted} are counted or on their way`);
  },
  concerns: ({ disk }) => disk.stored !== undefined,
};

/** Records of a source. */
const LAST = (STREAM.windows! * STREAM.window!) / STREAM.gap!;

const allTold: Progress<Checkpointed> = {
  name: "in the end all windows are told",
  source: CARBONE,
  missing(nodes) {
    const { flow } = nodes.at(-1)!.state;
    if (flow?.computation.kind !== "sink") return "the sink has not begun";
    const { counters } = dataflowDefaults(STREAM);
    for (let window = 0; window < STREAM.windows!; window++) if (Object.keys(flow.computation.parts[window] ?? {}).length < counters) return `window ${window} is not told`;
    return undefined;
  },
};

const counting = ({ state }: View) => state.flow?.computation.kind === "counter" && Object.keys(state.flow.computation.counts).length > 0;

const reachables: readonly Reachable<Checkpointed>[] = [
  { name: "a complete checkpoint", afterStep: ({ state }) => state.complete > 0 },
  { name: "a record on its way in a checkpoint", afterStep: ({ state }) => Object.values(state.checkpoints).some((checkpoint) => recordsOf(checkpoint) > 0) },
  { name: "all begin again in the midst of the input", onSend: ({ state }, _to, message) => message.type === "Restore" && message.checkpoint > 0 && state.flow?.computation.kind === "sink" },
  { name: "a counter goes back to a window half counted", afterStep: (node) => node.state.epoch > 1 && node.state.complete >= 0 && counting(node) },
  { name: "a message of an epoch that is over", overall: (nodes) => nodes.some(({ state }) => state.epoch > 1 && state.ahead.length > 0) },
];

/** Windowed counts with coordinated checkpoints. */
export const streamCheckpoints: Declaration<Checkpointed> = {
  name: "stream-checkpoints",
  summary: "windowed counts of a stream that goes back to a global snapshot after a crash",
  source: CARBONE,
  engine: () => checkpointing(STREAM),
  tolerates: ["duplication", "reordering", "clog", "pause", "crash", "slow-disk", "torn-write", "clock-skew", "clock-drift"],
  sizes: [5],
  invariants: [countsAreRight, nothingLostInACheckpoint],
  reachables,
  progress: [allTold],
  probe: ({ flow }) => flow?.computation.kind ?? "starting",
  roles: ["counter", "sink", "source"],
  calm: 3000,
};
