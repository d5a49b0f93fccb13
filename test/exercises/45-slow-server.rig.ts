import { isPromise, type Reply } from "../../lib/course/grading/exchange.js";
import { thrown } from "../../lib/course/grading/thrown.js";
import { createRandom, deriveRandom, type Random } from "../../lib/random.js";
import { attempt } from "./pureCalls.js";

/** As in the exercise. */
export interface Context {
  readonly now: number;
  random(): number;
  send(request: number, server: number): void;
  probe(server: number): void;
  setTimer(about: number, delay: number): void;
}

export interface Balancer {
  onRequest(request: number, context: Context): void;
  onEnd(end: { readonly request: number | null; readonly server: number; readonly took: number; readonly ok: boolean }, context: Context): void;
  onTimer(about: number, context: Context): void;
}

/** What happens in a run, ms: from when on how many servers take how many times as long, or fail, until when; and when it ends. */
export interface Kind {
  readonly from: number;
  readonly to: number;
  readonly end: number;
  readonly what: "nothing" | "slow" | "fails" | "all slow";
}
export const kinds: Readonly<Record<string, Kind>> = {
  calm: { from: 0, to: 0, end: 4000, what: "nothing" },
  slow: { from: 2000, to: 9000, end: 15_000, what: "slow" },
  fails: { from: 2000, to: 6000, end: 8000, what: "fails" },
  allSlow: { from: 1500, to: 4500, end: 6000, what: "all slow" },
};

export const servers = 10;
/** Mean time between two requests, ms. A request takes 10 ms on average, so that the servers are busy for 40 % of the time. */
const pause = 2.5;
const [slowness, common] = [10, 2];

/** One thing that was sent. */
export interface Copy {
  readonly request: number | null;
  readonly server: number;
  readonly sent: number;
  readonly ended: number;
  readonly ok: boolean;
}

/** What became of a run: when each request came, what was sent, and which server was the one. */
export interface Outcome {
  readonly came: readonly number[];
  readonly copies: readonly Copy[];
  readonly odd: number;
}

/** What a balancer did: by call, counted from 0, and the kind of thing: 0 for send, 1 for probe, 2 for setTimer. Flat, four numbers each. */
export interface Recorded {
  readonly done: readonly number[];
  /** Why it ended early, if it did. */
  readonly failed?: string;
}

/** Runs the answer, and records what it does. */
export function run({ balancer }: { balancer(servers: number): unknown }, kind: string, seed: number): Reply {
  return attempt(() => {
    const done: number[] = [];
    try {
      const made = balancer(servers) as Balancer | null;
      if (typeof made?.onRequest !== "function" || typeof made.onEnd !== "function" || typeof made.onTimer !== "function") throw new Error("balancer() must return an object with the functions onRequest, onEnd and onTimer");
      simulate(kinds[kind]!, seed, made, done);
      return { done } satisfies Recorded;
    } catch (error) {
      return { done: [], failed: thrown(error) } satisfies Recorded;
    }
  });
}

/** Does again what was recorded. */
export function replay(kind: string, seed: number, done: readonly number[]): Outcome {
  let [call, next] = [0, 0];
  const act = (context: Context): void => {
    for (; done[next] === call; next += 4) {
      const [what, a, b] = [done[next + 1], done[next + 2]!, done[next + 3]!];
      if (what === 0) context.send(a, b);
      else if (what === 1) context.probe(a);
      else context.setTimer(a, b);
    }
    call++;
  };
  return simulate(kinds[kind]!, seed, { onRequest: (_, context) => act(context), onEnd: (_, context) => act(context), onTimer: (_, context) => act(context) });
}

const most = { things: 60_000, calls: 150_000 };

