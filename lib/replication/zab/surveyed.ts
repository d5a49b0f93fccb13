import type { Context, NodeId, Protocol } from "../../protocol.js";
import { nextBallot } from "../paxos/ballots.js";
import { majority } from "../raft/quorum.js";

/** What the survey's ZAB is given beyond its text. */
export interface SurveyedOptions {
  /** A new leader first asks a majority for promises to obey no older epoch, and takes the newest of their histories (DSN 2011, §4.1, phase 1). Default false. */
  readonly discovery?: boolean;
  /** It then makes its history that of a majority before it goes on (phase 2). Default false. */
  readonly synchronization?: boolean;
}

/**
 * ZAB as the survey has it (chapter 2.2): the leader makes a synchronization message of each change and sends it to the
 * followers, which put it into their logs; when a majority has answered, the leader confirms, and all update their
 * states. That is Zab's phase 3 alone. The options add what the survey leaves out, phases 1 and 2 of the paper (Junqueira,
 * Reed and Serafini, DSN 2011, §4.1). Who leads is an oracle's word, the input `lead`; epochs are numbered apart by node.
 * Nothing is sent again.
 */
export function surveyedZab({ discovery = false, synchronization = false }: SurveyedOptions = {}): Protocol<SurveyedZab> {
  type Own = Context<SurveyedZab>;

  function lead(state: SurveyedState, context: Own): void {
    Object.assign(state, { role: "leading", phase: "broadcast", epoch: nextBallot(state.epoch, context.self, context.size), histories: [], acknowledged: {} });
    save(state, context);
    if (discovery) {
      state.phase = "discovery";
      toOthers({ type: "NewEpoch", epoch: state.epoch }, context);
      onHistory(state, context.self, { epoch: state.epoch, current: state.current, log: [...state.log] }, context);
    } else if (synchronization) synchronize(state, context);
  }

  // Phase 1, discovery.

  function onNewEpoch(state: SurveyedState, from: NodeId, epoch: number, context: Own): void {
    if (epoch <= state.epoch) return;
    obey(state, epoch, context);
    context.send(from, { type: "AckEpoch", epoch, current: state.current, log: [...state.log] });
  }

  function onHistory(state: SurveyedState, from: NodeId, { epoch, current, log }: Pick<Extract<SurveyedMessage, { type: "AckEpoch" }>, "epoch" | "current" | "log">, context: Own): void {
    if (state.phase !== "discovery" || epoch !== state.epoch) return;
    if (!state.histories.some((history) => history.from === from)) state.histories.push({ from, current, log });
    if (state.histories.length < majority(context.size)) return;
    const newest = state.histories.reduce((best, history) => ((history.current - best.current || history.log.length - best.log.length) > 0 ? history : best));
    state.histories = [];
    install(state, newest.log, context);
    state.phase = "broadcast";
    if (synchronization) synchronize(state, context);
  }

  // Phase 2, synchronization.

  function synchronize(state: SurveyedState, context: Own): void {
    state.phase = "synchronization";
    state.current = state.epoch;
    save(state, context);
    toOthers({ type: "NewLeader", epoch: state.epoch, log: [...state.log] }, context);
    acknowledged(state, context.self, state.log.length, context);
  }

  function onNewLeader(state: SurveyedState, from: NodeId, epoch: number, log: readonly SurveyedEntry[], context: Own): void {
    if (epoch < state.epoch || state.current >= epoch) return;
    obey(state, epoch, context);
    install(state, log, context);
    state.current = epoch;
    save(state, context);
    context.send(from, { type: "Ack", epoch, length: state.log.length });
  }

  // Phase 3, broadcast: all that the survey has.

  /** The leader makes a synchronization message and sends it to all followers. */
  function broadcast(state: SurveyedState, value: string, context: Own): void {
    if (state.role !== "leading" || state.phase !== "broadcast") return;
    const entry = { epoch: state.epoch, value };
    state.log.push(entry);
    context.append([entry]);
    toOthers({ type: "Propose", epoch: state.epoch, place: state.log.length - 1, entry }, context);
    acknowledged(state, context.self, state.log.length, context);
  }

  /** A follower receives it and updates its log. */
  function onPropose(state: SurveyedState, from: NodeId, epoch: number, place: number, entry: SurveyedEntry, context: Own): void {
    if (epoch < state.epoch || (synchronization && state.current !== epoch)) return;
    obey(state, epoch, context);
    if (place > state.log.length) return;
    if (!sameEntry(state.log[place], entry)) install(state, [...state.log.slice(0, place), entry], context);
    context.send(from, { type: "Ack", epoch, length: place + 1 });
  }

  /** When a majority has answered, the leader confirms. */
  function acknowledged(state: SurveyedState, from: NodeId, length: number, context: Own): void {
    state.acknowledged[from] = Math.max(length, state.acknowledged[from] ?? 0);
    const lengths = Object.values(state.acknowledged).sort((a, b) => b - a);
    const held = lengths[majority(context.size) - 1];
    if (held === undefined) return;
    if (state.phase === "synchronization") state.phase = "broadcast";
    else if (held <= state.delivered) return;
    toOthers({ type: "Commit", epoch: state.epoch, length: held }, context);
    deliver(state, held, context);
  }

  function onCommit(state: SurveyedState, epoch: number, length: number, context: Own): void {
    if (epoch === state.epoch && (!synchronization || state.current === epoch)) deliver(state, length, context);
  }

  /** All update their states. */
  function deliver(state: SurveyedState, length: number, context: Own): void {
    while (state.delivered < Math.min(length, state.log.length)) {
      context.output({ type: "delivered", place: state.delivered, value: state.log[state.delivered]!.value });
      state.delivered++;
    }
  }

  /** Follows the leader of an epoch, and no older one. */
  function obey(state: SurveyedState, epoch: number, context: Own): void {
    if (epoch === state.epoch) return;
    Object.assign(state, { epoch, role: "following", phase: "broadcast", histories: [], acknowledged: {} });
    save(state, context);
  }

  return {
    init: (_self, _size, stored = { epoch: 0, current: 0 }, log = []) => ({ ...stored, role: "following", phase: "broadcast", log: [...log], delivered: 0, histories: [], acknowledged: {} }),
    onInput(state, input, context) {
      if (input.type === "lead") lead(state, context);
      else broadcast(state, input.value, context);
    },
    onMessage(state, from, message, context) {
      switch (message.type) {
        case "NewEpoch":
          return onNewEpoch(state, from, message.epoch, context);
        case "AckEpoch":
          return onHistory(state, from, message, context);
        case "NewLeader":
          return onNewLeader(state, from, message.epoch, message.log, context);
        case "Propose":
          return onPropose(state, from, message.epoch, message.place, message.entry, context);
        case "Ack":
          if (state.role === "leading" && message.epoch === state.epoch) acknowledged(state, from, message.length, context);
          return;
        case "Commit":
          return onCommit(state, message.epoch, message.length, context);
      }
    },
  };
}

