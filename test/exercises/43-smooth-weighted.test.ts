import { fileURLToPath } from "node:url";
import type { Reply } from "../../lib/course/grading/exchange.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import { createRandom } from "../../lib/random.js";
import type { Server, Step } from "./43-smooth-weighted.rig.js";
import { type Case, type Failure, registerGrader } from "./grader.js";
import { stillToDo, unusable } from "./pureCalls.js";

/** How far a server may be ahead of its share, and behind it, in requests. */
const most = { ahead: 1, behind: 1.5 };

/** Servers a, b, c … with these weights. */
const servers = (...weights: readonly number[]): Server[] => weights.map((weight, index) => ({ name: "abcdefghijklmnop"[index]!, weight }));
const [usual, lonely, even] = [servers(5, 1, 1), servers(3), servers(1, 1, 1, 1)];
const many = Array.from({ length: 12 }, (_, seed) => {
  const random = createRandom(seed + 1);
  return servers(...Array.from({ length: 2 + (seed % 6) }, () => 1 + Math.floor(20 * random() * random())));
});
const uneven = [servers(20, 1, 1, 1, 1), servers(1, 1, 1, 12), servers(4, 6, 2), servers(300, 100, 100), servers(...Array.from({ length: 14 }, (_, index) => 1 + (index % 3)))];

registerGrader({
  exercise: "43-smooth-weighted",
  file: "weighted.ts",
  exports: ["choose", "change"],
  rig: fileURLToPath(new URL("43-smooth-weighted.rig.ts", import.meta.url)),
  limit: 10_000,
  notWritten: (replies) => (replies.every((reply) => stillToDo(innerOf(reply)) !== undefined) ? notWritten("`choose` and `change`") : undefined),
  cases: [
    histories("after a full cycle each server has exactly its share", 4, [usual, lonely, even, ...uneven, ...many].map((list) => [{ servers: list, requests: 3 * total(list) }]), exactShares),
    histories("nobody is a whole request ahead of its share, nobody far behind", 4, [usual, even, ...uneven, ...many].map((list) => [{ servers: list, requests: 2 * total(list) }]), (told) => smooth(told)),
    histories("of two servers, none has a longer run than it must", 2, [[1, 1], [3, 1], [1, 4], [5, 2], [3, 7], [8, 5], [100, 99]].map((weights) => [{ servers: servers(...weights), requests: 3 * (weights[0]! + weights[1]!) }]), longestRun),
    histories("who weighs nothing gets nothing", 3, [
      [{ servers: servers(2, 0, 1), requests: 9 }],
      [{ servers: servers(1, 0), requests: 4 }],
      // Each of them is drained once, with whatever credit it has by then.
      ...[0, 1, 2].flatMap((drained) => [1, 2, 3, 4, 5].map((before) => [{ servers: servers(3, 2, 2), requests: before }, { servers: servers(3, 2, 2).map((one, index) => (index === drained ? { ...one, weight: 0 } : one)), requests: 8 }, { servers: servers(3, 2, 2), requests: 14 }])),
      [{ servers: servers(0, 0), requests: 2 }],
      [{ servers: usual, requests: 3 }, { servers: [], requests: 2 }, { servers: usual, requests: 7 }],
      [{ servers: usual, requests: 3 }, { servers: servers(0, 0, 0), requests: 2 }, { servers: usual, requests: 7 }],
    ], nothingForNothing),
    histories("the same news again changes nothing", 2, [usual, servers(3, 1, 1, 2), servers(12, 1)].map((list) => Array.from({ length: 6 * total(list) }, (_, round) => ({ servers: turned(list, round), requests: 2 }))), (told) => smooth(told, ". The configuration was sent again before every other request, unchanged but for its order")),
    histories("servers come and go, and the others keep their credit", 3, [
      // The sum of all weights stays as it is, so that all shares do.
      Array.from({ length: 60 }, (_, round) => ({ servers: round % 2 === 0 ? [{ name: "x", weight: 3 }, ...usual] : [...usual, { name: "y", weight: 3 }], requests: 3 })),
      Array.from({ length: 60 }, (_, round) => ({ servers: [{ name: `visitor${round}`, weight: 0 }, ...servers(4, 1, 1)], requests: 2 })),
      Array.from({ length: 60 }, (_, round) => ({ servers: [...servers(4, 1, 1), { name: "x", weight: round % 2 }, { name: "y", weight: (round + 1) % 2 }], requests: 2 })),
      // Everybody stays, and weighs now more and now less.
      Array.from({ length: 60 }, (_, round) => ({ servers: round % 2 === 0 ? servers(5, 1, 1) : servers(6, 2, 2), requests: 2 })),
      Array.from({ length: 60 }, (_, round) => ({ servers: servers(8, 1, 2).map((one, index) => ({ ...one, weight: one.weight + (round % 3 === index ? 1 : 0) })), requests: 2 })),
    ], (told) => sharesOfThoseWhoStay(told) ?? sharesByWeight(told)),
    histories("who is new is owed nothing", 2, [[usual, 1], [servers(4, 3), 6], [servers(2, 2, 1), 5]].map(([list, weight]) => [{ servers: list as Server[], requests: 20 * total(list as Server[]) }, { servers: [...(list as Server[]), { name: "new", weight: weight as number }], requests: 2 * (total(list as Server[]) + (weight as number)) }]), (told) => smooth(told, "; it had joined after the others had worked for a while", "new")),
  ],
});

