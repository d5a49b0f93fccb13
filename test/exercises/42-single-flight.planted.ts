import type { Planted } from "./planted.js";

const HIT = "if (value !== undefined) return context.answer(client, value);";
const FIND = "const flight = [...state.flights.values()].find((one) => one.key === key && !one.outdated);";
const JOIN = "if (flight !== undefined) flight.waiting.push(client);\n  else state.flights.set(context.load(key), { key, waiting: [client], outdated: false });";
const END = "if (flight === undefined) return;\n  state.flights.delete(number);";
const KEEP = "if (!flight.outdated) state.values.set(flight.key, value);";
const WAKE = "for (const client of flight.waiting) context.answer(client, value);";
const FAILED = "nobody may wait for it any longer, neither those who do now nor those who come.\n  giveUp(state, number, context);";
const TIMEOUT = "the same, and what if it comes back?\n  giveUp(state, number, context);";
const PUT = "state.values.set(key, value);\n  for (const flight of state.flights.values()) if (flight.key === key) flight.outdated = true;";
const EVICT = "state.values.delete(key);";
const GIVE_UP = "const flight = state.flights.get(number);\n  state.flights.delete(number);\n  for (const client of flight?.waiting ?? []) context.fail(client);";
const LATE = "const flight = state.flights.get(number);\n  // It was";
const STATE = "return { values: new Map(), flights: new Map() };";

// The cases.
const KEPT = "what was loaded is kept, until it is evicted";
const THREE = "three clients, one load";
const KEYS = "keys have nothing to do with each other";
const FAILS = "a load that fails wakes all who wait, and is forgotten";
const TIMES_OUT = "so does one that takes too long, even if it comes back";
const WRITE = "a write during a load";
const EVICTED = "a write during a load, and then an eviction";
const ALL = "a write, an eviction and a load that takes too long";

// What is told.
const ANOTHER = /load 1 is already on its way for a, and will do for client 2, too/;
const LEFT = /client 2 still waits for load 1, which is back/;
const LOADED = /a is in the cache, and is loaded all the same/;
const UNANSWERED = /no load of it is on its way, and none begins: client \d waits for ever/;
const STALE = /client \d is answered "a0", but a had become "a1" before it asked/;
const NEEDS = /load 1 began before a was written, and may bring what was there before: client \d needs another/;
const NOT_IN = /client 2 is answered, though a is not in the cache/;
const OUTSIDE = /nothing else has happened in this run yet, and all that a node knows must be in its state/;
const RETRIES = /`on(Failed|Timeout)` begins a load\. Only a client that asks is a reason for one/;

