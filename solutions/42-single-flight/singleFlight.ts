/** What a node remembers. A proposal: only the handlers and `init` are fixed. */
export interface State {
  /** What is in the cache, by key. */
  values: Map<string, string>;
  /** Loads under way, by their numbers. */
  flights: Map<number, Flight>;
}

/** A load under way. */
export interface Flight {
  readonly key: string;
  /** Clients that its end will wake. */
  waiting: number[];
  /** Whether its key was written after it began. */
  outdated: boolean;
}

/** What a handler can do. */
export interface Context {
  /** Asks the origin for a key; returns the load's number, under which its end is told. */
  load(key: string): number;
  /** Gives a client its value. */
  answer(client: number, value: string): void;
  /** Tells a client that no value is to be had. */
  fail(client: number): void;
}

/** The beginning: nothing is known, nothing under way. */
export function init(): State {
  return { values: new Map(), flights: new Map() };
}

/** A client asks for a key. */
export function onGet(state: State, key: string, client: number, context: Context): void {
  // <answer> TODO: there are three cases: the value is here, it is on its way, or neither.
  const value = state.values.get(key);
  if (value !== undefined) return context.answer(client, value);
  // A load that began before the last write may bring what was there before it: nobody may join it any more.
  const flight = [...state.flights.values()].find((one) => one.key === key && !one.outdated);
  if (flight !== undefined) flight.waiting.push(client);
  else state.flights.set(context.load(key), { key, waiting: [client], outdated: false });
  // </answer> throw new Error("onGet is still to do");
}

/** A load has brought a value, in time or after it was given up. */
export function onLoaded(state: State, number: number, value: string, context: Context): void {
  // <answer> TODO: who is waiting for it, and may the value be kept?
  const flight = state.flights.get(number);
  // It was given up: those who waited have been told.
  if (flight === undefined) return;
  state.flights.delete(number);
  // An older value must not take the place of what was written, nor come back where that was evicted.
  if (!flight.outdated) state.values.set(flight.key, value);
  // Who has waited since before the write may hear what was there before it.
  for (const client of flight.waiting) context.answer(client, value);
  // </answer> throw new Error("onLoaded is still to do");
}

/** The origin has refused a load, in time or after it was given up. */
export function onFailed(state: State, number: number, context: Context): void {
  // <answer> TODO: nobody may wait for it any longer, neither those who do now nor those who come.
  giveUp(state, number, context);
  // </answer> throw new Error("onFailed is still to do");
}

/** A load takes too long and is given up. It may still come back. */
export function onTimeout(state: State, number: number, context: Context): void {
  // <answer> TODO: the same, and what if it comes back?
  giveUp(state, number, context);
  // </answer> throw new Error("onTimeout is still to do");
}

/** A key was written at the origin, and has this value from now on. */
export function onPut(state: State, key: string, value: string, context: Context): void {
  // <answer> TODO: what is in the cache, and what of a load of this key that is under way?
  state.values.set(key, value);
  for (const flight of state.flights.values()) if (flight.key === key) flight.outdated = true;
  // </answer> throw new Error("onPut is still to do");
}

/** The cache needs the room of a key: its value must go. */
export function onEvict(state: State, key: string): void {
  // <answer> TODO: one line.
  state.values.delete(key);
  // </answer> throw new Error("onEvict is still to do");
}

/** Ends a load that brought nothing. */
function giveUp(state: State, number: number, context: Context): void {
  // <answer> TODO: if you like; the handlers above may do it themselves.
  const flight = state.flights.get(number);
  state.flights.delete(number);
  for (const client of flight?.waiting ?? []) context.fail(client);
  // </answer>
}
