import { fileURLToPath } from "node:url";
import { inWords, type Reply } from "../../lib/course/grading/exchange.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import { isPlace, kinds, type Seen, simulate, size } from "./44-two-choices.rig.js";
import { type Case, type Failure, registerGrader } from "./grader.js";
import { stillToDo } from "./pureCalls.js";

/** Loads of servers; null for one that is down. */
type Loads = readonly (number | null)[];
interface Drawing {
  readonly loads: Loads;
  /** The load that those who are down were last heard to have; default 0. */
  readonly stale?: number;
  readonly d: number;
  /** What to think of if this is the first that is wrong. */
  readonly remark?: string;
}
const times = 2000;
const seeds = [1, 2];

registerGrader({
  exercise: "44-two-choices",
  file: "choose.ts",
  exports: ["choose"],
  rig: fileURLToPath(new URL("44-two-choices.rig.ts", import.meta.url)),
  limit: 10_000,
  notWritten: (replies) => (replies.every((reply) => stillToDo(innerOf(reply)) !== undefined) ? notWritten("`choose`") : undefined),
  cases: [
    drawings("the less loaded of two is chosen", 1, [{ loads: [3, 1], d: 2 }, { loads: [0, 7], d: 2, remark: "With loads 3, 1 it was right: is a 0 taken for nothing somewhere, a load of 0 or the place 0" }, { loads: [12, 9], d: 2 }]),
    drawings("candidates are different, and each set is as likely as any other", 4, [{ loads: [0, 5, 9], d: 2 }, { loads: [4, 1, 0, 3, 5, 2], d: 2 }, { loads: [6, 5, 4, 3, 2, 1, 0], d: 2 }, { loads: [4, 1, 0, 3, 5, 2], d: 3 }, { loads: [10, 9, 2, 11, 8], d: 1 }, { loads: [4, 1, 0, 3, 5, 7, 6, 2], d: 5 }, { loads: Array.from({ length: 70 }, (_, place) => 70 - place), d: 2 }]),
    drawings("lots decide between equals", 3, [{ loads: [0, 0], d: 2 }, { loads: [0, 0, 0, 0, 0, 0], d: 2 }, { loads: [2, 1, 2, 1, 1], d: 2 }, { loads: [3, 0, 3, 3, 0], d: 3 }]),
    drawings("who is down is no candidate", 3, [{ loads: [null, 4], d: 2 }, { loads: [3, null, 1, null, 5, 2], d: 2 }, { loads: [3, null, 1, null, 5, 2], stale: 9, d: 2 }, { loads: [null, null, 0, null, 0, 0, null], d: 2 }]),
    drawings("fewer are there than should be drawn", 1, [{ loads: [2, 1, 3], d: 5 }, { loads: [null, 7, null], d: 2 }, { loads: [2], d: 2 }, { loads: [null, null], d: 2 }, { loads: [], d: 2 }]),
    queues("with fresh loads, waits are short", 1, "fresh", 5, "Choosing by lot takes about 8"),
    queues("with old loads, nobody follows the herd", 1, "old", 10, "It should not be much worse than choosing by lot, which takes about 8. Whoever looked best in an old list gets far too much"),
    queues("with no loads at all, everybody gets a share", 1, "silent", 4.5, "Choosing by lot takes 2.5. All loads are 0 as long as nothing has been heard, and lots must decide"),
  ],
});

const innerOf = (reply: Reply): Reply => ("value" in reply ? (reply.value as Reply) : reply);

function seenOf({ loads, stale = 0 }: Drawing): Seen[] {
  return loads.map((load) => (load === null ? { load: stale, up: false } : { load, up: true }));
}

/** The loads; of a long list its ends. */
function inList({ loads, stale = 0 }: Drawing): string {
  const list = loads.map((load) => (load === null ? `(down, last heard ${stale})` : String(load)));
  if (list.length > 12) list.splice(3, list.length - 6, "…");
  return list.length === 0 ? "of nobody" : `${list.join(", ")}${loads.length > 12 ? ` (${loads.length} servers)` : ""}`;
}

/** The answer is asked very often, and its choices counted. */
function drawings(name: string, points: number, list: readonly Drawing[]): Case {
  return {
    name,
    points,
    requests: list.map((one, index) => ({ on: "rig", call: "draw", args: [seenOf(one), one.d, times, index + 1] })),
    judge(replies) {
      for (const [index, one] of list.entries()) {
        const inner = innerOf(replies[index]!);
        const asked = `Asked ${times} times for the least loaded of ${one.d} candidates, with loads ${inList(one)},`;
        if (!("value" in inner)) return { message: `${asked} your answer ${inWords(inner)}.` };
        const message = unlike(one, inner.value as Record<string, number>);
        if (message !== undefined) return { message: `${asked} ${message}.${one.remark === undefined ? "" : ` ${one.remark}?`}` } satisfies Failure;
      }
      return undefined;
    },
  };
}

