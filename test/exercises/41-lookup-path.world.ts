import { isSameJson } from "../../lib/course/grading/jsonCopy.js";
import { inWords, type Reply } from "../../lib/course/grading/exchange.js";
import { createRandom, type Random } from "../../lib/random.js";

/** As in the exercise. */
export interface Entry {
  readonly value: string | null;
  readonly expires: number;
}
export interface Around {
  readonly now: number;
  readonly replicas: readonly number[];
  readonly ttl: number;
  readonly absentTtl: number;
}

/** Something that happens; times in ms, and the next event waits until all is done that this one leads to. */
export type Event = { readonly at: number } & (
  | { readonly does: "get"; readonly node: number; readonly key: string }
  /** Another node asks what `node` knows. */
  | { readonly does: "tell"; readonly node: number; readonly key: string }
  /** Through the cache: all nodes are told. */
  | { readonly does: "write"; readonly key: string; readonly value: string | null }
  /** At the origin, and nobody is told. */
  | { readonly does: "change"; readonly key: string; readonly value: string | null }
  | { readonly does: "down" | "up"; readonly whom: number | "origin" }
  /** A node that is not the answer's own is made to know something. */
  | { readonly does: "know"; readonly node: number; readonly key: string; readonly entry: Entry }
);

/** A run: how many nodes, of which the first `own` run the answer, and what happens. */
export interface Run {
  readonly nodes: number;
  readonly own: number;
  readonly ttl: number;
  readonly absentTtl: number;
  readonly events: readonly Event[];
}

/** A call of one of the answer's functions. */
export interface Question {
  readonly node: number;
  readonly call: "lookUp" | "onReplica" | "onOrigin" | "onWrite" | "tellReplica";
  /** What comes between the store and what is around: the key, and what was told. */
  readonly args: readonly unknown[];
  readonly around: Around;
  /** Keys that the filter says yes to. */
  readonly filter: ReadonlySet<string>;
}

/** What came of a call, and the keys that the node's store has after it. */
export interface Called {
  readonly asked: string;
  readonly reply: Reply;
  readonly keys: readonly string[];
}

/** What a call is about, so that a record can be held against a run. */
export const questionOf = ({ node, call, args, around }: Question): string => `${around.now} ${node} ${call} ${JSON.stringify(args)}`;

/** How long it takes one way to a node and to the origin, and how long somebody is waited for, ms. */
const toNode = 2;
const toOrigin = 10;
const patience = 50;

/** What a run came to: what was wrong first, as a sentence; and all that happened, a line each. */
export interface Outcome {
  readonly wrong?: string;
  /** The reply that was. */
  readonly reply?: Reply;
  readonly story: readonly string[];
}

/** Why a call may not have left an entry for a key that nobody has told anything of. */
const heard: Partial<Record<Question["call"], string>> = {
  lookUp: "of which nobody but the filter has said anything: who asks for keys that never existed must not fill it",
  onReplica: "of which the replica knew nothing that holds: only the origin can say that there is no such key",
  onOrigin: "of which the origin has said nothing: it may be there all the same, and the next client should ask again",
};

