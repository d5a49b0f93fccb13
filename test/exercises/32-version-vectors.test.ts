import { fileURLToPath } from "node:url";
import type { Reply } from "../../lib/course/grading/exchange.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import type { Causality, VersionVector } from "../../lib/gossip/versions/versionVector.js";
import { heldIn, isVector, pairsOf, randomHistories, relation, sameSet, show, sparse, tell, update, updatesOf, whole, without, withZeros } from "./32-version-vectors.truth.js";
import { type Case, type Failure, registerGrader } from "./grader.js";
import { type PureCall, type PureReply, stillToDo, unusable } from "./pureCalls.js";

interface Version {
  readonly vector: VersionVector;
  readonly value: string;
}

type Pair = readonly [a: VersionVector, b: VersionVector];

/** Versions whose vectors are of two nodes; the name of a version tells its vector. Three on a pile are left to the histories, where they are not all in a row. */
const versions: readonly Version[] = sparse.filter((vector) => Object.keys(vector).length > 0 && Object.keys(vector).every((node) => Number(node) < 2)).map((vector) => ({ vector, value: `v${vector[0] ?? 0}${vector[1] ?? 0}` }));

/** What a replica may hold: one version, or two that are concurrent; and what it may be sent. */
const held: readonly (readonly Version[])[] = [[], ...versions.map((one) => [one]), ...pairsOf(versions).filter(([a, b]) => a.value < b.value && relation(updatesOf(a.vector), updatesOf(b.vector)) === "concurrent")];

/** Writes of the same value by clients that did not know of each other, and one of a client that knew of all. */
const twins: readonly (readonly [readonly Version[], readonly Version[]])[] = [
  [[{ vector: { 0: 1 }, value: "milk" }], [{ vector: { 1: 1 }, value: "milk" }]],
  [[{ vector: { 0: 1 }, value: "milk" }, { vector: { 2: 1 }, value: "tea" }], [{ vector: { 1: 2 }, value: "milk" }]],
  [[{ vector: { 0: 1 }, value: "milk" }], [{ vector: { 0: 1 }, value: "milk" }, { vector: { 1: 1 }, value: "milk" }]],
];

const three: readonly VersionVector[] = [{}, { 0: 1 }, { 1: 2 }, { 0: 2, 1: 1 }, { 0: 1, 2: 1 }, { 10: 1 }];

registerGrader({
  exercise: "32-version-vectors",
  file: "versions.ts",
  exports: ["increment", "merge", "compare", "reconcile"],
  rig: fileURLToPath(new URL("32-version-vectors.rig.ts", import.meta.url)),
  limit: 10_000,
  notWritten: (replies) => (replies.every(isUnbegun) ? notWritten("`increment`, `merge`, `compare` and `reconcile`") : undefined),
  cases: [
    calls("one more update of a node", 2, [...sparse, ...withZeros].flatMap((vector) => [0, 1, 2, 7].map((node) => ({ call: "increment", args: [vector, node] }))), ({ args: [vector, node] }, value) => {
      const before = updatesOf(vector as VersionVector);
      const next = `${node as number}.${((vector as VersionVector)[node as number] ?? 0) + 1}`;
      return wrongVector(value, new Set([...before, next]), `the next one is ${update(next)}, and all else stays known`);
    }),
    calls("a merge knows what either knows, and no more", 3, pairsOf([...sparse, ...withZeros]).map((args) => ({ call: "merge", args })), ({ args }, value) => {
      const [a, b] = args.map((one) => updatesOf(one as VersionVector)) as [Set<string>, Set<string>];
      return wrongVector(value, new Set([...a, ...b]), "what one of the two knows, the merge knows, too, and nothing else");
    }),
    compares("who knows less comes before", 2, whole, ["before", "after"]),
    compares("each may know what the other does not", 2, whole, ["concurrent"]),
    compares("what is missing counts as 0", 2, sparse, ["before", "after", "concurrent"]),
    compares("equal, whether or not a 0 is written down", 1, [...withZeros, ...sparse.slice(0, 10), ...whole.slice(0, 4)], ["equal"]),
    untouched("what it is given stays as it is", 1, [
      ...sparse.slice(0, 12).flatMap((vector) => [0, 1].map((node) => ({ call: "increment", args: [vector, node] }))),
      ...pairsOf(sparse.slice(0, 12)).flatMap((args) => [{ call: "merge", args }, { call: "compare", args }]),
      ...pairsOf(held.slice(0, 12)).map((args) => ({ call: "reconcile", args })),
    ]),
    reconciles("what somebody has overwritten goes", 2, (all) => all.every((one, index) => all.every((other, at) => at === index || overwrites(other, one) || overwrites(one, other)))),
    reconciles("what is concurrent stays, and each version once", 2, (all) => !all.some((one) => all.some((other) => overwrites(other, one))), twins),
    laws("in whatever order, and however often", 1),
    histories("three replicas that write and exchange", 2, 300),
  ],
});

