import { fileURLToPath } from "node:url";
import type { Reply, Request } from "../../lib/course/grading/exchange.js";
import { isNotWritten, notWritten } from "../../lib/course/grading/notWritten.js";
import { actorOf, elementsOf, heldIn, history, isSet, randomHistories, type Step, tell } from "./33-or-set.histories.js";
import type { Replayed } from "./33-or-set.rig.js";
import { type Case, type Failure, registerGrader } from "./grader.js";
import { stillToDo, unusable } from "./pureCalls.js";

/** Rounds of adding and removing, and what a replica of a set with two elements may then take up, in characters of JSON: about 180 for four adds and a context. */
const ROUNDS = 60;
const MOST = 300;

/** What to say where an element is missing that should be there, and where one is there that should be gone. */
interface Rules {
  readonly lost?: string;
  readonly kept?: string;
}

const LOST = "An add that a replica does not know is news to it, and no removal takes it away that has not seen it.";
const KEPT = "An add that a replica knows and does not have was removed.";

registerGrader({
  exercise: "33-or-set",
  file: "set.ts",
  exports: ["add", "remove", "merge"],
  rig: fileURLToPath(new URL("33-or-set.rig.ts", import.meta.url)),
  limit: 10_000,
  notWritten: (replies) => (replies.every(isUnbegun) ? notWritten("`add`, `remove` and `merge`") : undefined),
  cases: [
    stories("what is added is there, everywhere", 3, { lost: "What one replica added and the other has never heard of is news, and stays." }, ["0+milk", "0+milk 0+tea", "0+milk 0>1", "0+milk 1+tea 0>1", "0+milk 0>1 1+tea 1>2", "0+milk 1+milk 0>1 1>0", "0+milk 0>1 0+tea 0>1"]),
    stories("what is removed is gone, everywhere", 3, { kept: "What a replica knows and does not have, it has removed." }, ["0+milk 0-milk", "0+milk 0>1 1-milk 1>0", "0+milk 0>1 0-milk 0>1", "0+milk 0+tea 0>1 1-milk 1>0", "0+milk 0>1 1>2 2-milk 2>1 1>0", "1+milk 0+milk 0>1 1-milk 1>0"]),
    stories("what is removed does not come back", 4, { kept: "An old copy that still has it proves nothing: the other knows that add, and does not have it." }, ["0+milk 0>1 1-milk 0>1", "0+milk 0>1 1-milk 0>1 1>2 0>2", "0+milk 0>1 0>2 1-milk 1>0 2>0", "0+milk 0+tea 0>1 1-tea 0>1 1>0", "0+milk 0>1 0-milk 1>0 0>1 1>0", "5+milk 5>7 7-milk 5>7"]),
    stories("an add wins over a removal that has not seen it", 4, { lost: "A removal takes what its replica has observed, and no more." }, ["0+milk 0>1 1-milk 0+milk 0>1", "0+milk 0>1 1-milk 0+milk 1>0", "0+milk 1+milk 0-milk 1>0", "0+milk 1+milk 0-milk 0>1", "0+milk 0>1 0+milk 1-milk 1>0 0>1"]),
    stories("what was removed may be added again", 3, { lost: "Each add has a name of its own, also if all earlier ones are gone; it is news to whoever does not know it." }, ["0+milk 0-milk 0+milk", "0+milk 0>1 0-milk 0+milk 0>1", "0+milk 0>1 0-milk 0+milk 1>0", "0+milk 0+tea 0>1 0-milk 0+milk 0>1 1>0", "0+milk 0>1 1-milk 1+milk 1>0 0>1", "0+milk 0-milk 0>1 0+milk 0>1 1-milk 1>0"]),
    lawful("in whatever order, and however often", 2, randomHistories(150, 4, 12)),
    untouched("what it is given stays as it is", 1, randomHistories(60, 3, 8)),
    small("what is gone leaves nothing behind", 3),
    replays("histories of three replicas", 2, {}, randomHistories(400)),
  ],
});