/** Lets a run happen, asks for each call of the answer, and ends at the first that is wrong. */
export function play({ nodes, own, ttl, absentTtl, events }: Run, ask: (question: Question) => Called): Outcome {
  const story: string[] = [];
  const origin = new Map<string, string | null>();
  const filter = new Set<string>();
  const down = new Set<number | "origin">();
  /** What each node must know, and what it ever knew. */
  const truth = Array.from({ length: nodes }, () => new Map<string, Entry>());
  let now = 0;
  let wrong: Pick<Outcome, "wrong" | "reply"> | undefined;

  const around = (node: number): Around => ({ now, replicas: othersOf(node, nodes), ttl, absentTtl });
  const known = (node: number, key: string): Entry | undefined => {
    const entry = truth[node]!.get(key);
    return entry === undefined || now >= entry.expires ? undefined : entry;
  };
  const learn = (node: number, key: string, value: string | null): void => void truth[node]!.set(key, { value, expires: now + (value === null ? absentTtl : ttl) });

  /** Asks the answer, or for another node what it should do; undefined if that was wrong. */
  function turn(node: number, call: Question["call"], args: readonly unknown[], expected: unknown, why: () => string): unknown {
    if (node >= own) return expected;
    const question: Question = { node, call, args, around: around(node), filter };
    const { reply, keys } = ask(question);
    const fits = call === "onWrite" ? !("threw" in reply) : "value" in reply && isSame(reply.value, expected);
    const stranger = keys.find((key) => !truth[node]!.has(key));
    if (fits && stranger === undefined) return expected;
    const told = fits ? `after \`${call}\` the store has an entry for "${stranger!}", ${heard[call] ?? "of which it has heard nothing"}` : call === "onWrite" ? `\`onWrite\` ${inWords(reply)}` : `\`${call}\` ${inWords(reply)}, expected ${JSON.stringify(expected)}: ${why()}`;
    wrong = { wrong: `At ${now} ms, on node ${node}: ${told}.`, reply };
    return undefined;
  }

  function lookUp(node: number, key: string): void {
    const entry = known(node, key);
    const old = truth[node]!.get(key);
    const others = othersOf(node, nodes);
    const first = others[0] ?? "origin";
    const expected = entry !== undefined ? { kind: "answer", value: entry.value } : filter.has(key) ? { kind: "ask", whom: first } : { kind: "answer", value: null };
    story.push(`${now} ms: a client asks node ${node} for ${key}`);
    const why = (): string => {
      if (entry !== undefined) return entry.value === null ? `that there is no ${key} is known until ${entry.expires}, and nobody need be asked` : `its store has the value, which holds until ${entry.expires}`;
      if (!filter.has(key)) return `its store has nothing, and the filter says that there is surely no ${key}`;
      return `${old === undefined ? `it knows nothing of ${key}` : `what it knew of ${key} held until ${old.expires} and no longer`}, and the filter says that there may be one: so ${first === "origin" ? "the origin is asked" : "the first of the replicas is asked, before the origin"}`;
    };
    let step = turn(node, "lookUp", [key], expected, why) as { kind: string; whom: number | "origin" } | undefined;
    while (step?.kind === "ask") {
      const { whom } = step;
      step = (whom === "origin" ? fromOrigin(node, key) : fromReplica(node, key, whom)) as typeof step;
    }
    if (step !== undefined) story.push(`${now} ms: ${step.kind === "answer" ? `it answers ${inText((step as unknown as Entry).value)}` : "no answer is to be had"}`);
  }

  function fromReplica(node: number, key: string, whom: number): unknown {
    let told: Entry | null = null;
    if (down.has(whom)) now += patience;
    else {
      now += toNode;
      const given = tell(whom, key);
      if (given === undefined) return undefined;
      told = given;
      now += toNode;
    }
    const others = othersOf(node, nodes);
    const next = others[others.indexOf(whom) + 1] ?? "origin";
    const holds = told !== null && told.expires > now;
    story.push(`${now} ms: node ${whom} ${down.has(whom) ? "has not answered in time" : told === null ? "knows nothing" : `knows ${told.value === null ? "that there is none," : inText(told.value)} until ${told.expires}`}`);
    if (holds) truth[node]!.set(key, told!);
    const why = (): string => (holds ? "that still holds, and need not be asked for elsewhere" : `${told === null ? (down.has(whom) ? "who does not answer knows nothing" : "it knows nothing") : `at ${told.expires} that ceased to hold, on its way here`}; ${next === "origin" ? "there is no other replica, so the origin is next" : `node ${next} is next`}`);
    return turn(node, "onReplica", [key, whom, told], holds ? { kind: "answer", value: told!.value } : { kind: "ask", whom: next }, why);
  }

  function fromOrigin(node: number, key: string): unknown {
    const silent = down.has("origin");
    now += silent ? patience : toOrigin;
    const value = origin.get(key) ?? null;
    if (!silent) now += toOrigin;
    story.push(`${now} ms: the origin ${silent ? "has not answered in time" : value === null ? `has no ${key}` : `has ${JSON.stringify(value)}`}`);
    if (!silent) learn(node, key, value);
    return turn(node, "onOrigin", [key, silent ? null : { value }], silent ? { kind: "unavailable" } : { kind: "answer", value }, () => (silent ? "nobody has said anything about the key" : "that is the origin's word"));
  }

  /** Undefined if it was wrong. */
  function tell(node: number, key: string): Entry | null | undefined {
    const entry = known(node, key);
    const old = truth[node]!.get(key);
    return turn(node, "tellReplica", [key], entry ?? null, () => (entry !== undefined ? "it is in its store as that, and holds" : old === undefined ? "it knows nothing of the key, and asks nobody for another node" : `what it knew held until ${old.expires} and no longer`)) as Entry | null | undefined;
  }

  for (const event of events) {
    now = Math.max(now, event.at);
    if (event.does === "get") {
      // Clients do not ask a node that is down.
      if (!down.has(event.node)) lookUp(event.node, event.key);
    } else if (event.does === "tell") {
      story.push(`${now} ms: another node asks node ${event.node} what it knows of ${event.key}`);
      tell(event.node, event.key);
    } else if (event.does === "write" || event.does === "change") {
      const { key, value } = event;
      story.push(`${now} ms: ${value === null ? `${key} is deleted` : `${key} becomes ${JSON.stringify(value)}`}${event.does === "write" ? "" : " at the origin, and nobody is told"}`);
      if (value !== null) filter.add(key);
      origin.set(key, value);
      for (let node = 0; event.does === "write" && node < nodes && wrong === undefined; node++) {
        learn(node, key, value);
        turn(node, "onWrite", [key, value], undefined, () => "");
      }
    } else if (event.does === "know") {
      truth[event.node]!.set(event.key, event.entry);
    } else {
      story.push(`${now} ms: ${event.whom === "origin" ? "the origin" : `node ${event.whom}`} ${event.does === "down" ? "stops answering" : "answers again"}`);
      if (event.does === "down") down.add(event.whom);
      else down.delete(event.whom);
    }
    if (wrong !== undefined) break;
  }
  return { ...wrong, story };
}