function total(list: readonly Server[]): number {
  return list.reduce((sum, { weight }) => sum + weight, 0);
}

/** The list beginning elsewhere. */
function turned<T>(list: readonly T[], by: number): T[] {
  const from = by % list.length;
  return [...list.slice(from), ...list.slice(0, from)];
}

/** A request: the configuration at its time, and who was chosen. */
interface Choice {
  readonly list: readonly Server[];
  readonly chosen: string | null;
}

interface Told {
  readonly steps: readonly Step[];
  readonly choices: readonly Choice[];
}

/** A case that is a list of histories; what it says of the first that is wrong is told. */
function histories(name: string, points: number, list: readonly (readonly Step[])[], wrong: (told: Told) => string | undefined): Case {
  return {
    name,
    points,
    requests: list.map((steps) => ({ on: "rig", call: "balance", args: [steps] })),
    judge(replies) {
      for (const [index, steps] of list.entries()) {
        const inner = innerOf(replies[index]!);
        const count = steps.reduce((sum, { requests }) => sum + requests, 0);
        const failure = unusable(`With ${inWords(steps[0]!.servers!)} your balancer`, inner, (value) => Array.isArray(value) && value.length === count, "a choice for each request");
        if (failure !== undefined) return failure;
        const chosen = (inner as { value: unknown[] }).value;
        const choices = choicesOf(steps, chosen);
        const message = impossible(choices, chosen) ?? wrong({ steps, choices });
        if (message !== undefined) return { message: `${message}.` } satisfies Failure;
      }
      return undefined;
    },
  };
}

const innerOf = (reply: Reply): Reply => ("value" in reply ? (reply.value as Reply) : reply);

function choicesOf(steps: readonly Step[], chosen: readonly unknown[]): Choice[] {
  let now: readonly Server[] = [];
  let next = 0;
  return steps.flatMap(({ servers: list = now, requests }) => {
    now = list;
    return Array.from({ length: requests }, () => ({ list, chosen: chosen[next++] as string | null }));
  });
}

/** Somebody was chosen who is not there, or nobody although there was somebody. */
function impossible(choices: readonly Choice[], chosen: readonly unknown[]): string | undefined {
  for (const [index, { list }] of choices.entries()) {
    const one = chosen[index];
    const when = `For request ${index + 1}, with ${inWords(list)},`;
    if (one === null && total(list) === 0) continue;
    if (one === null) return `${when} choose returned null`;
    if (typeof one !== "string") return `${when} choose returned ${String((one as { odd?: unknown } | undefined)?.odd)}, expected ${total(list) === 0 ? "null: there is nobody to choose" : "the name of a server"}`;
    const server = list.find(({ name }) => name === one);
    if (server === undefined) return `${when} ${JSON.stringify(one)} was chosen, which is not there${choices.slice(0, index).some((before) => before.list.some(({ name }) => name === one)) ? " any more" : ""}`;
  }
  return undefined;
}

function exactShares({ choices }: Told): string | undefined {
  const { list } = choices[0]!;
  const cycle = total(list);
  for (let from = 0; from + cycle <= choices.length; from += cycle) {
    for (const { name, weight } of list) {
      const got = choices.slice(from, from + cycle).filter(({ chosen }) => chosen === name).length;
      if (got !== weight) return `With ${inWords(list)}, ${name} got ${got} of the requests ${from + 1} to ${from + cycle}, and should get ${weight}: ${shown(choices, from, from + cycle)}`;
    }
  }
  return undefined;
}

