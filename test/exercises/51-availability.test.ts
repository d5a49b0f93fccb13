import { fileURLToPath } from "node:url";
import { inWords, type Reply } from "../../lib/course/grading/exchange.js";
import { CHANGED, TOO_SLOW } from "./51-availability.rig.js";
import { availabilityOf, grid, groups, leastByVotes, majorities, missing, type Quorum, served, type System } from "./51-availability.truth.js";
import { type Case, registerGrader } from "./grader.js";
import { unusable } from "./pureCalls.js";

const alike = (nodes: number, chance: number): number[] => new Array<number>(nodes).fill(chance);
const same = (quorums: readonly Quorum[]): System => ({ reads: quorums, writes: quorums });
const oneAndAll = (nodes: number): System => ({ reads: groups(nodes, 1), writes: groups(nodes, nodes) });
const uneven = [0.99, 0.5, 0.9, 0.7, 0.8, 0.95, 0.6, 0.999, 0.85];

const isNumber = (value: unknown): boolean => typeof value === "number";
const isBoolean = (value: unknown): boolean => typeof value === "boolean";
const valueOf = <V>(reply: Reply): V => (reply as { value: V }).value;
const inBraces = (quorum: Quorum): string => `{${quorum.join(", ")}}`;
const inFew = (quorums: readonly Quorum[]): string => (quorums.length === 0 ? "no quorums" : quorums.length > 6 ? `${quorums.length} quorums, the first being ${inBraces(quorums[0]!)}` : `the quorum${quorums.length > 1 ? "s" : ""} ${quorums.map(inBraces).join(" ")}`);
const digits = (value: number): string => String(Number(value.toPrecision(10)));