/** A case of single calls, all with one request; the first wrong one is told: `look` says what is wrong with a value, as the end of a sentence. */
function calls(name: string, points: number, list: readonly PureCall[], look: (call: PureCall, value: unknown) => string | undefined): Case {
  return {
    name,
    points,
    requests: [{ on: "rig", call: "calls", args: [list] }],
    judge(replies) {
      for (const [index, one] of list.entries()) {
        const { reply } = pureReplies(replies[0]!)[index]!;
        const told = inCode(one);
        const failure = unusable(told, reply, () => true, "a value");
        if (failure !== undefined) return failure;
        const wrong = look(one, (reply as { value: unknown }).value);
        if (wrong !== undefined) return { message: `${told} returned ${inText((reply as { value: unknown }).value)}, ${wrong}.` };
      }
      return undefined;
    },
  };
}

function wrongVector(value: unknown, expected: ReadonlySet<string>, why: string): string | undefined {
  if (!isVector(value)) return `which is no vector${JSON.stringify(value).includes("null") ? " (null stands for what is no number, such as NaN: what is missing counts as 0)" : ""}`;
  const known = updatesOf(value);
  if (sameSet(known, expected)) return undefined;
  const lacking = without(expected, known)[0];
  return `which ${lacking === undefined ? `knows ${update(without(known, expected)[0]!)}, and should not` : `does not know ${update(lacking)}`}: ${why}`;
}

/** All pairs with one of these relations; where there is only one, some of the others, too: who always says the same earns nothing. */
function compares(name: string, points: number, vectors: readonly VersionVector[], relations: readonly Causality[]): Case {
  const all = pairsOf(vectors);
  const related = ([a, b]: Pair) => relation(updatesOf(a), updatesOf(b));
  const others = relations.length > 1 ? [] : (["before", "after"] as const).flatMap((one) => all.filter((pair) => related(pair) === one && pair.every(isPlain)).slice(0, 5));
  const chosen = [...all.filter((pair) => relations.includes(related(pair))), ...others];
  return calls(name, points, chosen.map((args) => ({ call: "compare", args })), ({ args }, value) => {
    const [a, b] = args.map((one) => updatesOf(one as VersionVector)) as [Set<string>, Set<string>];
    const expected = relation(a, b);
    return value === expected ? undefined : `expected ${JSON.stringify(expected)}: ${whyRelated(a, b)}${expected === "equal" && inText(args[0]) !== inText(args[1]) ? ", for a node that is missing has 0" : ""}`;
  });
}

function isPlain(vector: VersionVector): boolean {
  return [0, 1, 2].every((node) => (vector[node] ?? 0) > 0);
}

function whyRelated(a: ReadonlySet<string>, b: ReadonlySet<string>): string {
  const [more, less] = [without(a, b)[0], without(b, a)[0]];
  if (more === undefined && less === undefined) return "both know the same updates";
  if (more !== undefined && less !== undefined) return `the first knows ${update(more)}, which the second does not, and the second knows ${update(less)}, which the first does not`;
  return more === undefined ? `the second knows all that the first knows, and ${update(less!)}` : `the first knows all that the second knows, and ${update(more)}`;
}

