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
  // TODO: there are three cases: the value is here, it is on its way, or neither.
  throw new Error("onGet is still to do");
}

/** A load has brought a value, in time or after it was given up. */
export function onLoaded(state: State, number: number, value: string, context: Context): void {
  // TODO: who is waiting for it, and may the value be kept?
  throw new Error("onLoaded is still to do");
}

/** The origin has refused a load, in time or after it was given up. */
export function onFailed(state: State, number: number, context: Context): void {
  // TODO: nobody may wait for it any longer, neither those who do now nor those who come.
  throw new Error("onFailed is still to do");
}

/** A load takes too long and is given up. It may still come back. */
export function onTimeout(state: State, number: number, context: Context): void {
  // TODO: the same, and what if it comes back?
  throw new Error("onTimeout is still to do");
}

/** A key was written at the origin, and has this value from now on. */
export function onPut(state: State, key: string, value: string, context: Context): void {
  // TODO: what is in the cache, and what of a load of this key that is under way?
  throw new Error("onPut is still to do");
}

/** The cache needs the room of a key: its value must go. */
export function onEvict(state: State, key: string): void {
  // TODO: one line.
  throw new Error("onEvict is still to do");
}

/** Ends a load that brought nothing. */
function giveUp(state: State, number: number, context: Context): void {
  // TODO: if you like; the handlers above may do it themselves.
}
