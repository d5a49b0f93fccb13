import type { Context, EntryOf, InputOf, NodeId, OutputOf, Protocol, SnapshotOf, StoredOf, TimerKey, TimerOf, Types } from "../../protocol.js";
import { rewired } from "../../replication/rewired.js";
import { type Channels, inOrder, newChannels, type Numbered, numbered } from "../../election/channels.js";

/** What a node has recorded for one snapshot: its state, and the state of each channel that leads to it. */
export interface Recording<State, Message> {
  readonly state: State;
  /** By sender: the messages that were on their way, in order. */
  readonly channels: Record<NodeId, Message[]>;
  /** Channels on which no marker has come yet. */
  awaiting: NodeId[];
}

/** On a channel: a message of the computation, or a marker. */
export type Content<Message> = { readonly type: "Message"; readonly message: Message } | { readonly type: "Marker"; readonly snapshot: number };

export interface ChandyLamportState<T extends Types> {
  computation: T["State"];
  channels: Channels<Content<T["Message"]>>;
  /** By snapshot. */
  recordings: Record<number, Recording<T["State"], T["Message"]>>;
}

/** The types of a computation under which global states can be recorded, for the contract. */
export interface ChandyLamport<T extends Types> {
  State: ChandyLamportState<T>;
  Message: Numbered<Content<T["Message"]>>;
  Timer: TimerKey;
  Stored: StoredOf<T>;
  Entry: EntryOf<T>;
  Snapshot: SnapshotOf<T>;
  Input: { readonly type: "snapshot"; readonly snapshot: number } | { readonly type: "input"; readonly input: InputOf<T> };
  Output: { readonly type: "recorded"; readonly snapshot: number } | { readonly type: "output"; readonly output: OutputOf<T> };
}

type Context_<T extends Types> = Context<ChandyLamport<T>>;

/**
 * Distributed snapshots (Chandy and Lamport, Distributed Snapshots: Determining Global States of Distributed Systems, ACM
 * TOCS 3(1), 1985, §3.1) over any computation, which never stops for them. A node that is told to begins a snapshot under a
 * number of its choice; several may begin the same one, and several snapshots may be under way. Each node is done when a
 * marker has come on every channel; together they have a global state that could have been.
 *
 * There is a channel between any two nodes and from each to itself. As the paper asks, channels keep the order; they lose
 * nothing if the network loses nothing. What a node has recorded is in its memory: whoever wants it to survive stores it.
 */
export function chandyLamport<T extends Types>(computation: Protocol<T>, changed: Partial<MarkerRules> = {}): Snapshots<T> {
  const rules = { ...markerRules, ...changed };
  type State = ChandyLamportState<T>;

  const speak = (state: State, to: NodeId, content: Content<T["Message"]>, context: Context_<T>) => context.send(to, numbered(state.channels, to, content));

  const inside = (state: State, context: Context_<T>): Context<T> =>
    rewired(context as unknown as Context<T>, {
      send: (to, message) => speak(state, to, { type: "Message", message }, context),
      output: (output) => context.output({ type: "output", output }),
    });

  function begin(state: State, snapshot: number, context: Context_<T>): void {
    if (state.recordings[snapshot]) return;
    rules.sendMarkers(state, snapshot, context.size, (to) => speak(state, to, { type: "Marker", snapshot }, context));
  }

  function onMarker(state: State, from: NodeId, snapshot: number, context: Context_<T>): void {
    begin(state, snapshot, context);
    if (rules.receiveMarker(state, from, snapshot)) context.output({ type: "recorded", snapshot });
  }

  return {
    restore({ self, size }, recording, context) {
      const state: State = { computation: recording ? structuredClone(recording.state) : computation.init(self, size), channels: newChannels(), recordings: {} };
      computation.onStart?.(state.computation, inside(state, context));
      for (const [from, messages] of Object.entries(recording?.channels ?? {})) for (const message of messages) computation.onMessage(state.computation, Number(from), message, inside(state, context));
      return state;
    },
    init: (self, size, stored, log, snapshot) => ({ computation: computation.init(self, size, stored, log, snapshot), channels: newChannels(), recordings: {} }),
    onStart: (state, context) => computation.onStart?.(state.computation, inside(state, context)),
    onTimer: (state, timer, context) => computation.onTimer?.(state.computation, timer as TimerOf<T>, inside(state, context)),
    onInput(state, input, context) {
      if (input.type === "snapshot") begin(state, input.snapshot, context);
      else computation.onInput?.(state.computation, input.input, inside(state, context));
    },
    onMessage(state, from, message, context) {
      for (const content of inOrder(state.channels, from, message)) {
        if (content.type === "Marker") onMarker(state, from, content.snapshot, context);
        else {
          rules.recordChannel(state, from, content.message);
          computation.onMessage(state.computation, from, content.message, inside(state, context));
        }
      }
    },
  };
}

/** A computation whose global states can be recorded, and restored. */
export interface Snapshots<T extends Types> extends Protocol<ChandyLamport<T>> {
  /**
   * A node goes back to what it has recorded, or, without a recording, to its beginning: it has that state, and receives what
   * was on its way. All nodes must go back to the same snapshot, and nothing that was sent before may come any more.
   */
  restore(node: { readonly self: NodeId; readonly size: number }, recording: Recording<T["State"], T["Message"]> | undefined, context: Context<ChandyLamport<T>>): ChandyLamportState<T>;
}

/** The two rules of the paper, and what a channel's state is; apart, so that each can be broken on its own. */
export interface MarkerRules {
  /** Marker-sending rule for p: p records its state, and sends a marker along each channel before it sends anything else. */
  sendMarkers(state: ChandyLamportState<any>, snapshot: number, size: number, sendMarker: (to: NodeId) => void): void;
  /** Marker-receiving rule for q, which has recorded its state by now: the channel's state ends here. Returns whether it was the last one. */
  receiveMarker(state: ChandyLamportState<any>, from: NodeId, snapshot: number): boolean;
  /** A message between q's recording and the channel's marker was on its way: it belongs to the channel's state. */
  recordChannel(state: ChandyLamportState<any>, from: NodeId, message: unknown): void;
}

export const markerRules: MarkerRules = {
  sendMarkers(state, snapshot, size, sendMarker) {
    const nodes = Array.from({ length: size }, (_, node) => node);
    state.recordings[snapshot] = { state: structuredClone(state.computation), channels: Object.fromEntries(nodes.map((node) => [node, []])), awaiting: nodes };
    nodes.forEach(sendMarker);
  },
  receiveMarker(state, from, snapshot) {
    const recording = state.recordings[snapshot]!;
    recording.awaiting = recording.awaiting.filter((node) => node !== from);
    return recording.awaiting.length === 0;
  },
  recordChannel(state, from, message) {
    for (const { channels, awaiting } of Object.values(state.recordings)) if (awaiting.includes(from)) channels[from]!.push(message);
  },
};
