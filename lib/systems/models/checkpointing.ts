import type { Context, NodeId, Protocol } from "../../protocol.js";
import { rewired } from "../../replication/rewired.js";
import { chandyLamport, type ChandyLamport, type ChandyLamportState, type Recording } from "./chandyLamport.js";
import { newChannels } from "../../election/channels.js";
import { dataflow, type Dataflow, type DataflowMessage, type DataflowOptions, type WindowCounts } from "./dataflow.js";

/**
 * What is done after a crash. `none`: who crashed begins anew, the others go on. `uncoordinated`: all go back to what each has
 * saved last, at a moment of its own. `coordinated`: all go back to the last global state, and receive what was on its way.
 */
export type Checkpoints = "none" | "uncoordinated" | "coordinated";

export interface CheckpointingOptions extends DataflowOptions {
  /** Default `coordinated`. */
  readonly checkpoints?: Checkpoints;
  /** Time between two checkpoints, ms. Default 50. */
  readonly interval?: number;
  /** How long the coordinator waits for word of other crashes before all begin again, ms. Default 20. */
  readonly patience?: number;
}

/** What a node goes back to. */
export type Checkpoint = Recording<Dataflow["State"], DataflowMessage>;

export interface CheckpointedState {
  /** Null between a start and the coordinator's word. */
  flow: ChandyLamportState<Dataflow> | null;
  /** Counts beginnings: whatever was sent in another epoch is dropped. */
  epoch: number;
  /** By number, what it has saved. */
  checkpoints: Record<number, Checkpoint>;
  /** The last checkpoint that all nodes have. */
  complete: number;
  /** Messages of an epoch that has not begun here. */
  ahead: { readonly from: NodeId; readonly message: Extract<CheckpointMessage, { type: "Flow" }> }[];
  /** On the coordinator: the checkpoint under way, and who has saved it. */
  begun: number;
  saved: NodeId[];
}

export type CheckpointMessage =
  | { readonly type: "Flow"; readonly epoch: number; readonly message: ChandyLamport<Dataflow>["Message"] }
  /** A node has started, and has no state. */
  | { readonly type: "Lost" }
  | { readonly type: "Restore"; readonly epoch: number; readonly checkpoint: number }
  | { readonly type: "Saved"; readonly epoch: number; readonly checkpoint: number }
  | { readonly type: "Complete"; readonly checkpoint: number };

/** The types of a dataflow with checkpoints, for the contract. */
export interface Checkpointed {
  State: CheckpointedState;
  Message: CheckpointMessage;
  Timer: "read" | "checkpoint" | "recover";
  Stored: Pick<CheckpointedState, "epoch" | "checkpoints" | "complete">;
  Output: WindowCounts;
}

type Own = Context<Checkpointed>;

/**
 * A stream processor that survives crashes by going back: its input can be read again, and its state is saved now and then
 * (Carbone and others, Lightweight Asynchronous Snapshots for Distributed Dataflows, 2015; here with the channels' states
 * of Chandy and Lamport). The sink coordinates. What was told before a crash is told again: the same, if the global state
 * could have been. Throws a `RangeError` for times that are not above 0.
 */