registerGrader({
  exercise: "51-availability",
  file: "availability.ts",
  exports: ["hasQuorum", "availability", "byVotes", "isConsistent", "best"],
  rig: fileURLToPath(new URL("51-availability.rig.ts", import.meta.url)),
  limit: 15_000,
  cases: [
    decides("all of a quorum must be up", 2, [
      [majorities(3), [0, 2]],
      [majorities(3), [1]],
      [[[0, 1, 2]], [2, 0]],
      [[[0, 1], [2, 3, 4]], [4, 3, 1, 2]],
      [[[0, 1], [2, 3, 4]], [0, 2, 3]],
      [[[5]], [0, 1, 5]],
      [[[5]], []],
      [grid(3, 3).writes, [0, 1, 2, 3, 6]],
      [grid(3, 3).writes, [0, 1, 3, 4]],
    ]),
    probabilities("one quorum, or several without a common node", 2, [
      [[[0]], [0.9]],
      [[[0, 1]], [0.9, 0.8]],
      [[[0], [1]], [0.5, 0.8]],
      [[[1, 0], [2, 3, 4]], alike(5, 0.9)],
    ]),
    probabilities("quorums that share nodes", 4, [
      [majorities(3), alike(3, 0.9)],
      [majorities(5), alike(5, 0.9)],
      [majorities(4), alike(4, 0.5)],
      [[[0, 1], [1, 2]], alike(3, 0.8)],
      [grid(2, 2).writes, alike(4, 0.9)],
      [grid(2, 4).reads, alike(8, 0.7)],
      [[[0, 1, 2], [2, 3, 4], [4, 5, 0]], alike(6, 0.95)],
    ]),
    probabilities("nodes that are not alike", 3, [
      [majorities(3), [0.99, 0.9, 0.5]],
      [majorities(3), [1, 0.9, 0]],
      [majorities(5), uneven.slice(0, 5)],
      [leastByVotes([3, 1, 1, 1], 4), [0.99, 0.6, 0.7, 0.8]],
      [grid(2, 3).writes, uneven.slice(0, 6)],
      [grid(2, 3).reads, uneven.slice(0, 6)],
    ]),
    probabilities("no quorum at all, and nodes that none needs", 1, [
      [[], alike(3, 0.9)],
      [[[1]], [0.3, 0.6, 0.9]],
      [[[3, 1]], [0.5, 0.9, 0.1, 0.8, 0.7]],
    ]),
    ofMany("a hundred quorums", 1, [
      // Sets of quorums are twice as many for each quorum more: whoever goes through them is found out before it takes hours.
      ...[12, 14, 16, 17, 18, 19, 20, 21, 22, 23, 24].map((count) => [groups(8, 3).slice(0, count), uneven.slice(0, 8)] as const),
      [majorities(7), uneven.slice(0, 7)],
      [groups(8, 4), uneven.slice(1)],
      [grid(3, 4).writes, [...uneven, 0.9, 0.9, 0.9]],
    ]),
    votes("weighted votes", 3, [
      [[1, 1, 1], 2],
      [[1, 1, 1, 1], 3],
      [[2, 1, 1], 3],
      [[3, 1, 1, 1], 4],
      [[2, 2, 1, 1, 1], 4],
      [[5, 1, 1], 4],
      [[1, 0, 1, 1], 2],
      [[4, 3, 2, 1], 6],
      [[1, 1, 1], 4],
    ]),
    consistencies("reads and writes must meet", 2, [
      same(majorities(3)),
      same(majorities(4)),
      same(groups(4, 2)),
      oneAndAll(3),
      { reads: groups(3, 1), writes: groups(3, 2) },
      { reads: groups(4, 3), writes: groups(4, 2) },
      { reads: groups(5, 2), writes: groups(5, 4) },
      grid(2, 3),
      { reads: grid(3, 3).reads, writes: grid(3, 3).reads },
      { reads: [[0, 1, 2, 3]], writes: [[0, 4], [4, 1], [4, 2]] },
      { reads: [[0]], writes: [[0, 1], [2, 0]] },
      { reads: [], writes: [[0], [1]] },
      { reads: [], writes: [[0, 1], [1, 2]] },
      { reads: [[0], [1]], writes: [] },
    ]),
    contests("the best of several designs", 2, [
      { systems: [oneAndAll(3), same(majorities(3))], chances: alike(3, 0.9), readShare: 0.5 },
      { systems: [same(majorities(3)), oneAndAll(3)], chances: alike(3, 0.9), readShare: 0.99 },
      { systems: [{ reads: groups(3, 1), writes: groups(3, 1) }, same(majorities(3)), same([[0]])], chances: [0.99, 0.6, 0.6], readShare: 0.5 },
      { systems: [same(groups(4, 2)), { reads: groups(4, 3), writes: groups(4, 2) }], chances: alike(4, 0.9), readShare: 0.5 },
      { systems: [same([[0]]), same(majorities(3))], chances: [0.5, 0.9, 0.9], readShare: 0.5 },
      { systems: [grid(2, 3), same(majorities(6)), same(leastByVotes([3, 1, 1, 1, 1, 1], 5))], chances: [0.999, 0.8, 0.8, 0.8, 0.8, 0.8], readShare: 0.3 },
      { systems: [grid(3, 2), oneAndAll(6), same(majorities(6))], chances: alike(6, 0.8), readShare: 0.9 },
      { systems: [oneAndAll(5), same([[5]])], chances: [...alike(5, 0.8), 0.65], readShare: 0.5 },
      { systems: [same(groups(2, 1)), same([[0]])], chances: [0, 0.9], readShare: 0.5 },
      { systems: [], chances: [0.9], readShare: 0.5 },
    ]),
  ],
});

/** A case of one call after the other; the first that is wrong is told. */
function calls(name: string, points: number, call: string, list: readonly { readonly args: readonly unknown[]; readonly wrong: (reply: Reply) => string | undefined; readonly is: (value: unknown) => boolean; readonly kind: string; readonly told: string }[]): Case {
  return {
    name,
    points,
    requests: list.map(({ args }) => ({ on: "answer", call, args })),
    judge(replies) {
      for (const [index, { is, kind, told, wrong }] of list.entries()) {
        const failure = unusable(`${call} for ${told}`, replies[index]!, is, kind);
        const message = failure?.message ?? wrong(replies[index]!);
        if (message !== undefined) return { message };
      }
      return undefined;
    },
  };
}

