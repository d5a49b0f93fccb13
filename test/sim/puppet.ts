import type { Context, Protocol, TimerKey } from "../../lib/protocol.js";

/** One thing that a puppet does when it is told to. */
export type Action =
  | { readonly send: number; readonly message: unknown }
  | { readonly setTimer: TimerKey; readonly delay: number; readonly then?: readonly Action[] }
  | { readonly cancelTimer: TimerKey }
  | { readonly save: unknown }
  | { readonly append: readonly unknown[] }
  | { readonly truncate: number }
  | { readonly compact: number; readonly snapshot: unknown }
  | { readonly output: unknown }
  | { readonly draw: true }
  | { readonly fail: string };

export interface PuppetState {
  /** Messages in the order of their arrival, "when from: content". */
  heard: string[];
  /** Timers in the order in which they fired, "when name". */
  fired: string[];
  drawn: number[];
  /** What the disk held when the node started. */
  found: { stored: unknown; log: unknown; snapshot?: unknown };
  plans: Record<string, readonly Action[]>;
}

export interface Puppet {
  State: PuppetState;
  Message: unknown;
  Timer: TimerKey;
  Stored: unknown;
  Entry: unknown;
  Snapshot: unknown;
  Input: readonly Action[];
  Output: unknown;
}

/**
 * A protocol without a mind of its own: an input is a list of things to do, a message `{ then: [...] }` and a timer set
 * with `then` bring more of them. What it hears stands in its state, readable.
 */
export function puppet(onStart: readonly Action[] = []): Protocol<Puppet> {
  return {
    init: (_self, _size, stored, log, snapshot) => ({ heard: [], fired: [], drawn: [], found: { stored: stored ?? null, log: log ?? [], ...(snapshot !== undefined && { snapshot }) }, plans: {} }),
    onStart: (state, context) => act(state, onStart, context),
    onInput: (state, actions, context) => act(state, actions, context),
    onMessage(state, from, message, context) {
      const then = typeof message === "object" && message !== null && "then" in message ? (message.then as readonly Action[]) : undefined;
      state.heard.push(`${context.now} ${from}: ${then ? "then" : JSON.stringify(message)}`);
      if (then) act(state, then, context);
    },
    onTimer(state, timer, context) {
      const name = nameOf(timer);
      state.fired.push(`${context.now} ${name}`);
      act(state, state.plans[name] ?? [], context);
    },
  };
}

const nameOf = (timer: TimerKey) => (typeof timer === "string" ? timer : JSON.stringify(timer));

function act(state: PuppetState, actions: readonly Action[], context: Context<Puppet>): void {
  for (const action of actions) {
    if ("send" in action) context.send(action.send, action.message);
    else if ("setTimer" in action) {
      if (action.then) state.plans[nameOf(action.setTimer)] = action.then;
      context.setTimer(action.setTimer, action.delay);
    } else if ("cancelTimer" in action) context.cancelTimer(action.cancelTimer);
    else if ("save" in action) context.save(action.save);
    else if ("append" in action) context.append(action.append);
    else if ("truncate" in action) context.truncate(action.truncate);
    else if ("compact" in action) context.compact(action.compact, action.snapshot);
    else if ("output" in action) context.output(action.output);
    else if ("draw" in action) state.drawn.push(context.random());
    else throw new Error(action.fail);
  }
}