export function checkpointing(options: CheckpointingOptions = {}, rules: Partial<RecoveryRules> = {}): Protocol<Checkpointed> {
  const { checkpoints = "coordinated", interval = 50, patience = 20 } = options;
  const { restored, accepts } = { ...recoveryRules, ...rules };
  for (const [name, time] of Object.entries({ interval, patience })) if (!(time > 0 && time < Infinity)) throw new RangeError(`${name}: expected a time above 0 ms, not ${time}`);
  const counting = dataflow(options);
  const snapshots = chandyLamport(counting);
  const coordinator = ({ size }: { readonly size: number }): NodeId => size - 1;
  const isCoordinator = (context: Own) => context.self === coordinator(context);
  const broadcast = (message: CheckpointMessage, context: Own) => Array.from({ length: context.size }, (_, to) => context.send(to, message));
  const save = ({ epoch, checkpoints, complete }: CheckpointedState, context: Own) => context.save({ epoch, checkpoints, complete });

  /** The dataflow's messages bear the epoch; what it has recorded is saved. */
  const inside = (state: CheckpointedState, context: Own): Context<ChandyLamport<Dataflow>> =>
    rewired(context as unknown as Context<ChandyLamport<Dataflow>>, {
      send: (to, message) => context.send(to, { type: "Flow", epoch: state.epoch, message }),
      output(output) {
        if (output.type === "output") context.output(output.output);
        else keep(state, output.snapshot, state.flow!.recordings[output.snapshot]!, context);
      },
    });

  function keep(state: CheckpointedState, checkpoint: number, recording: Checkpoint, context: Own): void {
    state.checkpoints[checkpoint] = recording;
    delete state.flow!.recordings[checkpoint];
    save(state, context);
    context.send(coordinator(context), { type: "Saved", epoch: state.epoch, checkpoint });
  }

  /** A snapshot at a time, begun by the coordinator; or each node's own, whatever the others do. */
  function onCheckpoint(state: CheckpointedState, context: Own): void {
    context.setTimer("checkpoint", interval);
    if (!state.flow) return;
    if (checkpoints === "uncoordinated") {
      state.checkpoints = { 0: { state: structuredClone(state.flow.computation), channels: {}, awaiting: [] } };
      save(state, context);
    } else if (state.begun === state.complete) {
      state.begun = Math.max(state.begun, state.epoch * PER_EPOCH) + 1;
      state.saved = [];
      snapshots.onInput!(state.flow, { type: "snapshot", snapshot: state.begun }, inside(state, context));
    }
  }

  function onSaved(state: CheckpointedState, from: NodeId, { epoch, checkpoint }: Extract<CheckpointMessage, { type: "Saved" }>, context: Own): void {
    if (epoch !== state.epoch || checkpoint !== state.begun || state.saved.includes(from)) return;
    state.saved.push(from);
    if (state.saved.length < context.size) return;
    state.complete = checkpoint;
    save(state, context);
    broadcast({ type: "Complete", checkpoint }, context);
  }

  /** What came before is needed no more. */
  function onComplete(state: CheckpointedState, checkpoint: number, context: Own): void {
    for (const older of Object.keys(state.checkpoints).map(Number)) if (older < checkpoint) delete state.checkpoints[older];
    save(state, context);
  }

  /** The coordinator has all begin again. */
  function onRecover(state: CheckpointedState, context: Own): void {
    const epoch = state.epoch + 1;
    state.begun = state.complete;
    broadcast({ type: "Restore", epoch, checkpoint: state.complete }, context);
    onRestore(state, epoch, state.complete, context);
  }

  function onRestore(state: CheckpointedState, epoch: number, checkpoint: number, context: Own): void {
    if (epoch <= state.epoch) return;
    state.epoch = epoch;
    save(state, context);
    if (checkpoints !== "none" || !state.flow) state.flow = snapshots.restore(context, checkpoints === "none" ? undefined : restored(state.checkpoints[checkpoint]), inside(state, context));
    else state.flow = { computation: state.flow.computation, channels: newChannels(), recordings: {} };
    const ahead = state.ahead;
    state.ahead = [];
    for (const { from, message } of ahead) onFlow(state, from, message, context);
  }

  function onFlow(state: CheckpointedState, from: NodeId, flow: Extract<CheckpointMessage, { type: "Flow" }>, context: Own): void {
    if (flow.epoch > state.epoch) state.ahead.push({ from, message: flow });
    else if (state.flow && accepts(flow.epoch, state.epoch)) snapshots.onMessage(state.flow, from, flow.message, inside(state, context));
  }

  return {
    init: (_self, _size, stored) => ({ flow: null, epoch: 0, complete: 0, checkpoints: {}, ...stored, ahead: [], begun: stored?.complete ?? 0, saved: [] }),
    onStart(_state, context) {
      if (isCoordinator(context)) context.setTimer("recover", patience);
      else context.send(coordinator(context), { type: "Lost" });
      if (checkpoints === "uncoordinated" || (checkpoints === "coordinated" && isCoordinator(context))) context.setTimer("checkpoint", interval * (0.5 + context.random()));
    },
    onTimer(state, timer, context) {
      if (timer === "checkpoint") onCheckpoint(state, context);
      else if (timer === "recover") onRecover(state, context);
      else if (state.flow) snapshots.onTimer!(state.flow, timer, inside(state, context));
    },
    onMessage(state, from, message, context) {
      switch (message.type) {
        case "Flow":
          return onFlow(state, from, message, context);
        case "Lost":
          return context.setTimer("recover", patience);
        case "Restore":
          return onRestore(state, message.epoch, message.checkpoint, context);
        case "Saved":
          return onSaved(state, from, message, context);
        case "Complete":
          return onComplete(state, message.checkpoint, context);
      }
    },
  };
}

/** Checkpoints of an epoch, at most. */
const PER_EPOCH = 1_000_000;

/** Rules of going back, apart, so that each can be broken on its own. */
export interface RecoveryRules {
  /** What a node goes back to. */
  restored(checkpoint: Checkpoint | undefined): Checkpoint | undefined;
  /** Whether a message of an epoch that has begun here counts in this one. */
  accepts(epoch: number, own: number): boolean;
}

export const recoveryRules: RecoveryRules = {
  restored: (checkpoint) => checkpoint,
  accepts: (epoch, own) => epoch === own,
};
