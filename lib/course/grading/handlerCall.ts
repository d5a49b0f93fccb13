import type { Context, NodeId, Types } from "../../protocol.js";
import { isPromise } from "./exchange.js";
import { jsonCopy } from "./jsonCopy.js";
import { thrown } from "./thrown.js";

/** What a handler asked of its context, as plain data. */
export type Effect =
  | { readonly type: "send"; readonly to: NodeId; readonly message: unknown }
  | { readonly type: "setTimer"; readonly timer: unknown; readonly delay: number }
  | { readonly type: "cancelTimer"; readonly timer: unknown }
  | { readonly type: "save"; readonly stored: unknown }
  | { readonly type: "append"; readonly entries: readonly unknown[] }
  | { readonly type: "truncate"; readonly length: number }
  | { readonly type: "compact"; readonly count: number; readonly snapshot: unknown }
  | { readonly type: "output"; readonly output: unknown };

/** One call of a handler, as plain data: the state it left, what it asked for, how many random numbers it drew. */
export interface HandlerCall {
  readonly state: unknown;
  readonly effects: readonly Effect[];
  readonly draws: number;
  /** Why it did not end well, if so: a predicate such as "threw …". */
  readonly failed?: string;
}

/** Nobody needs more in one call; without a bound a loop could fill the memory of whoever reads the record. */
const most = 1000;

/**
 * Calls a handler on a copy of a state and records what comes of it. Nothing of it reaches the driver before it is
 * carried out with `carryOut`.
 */
export function callHandler<T extends Types>(context: Pick<Context<T>, "self" | "size" | "now" | "random">, state: T["State"], handler: (state: T["State"], context: Context<T>) => unknown): HandlerCall {
  const own = jsonCopy(state) as T["State"];
  const effects: Effect[] = [];
  let draws = 0;
  let over = false;
  const note = (effect: Effect): void => {
    if (over) throw new Error("the context is valid only until the handler returns");
    if (effects.length === most) throw new Error(`more than ${most} effects in one call`);
    effects.push(jsonCopy(effect));
  };
  const recorder: Context<T> = {
    self: context.self,
    size: context.size,
    now: context.now,
    random() {
      if (++draws > most) throw new Error(`more than ${most} random numbers in one call`);
      return context.random();
    },
    send: (to, message) => note({ type: "send", to, message }),
    setTimer: (timer, delay) => note({ type: "setTimer", timer, delay }),
    cancelTimer: (timer) => note({ type: "cancelTimer", timer }),
    save: (stored) => note({ type: "save", stored }),
    append: (entries) => note({ type: "append", entries }),
    truncate: (length) => note({ type: "truncate", length }),
    compact: (count, snapshot) => note({ type: "compact", count, snapshot }),
    output: (output) => note({ type: "output", output }),
  };
  let failed: string | undefined;
  try {
    const returned = handler(own, recorder);
    if (isPromise(returned)) failed = "returned a promise (a handler must not be async)";
  } catch (error) {
    failed = `threw ${thrown(error)}`;
  }
  over = true;
  return { state: jsonCopy(own), effects, draws, ...(failed === undefined ? {} : { failed }) };
}

/** Takes the random numbers that a recorded call took, where the handler itself is not called. */
export function drawAgain<T extends Types>(call: HandlerCall, context: Context<T>): void {
  for (let draw = 0; draw < Math.min(call.draws, most); draw++) context.random();
}

/**
 * Carries out a recorded call: leaves the same state, and has the same effects. What is written comes first: nothing that a
 * handler sends leaves before it, in whatever order it asks (see `Context.save`), and a disk may take no time at all.
 */
export function carryOut<T extends Types>(call: HandlerCall, state: T["State"], context: Context<T>): void {
  for (const key of Object.keys(state)) delete (state as Record<string, unknown>)[key];
  Object.assign(state, jsonCopy(call.state));
  for (const effect of [...call.effects.filter(isWrite), ...call.effects.filter((one) => !isWrite(one))]) {
    if (effect.type === "send") context.send(effect.to, effect.message as T["Message"]);
    else if (effect.type === "setTimer") context.setTimer(effect.timer as never, effect.delay);
    else if (effect.type === "cancelTimer") context.cancelTimer(effect.timer as never);
    else if (effect.type === "save") context.save(effect.stored as never);
    else if (effect.type === "append") context.append(effect.entries as never);
    else if (effect.type === "truncate") context.truncate(effect.length);
    else if (effect.type === "compact") context.compact(effect.count, effect.snapshot as never);
    else context.output(effect.output as never);
  }
}

const isWrite = ({ type }: Effect): boolean => type === "save" || type === "append" || type === "truncate" || type === "compact";
