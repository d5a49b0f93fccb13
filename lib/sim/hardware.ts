import type { NodeId } from "../protocol.js";
import type { Waiting } from "./node.js";

/** What every node of a cluster runs on: one processor that does one thing after another, and one network card. */
export interface Hardware {
  /** Processor time to take in a message of another node or a client's request, handling included, ms. */
  readonly receive: number;
  /** Processor time to hand a message or an answer to the network card, ms. */
  readonly send: number;
  /** Bytes that the card carries a ms, each way. 125,000 is 1 Gbit/s. Default: no limit. */
  readonly bandwidth?: number;
  /** Bytes of a message, a request or an answer, on the wire. Default: its JSON text and 66 bytes of headers (Ethernet, IP and TCP). */
  bytes?(message: unknown): number;
  /** Whether what a node puts out goes to a client over its card, and so costs a sending. Default: all of it. */
  toClient?(output: unknown): boolean;
}

const HEADERS = 66;

/** One node's processor and card. Times in ms. */
interface Machine {
  /** When the processor and the two directions of the card have done what they were given. */
  free: number;
  outFree: number;
  inFree: number;
  /** Whether the processor is taking something in. */
  busy: boolean;
  /** What waits for it, in order of arrival, from `first` on. */
  inbox: { readonly work: Waiting; readonly arrived: number }[];
  first: number;
}

/**
 * The machines of a cluster. What comes for a node passes its card, waits for the processor behind what came before, and
 * is handled when it has been taken in. What a handler sends costs processor time too, and leaves over the card in order.
 * A timer is handled at its moment; what it sends waits for the processor. Messages to oneself cost nothing. A crash
 * empties the machine.
 */
export class Machines {
  readonly #hardware: Hardware;
  readonly #machines: Machine[];
  readonly #known = new WeakMap<object, number>();

  constructor(size: number, hardware: Hardware) {
    const { receive, send, bandwidth = Infinity } = hardware;
    for (const [name, value] of Object.entries({ receive, send })) if (!(value >= 0 && value < Infinity)) throw new RangeError(`hardware.${name}: expected a time of 0 ms or more, not ${value}`);
    if (!(bandwidth > 0)) throw new RangeError(`hardware.bandwidth: expected bytes a ms above 0, not ${bandwidth}`);
    this.#hardware = hardware;
    this.#machines = Array.from({ length: size }, idle);
  }

  /** Something comes for a node. Returns when it will have been taken in, ms; undefined if it waits for what came before. */
  enter(node: NodeId, now: number, work: Waiting): number | undefined {
    const machine = this.#machines[node]!;
    const arrived = (machine.inFree = Math.max(now, machine.inFree) + this.#transfer(work.payload));
    if (machine.busy) {
      machine.inbox.push({ work, arrived });
      return undefined;
    }
    machine.busy = true;
    return this.#take(machine, arrived);
  }

  /** What was being taken in has been handled. Returns what is next, and when that will have been taken in; undefined if nothing waits. */
  next(node: NodeId): { readonly work: Waiting; readonly at: number } | undefined {
    const machine = this.#machines[node]!;
    const waiting = machine.inbox[machine.first];
    if (!waiting) {
      machine.busy = false;
      machine.inbox = [];
      machine.first = 0;
      return undefined;
    }
    machine.first++;
    if (machine.first === 1024) {
      machine.inbox.splice(0, machine.first);
      machine.first = 0;
    }
    return { work: waiting.work, at: this.#take(machine, waiting.arrived) };
  }

  /** When what a node puts out now has left it, ms. */
  output(node: NodeId, now: number, output: unknown): number {
    return this.#hardware.toClient?.(output) === false ? now : this.send(node, now, output);
  }

  /** When a message that a node gives away now has left its card, ms. */
  send(node: NodeId, now: number, message: unknown): number {
    const machine = this.#machines[node]!;
    machine.free = Math.max(now, machine.free) + this.#hardware.send;
    return (machine.outFree = Math.max(machine.free, machine.outFree) + this.#transfer(message));
  }

  crash(node: NodeId): void {
    this.#machines[node] = idle();
  }

  #take(machine: Machine, arrived: number): number {
    return (machine.free = Math.max(arrived, machine.free) + this.#hardware.receive);
  }

  #transfer(message: unknown): number {
    const { bandwidth } = this.#hardware;
    return bandwidth === undefined || bandwidth === Infinity ? 0 : this.#bytes(message) / bandwidth;
  }

  #bytes(message: unknown): number {
    if (typeof message !== "object" || message === null) return this.#measure(message);
    let bytes = this.#known.get(message);
    if (bytes === undefined) this.#known.set(message, (bytes = this.#measure(message)));
    return bytes;
  }

  #measure(message: unknown): number {
    return this.#hardware.bytes ? this.#hardware.bytes(message) : HEADERS + (JSON.stringify(message) ?? "").length;
  }
}

const idle = (): Machine => ({ free: 0, outFree: 0, inFree: 0, busy: false, inbox: [], first: 0 });