function stories(name: string, points: number, rules: Rules, texts: readonly string[]): Case {
  return replays(name, points, rules, texts.map(history));
}

/** A case of histories; the first that goes wrong is told, up to the step at which it does. */
function replays(name: string, points: number, rules: Rules, list: readonly (readonly Step[])[]): Case {
  const request = (some: typeof list): Request => ({ on: "rig", call: "histories", args: [some] });
  return {
    name,
    points,
    requests: [request(list)],
    judge([reply]) {
      for (const [index, one] of repliesOf(reply!).entries()) {
        const failure = wrongReplay(list[index]!, one, rules);
        if (failure !== undefined) return isNotWritten(failure.message) ? failure : { ...failure, seed: index + 1 };
      }
      return undefined;
    },
    withSeed(seed) {
      const chosen = list[seed - 1] ?? [];
      return {
        requests: [request([chosen])],
        judge: ([reply]) => ({ message: "Nothing went wrong in this history.", ...wrongReplay(chosen, repliesOf(reply!)[0]!, rules), transcript: transcriptOf(chosen, repliesOf(reply!)[0]!) }),
      };
    },
  };
}

function wrongReplay(steps: readonly Step[], reply: Reply, rules: Rules): Failure | undefined {
  const story = (most: number) => steps.slice(0, most).map(tell).join("; ");
  const failure = unusable(`In this history (${story(steps.length)}) one of your functions`, reply, isReplayed, "sets");
  if (failure !== undefined) return failure;
  const { sets } = (reply as { value: Replayed }).value;
  const expected = heldIn(steps);
  for (const [index, set] of sets.entries()) {
    if (!isSet(set)) return { message: `${capital(story(index + 1))}: then your \`${"merge" in steps[index]! ? "merge" : "add" in steps[index]! ? "add" : "remove"}\` returned ${JSON.stringify(set)?.slice(0, 150)}, which is no { context, adds }.` };
    const has = elementsOf(set);
    const lost = expected[index]!.some((element) => !has.includes(element));
    if (lost || has.length > expected[index]!.length) return { message: `${capital(story(index + 1))}: now replica ${actorOf(steps[index]!)} has ${listed(has)}, expected ${listed(expected[index]!)}. ${lost ? (rules.lost ?? LOST) : (rules.kept ?? KEPT)}` };
  }
  return undefined;
}

function transcriptOf(steps: readonly Step[], reply: Reply): string {
  const sets = "value" in reply && isReplayed(reply.value) ? reply.value.sets : [];
  return steps.map((step, index) => `${index + 1}. ${tell(step)}: ${sets[index] === undefined ? "" : `${JSON.stringify(sets[index])}, that is ${listed(elementsOf(sets[index]))}; `}expected ${listed(heldIn(steps)[index]!)}`).join("\n");
}

/** The laws of a merge, on replicas that have been through something. */
function lawful(name: string, points: number, list: readonly (readonly Step[])[]): Case {
  return {
    name,
    points,
    requests: [{ on: "rig", call: "laws", args: [list] }],
    judge([reply]) {
      for (const [index, one] of repliesOf(reply!).entries()) {
        const failure = unusable("On its way through a history one of your functions", one, (value) => Array.isArray(value) && value.every(isSet), "sets { context, adds }");
        if (failure !== undefined) return failure;
        const [a, twice, ab, ba, left, right] = (one as { value: unknown[] }).value.map(inOrder) as [string, string, string, string, string, string];
        const story = `After this history (${list[index]!.map(tell).join("; ")}), with a, b and c for replicas 0, 1 and 2:`;
        if (twice !== a) return { message: `${story} a is ${a}, and merge(a, a) is ${twice}. To hear the same again must change nothing: messages come twice.` };
        if (ab !== ba) return { message: `${story} merge(a, b) is ${ab}, and merge(b, a) is ${ba}. Two replicas that have told each other all would differ for ever.` };
        if (left !== right) return { message: `${story} merge(merge(a, b), c) is ${left}, and merge(a, merge(b, c)) is ${right}. It would matter who had met whom first.` };
      }
      // Who forgets everything breaks no law.
      return list.every((steps, index) => [0, 1, 2].every((replica) => (heldIn(steps)[steps.findLastIndex((step) => actorOf(step) === replica)] ?? []).length === 0) || elementsOf((repliesOf(reply!)[index] as { value: unknown[] }).value[4]).length === 0) ? { message: "Your merges are always empty; laws are easily kept by who knows nothing." } : undefined;
    },
  };
}