/** How often each place is chosen by the rule: all sets of candidates are gone through; equals share. */
function probabilities({ loads, d }: Drawing): Map<string, number> {
  const places = loads.flatMap((load, place) => (load === null ? [] : [place]));
  const sets = subsets(places, Math.min(d, places.length));
  const found = new Map<string, number>();
  for (const candidates of sets) {
    const least = Math.min(...candidates.map((place) => loads[place]!));
    const best = candidates.length === 0 ? ["null"] : candidates.filter((place) => loads[place] === least).map(String);
    for (const place of best) found.set(place, (found.get(place) ?? 0) + 1 / (best.length * sets.length));
  }
  return found;
}

function subsets(list: readonly number[], count: number): number[][] {
  if (count === 0) return [[]];
  return list.flatMap((first, index) => subsets(list.slice(index + 1), count - 1).map((rest) => [first, ...rest]));
}

function unlike(one: Drawing, counts: Readonly<Record<string, number>>): string | undefined {
  const right = probabilities(one);
  const place = (key: string): string => (key === "null" ? "null was returned" : `the server at place ${key} was chosen`);
  for (const [key, count] of Object.entries(counts)) {
    if (right.has(key)) continue;
    if (!/^\d+$/.test(key) || Number(key) >= one.loads.length) return key === "null" ? `choose returned null ${count} times, though somebody is up` : `choose returned ${key}, expected ${right.has("null") ? "null: nobody is up" : "a server's place in the list"}`;
    if (one.loads[Number(key)] === null) return `${place(key)} ${count} times, which is down`;
    const different = one.d > 1 ? `. Of ${one.d} different candidates${one.loads.includes(null) ? " that are up" : ""} there is always a less loaded one` : "";
    return `${place(key)} ${count} times${different}`;
  }
  for (const [key, probability] of right) {
    const [found, expected] = [counts[key] ?? 0, probability * times];
    const deviation = Math.sqrt(expected * (1 - probability));
    // Where few are expected, as many more are no rarity.
    if (Math.abs(found - expected) <= 5 * deviation + (expected < 25 ? 5 : 1e-9)) continue;
    const alive = one.loads.filter((load) => load !== null).length;
    // If those with the same load together got what they should, it is between them that something is wrong.
    const equals = [...right.keys()].filter((other) => one.loads[Number(other)] === one.loads[Number(key)]);
    const off = Math.abs(equals.reduce((sum, other) => sum + (counts[other] ?? 0) - right.get(other)! * times, 0));
    return `${place(key)} ${found} times, expected about ${Math.round(expected)}: ${equals.length > 1 && off <= 5 * Math.sqrt(times / 4) ? `${equals.length} servers have that load, and lots must decide between equals` : `each set of ${Math.min(one.d, alive)} out of the ${alive} that are up is as likely as any other`}`;
  }
  return undefined;
}

/** The answer works in a simulation, in which the mean time of a request must stay below a bound. */
function queues(name: string, points: number, kind: string, bound: number, why: string): Case {
  const request = (seed: number) => ({ on: "rig", call: "serve", args: [kind, seed] }) as const;
  const judged = (reply: Reply, seed: number): { readonly message?: string; readonly transcript: string } => {
    const inner = innerOf(reply);
    if (!("value" in inner)) return { message: `In a simulation, your answer ${inWords(inner)}.`, transcript: "" };
    const choices = inner.value as number[];
    if (choices.length !== size.requests || !choices.every(isPlace)) return { message: "In a simulation, choose must return a server's place for each request.", transcript: "" };
    const { times: took, got, longest } = simulate(kinds[kind]!, seed, (_, index) => choices[index]!);
    const mean = took.reduce((sum, one) => sum + one, 0) / took.length;
    const { period, use } = kinds[kind]!;
    const setting = `${size.servers} servers, ${Math.round(100 * use)} % busy, ${period === Infinity ? "who never tell their load" : `who tell their load every ${period}`}`;
    const transcript = [`${setting}; times in those that a request takes on average:`, `mean ${mean.toFixed(2)}, one in a hundred above ${[...took].sort((one, other) => one - other)[Math.floor(0.99 * took.length)]!.toFixed(2)}${period === Infinity ? "" : `, longest queue told ${longest}`}`, `requests by place in the list: ${got.join(" ")}`].join("\n");
    return mean < bound ? { transcript } : { message: `${setting}: a request took ${mean.toFixed(1)} on average, where 1 is without waiting; it must be below ${bound}. ${why}. (The servers got ${Math.min(...got)} to ${Math.max(...got)} of ${size.requests} requests.)`, transcript };
  };
  return {
    name,
    points,
    requests: seeds.map(request),
    judge(replies) {
      for (const [index, seed] of seeds.entries()) {
        const { message } = judged(replies[index]!, seed);
        if (message !== undefined) return { message, seed };
      }
      return undefined;
    },
    withSeed: (seed) => ({
      requests: [request(seed)],
      judge([reply]) {
        const { message = "Nothing went wrong in this run.", transcript } = judged(reply!, seed);
        return { message, transcript, seed };
      },
    }),
  };
}