/** The event loop. Servers take requests one after the other; when one will end is known as soon as it is sent. */
export function simulate({ from, to, end, what }: Kind, seed: number, balancer: Balancer, done: number[] = []): Outcome {
  const arrivals = deriveRandom(seed, 1);
  const work = deriveRandom(seed, 2);
  const lots = deriveRandom(seed, 3);
  const odd = Math.floor(servers * createRandom(seed)());
  const free = new Array<number>(servers).fill(0);
  const came: number[] = [];
  const copies: Copy[] = [];
  const queue = new Queue();
  let [now, calls, open] = [0, 0, true];

  const place = (request: number | null, server: number): void => {
    if (!Number.isInteger(server) || server < 0 || server >= servers) throw new Error(`sent something to ${String(server)}, which is no server`);
    const fails = what === "fails" && server === odd && now >= from && now < to;
    const start = Math.max(now, free[server]!);
    const slow = start < from || start >= to ? 1 : what === "all slow" ? common : what === "slow" && server === odd ? slowness : 1;
    // 8 to some 20 ms, and two in a thousand by chance take five times as long.
    const takes = slow * (8 - 2 * Math.log(1 - work())) * (work() < 0.002 ? 5 : 1);
    if (!fails) free[server] = start + takes;
    const ended = fails ? now + 1 : free[server]!;
    queue.add(ended, copies.push({ request, server, sent: now, ended, ok: !fails }) - 1);
  };
  const note = (kind: number, a: number, b: number): void => {
    if (!open) throw new Error("the context is valid only until the function returns");
    if (done.push(calls, kind, a, b) > 4 * most.things) throw new Error(`more than ${most.things} things were asked for`);
  };
  const context: Context = {
    get now() {
      return now;
    },
    random: lots,
    send(request, server) {
      if (!Number.isInteger(request) || request < 0 || request >= came.length) throw new Error(`sent ${String(request)}, which is no request that has come`);
      note(0, request, server);
      place(request, server);
    },
    probe(server) {
      note(1, server, 0);
      place(null, server);
    },
    setTimer(about, delay) {
      if (!Number.isInteger(about) || !(delay >= 1 && delay < 1e6)) throw new Error(`set a timer for ${String(about)} in ${String(delay)} ms; it takes a whole number, and 1 ms at least`);
      note(2, about, delay);
      queue.add(now + delay, -1 - timers.push(about) + 1);
    },
  };
  const timers: number[] = [];
  const after = (act: () => unknown): void => {
    open = true;
    const returned = act();
    open = false;
    if (isPromise(returned)) {
      (returned as Promise<unknown>).catch(() => {});
      throw new Error("onRequest, onEnd and onTimer must not be async");
    }
    if (++calls > most.calls) throw new Error(`more than ${most.calls} calls in one run: do your timers set each other?`);
  };

  for (let arrival = gap(arrivals); arrival < end || queue.length > 0; ) {
    if (arrival < end && arrival <= queue.first) {
      now = arrival;
      const request = came.push(now) - 1;
      after(() => balancer.onRequest(request, context));
      arrival += gap(arrivals);
      continue;
    }
    now = queue.first;
    // Whatever ends later than this counts as never.
    if (now > end + 2000) break;
    const item = queue.take();
    if (item < 0) after(() => balancer.onTimer(timers[-1 - item]!, context));
    else {
      const { request, server, sent, ok } = copies[item]!;
      after(() => balancer.onEnd({ request, server, took: now - sent, ok }, context));
    }
  }
  return { came, copies, odd };
}

const gap = (random: Random): number => -pause * Math.log(1 - random());

/** Items by time; of the same time, the one that was added first. */
class Queue {
  private readonly heap: { readonly time: number; readonly order: number; readonly item: number }[] = [];
  private added = 0;

  get length(): number {
    return this.heap.length;
  }

  get first(): number {
    return this.heap[0]?.time ?? Infinity;
  }

  add(time: number, item: number): void {
    const one = { time, order: this.added++, item };
    let at = this.heap.length;
    while (at > 0) {
      const above = this.heap[(at - 1) >> 1]!;
      if (above.time < time || (above.time === time && above.order < one.order)) break;
      this.heap[at] = above;
      at = (at - 1) >> 1;
    }
    this.heap[at] = one;
  }

  take(): number {
    const { item } = this.heap[0]!;
    const last = this.heap.pop()!;
    if (this.heap.length === 0) return item;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= this.heap.length) break;
      if (below + 1 < this.heap.length && this.before(below + 1, below)) below++;
      const child = this.heap[below]!;
      if (last.time < child.time || (last.time === child.time && last.order < child.order)) break;
      this.heap[at] = child;
      at = below;
    }
    this.heap[at] = last;
    return item;
  }

  private before(one: number, other: number): boolean {
    const [a, b] = [this.heap[one]!, this.heap[other]!];
    return a.time < b.time || (a.time === b.time && a.order < b.order);
  }
}