/** A set as text, the same for sets that say the same: whatever order its adds are in, and whether a 0 is written down. */
function inOrder(value: unknown): string {
  if (!isSet(value)) return JSON.stringify(value);
  const adds = value.adds.map(({ element, dot }) => `${element} by ${dot.node}.${dot.counter}`).sort();
  const context = Object.entries(value.context).filter(([, count]) => count > 0).map(([node, count]) => `${node}: ${count}`).sort();
  return `[${adds.join(", ")}] with the context ${context.length === 0 ? "{}" : `{ ${context.join(", ")} }`}`;
}

function untouched(name: string, points: number, list: readonly (readonly Step[])[]): Case {
  return {
    name,
    points,
    requests: [{ on: "rig", call: "histories", args: [list] }],
    judge([reply]) {
      for (const [index, one] of repliesOf(reply!).entries()) {
        const failure = unusable("In a history one of your functions", one, isReplayed, "sets");
        if (failure !== undefined) return failure;
        if ((one as { value: Replayed }).value.changed) return { message: `In this history (${list[index]!.map(tell).join("; ")}) one of your functions changed a set that it was given, instead of making a new one.` };
        // Who does nothing changes nothing.
        if ((one as { value: Replayed }).value.sets.every((set) => !isSet(set))) return { message: "Your functions return no sets { context, adds }." };
      }
      return undefined;
    },
  };
}

/** A set is as large as what is in it, whatever it has been through. */
function small(name: string, points: number): Case {
  const round = ["0+milk 0>1 1-milk 1+tea 1>0 0>1", "0+milk 0+milk 1+milk 1+milk 0>1 1>0"];
  const lists = round.map((text) => Array.from({ length: ROUNDS }, () => history(text)).flat());
  const request = (some: typeof lists): Request => ({ on: "rig", call: "histories", args: [some] });
  return {
    name,
    points,
    requests: [request(lists)],
    judge([reply]) {
      for (const [index, one] of repliesOf(reply!).entries()) {
        const failure = unusable("In a long history one of your functions", one, isReplayed, "sets");
        if (failure !== undefined) return failure;
        const set = (one as { value: Replayed }).value.sets.at(-1);
        if (!isSet(set)) return { message: `After a long history your functions leave ${JSON.stringify(set)?.slice(0, 150)}, which is no { context, adds }.` };
        const text = JSON.stringify(set);
        const story = index === 0 ? `milk was added and removed ${ROUNDS} times, and tea added as often` : `milk was added ${2 * ROUNDS} times by each of two replicas`;
        if (elementsOf(set).length === 0) return { message: `After ${story}, the set is empty; expected ${listed(heldIn(lists[index]!).at(-1)!)}.` };
        if (text.length > MOST) return { message: `After ${story}, a replica is ${text.length} characters long, and may be ${MOST}: ${text.slice(0, 120)}… What was removed, and what a newer add of the same element has made needless, leaves nothing behind but the counts of the context.` };
      }
      return undefined;
    },
  };
}

const isReplayed = (value: unknown): value is Replayed => Array.isArray((value as Replayed | null)?.sets);

const repliesOf = (reply: Reply): Reply[] => (reply as { value: Reply[] }).value;

const listed = (elements: readonly string[]): string => (elements.length === 0 ? "nothing" : elements.join(" and "));

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const isUnbegun = (reply: Reply): boolean => "value" in reply && (reply.value as Reply[]).every((one) => stillToDo(one) !== undefined);
