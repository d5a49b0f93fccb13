import type { Context, InputOf, Protocol } from "../../protocol.js";

/** What an engine for mutual exclusion can be asked and says. */
export interface Excluding {
  State: object;
  Message: unknown;
  Input: { readonly type: "enter" | "leave" };
  Output: { readonly type: "entered" };
}

/** The same engine, with a client at every node. */
export interface WithClients<T extends Excluding> extends Excluding {
  State: T["State"];
  Message: T["Message"];
  Timer: "client";
}

/**
 * Puts a client at every node, that comes to ask for the critical section at a random time, leaves it after a while, and then
 * asks again or is done, by chance. Whoever wants to see requests meet drives an engine so; it can still be asked from outside.
 */
export function withClients<T extends Excluding>(protocol: Protocol<T>, isInside: (state: T["State"]) => boolean): Protocol<WithClients<T>> {
  type Contexts = Context<WithClients<T>>;

  /** Lets the engine act, and its client notice that it has entered or left. */
  function noticing(state: T["State"], context: Contexts, act: (context: Context<T>) => void): void {
    const before = isInside(state);
    // The engine knows of no timer.
    act(context as unknown as Context<T>);
    if (!before && isInside(state)) context.setTimer("client", 2 * STAY * context.random());
    else if (before && !isInside(state)) {
      if (context.random() < AGAIN) context.setTimer("client", 2 * AWAY * context.random());
      else context.cancelTimer("client");
    }
  }

  return {
    init: (self, size) => protocol.init(self, size),
    onStart: (_state, context) => context.setTimer("client", START_WITHIN * context.random()),
    onTimer: (state, _timer, context) => noticing(state, context, (inner) => protocol.onInput!(state, { type: isInside(state) ? "leave" : "enter" } as InputOf<T>, inner)),
    onInput: (state, input, context) => noticing(state, context, (inner) => protocol.onInput!(state, input as InputOf<T>, inner)),
    onMessage: (state, from, message, context) => noticing(state, context, (inner) => protocol.onMessage(state, from, message, inner)),
  };
}

/** Each client first asks at a random time up to this one, ms. */
const START_WITHIN = 100;
/** How long it stays inside, and how long it then waits until it asks again, on average, ms. */
const STAY = 20;
const AWAY = 20;
/** How likely it is to ask again. */
const AGAIN = 0.5;
