import type { HistoryEvent } from "../../lib/check/history.js";
import type { Random } from "../../lib/random.js";

interface Call {
  readonly f: string;
  readonly key?: string;
  readonly argument: unknown;
  /** Set at the moment at which the object does it. */
  result?: unknown;
  done: boolean;
  ok: boolean;
}

/** An object that does one operation at a time. Returns the result, or undefined if the operation fails. */
type Atomic = (call: Call, process: number) => unknown;

interface Kind {
  draw(random: Random, fresh: () => number): Pick<Call, "f" | "key" | "argument">;
  object(): Atomic;
  /** Another result, at random. */
  wrong(call: Pick<Call, "f">, random: Random): unknown;
}

const below = (random: Random, n: number) => Math.floor(random() * n);

const registerKind = (values: (random: Random, fresh: () => number) => number, cas: boolean): Kind => ({
  draw(random, fresh) {
    const u = random();
    if (u < 0.5) return { f: "read", argument: null };
    if (cas && u < 0.8) return { f: "cas", argument: [below(random, 3), below(random, 3)] };
    return { f: "write", argument: values(random, fresh) };
  },
  object() {
    let value: unknown = null;
    return ({ f, argument }) => {
      if (f === "read") return value;
      if (f === "cas") {
        const [old, next] = argument as [unknown, unknown];
        if (value !== old) return undefined;
        value = next;
      } else value = argument;
      return null;
    };
  },
  wrong: ({ f }, random) => (f === "read" ? [null, 0, 1, 2, 3][below(random, 5)] : null),
});

export const kinds: Readonly<Record<string, { readonly model: string; readonly kind: Kind }>> = {
  register: { model: "register", kind: registerKind((random) => below(random, 3), false) },
  "register with unique writes": { model: "register", kind: registerKind((_, fresh) => fresh(), false) },
  "cas-register": { model: "cas-register", kind: registerKind((random) => below(random, 3), true) },
  kv: {
    model: "kv",
    kind: {
      draw(random) {
        const u = random();
        const key = "xy"[below(random, 2)]!;
        return u < 0.5 ? { f: "get", key, argument: null } : { f: u < 0.7 ? "put" : "append", key, argument: "ab"[below(random, 2)]! };
      },
      object() {
        const values = new Map<string, string>();
        return ({ f, key, argument }) => {
          if (f === "get") return values.get(key!) ?? null;
          values.set(key!, f === "put" ? (argument as string) : (values.get(key!) ?? "") + (argument as string));
          return null;
        };
      },
      wrong: ({ f }, random) => (f === "get" ? [null, "a", "b", "ab", "aa"][below(random, 5)] : null),
    },
  },
  queue: {
    model: "queue",
    kind: {
      draw: (random, fresh) => (random() < 0.5 ? { f: "enqueue", argument: random() < 0.7 ? fresh() : 1 } : { f: "dequeue", argument: null }),
      object() {
        const elements: unknown[] = [];
        return ({ f, argument }) => (f === "dequeue" ? (elements.shift() ?? null) : (elements.push(argument), null));
      },
      wrong: ({ f }, random) => (f === "dequeue" ? [null, 1, 2, 3][below(random, 4)] : null),
    },
  },
  lock: {
    model: "lock",
    kind: {
      draw: (random) => ({ f: random() < 0.5 ? "acquire" : "release", argument: null }),
      object() {
        let holder = -1;
        return ({ f }, process) => {
          if (f === "acquire" ? holder >= 0 : holder !== process) return undefined;
          holder = f === "acquire" ? process : -1;
          return null;
        };
      },
      wrong: () => null,
    },
  },
};

/**
 * A history of an object that does one operation at a time, with clients that overlap. `corrupt` is the chance that an
 * answer is replaced by another one, or a failure by a success; `lost` that an answer never comes, or is `info`.
 */
export function randomHistory(kind: Kind, random: Random, { operations, processes, corrupt, lost }: { operations: number; processes: number; corrupt: number; lost: number }): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  const act = kind.object();
  const calls = new Map<number, Call>();
  const resting = new Set<number>();
  let count = 0;
  let names = processes;
  let clients = Array.from({ length: processes }, (_, i) => i);
  let fresh = 0;
  while (count < operations || calls.size > 0) {
    const process = clients[below(random, clients.length)]!;
    const call = calls.get(process);
    if (!call) {
      if (count === operations) {
        if (resting.size === clients.length) break;
        resting.add(process);
        if (calls.size === 0) break;
        continue;
      }
      const drawn = kind.draw(random, () => ++fresh);
      calls.set(process, { ...drawn, done: false, ok: true });
      events.push({ process, type: "invoke", f: drawn.f, ...(drawn.key === undefined ? {} : { key: drawn.key }), value: drawn.argument });
      count++;
    } else if (!call.done) {
      if (random() < lost) {
        // It may have happened or not; nobody will be told.
        if (random() < 0.5) act(call, process);
        calls.delete(process);
        if (random() < 0.5) events.push(event(process, "info", call, null));
        clients = clients.map((client) => (client === process ? names++ : client));
        continue;
      }
      const result = act(call, process);
      call.done = true;
      call.ok = result !== undefined;
      call.result = result ?? null;
    } else {
      const corrupted = random() < corrupt;
      const type = call.ok ? "ok" : corrupted ? "ok" : "fail";
      events.push(event(process, type, call, type === "fail" ? call.argument : corrupted ? kind.wrong(call, random) : call.result));
      calls.delete(process);
    }
  }
  return events;
}

const event = (process: number, type: HistoryEvent["type"], { f, key }: Call, value: unknown): HistoryEvent => ({ process, type, f, ...(key === undefined ? {} : { key }), value });