function decides(name: string, points: number, list: readonly (readonly [quorums: readonly Quorum[], up: readonly number[]])[]): Case {
  return calls(name, points, "hasQuorum", list.map(([quorums, up]) => {
    const whole = quorums.find((quorum) => quorum.every((node) => up.includes(node)));
    const told = `${inFew(quorums)} with ${up.length === 0 ? "no node" : inBraces(up)} up`;
    const why = whole === undefined ? "of each quorum some node is down" : `all of ${inBraces(whole)} are up`;
    return { args: [quorums, up], is: isBoolean, kind: "true or false", told, wrong: (reply) => (valueOf(reply) === (whole !== undefined) ? undefined : `hasQuorum ${inWords(reply)} for ${told}, expected ${whole !== undefined}: ${why}.`) };
  }));
}

type Family = readonly (readonly [quorums: readonly Quorum[], chances: readonly number[]])[];

/** What is wrong with a number; undefined if nothing is. */
function wrongNumber([quorums, chances]: Family[number]): { readonly told: string; readonly wrong: (reply: Reply) => string | undefined } {
  const expected = availabilityOf(quorums, chances);
  const told = `${inFew(quorums)} and chances ${chances.join(", ")}`;
  const wrong = (reply: Reply): string | undefined => {
    const given = valueOf<number>(reply);
    if (Math.abs(given - expected) < 1e-9) return undefined;
    return `availability returned ${digits(given)} for ${told}; expected ${digits(expected)}. ${guess(given, expected, quorums, chances)}.`;
  };
  return { told, wrong };
}

function probabilities(name: string, points: number, list: Family): Case {
  return calls(name, points, "availability", list.map((family) => ({ ...wrongNumber(family), args: family, is: isNumber, kind: "a number" })));
}

/** The same for families that are large: whoever takes long is told why. */
function ofMany(name: string, points: number, list: Family): Case {
  return {
    name,
    points,
    requests: [{ on: "rig", call: "oneByOne", args: [list] }],
    judge([all]) {
      for (const [index, reply] of valueOf<Reply[]>(all!).entries()) {
        const { told, wrong } = wrongNumber(list[index]!);
        if ("threw" in reply && reply.threw === TOO_SLOW) return { message: `availability took more than half a second of the processor's time for ${told}: does it take twice as long for each quorum more? Go through the sets of nodes, which are ${1 << list[index]![1].length} here, and not through sets of quorums.` };
        if ("threw" in reply && reply.threw === CHANGED) return { message: `availability for ${told} changed the lists that it was given, which belong to the caller: what is sorted or filled in place?` };
        const failure = unusable(`availability for ${told}`, reply, isNumber, "a number");
        const message = failure?.message ?? wrong(reply);
        if (message !== undefined) return { message };
      }
      return undefined;
    },
  };
}

/** What may have led to a wrong number. */
function guess(given: number, expected: number, quorums: readonly Quorum[], chances: readonly number[]): string {
  const whole = quorums.map((quorum) => quorum.reduce((product, node) => product * chances[node]!, 1));
  const is = (value: number): boolean => Math.abs(given - value) < 1e-9;
  if (quorums.length === 0) return "Where there is no quorum, none can be up";
  if (is(availabilityOf(quorums, chances.map((chance) => 1 - chance)))) return "That is what comes out if chances are those of being down";
  if (is(1 - expected)) return "That is the probability that no quorum is up";
  if (is(whole.reduce((sum, one) => sum + one, 0))) return "That is the sum over the quorums: when two are up at once, the moment is counted twice";
  if (is(1 - whole.reduce((none, one) => none * (1 - one), 1))) return "That would be right if quorums failed independently of each other; but where they share a node they fail with it";
  if (is(Math.max(...whole))) return "That is one quorum alone; when it is down, another may still be up";
  if (given > 1) return "No probability is above 1";
  if (Math.abs(given - expected) < 0.02) return "Close, but it can be computed exactly: of all sets of nodes that may be up, add the probabilities of those that hold a quorum";
  return "Of all sets of nodes that may be up, add the probabilities of those that hold a quorum; a set's own is the product over all nodes, those that are down included";
}

