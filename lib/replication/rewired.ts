import type { Context, Protocol, Types } from "../protocol.js";

/** A context that does some things differently. */
export function rewired<T extends Types>(context: Context<T>, changes: Partial<Context<T>>): Context<T> {
  return {
    self: context.self,
    size: context.size,
    now: context.now,
    random: () => context.random(),
    send: (to, message) => context.send(to, message),
    setTimer: (timer, delay) => context.setTimer(timer, delay),
    cancelTimer: (timer) => context.cancelTimer(timer),
    save: (stored) => context.save(stored),
    append: (entries) => context.append(entries),
    truncate: (length) => context.truncate(length),
    compact: (count, snapshot) => context.compact(count, snapshot),
    output: (output) => context.output(output),
    ...changes,
  };
}

/** The protocol with a part of its contexts changed: how a mutant breaks what its engine asks of the world. */
export function rewire<T extends Types>(sound: Protocol<T>, changes: (state: T["State"], context: Context<T>) => Partial<Context<T>>): Protocol<T> {
  const wrap = (state: T["State"], context: Context<T>) => rewired(context, changes(state, context));
  return {
    init: (self, size, stored, log, snapshot) => sound.init(self, size, stored, log, snapshot),
    onStart: (state, context) => sound.onStart?.(state, wrap(state, context)),
    onMessage: (state, from, message, context) => sound.onMessage(state, from, message, wrap(state, context)),
    onTimer: (state, timer, context) => sound.onTimer?.(state, timer, wrap(state, context)),
    onInput: (state, input, context) => sound.onInput?.(state, input, wrap(state, context)),
  };
}