function untouched(name: string, points: number, list: readonly PureCall[]): Case {
  return {
    name,
    points,
    requests: [{ on: "rig", call: "calls", args: [list] }],
    judge(replies) {
      const answers = pureReplies(replies[0]!);
      for (const [index, { changed }] of answers.entries()) if (changed) return { message: `${inCode(list[index]!)} changed what it was given: others still hold that, and would learn of things that they have not seen.` };
      // Who throws or returns nothing changes nothing either.
      const idle = answers.findIndex(({ reply }) => !("value" in reply));
      return idle < 0 ? undefined : unusable(inCode(list[idle]!), answers[idle]!.reply, () => false, "a value");
    },
  };
}

function overwrites(other: Version, one: Version): boolean {
  return relation(updatesOf(one.vector), updatesOf(other.vector)) === "before";
}

/** What a replica holds against what it is sent, for all pairs of the small lists of which this holds. */
function reconciles(name: string, points: number, concerns: (all: readonly Version[]) => boolean, more: typeof twins = []): Case {
  const list = [...pairsOf(held).filter(([mine, theirs]) => mine.length + theirs.length > 0 && concerns([...mine, ...theirs])), ...more];
  return calls(name, points, list.map((args) => ({ call: "reconcile", args })), ({ args }, value) => {
    const pile = (args as readonly (readonly Version[])[]).flat();
    // Where a value was written twice, only its vector says which of the two it is.
    const isTwin = ({ value, vector }: Version) => pile.some((other) => other.value === value && !sameSet(updatesOf(other.vector), updatesOf(vector)));
    const nameOf = (one: Version) => (isTwin(one) ? `${one.value} with ${show(one.vector)}` : one.value);
    const expected = [...new Set(pile.filter((one) => !pile.some((other) => overwrites(other, one))).map(nameOf))].sort();
    const left = versionsIn(value)?.map(nameOf).sort();
    if (left === undefined) return "expected a list of versions { vector, value }";
    if (left.join() === expected.join()) return undefined;
    const twice = left.find((one, index) => left.indexOf(one) < index);
    const lacking = expected.find((one) => !left.includes(one));
    const stale = left.find((one) => !expected.includes(one));
    const by = pile.find((one) => nameOf(one) !== stale && pile.some((old) => nameOf(old) === stale && overwrites(one, old)));
    if (lacking !== undefined && lacking.includes(" with ")) return `expected ${expected.join(" and ")}: equal values are not one write, equal vectors are`;
    return `expected ${expected.join(" and ")}: ${lacking !== undefined ? `nobody who had read ${lacking} has written since` : stale !== undefined ? `whoever wrote ${by?.value} had read ${stale}` : `${twice} is one write, on whichever lists it is`}`;
  });
}

const versionsIn = (value: unknown): Version[] | undefined => (Array.isArray(value) && value.every((one: Partial<Version> | null) => typeof one?.value === "string" && isVector(one.vector)) ? (value as Version[]) : undefined);