const save = ({ epoch, current }: SurveyedState, context: Context<SurveyedZab>) => context.save({ epoch, current });

function toOthers(message: SurveyedMessage, context: Context<SurveyedZab>): void {
  for (let peer = 0; peer < context.size; peer++) if (peer !== context.self) context.send(peer, message);
}

const sameEntry = (a: SurveyedEntry | undefined, b: SurveyedEntry | undefined) => a !== undefined && b !== undefined && a.epoch === b.epoch && a.value === b.value;

/** Makes a history one's own: what differs goes, what is the same stays. */
function install(state: SurveyedState, log: readonly SurveyedEntry[], context: Context<SurveyedZab>): void {
  let common = 0;
  while (common < log.length && sameEntry(log[common], state.log[common])) common++;
  if (common < state.log.length) context.truncate(common);
  if (common < log.length) context.append(log.slice(common));
  state.log = [...log];
}

/** A change, and the epoch in which it was proposed. */
export interface SurveyedEntry {
  readonly epoch: number;
  readonly value: string;
}

export type SurveyedMessage =
  | { readonly type: "NewEpoch"; readonly epoch: number }
  | { readonly type: "AckEpoch"; readonly epoch: number; readonly current: number; readonly log: readonly SurveyedEntry[] }
  | { readonly type: "NewLeader"; readonly epoch: number; readonly log: readonly SurveyedEntry[] }
  | { readonly type: "Propose"; readonly epoch: number; readonly place: number; readonly entry: SurveyedEntry }
  /** Its sender's log has the leader's first `length` entries. */
  | { readonly type: "Ack"; readonly epoch: number; readonly length: number }
  | { readonly type: "Commit"; readonly epoch: number; readonly length: number };

export interface SurveyedState {
  role: "following" | "leading";
  /** Of a leader: how far it has come. */
  phase: "discovery" | "synchronization" | "broadcast";
  /** The highest epoch that it leads, follows or has promised to follow. Durable. */
  epoch: number;
  /** The epoch whose leader's history it has taken over. Durable. */
  current: number;
  log: SurveyedEntry[];
  /** How many entries have been delivered. */
  delivered: number;
  /** Leader, discovery: what its followers have. */
  histories: { readonly from: NodeId; readonly current: number; readonly log: readonly SurveyedEntry[] }[];
  /** Leader: by node, how much of its log that one has. */
  acknowledged: Record<NodeId, number>;
}

/** The types of the survey's ZAB for the contract. */
export interface SurveyedZab {
  State: SurveyedState;
  Message: SurveyedMessage;
  Stored: Pick<SurveyedState, "epoch" | "current">;
  Entry: SurveyedEntry;
  Input: { readonly type: "lead" } | { readonly type: "broadcast"; readonly value: string };
  Output: { readonly type: "delivered"; readonly place: number; readonly value: string };
}
