import type { RunExcerpt } from "../../lib/course/grading/failedRun.js";
import type { TraceEvent } from "../../lib/sim/trace.js";

const cache = 0;
/** Between two things that happen, and how long what a client says is on its way. */
const step = 10;
const way = 4;

/** Draws a run as it happens: the clients, by their numbers; below them the cache, and the origin. */
export class FlightPicture {
  readonly #trace: TraceEvent[] = [];
  readonly #origin: number;
  /** By load: the message about it that is on its way. */
  readonly #underWay = new Map<number, { readonly id: number; readonly from: number; readonly message: unknown }>();
  #time = step;
  #messages = 0;

  constructor(clients: number) {
    this.#origin = clients + 1;
    const roles = [...Array.from({ length: clients }, (_, client) => [client + 1, "client"] as const), [cache, "cache"] as const, [this.#origin, "origin"] as const];
    for (const [node, role] of roles) this.#trace.push({ kind: "start", time: 0, node }, { kind: "role", time: 0, node, role });
  }

  /** Something else happens. */
  next(): void {
    this.#time += step;
  }

  ask(client: number, key: string): void {
    this.#arrives(this.#send(client, cache, "ask", key, this.#time - way), this.#time);
  }

  answer(client: number, value: string): void {
    this.#arrives(this.#send(cache, client, "answer", value), this.#time + way);
  }

  fail(client: number): void {
    this.#arrives(this.#send(cache, client, "fail", ""), this.#time + way);
  }

  begin(load: number, key: string): void {
    this.#underWay.set(load, this.#send(cache, this.#origin, "load", `load ${load}: ${key}`));
  }

  /** The origin has read a value, which is on its way back. */
  read(load: number, value: string): void {
    this.#comesOff(load);
    this.#underWay.set(load, this.#send(this.#origin, cache, "value", value));
  }

  /** What is on its way comes back to the cache, or comes from the origin as a refusal. */
  back(load: number, failed: boolean): void {
    if (!failed) return this.#comesOff(load);
    this.#comesOff(load, this.#time - way);
    this.#arrives(this.#send(this.#origin, cache, "refusal", "", this.#time - way), this.#time);
  }

  timeout(load: number): void {
    this.#trace.push({ kind: "timer", time: this.#time, node: cache, timer: `load ${load}` });
  }

  /** A write at the origin, of which the cache hears. */
  write(value: string): void {
    this.#trace.push({ kind: "input", time: this.#time - way, node: this.#origin, value });
    this.#arrives(this.#send(this.#origin, cache, "written", value, this.#time - way), this.#time);
  }

  evict(): void {
    this.#trace.push({ kind: "input", time: this.#time, node: cache, value: "evict" });
  }

  excerpt(): RunExcerpt {
    const clients = Array.from({ length: this.#origin - 1 }, (_, client) => client + 1).filter((client) => this.#trace.some(({ kind, node }) => kind === "send" && node === client));
    const nodes = [...clients, cache, this.#origin];
    // In the order of time, as in a run.
    return { trace: this.#trace.map((event, index) => ({ event, index })).sort((one, other) => one.event.time - other.event.time || one.index - other.index).map(({ event }) => event), from: 0, to: this.#time + step, nodes };
  }

  #send(from: number, to: number, type: string, label: string, time = this.#time): { id: number; from: number; to: number; message: unknown } {
    const [id, message] = [this.#messages++, { type, label }];
    this.#trace.push({ kind: "send", time, node: from, to, id, message });
    return { id, from, to, message };
  }

  #arrives({ id, from, to, message }: { id: number; from: number; to: number; message: unknown }, time: number): void {
    this.#trace.push({ kind: "deliver", time, node: to, from, id, message });
  }

  #comesOff(load: number, time = this.#time): void {
    const message = this.#underWay.get(load);
    if (message !== undefined) this.#arrives({ ...message, to: message.from === cache ? this.#origin : cache }, time);
    this.#underWay.delete(load);
  }
}
