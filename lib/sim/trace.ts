import type { NodeId, TimerKey } from "../protocol.js";

/** Why a message never arrived. */
export type DropReason = "loss" | "cut" | "down" | "forged";

/**
 * One thing that happened in a simulated run. Times are virtual ms. `send` names a message by its number; `deliver` and
 * `drop` name the same number, so the two ends of an arrow can be found. A `role` record appears when what the run's
 * probe says of a node changes (in Raft: follower, candidate, leader).
 */
export type TraceEvent =
  | { readonly kind: "start" | "pause" | "resume"; readonly time: number; readonly node: NodeId }
  /** `lost`: how many of the node's last handlers waited for the disk, and did nothing that anybody saw; `torn`: how many of their writes are there all the same. */
  | { readonly kind: "crash"; readonly time: number; readonly node: NodeId; readonly lost?: number; readonly torn?: number }
  | { readonly kind: "restart"; readonly time: number; readonly node: NodeId; readonly disk: "kept" | "lost" }
  | { readonly kind: "send"; readonly time: number; readonly node: NodeId; readonly to: NodeId; readonly id: number; readonly message: unknown }
  | { readonly kind: "deliver"; readonly time: number; readonly node: NodeId; readonly from: NodeId; readonly id: number; readonly message: unknown }
  | { readonly kind: "drop"; readonly time: number; readonly node: NodeId; readonly from: NodeId; readonly id: number; readonly reason: DropReason; readonly message: unknown }
  | { readonly kind: "timer"; readonly time: number; readonly node: NodeId; readonly timer: TimerKey }
  | { readonly kind: "save"; readonly time: number; readonly node: NodeId; readonly value: unknown }
  /** `missed` is an input to a node that is down. */
  | { readonly kind: "input" | "missed" | "output"; readonly time: number; readonly node: NodeId; readonly value: unknown }
  | { readonly kind: "role"; readonly time: number; readonly node: NodeId; readonly role: string };

const KINDS = ["start", "crash", "restart", "send", "deliver", "drop", "timer", "save", "input", "output", "role", "pause", "resume", "missed"] as const;
type Kind = TraceEvent["kind"];
/** Kinds that are about a message. */
type MessageKind = "send" | "deliver" | "drop";
const REASONS: readonly DropReason[] = ["loss", "cut", "down", "forged"];
const SEND = KINDS.indexOf("send");
const DELIVER = KINDS.indexOf("deliver");
const DROP = KINDS.indexOf("drop");

/** Everything that happened in a run, in order. Kept in columns: 16 bytes a record, and 16 a message beside its content. */
export class Trace implements Iterable<TraceEvent> {
  /** How many records there are. */
  length = 0;
  #records: Records[] = [];
  #messages: Messages[] = [];
  #messageCount = 0;
  #values: unknown[] = [];

  /** Records that a message leaves; messages are numbered from 0 in this order. */
  send(time: number, from: NodeId, to: NodeId, message: unknown): void {
    const id = this.#messageCount++;
    const place = id & LAST;
    if (place === 0) this.#messages.push(new Messages());
    const messages = this.#messages[id >>> BITS]!;
    messages.ends[2 * place] = from;
    messages.ends[2 * place + 1] = to;
    messages.contents.push(message);
    this.#record(time, SEND | (from << 6), id);
  }

  /** Records that a message arrives. */
  deliver(time: number, node: NodeId, id: number): void {
    this.#record(time, DELIVER | (node << 6), id);
  }

  /** Records that a message is lost on its way, or finds its receiver down. */
  drop(time: number, node: NodeId, id: number, reason: DropReason): void {
    this.#record(time, DROP | (REASONS.indexOf(reason) << 4) | (node << 6), id);
  }

  /** Records what is not about a message; `value` is the timer, the input, the output, what was written or the role. */
  note(kind: Exclude<Kind, MessageKind>, time: number, node: NodeId, value?: unknown): void {
    this.#record(time, KINDS.indexOf(kind) | (node << 6), this.#values.length);
    this.#values.push(value);
  }

  /** Record number `i`, counted from 0. Throws a `RangeError` if there is none. */
  at(i: number): TraceEvent {
    if (!(i >= 0 && i < this.length)) throw new RangeError(`the trace has records 0 to ${this.length - 1}, not ${i}`);
    const records = this.#records[i >>> BITS]!;
    const time = records.time[i & LAST]!;
    const head = records.what[2 * (i & LAST)]!;
    const kind = KINDS[head & 15]!;
    const node = head >>> 6;
    const id = records.what[2 * (i & LAST) + 1]!;
    switch (kind) {
      case "send":
        return { kind, time, node, to: this.#end(id, 1), id, message: this.#content(id) };
      case "deliver":
        return { kind, time, node, from: this.#end(id, 0), id, message: this.#content(id) };
      case "drop":
        return { kind, time, node, from: this.#end(id, 0), id, reason: REASONS[(head >>> 4) & 3]!, message: this.#content(id) };
      case "start":
      case "pause":
      case "resume":
        return { kind, time, node };
      case "crash":
        return { kind, time, node, ...(this.#values[id] as { lost: number; torn: number } | undefined) };
      case "restart":
        return { kind, time, node, disk: this.#values[id] as "kept" | "lost" };
      case "timer":
        return { kind, time, node, timer: this.#values[id] as TimerKey };
      case "role":
        return { kind, time, node, role: this.#values[id] as string };
      default:
        return { kind, time, node, value: this.#values[id] };
    }
  }

  *[Symbol.iterator](): IterableIterator<TraceEvent> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }

  #end(id: number, side: 0 | 1): NodeId {
    return this.#messages[id >>> BITS]!.ends[2 * (id & LAST) + side]!;
  }

  #content(id: number): unknown {
    return this.#messages[id >>> BITS]!.contents[id & LAST];
  }

  #record(time: number, head: number, reference: number): void {
    const i = this.length++;
    const place = i & LAST;
    if (place === 0) this.#records.push(new Records());
    const records = this.#records[i >>> BITS]!;
    records.time[place] = time;
    records.what[2 * place] = head;
    records.what[2 * place + 1] = reference;
  }
}

/** Columns come in blocks, so that a long trace is never copied. */
const BITS = 12;
const BLOCK = 1 << BITS;
const LAST = BLOCK - 1;

class Records {
  readonly time: Float64Array = new Float64Array(BLOCK);
  /** Two a record. First kind and node, packed; for a drop the reason stands between them. Then the message's number, or the place of the record's value in `#values`. */
  readonly what: Int32Array = new Int32Array(2 * BLOCK);
}

class Messages {
  /** Sender and receiver. */
  readonly ends: Int32Array = new Int32Array(2 * BLOCK);
  readonly contents: unknown[] = [];
}