function votes(name: string, points: number, list: readonly (readonly [votes: readonly number[], needed: number])[]): Case {
  const isFamily = (value: unknown): boolean => Array.isArray(value) && value.every((one) => Array.isArray(one) && one.every(Number.isInteger));
  return calls(name, points, "byVotes", list.map(([votes, needed]) => {
    const expected = leastByVotes(votes, needed);
    const told = `votes ${votes.join(", ")} of which ${needed} are needed`;
    const wrong = (reply: Reply): string | undefined => {
      const given = valueOf<Quorum[]>(reply).map((quorum) => [...quorum].sort((a, b) => a - b));
      const names = given.map(inBraces);
      const rights = expected.map(inBraces);
      const start = `byVotes for ${told}: your list`;
      const few = given.find((set) => set.reduce((sum, node) => sum + (votes[node] ?? 0), 0) < needed);
      if (few !== undefined) return `${start} has ${inBraces(few)}, which has too few votes.`;
      const more = given.find((set) => !rights.includes(inBraces(set)));
      if (more !== undefined) {
        const least = expected.find((set) => set.every((node) => more.includes(node)))!;
        return `${start} has ${inBraces(more)}, but ${inBraces(least)} has enough votes already: nobody may be in it who could be left out.`;
      }
      const lacking = expected.find((set) => !names.includes(inBraces(set)));
      if (lacking !== undefined) return `${start} lacks ${inBraces(lacking)}, which has enough votes, and too few without any one of its nodes.`;
      const twice = names.find((one, index) => names.indexOf(one) < index);
      return twice === undefined ? undefined : `${start} has ${twice} twice.`;
    };
    return { args: [votes, needed], is: isFamily, kind: "a list of lists of nodes", told, wrong };
  }));
}

function consistencies(name: string, points: number, list: readonly System[]): Case {
  return calls(name, points, "isConsistent", list.map((system) => {
    const apart = missing(system);
    const told = `reads with ${inFew(system.reads)}, writes with ${inFew(system.writes)}`;
    const why = apart === undefined ? "every write quorum meets every read quorum and every write quorum" : apart.kind === "read" ? `a read of ${inBraces(apart.one)} misses a write to ${inBraces(apart.write)}` : `a write to ${inBraces(apart.one)} and one to ${inBraces(apart.write)} never hear of each other`;
    return { args: [system], is: isBoolean, kind: "true or false", told, wrong: (reply) => (valueOf(reply) === (apart === undefined) ? undefined : `isConsistent ${inWords(reply)} for ${told}; expected ${apart === undefined}: ${why}.`) };
  }));
}

interface Contest {
  readonly systems: readonly System[];
  readonly chances: readonly number[];
  readonly readShare: number;
}

function contests(name: string, points: number, list: readonly Contest[]): Case {
  return calls(name, points, "best", list.map(({ systems, chances, readShare }) => {
    const scores = systems.map((system) => (missing(system) === undefined ? served(system, chances, readShare) : -1));
    const expected = scores.every((score) => score < 0) ? null : scores.indexOf(Math.max(...scores));
    const told = `${systems.length} systems, chances ${chances.join(", ")} and ${Math.round(100 * readShare)} % reads`;
    const inScores = systems.map((_, index) => `${index}: ${scores[index]! < 0 ? "not consistent" : digits(scores[index]!)}`).join(", ");
    const wrong = (reply: Reply): string | undefined => (valueOf(reply) === expected ? undefined : `best ${inWords(reply)} for ${told}, expected ${expected}.${systems.length === 0 ? " There is none to choose from." : ` The shares of operations that succeed are: ${inScores}.`}`);
    return { args: [systems, chances, readShare], is: (value) => value === null || typeof value === "number", kind: "a place in the list, or null", told, wrong };
  }));
}