function laws(name: string, points: number): Case {
  const triples = pairsOf(three).flatMap(([a, b]) => three.map((c) => [a, b, c] as const));
  const sides = ["merge(a, a)", "merge(a, b)", "merge(b, a)", "merge(merge(a, b), c)", "merge(a, merge(b, c))"];
  return {
    name,
    points,
    requests: [{ on: "rig", call: "laws", args: [triples] }],
    judge(replies) {
      for (const [index, reply] of (replies[0] as { value: Reply[] }).value.entries()) {
        const [a, b, c] = triples[index]!;
        const where = `a = ${show(a)}, b = ${show(b)}, c = ${show(c)}`;
        const failure = unusable(`With ${where}, your \`merge\``, reply, (value) => Array.isArray(value) && value.every(isVector), "vectors");
        if (failure !== undefined) return failure;
        const results = (reply as { value: VersionVector[] }).value;
        const differ = (one: VersionVector, other: VersionVector) => !sameSet(updatesOf(one), updatesOf(other));
        const told = (side: number) => `${sides[side]} is ${show(results[side]!)}`;
        if (differ(results[0]!, a)) return { message: `With ${where}, ${told(0)}: a replica that hears the same twice must not come to know more by it, and messages do come twice.` };
        if (differ(results[1]!, results[2]!)) return { message: `With ${where}, ${told(1)} and ${told(2)}: two replicas that hear of the same in another order would never agree.` };
        if (differ(results[3]!, results[4]!)) return { message: `With ${where}, ${told(3)} and ${told(4)}: it would matter who had met whom before.` };
        if (![0, 1].some((side) => differ(results[side]!, {})) && Object.keys(a).length > 0) return { message: `With ${where}, ${told(0)} and ${told(1)}: laws are easily kept by who knows nothing.` };
      }
      return undefined;
    },
  };
}

function histories(name: string, points: number, count: number): Case {
  const list = randomHistories(count);
  const request = (some: typeof list) => ({ on: "rig", call: "histories", args: [some] }) as const;
  const look = (index: number, reply: Reply): (Failure & { readonly transcript: string }) | undefined => {
    const history = list[index]!;
    const transcript = history.map((step, at) => `${at + 1}. ${tell(step)}, which then should hold ${heldIn(history)[at]!.join(", ") || "nothing"}`).join("\n");
    const failure = unusable("In a history of three replicas, one of your functions", reply, (value) => Array.isArray(value) && value.every(Array.isArray), "lists of versions");
    if (failure !== undefined) return { ...failure, transcript };
    const held = (reply as { value: string[][] }).value;
    const expected = heldIn(history);
    const wrong = expected.findIndex((values, at) => [...values].sort().join() !== [...(held[at] ?? [])].sort().join());
    if (wrong < 0) return undefined;
    const step = history[wrong]!;
    return { message: `${capital(history.slice(0, wrong + 1).map(tell).join("; "))}: then replica ${"write" in step ? step.at : step.to} holds ${listed(held[wrong] ?? [])}, expected ${listed(expected[wrong]!)}.`, seed: index + 1, transcript };
  };
  return {
    name,
    points,
    requests: [request(list)],
    judge(replies) {
      for (const [index, reply] of (replies[0] as { value: Reply[] }).value.entries()) {
        const { transcript: _, ...failure } = look(index, reply) ?? { transcript: "" };
        if ("message" in failure) return failure.message.startsWith(notWritten("")) ? { message: failure.message } : { ...failure, seed: index + 1 };
      }
      return undefined;
    },
    withSeed: (seed) => ({
      requests: [request([list[seed - 1] ?? []])],
      judge: ([reply]) => look(seed - 1, (reply as { value: Reply[] }).value[0]!) ?? { message: "Nothing went wrong in this history.", transcript: (list[seed - 1] ?? []).map(tell).join("\n") },
    }),
  };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const listed = (values: readonly string[]): string => (values.length === 0 ? "nothing" : [...values].sort().join(" and "));

const pureReplies = (reply: Reply): PureReply[] => (reply as { value: PureReply[] }).value;

const inCode = ({ call, args }: PureCall): string => `${call}(${args.map(inText).join(", ")})`;

/** Data as a learner would write it: a version by its name and vector. */
function inText(value: unknown): string {
  if (isVector(value)) return show(value);
  if (Array.isArray(value)) return `[${value.map((one: unknown) => (isVersion(one) ? `${one.value} with ${show(one.vector)}` : JSON.stringify(one))).join(", ")}]`;
  return JSON.stringify(value);
}

const isVersion = (value: unknown): value is Version => typeof (value as Version | null)?.value === "string" && isVector((value as Version).vector);

/** Whether all that was asked in a request is still to do. */
const isUnbegun = (reply: Reply): boolean => "value" in reply && (reply.value as (PureReply | Reply)[]).every((one) => stillToDo("reply" in one ? one.reply : one) !== undefined);
