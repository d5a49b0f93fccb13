import type { NodeView } from "../promises.js";
import type { InputOf, NodeId, Protocol, Types } from "../protocol.js";
import { checkCommand, type Command, type Target } from "./command.js";
import { copy } from "./copy.js";
import type { ClusterOptions } from "./options.js";
import { parseSchedule, type Scheduled } from "./schedule.js";
import { type ClientOutput, Simulation } from "./simulation.js";
import type { Trace } from "./trace.js";

export type { ClientOutput };

/** A command given from outside, with the number of events before it. */
interface Given<T extends Types> {
  readonly events: number;
  readonly now: number;
  readonly command: Command<T>;
  readonly at?: number;
}

/**
 * A deterministic cluster in virtual time. One protocol runs on every node; messages, timers and disks are simulated;
 * one seed gives one run, event for event. It can be stepped, driven by commands, rewound, forked, and replayed with a
 * full trace.
 */
export class Cluster<T extends Types> {
  readonly protocol: Protocol<T>;
  readonly options: Readonly<ClusterOptions<T>>;
  readonly #simulation: Simulation<T>;
  /** What a replay needs. */
  readonly #journal: Given<T>[] = [];

  constructor(protocol: Protocol<T>, options: ClusterOptions<T>) {
    this.protocol = protocol;
    this.options = options;
    this.#simulation = new Simulation(protocol, options);
  }

  /** Virtual time, in ms. */
  get now(): number {
    return this.#simulation.now;
  }

  /** How many events (deliveries, timers, finished writes, scheduled commands) have happened. */
  get events(): number {
    return this.#simulation.events;
  }

  /** The nodes, in order of their ids. */
  get nodes(): readonly NodeView<T>[] {
    return this.#simulation.nodes;
  }

  /** What the nodes told their clients, in order. */
  get outputs(): readonly ClientOutput<T>[] {
    return this.#simulation.outputs;
  }

  /** The full trace, if the options asked for one. */
  get trace(): Trace | undefined {
    return this.#simulation.trace;
  }

  /** A fingerprint of all that has happened, as 16 hexadecimal digits. Throws if the options turned it off. */
  get digest(): string {
    if (!this.#simulation.digest) throw new Error("this cluster keeps no digest: create it with `digest: true`");
    return this.#simulation.digest.toString();
  }

  /** Time of the next event, in ms; +∞ if nothing is left to happen. */
  get nextTime(): number {
    return this.#simulation.nextTime;
  }

  /** Lets the next event happen. Returns false if there is none. */
  step(): boolean {
    return this.#simulation.step(Infinity);
  }

  /** Lets everything happen up to and including `time` (ms), and sets the clock to it. */
  run(time: number): void {
    checkTime(time);
    const simulation = this.#simulation;
    while (simulation.step(time)) {}
    if (time > simulation.now && time < Infinity) simulation.now = time;
  }

  /** Steps until `condition` holds or the next event lies after `limit` (ms). Returns whether it holds. */
  runUntil(condition: () => boolean, limit: number): boolean {
    checkTime(limit);
    while (!condition()) if (!this.#simulation.step(limit)) return false;
    return true;
  }

  /** Carries out a command now, or schedules it for a later time (ms). */
  command(given: Command<T>, at?: number): void {
    checkCommand(given, this.options);
    const command = copy(given);
    if (at !== undefined && !(at >= this.now && at < Infinity)) throw new RangeError(`expected a time from now (${this.now} ms) on, not ${at}`);
    this.#journal.push({ events: this.events, now: this.now, command, ...(at === undefined ? {} : { at }) });
    if (at === undefined) this.#simulation.perform(command);
    else this.#simulation.plan(command, at);
  }

  /** Schedules commands: a text such as `at 200 crash leader; at 900 heal` (see `parseSchedule`), or a list. */
  schedule(given: string | readonly Scheduled<T>[]): void {
    const schedule = typeof given === "string" ? parseSchedule<T>(given) : given;
    for (const { command } of schedule) checkCommand(command, this.options);
    for (const { at, command } of schedule) this.command(command, at);
  }

  /** A client asks a node something; a node that is down never hears of it. */
  input(node: Target, input: InputOf<T>, at?: number): void {
    this.command({ type: "input", node, input }, at);
  }

  crash(node: Target, at?: number): void {
    this.command({ type: "crash", node }, at);
  }

  restart(node: NodeId | "all", at?: number): void {
    this.command({ type: "restart", node }, at);
  }

  /** Cuts the links between nodes of different groups and no others; nodes in no group form one more. */
  partition(groups: readonly (readonly NodeId[])[], at?: number): void {
    this.command({ type: "partition", groups }, at);
  }

  /** Mends every cut. */
  heal(at?: number): void {
    this.command({ type: "heal" }, at);
  }

  /**
   * The same run again, up to `events` events (default: all so far) and the commands given before the next one, in a new
   * cluster; `options` may ask for a trace.
   */
  replay(options: Pick<ClusterOptions<T>, "trace" | "probe" | "observer" | "messages"> = {}, events = this.events): Cluster<T> {
    if (!Number.isInteger(events) || events < 0 || events > this.events) throw new RangeError(`this run has 0 to ${this.events} events, not ${events}`);
    const { observer: _, ...own } = this.options;
    const twin = new Cluster(this.protocol, { ...own, ...options });
    twin.#simulation.aim = this.#simulation.aim;
    const stepTo = (events: number) => {
      while (twin.events < events) if (!twin.step()) throw new Error(`the replay ended after ${twin.events} of ${events} events: something in this run is not decided by its seed (checkDeterminism says where)`);
    };
    for (const entry of this.#journal) {
      if (entry.events > events) break;
      stepTo(entry.events);
      twin.#simulation.now = entry.now;
      twin.command(entry.command, entry.at);
    }
    stepTo(events);
    if (events === this.events) twin.#simulation.now = this.now;
    return twin;
  }

  /** This run as it stood after `events` events, in a new cluster. */
  rewind(events: number): Cluster<T> {
    return this.replay({}, events);
  }

  /** A second cluster at the same point, to be driven another way. */
  fork(): Cluster<T> {
    return this.replay();
  }
}

function checkTime(time: number): void {
  if (typeof time !== "number" || Number.isNaN(time)) throw new RangeError(`expected a time to run to, in ms, not ${time}`);
}

/** Sets up a deterministic cluster in which every node runs `protocol`. */
export function simulate<T extends Types>(protocol: Protocol<T>, options: ClusterOptions<T>): Cluster<T> {
  return new Cluster(protocol, options);
}
