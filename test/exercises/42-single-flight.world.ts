import type { FlightPicture } from "./42-single-flight.picture.js";

/** Who does what: the clients' keys, in the order in which they ask; and how often what may happen besides. */
export interface Script {
  readonly gets: readonly string[];
  /** Values that `a` is given. */
  readonly writes?: readonly string[];
  readonly evictions?: number;
  readonly failures?: number;
  /** Of loads that are given up, and may come back later. */
  readonly timeouts?: number;
}

/** A call of one of the answer's handlers; `loads` have begun before. */
export interface Question {
  readonly call: "onGet" | "onLoaded" | "onFailed" | "onTimeout" | "onPut" | "onEvict";
  readonly args: readonly (string | number)[];
  readonly loads: number;
}

/** What a handler did. */
export type Effect = { readonly does: "load"; readonly key: string } | { readonly does: "answer"; readonly client: number; readonly value: string } | { readonly does: "fail"; readonly client: number };

/** What came of a call: what the handler did until it returned, or threw. */
export interface Called {
  readonly effects: readonly Effect[];
  readonly threw?: string;
}

interface Load {
  readonly number: number;
  readonly key: string;
  /** When it began, in writes of its key. */
  readonly begun: number;
  readonly waiting: Set<number>;
  /** What it has read at the origin; undefined if it has not. */
  read?: string;
  state: "under way" | "given up" | "ended";
}

/** What a run came to: the first thing that was wrong, and all that happened until then. */
export interface Outcome {
  readonly wrong?: string;
  readonly story: readonly string[];
  /** Which of the possible things was chosen, each time. */
  readonly choices: readonly number[];
}

/**
 * One run: at every moment `pick` chooses which of the possible things happens next. `ask` calls the answer's handler. The run ends when
 * nothing more can happen, or something was wrong. What happens is drawn, if there is a picture.
 */