/** Mistakes with loads that are shared; and answers that are right in another way. */
export const planted: readonly Planted[] = [
  { bug: "gives the new value to all who wait when the key is written", changes: [[PUT, "state.values.set(key, value);\n  for (const flight of state.flights.values()) {\n    if (flight.key !== key) continue;\n    flight.outdated = true;\n    for (const client of flight.waiting.splice(0)) context.answer(client, value);\n  }"]], fails: {} },
  { bug: "counts writes, and keeps the newest flight by its key", changes: [
    [STATE, "return { values: {}, writes: {}, current: {}, flights: {} } as any;"],
    [`const value = state.values.get(key);\n  ${HIT}`, "const own = state as any;\n  if (Object.hasOwn(own.values, key)) return context.answer(client, own.values[key]);"],
    [FIND, "const writes = own.writes[key] ?? 0;\n  const joined = own.current[key];"],
    [JOIN, "if (joined !== undefined && joined.writes === writes) return void joined.clients.push(client);\n  own.current[key] = { key, writes, clients: [client] };\n  own.flights[context.load(key)] = own.current[key];"],
    [LATE, "const own = state as any;\n  const flight = own.flights[number];\n  // It was"],
    [END, "if (flight === undefined) return;\n  delete own.flights[number];\n  if (own.current[flight.key] === flight) delete own.current[flight.key];"],
    [KEEP, "if (flight.writes === (own.writes[flight.key] ?? 0)) own.values[flight.key] = value;"],
    [WAKE, "for (const client of flight.clients.reverse()) context.answer(client, own.values[flight.key] ?? value);"],
    [PUT, "const own = state as any;\n  own.values[key] = value;\n  own.writes[key] = (own.writes[key] ?? 0) + 1;"],
    [EVICT, "delete (state as any).values[key];"],
    [GIVE_UP, "const own = state as any;\n  const flight = own.flights[number];\n  if (flight === undefined) return;\n  delete own.flights[number];\n  if (own.current[flight.key] === flight) delete own.current[flight.key];\n  for (const client of flight.clients) context.fail(client);"],
  ], fails: {} },
  { bug: "begins a load for each miss", changes: [[FIND, "const flight = [...state.flights.values()].find((one) => one.key === key && one.waiting.length > 1000);"]], fails: { [KEPT]: ANOTHER, [THREE]: ANOTHER, [KEYS]: /load 1 is already on its way for b, and will do for client 2, too/, [FAILS]: ANOTHER, [TIMES_OUT]: ANOTHER, [WRITE]: ANOTHER, [EVICTED]: ANOTHER, [ALL]: ANOTHER } },
  { bug: "wakes the first of those who wait", changes: [[WAKE, "context.answer(flight.waiting[0]!, value);"]], fails: { [KEPT]: LEFT, [THREE]: LEFT, [KEYS]: /client 2 still waits for load 1, which is back/, [FAILS]: LEFT, [TIMES_OUT]: LEFT, [WRITE]: LEFT, [EVICTED]: LEFT, [ALL]: LEFT } },
  { bug: "keeps nothing that it loads", changes: [[KEEP, ""]], fails: { [KEPT]: LOADED, [THREE]: LOADED, [KEYS]: /b is in the cache, and is loaded all the same/, [FAILS]: LOADED, [TIMES_OUT]: LOADED, [WRITE]: LOADED, [EVICTED]: LOADED, [ALL]: LOADED } },
  { bug: "has one flight for all keys", changes: [[FIND, FIND.replace("one.key === key && ", "")]], fails: { [THREE]: /one load answers more than those who wait for its key/, [KEYS]: /b is not in the cache, no load of it is on its way, and none begins/ } },
  { bug: "keeps its flights beside the state", changes: [[FIND, FIND.replace("state.flights", "flights")], [JOIN, JOIN.replace("state.flights", "flights")], [LATE, LATE.replace("state.flights", "flights")], [END, END.replace("state.flights", "flights")], [PUT, PUT.replace("state.flights", "flights")], [GIVE_UP, "const flight = flights.get(number);\n  flights.delete(number);\n  for (const client of flight?.waiting ?? []) context.fail(client);"], ["/** A client asks for a key. */", "const flights = new Map<number, Flight>();\n\n/** A client asks for a key. */"]], fails: { [KEPT]: /Two nodes, each with an `init\(\)` of its own/ } },
  { bug: "leaves a flight that has failed", changes: [[GIVE_UP, GIVE_UP.replace("  state.flights.delete(number);\n", "")]], fails: { [FAILS]: UNANSWERED, [TIMES_OUT]: UNANSWERED, [ALL]: UNANSWERED } },
  { bug: "tries again for those who wait", changes: [[GIVE_UP, "const flight = state.flights.get(number);\n  state.flights.delete(number);\n  if (flight !== undefined) state.flights.set(context.load(flight.key), flight);"]], fails: { [FAILS]: RETRIES, [TIMES_OUT]: RETRIES, [ALL]: RETRIES } },
  { bug: "gives an empty value for a failure", changes: [[GIVE_UP, GIVE_UP.replace("context.fail(client)", 'context.answer(client, "")')]], fails: { [FAILS]: /client 1 is answered "", which a never was/, [TIMES_OUT]: /client 1 is answered "", which a never was/, [ALL]: /client 1 is answered "", which a never was/ } },
  { bug: "lets clients wait for a load that was given up", changes: [[TIMEOUT, "the same, and what if it comes back?\n  for (const client of state.flights.get(number)?.waiting.splice(0) ?? []) context.fail(client);"]], fails: { [TIMES_OUT]: UNANSWERED, [ALL]: UNANSWERED } },
  { bug: "fails whoever waits for the key when a load fails late", changes: [
    [FAILED, "nobody may wait for it any longer, neither those who do now nor those who come.\n  for (const [one, { key }] of [...state.flights]) if (key === (state as any).keys[number]) giveUp(state, one, context);"],
    [JOIN, `${JOIN}\n  for (const [number, { key }] of state.flights) ((state as any).keys ??= {})[number] = key;`],
  ], fails: { [TIMES_OUT]: /client 2 is failed, but it does not wait for load 1: it waits for another, which is still on its way/ } },
  { bug: "keeps what an older load brings", changes: [[KEEP, "state.values.set(flight.key, value);"]], fails: { [WRITE]: STALE, [EVICTED]: STALE, [ALL]: STALE } },
  { bug: "keeps what an older load brings if there is nothing else", changes: [[KEEP, "if (!state.values.has(flight.key)) state.values.set(flight.key, value);"]], fails: { [EVICTED]: /client \d is answered "a0", but a had become "a1" before it asked/, [ALL]: /client \d is answered "a0", but a had become "a1" before it asked/ } },
  { bug: "lets clients join a load from before the write", changes: [[FIND, FIND.replace(" && !one.outdated", "")]], fails: { [EVICTED]: NEEDS, [ALL]: NEEDS } },
  { bug: "forgets a flight whose key is written", changes: [[PUT, "state.values.set(key, value);\n  for (const [number, flight] of [...state.flights]) if (flight.key === key) state.flights.delete(number);"]], fails: { [WRITE]: /client 1 still waits for load 1, which is back/, [EVICTED]: /client 1 still waits for load 1, which is back/, [ALL]: /client 1 still waits for load 1, which (is back|was given up)/ } },
  { bug: "keeps what is evicted", changes: [[EVICT, ""]], fails: { [KEPT]: NOT_IN, [EVICTED]: /client 1 is answered, though a is not in the cache/, [ALL]: /client 1 is answered, though a is not in the cache/ } },
  { bug: "takes an empty value for none", changes: [[HIT, "if (value) return context.answer(client, value);"]], fails: { [THREE]: /"key 3" is loaded twice\. It had come back with "", and was not evicted: an empty text is a value/ } },
  { bug: "has room for ten who wait", changes: [[FIND, FIND.replace("!one.outdated", "!one.outdated && one.waiting.length < 10")]], fails: { [THREE]: /"key \d+" is loaded twice\. One load is enough, however many wait for it/ } },
  { bug: "evicts everything", changes: [[EVICT, "state.values.clear();"]], fails: { [KEYS]: /a is evicted.* asks for b: load 2 begins\. Then b is in the cache, and is loaded all the same/ } },
  { bug: "takes a write for one of all keys", changes: [[PUT, PUT.replace("if (flight.key === key) ", "")]], fails: { [KEYS]: /a is written.* b is in the cache, and is loaded all the same|load 1 is already on its way for b/ } },
  { bug: "marks the first flight of a key that is written", changes: [[PUT, "state.values.set(key, value);\n  const first = [...state.flights.values()].find((flight) => flight.key === key);\n  if (first !== undefined) first.outdated = true;"]], fails: { [EVICTED]: /is answered "a1", but a had become "a2" before it asked/ } },
  { bug: "keeps its state in the module", changes: [[STATE, "return whole;"], ["/** The beginning:", "const whole: State = { values: new Map(), flights: new Map() };\n\n/** The beginning:"]], fails: { [KEPT]: OUTSIDE, [THREE]: OUTSIDE, [KEYS]: OUTSIDE, [FAILS]: OUTSIDE, [TIMES_OUT]: OUTSIDE, [WRITE]: OUTSIDE, [EVICTED]: /which a never was/, [ALL]: /which a never was/ } },
];
