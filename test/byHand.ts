import type { Context, Durable, NodeId, Protocol, StoredOf, TimerOf, Types } from "../lib/protocol.js";

/** One node of a protocol driven by hand: give it a message, a timer or an input, read what it did. It draws 0.5 whenever it draws. */
export class ByHand<T extends Types> {
  readonly state: T["State"];
  readonly sent: { to: NodeId; message: T["Message"] }[] = [];
  readonly outputs: T["Output"][] = [];
  /** Timers that are set, with the time at which each is due, ms. */
  readonly timers = new Map<TimerOf<T>, number>();
  /** What it has written. */
  saved: StoredOf<T> | undefined;
  readonly disk: T["Entry"][];
  diskSnapshot: T["Snapshot"] | undefined;
  now = 0;
  protected readonly context: Context<T>;

  constructor(
    protected readonly protocol: Protocol<T>,
    { self, size, stored, log = [], snapshot }: { readonly self: NodeId; readonly size: number } & Durable<T>,
  ) {
    this.disk = [...log];
    this.diskSnapshot = snapshot;
    const hand = this;
    this.context = {
      self,
      size,
      get now() {
        return hand.now;
      },
      random: () => 0.5,
      send: (to, message) => void this.sent.push({ to, message }),
      setTimer: (timer, delay) => void this.timers.set(timer, this.now + delay),
      cancelTimer: (timer) => void this.timers.delete(timer),
      save: (record) => void (this.saved = structuredClone(record)),
      append: (entries) => void this.disk.push(...entries),
      truncate: (length) => void (this.disk.length = length),
      compact: (count, taken) => {
        this.disk.splice(0, count);
        this.diskSnapshot = structuredClone(taken);
      },
      output: (output) => void this.outputs.push(output),
    };
    this.state = protocol.init(self, size, stored, [...this.disk] as never, snapshot);
    protocol.onStart?.(this.state, this.context);
  }

  /** Delivers a message; returns what was sent in answer. */
  hear(from: NodeId, message: T["Message"]): T["Message"][] {
    return this.doing(() => this.protocol.onMessage(this.state, from, message, this.context));
  }

  input(input: T["Input"]): T["Message"][] {
    return this.doing(() => this.protocol.onInput!(this.state, input as never, this.context));
  }

  /** Fires a timer at its time; throws if it is not set. */
  fire(timer: TimerOf<T>): T["Message"][] {
    const due = this.timers.get(timer);
    if (due === undefined) throw new Error(`the ${JSON.stringify(timer)} timer is not set`);
    this.timers.delete(timer);
    this.now = due;
    return this.doing(() => this.protocol.onTimer!(this.state, timer, this.context));
  }

  /** Runs a handler; returns what it sent. */
  protected doing(handler: () => void): T["Message"][] {
    const before = this.sent.length;
    handler();
    return this.sent.slice(before).map(({ message }) => message);
  }
}
