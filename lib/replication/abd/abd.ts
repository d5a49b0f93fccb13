import type { Context, NodeId, Protocol } from "../../protocol.js";
import { isMajority } from "../raft/quorum.js";
import type { KeyValueCommand } from "../service/keyValue.js";
import type { Request } from "../service/machine.js";
import type { Abd, AbdState, Operation, RegisterCommand, Tag, TaggedValue } from "./types.js";

export interface AbdOptions {
  /** How long a node waits for answers before it asks again those that were silent, ms. Default 50. */
  readonly retry?: number;
}

/**
 * A linearizable register under each key, without a leader (Attiya, Bar-Noy and Dolev, Sharing memory robustly in
 * message-passing systems, JACM 42(1), 1995; many writers as in Lynch and Shvartsman, FTCS 1997). Whoever is asked carries
 * the request out, in two phases of a majority each. A write asks for the highest tag, and stores its value under a higher
 * one. A read asks for the newest version, and stores it, too, before it answers: so no later read finds an older one.
 *
 * A request is carried out each time that it is asked: asked twice, a write has two tags. To append is refused. Throws a
 * `RangeError` if `retry` is not above 0.
 */
export function abd({ retry = 50 }: AbdOptions = {}): Protocol<Abd> {
  if (!(retry > 0)) throw new RangeError(`retry: expected ms above 0, not ${retry}`);

  function onRequest(state: AbdState, { client, serial, command }: Request<KeyValueCommand>, context: Context<Abd>): void {
    if (command.op === "append") return context.output({ type: "refused", client, serial, leader: null });
    const name = `${client}/${serial}`;
    if (state.operations[name]) return;
    const operation: Operation = { client, serial, command: command as RegisterCommand, phase: "query", heard: [], ...copyOf(state, command.key) };
    state.operations[name] = operation;
    ask(state, name, context);
    heardQuery(state, name, context.self, operation, context);
  }

  /** Asks all that have not answered in this phase, and again after a while. */
  function ask(state: AbdState, name: string, context: Context<Abd>): void {
    const { phase, heard, command, tag, value } = state.operations[name]!;
    for (let node = 0; node < context.size; node++) {
      if (node === context.self || heard.includes(node)) continue;
      context.send(node, phase === "query" ? { type: "Query", operation: name, key: command.key } : { type: "Store", operation: name, key: command.key, tag, value });
    }
    context.setTimer({ operation: name }, retry);
  }

  /** Phase 1 ends when a majority has told its versions. */
  function heardQuery(state: AbdState, name: string, from: NodeId, { tag, value }: TaggedValue, context: Context<Abd>): void {
    const operation = state.operations[name];
    if (operation?.phase !== "query" || operation.heard.includes(from)) return;
    operation.heard.push(from);
    if (isNewer(tag, operation.tag)) Object.assign(operation, { tag, value });
    if (isMajority(operation.heard, context.size)) store(state, name, context);
  }

  function store(state: AbdState, name: string, context: Context<Abd>): void {
    const operation = state.operations[name]!;
    const { client, serial, command } = operation;
    if (command.op === "put") Object.assign(operation, { tag: { seq: operation.tag.seq + 1, client, serial }, value: command.value });
    Object.assign(operation, { phase: "store", heard: [] });
    keep(state, command.key, operation, context);
    ask(state, name, context);
    heardStored(state, name, context.self, operation.tag, context);
  }

  /** Phase 2 ends, and the request is answered, when a majority has the version. */
  function heardStored(state: AbdState, name: string, from: NodeId, tag: Tag, context: Context<Abd>): void {
    const operation = state.operations[name];
    if (operation?.phase !== "store" || operation.heard.includes(from) || isNewer(tag, operation.tag) || isNewer(operation.tag, tag)) return;
    operation.heard.push(from);
    if (!isMajority(operation.heard, context.size)) return;
    const { client, serial, command, value } = operation;
    delete state.operations[name];
    context.cancelTimer({ operation: name });
    // Leaves when this node's own copy is on disk, too.
    context.output({ type: "answer", client, serial, result: command.op === "get" ? value : null });
  }

  return {
    init: (_self, size, stored) => ({ size, registers: stored ?? {}, operations: {} }),
    onInput: (state, input, context) => onRequest(state, input, context),
    onTimer: (state, { operation }, context) => ask(state, operation, context),
    onMessage(state, from, message, context) {
      switch (message.type) {
        case "Query":
          return context.send(from, { type: "QueryReply", operation: message.operation, ...copyOf(state, message.key) });
        case "Store":
          keep(state, message.key, message, context);
          return context.send(from, { type: "StoreReply", operation: message.operation, tag: message.tag });
        case "QueryReply":
          return heardQuery(state, message.operation, from, message, context);
        case "StoreReply":
          return heardStored(state, message.operation, from, message.tag, context);
      }
    },
  };
}

/** Whether one version comes after another. */
export const isNewer = (a: Tag, b: Tag): boolean => (a.seq - b.seq || a.client - b.client || a.serial - b.serial) > 0;

/** What a register begins with. */
export const UNWRITTEN: TaggedValue = { tag: { seq: 0, client: -1, serial: 0 }, value: null };

function copyOf({ registers }: AbdState, key: string): TaggedValue {
  const { tag, value } = registers[key] ?? UNWRITTEN;
  return { tag, value };
}

/** Keeps a version if it is newer than the one at hand. */
function keep(state: AbdState, key: string, { tag, value }: TaggedValue, context: Context<Abd>): void {
  if (!isNewer(tag, copyOf(state, key).tag)) return;
  state.registers[key] = { tag, value };
  context.save(state.registers);
}