/** At each moment everybody is near its share of the requests since it was there; of `only`, if somebody is named. */
function smooth({ choices }: Told, remark = "", only?: string): string | undefined {
  const got = new Map<string, number>();
  const due = new Map<string, number>();
  for (const [index, { list, chosen }] of choices.entries()) {
    for (const { name, weight } of list) due.set(name, (due.get(name) ?? 0) + weight / total(list));
    got.set(chosen!, (got.get(chosen!) ?? 0) + 1);
    for (const { name } of list) {
      if (only !== undefined && name !== only) continue;
      const [has, should] = [got.get(name) ?? 0, due.get(name)!];
      const since = choices.findIndex((choice) => choice.list.some((one) => one.name === name));
      const far = has - should >= most.ahead - 1e-9 ? `a request or more ahead` : should - has >= most.behind ? `${most.behind} requests or more behind` : undefined;
      if (far !== undefined) return `With ${inWords(list)}, ${name} had got ${has} of the ${since === 0 ? "first" : "next"} ${index + 1 - since} requests, ${far}: its share is ${should.toFixed(2)}${remark}: ${shown(choices, since, index + 1)}`;
    }
  }
  return undefined;
}

/** The shortest possible longest run: the stronger one's requests lie in as many gaps as the weaker one has requests. */
function longestRun({ choices }: Told): string | undefined {
  const { list } = choices[0]!;
  const [weaker, stronger] = list.map(({ weight }) => weight).sort((one, other) => one - other) as [number, number];
  const possible = Math.ceil(stronger / weaker);
  let run = 0;
  for (const [index, { chosen }] of choices.entries()) {
    run = index > 0 && choices[index - 1]!.chosen === chosen ? run + 1 : 1;
    if (run > possible) return `With ${inWords(list)}, ${chosen} got ${run} requests in a row; no more than ${possible} are necessary: ${shown(choices, Math.max(0, index - 8), index + 1)}`;
  }
  return undefined;
}

function nothingForNothing({ choices, steps }: Told): string | undefined {
  for (const [index, { list, chosen }] of choices.entries()) {
    if (list.find(({ name }) => name === chosen)?.weight !== 0) continue;
    const before = choices.slice(0, index).find((choice) => choice.list.some(({ name, weight }) => name === chosen && weight > 0));
    return `With ${inWords(list)}, ${chosen} was chosen, which weighs nothing${before === undefined ? "" : ` now; before it was ${inWords(before.list)}`}: ${shown(choices, Math.max(0, index - 8), index + 1)}`;
  }
  // Who comes back works again.
  const { list } = choices.at(-1)!;
  const last = choices.slice(-steps.at(-1)!.requests);
  const idle = steps.length === 1 ? undefined : list.find(({ name, weight }) => weight > 0 && !last.some(({ chosen }) => chosen === name));
  return idle === undefined ? undefined : `With ${inWords(list)} again after others had weighed nothing for a while, ${idle.name} got none of ${last.length} requests`;
}

/** Of what those got who were there all the time, each has its share. */
function sharesOfThoseWhoStay({ choices, steps }: Told): string | undefined {
  const staying = choices[0]!.list.filter(({ name, weight }) => choices.every(({ list }) => list.some((one) => one.name === name && one.weight === weight)));
  const theirs = choices.filter(({ chosen }) => staying.some(({ name }) => name === chosen)).length;
  for (const { name, weight } of staying) {
    const got = choices.filter(({ chosen }) => chosen === name).length;
    const should = (theirs * weight) / total(staying);
    if (Math.abs(got - should) >= 3) return `${inWords(staying)} stayed all the time, while others came or went after every ${steps[0]!.requests} requests. Of ${theirs} requests that went to those ${staying.length}, ${name} got ${got}, and its share is ${should.toFixed(1)}: ${shown(choices, 0, 12)} …`;
  }
  return undefined;
}

/** Where nobody comes or goes or is drained, each has its share of all requests, by the weights of their times. */
function sharesByWeight({ choices, steps }: Told): string | undefined {
  if (choices.some(({ list }) => list.length !== choices[0]!.list.length || list.some(({ name, weight }, index) => weight === 0 || name !== choices[0]!.list[index]!.name))) return undefined;
  for (const { name } of choices[0]!.list) {
    const got = choices.filter(({ chosen }) => chosen === name).length;
    const should = choices.reduce((sum, { list }) => sum + list.find((one) => one.name === name)!.weight / total(list), 0);
    if (Math.abs(got - should) >= 4) return `Weights changed after every ${steps[0]!.requests} requests, from ${inWords(choices[0]!.list)} to ${inWords(choices.find(({ list }) => list !== choices[0]!.list)!.list)}, and so on. ${name} was there all the time and got ${got} of ${choices.length} requests; its share is ${should.toFixed(1)}: ${shown(choices, 0, 12)} …`;
  }
  return undefined;
}

const inWords = (list: readonly Server[]): string => (list.length === 0 ? "no servers" : list.map(({ name, weight }) => `${name}:${weight}`).join(" "));

/** Choices in a row, the last twenty at most. */
function shown(choices: readonly Choice[], from: number, to: number): string {
  const first = Math.max(from, to - 20);
  return `${first > from ? "… " : ""}${choices.slice(first, to).map(({ chosen }) => chosen ?? "nobody").join(" ")}`;
}