export function play({ gets, writes = [], evictions = 0, failures = 0, timeouts = 0 }: Script, pick: (options: number) => number, ask: (question: Question) => Called, picture?: FlightPicture): Omit<Outcome, "choices"> {
  const story: string[] = [];
  const history = new Map([...new Set(writes.length > 0 ? [...gets, "a"] : gets)].map((key) => [key, [`${key}0`]]));
  const valueOf = (key: string): string => history.get(key)!.at(-1)!;
  const writesOf = (key: string): number => history.get(key)!.length - 1;
  /** What must be in the cache; null if it may be. */
  const cached = new Map<string, true | null>();
  const loads: Load[] = [];
  /** By client: its key, and how many writes of it there were when it asked; until it has its answer. */
  const open = new Map<number, { readonly key: string; readonly since: number }>();
  let asked = 0;
  let written = 0;
  let wrong: string | undefined;

  const broken = (why: string): void => void (wrong ??= why);
  const current = (key: string): Load | undefined => loads.find((load) => load.key === key && load.state === "under way" && load.begun === writesOf(key));

  /** Calls a handler, and sees that each client gets one answer, of the right time. */
  function turn(call: Question["call"], args: Question["args"]): Called {
    const called = ask({ call, args, loads: loads.length });
    let begun = loads.length;
    for (const effect of called.effects) {
      if (effect.does === "load") picture?.begin(++begun, effect.key);
      else if (effect.client > 0 && effect.client <= asked) effect.does === "answer" ? picture?.answer(effect.client, effect.value) : picture?.fail(effect.client);
    }
    if (called.threw !== undefined) broken(`\`${call}\` threw ${called.threw}`);
    for (const effect of called.effects) {
      if (effect.does === "load") {
        if (call !== "onGet") broken(`\`${call}\` begins a load. Only a client that asks is a reason for one`);
        continue;
      }
      const { client } = effect;
      const one = open.get(client);
      if (one === undefined) broken(`\`${call}\` ${effect.does === "answer" ? "answers" : "fails"} client ${client}, which ${client > 0 && client <= asked ? "has its answer already" : "has not asked"}`);
      else if (effect.does === "answer" && !history.get(one.key)!.slice(one.since).includes(effect.value)) broken(`client ${client} is answered ${JSON.stringify(effect.value)}, ${history.get(one.key)!.includes(effect.value) ? `but ${one.key} had become ${JSON.stringify(history.get(one.key)![one.since])} before it asked` : `which ${one.key} never was`}`);
      open.delete(client);
    }
    return called;
  }

  const waitersOf = (load: Load): number[] => [...load.waiting].filter((client) => open.has(client));
  const one = (client: number): string => `client ${client}`;

  function get(key: string): void {
    const client = ++asked;
    picture?.ask(client, key);
    open.set(client, { key, since: writesOf(key) });
    const before = current(key);
    const old = loads.find((load) => load.key === key && load.state === "under way" && load.begun < writesOf(key));
    const known = cached.get(key);
    const { effects } = turn("onGet", [key, client]);
    const begun = effects.filter((effect) => effect.does === "load");
    const line = `client ${client} asks for ${key}`;
    story.push(begun.length > 0 ? `${line}: load ${loads.length + 1} begins` : open.has(client) ? `${line}, and waits` : `${line}, and is told at once`);
    if (wrong !== undefined) return;
    if (begun.some((effect) => effect.key !== key)) return broken(`client ${client} asked for ${key}, and ${begun[0]!.key} is loaded`);
    if (begun.length > 1) return broken(`client ${client} asked for ${key} once, and it is loaded ${begun.length} times`);
    if (effects.some((effect) => effect.does === "fail")) return broken(`client ${client} is failed, though nothing has failed since it asked`);
    if (known === true) {
      if (begun.length > 0) return broken(`${key} is in the cache, and is loaded all the same`);
      if (open.has(client)) return broken(`${key} is in the cache, and client ${client} is not answered`);
      return;
    }
    if (!open.has(client)) {
      if (begun.length > 0) broken(`client ${client} is answered, and ${key} is loaded all the same`);
      else if (known === undefined) broken(`client ${client} is answered, though ${key} is not in the cache${story.length === 1 ? ": nothing else has happened in this run yet, and all that a node knows must be in its state" : ""}`);
      return;
    }
    if (begun.length > 0) {
      if (before !== undefined) return broken(`load ${before.number} is already on its way for ${key}, and will do for client ${client}, too`);
      loads.push({ number: loads.length + 1, key, begun: writesOf(key), waiting: new Set([client]), state: "under way" });
      return;
    }
    if (before === undefined) return broken(old !== undefined ? `load ${old.number} began before ${key} was written, and may bring what was there before: client ${client} needs another` : `${key} is not in the cache, no load of it is on its way, and none begins: client ${client} waits for ever`);
    before.waiting.add(client);
  }

  /** Something that ends a load for those who wait. */
  function end(load: Load, call: "onLoaded" | "onFailed" | "onTimeout"): void {
    const late = load.state === "given up";
    const waiting = waitersOf(load);
    const [value, fresh] = [load.read, load.begun === writesOf(load.key)];
    load.state = call === "onTimeout" ? "given up" : "ended";
    if (call === "onTimeout") picture?.timeout(load.number);
    else picture?.back(load.number, call === "onFailed");
    story.push(call === "onTimeout" ? `load ${load.number} takes too long` : `load ${load.number} ${call === "onLoaded" ? `comes back${late ? " after all" : ""} with ${JSON.stringify(value)}` : late ? "fails after all" : "fails"}`);
    const { effects } = turn(call, call === "onLoaded" ? [load.number, value!] : [load.number]);
    const failed = effects.flatMap((effect) => (effect.does === "fail" ? [effect.client] : []));
    const stranger = failed.find((client) => late || !waiting.includes(client));
    if (stranger !== undefined) return broken(`client ${stranger} is failed, but it does not wait for load ${load.number}${loads.some((other) => other !== load && other.state === "under way" && other.waiting.has(stranger)) ? ": it waits for another, which is still on its way" : ""}`);
    if (call === "onLoaded" && failed.length > 0) return broken(`client ${failed[0]} is failed, though load ${load.number} has brought a value`);
    const left = waitersOf(load);
    if (left.length > 0 && !late) return broken(`${left.map(one).join(" and ")} still wait${left.length > 1 ? "" : "s"} for load ${load.number}, which ${call === "onLoaded" ? "is back" : call === "onFailed" ? "has failed" : "was given up"}`);
    if (call === "onLoaded" && fresh && !cached.has(load.key)) cached.set(load.key, late ? null : true);
    else if (call === "onLoaded" && fresh && !late) cached.set(load.key, true);
  }

  for (;;) {
    const options: (() => void)[] = [];
    const add = (does: () => void): void => void options.push(does);
    if (asked < gets.length) add(() => get(gets[asked]!));
    for (const load of loads) {
      if (load.state === "ended") continue;
      if (load.read === undefined) {
        add(() => {
          load.read = valueOf(load.key);
          picture?.read(load.number, load.read);
          story.push(`load ${load.number} reads ${JSON.stringify(load.read)} at the origin`);
        });
      }
      if (load.read !== undefined) add(() => end(load, "onLoaded"));
      if (load.read === undefined && failures > 0) add(() => (failures--, end(load, "onFailed")));
      if (load.state === "under way" && timeouts > 0) add(() => (timeouts--, end(load, "onTimeout")));
    }
    if (written < writes.length) {
      add(() => {
        const value = writes[written++]!;
        story.push(`a is written: ${JSON.stringify(value)}`);
        picture?.write(value);
        history.get("a")!.push(value);
        cached.set("a", true);
        const { effects } = turn("onPut", ["a", value]);
        if (effects.some((effect) => effect.does === "fail")) broken("a client is failed by a write");
      });
    }
    if (evictions > 0 && cached.has("a")) {
      add(() => {
        evictions--;
        story.push("a is evicted");
        picture?.evict();
        cached.delete("a");
        const { effects } = turn("onEvict", ["a"]);
        if (effects.some((effect) => effect.does === "fail")) broken("a client is failed by an eviction");
      });
    }
    if (options.length === 0) break;
    options[pick(options.length)]!();
    picture?.next();
    if (wrong !== undefined) return { wrong, story };
  }
  // Afterwards, somebody asks once more for each key: what is in the cache is what is at the origin.
  for (const key of new Set(gets)) {
    get(key);
    const load = current(key);
    if (wrong === undefined && load !== undefined) {
      load.read = valueOf(key);
      picture?.next();
      picture?.read(load.number, load.read);
      picture?.next();
      end(load, "onLoaded");
    }
    if (wrong !== undefined) return { wrong, story };
  }
  return { story };
}

/** Goes through all runs of a script, but no more than `most`: each of them with what its choices were. */
export function explore(script: Script, most: number, askIn: (run: number) => (question: Question) => Called): Outcome[] {
  const outcomes: Outcome[] = [];
  let path: { readonly options: number; readonly taken: number }[] = [];
  do {
    const taken: typeof path = [];
    const pick = (options: number): number => {
      const choice = path[taken.length]?.taken ?? 0;
      taken.push({ options, taken: choice });
      return choice;
    };
    const outcome = play(script, pick, askIn(outcomes.length));
    outcomes.push({ ...outcome, choices: taken.map((one) => one.taken) });
    // The next in order: the last choice that has another alternative takes it.
    let last = taken.length - 1;
    while (last >= 0 && taken[last]!.taken + 1 === taken[last]!.options) last--;
    path = last < 0 ? [] : [...taken.slice(0, last), { options: taken[last]!.options, taken: taken[last]!.taken + 1 }];
  } while (path.length > 0 && outcomes.length < most);
  return outcomes;
}