const inText = (value: string | null): string => (value === null ? "that there is none" : JSON.stringify(value));

/** The same data, whatever the order of its fields. */
function isSame(given: unknown, expected: unknown): boolean {
  if (typeof given !== "object" || given === null || typeof expected !== "object" || expected === null) return isSameJson(given, expected);
  return Object.entries(expected).every(([key, value]) => isSameJson((given as Record<string, unknown>)[key], value));
}

/** Whom a node asks, in this order. */
const othersOf = (node: number, nodes: number): number[] => Array.from({ length: nodes - 1 }, (_, step) => (node + 1 + step) % nodes);

/** A run that a seed decides: three nodes with the answer's code, a handful of keys, some of which never exist. */
export function randomRun(seed: number): Run {
  const random = createRandom(seed);
  const keys = ["a", "b", "c", "d"];
  const pick = <V>(list: readonly V[]): V => list[Math.floor(list.length * random())]!;
  const events: Event[] = [];
  const names: readonly (number | "origin")[] = [1, 2, "origin"];
  let at = 0;
  let next = 0;
  for (let count = 0; count < 70; count++) {
    at += Math.floor(120 * random());
    events.push(eventOf(random, at));
  }
  return { nodes: 3, own: 3, ttl: 1000, absentTtl: 300, events };

  function eventOf(draw: Random, time: number): Event {
    const kind = draw();
    const value = draw() < 0.2 ? null : draw() < 0.15 ? "" : `v${++next}`;
    if (kind < 0.7) return { at: time, does: "get", node: pick([0, 1, 2]), key: pick([...keys, ...keys, "x"]) };
    if (kind < 0.8) return { at: time, does: "write", key: pick(keys), value };
    if (kind < 0.9) return { at: time, does: "change", key: pick(keys), value };
    return { at: time, does: draw() < 0.35 ? "down" : "up", whom: pick(names) };
  }
}
