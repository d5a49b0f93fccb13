import { describe, expect, test } from "vitest";
import { NO_HANDLER_FAILS } from "../../lib/check/judge.js";
import { type Bounds, explore, formatPath, type Subject, subjectOf, walk } from "../../lib/check/explore/index.js";
import type { Types } from "../../lib/protocol.js";
import { raftVotingTwice } from "../../lib/replication/raft/raft.mutants.js";
import { raftElection } from "../../lib/replication/raft/raft.promises.js";
import { naiveExplore } from "./naiveExplore.js";
import { asking, booting, listening, stubborn, timing } from "./tinyProtocols.js";

const unique = <T extends Types>(subject: Subject<T>, bounds: Bounds) => {
  const { complete, unique } = explore(subject, bounds);
  expect(complete).toBe(true);
  return unique;
};

describe("worlds are counted", () => {
  test("three stages for each ordered pair of nodes: 3^2 worlds of two nodes, 3^6 of three", () => {
    expect(explore(asking, { size: 2 })).toMatchObject({ unique: 9, depth: 4, complete: true, violations: [] });
    // Each world has a way on for each pair that has not come to its end: 6·2·3^5, and the start is come upon once.
    expect(explore(asking, { size: 3 })).toMatchObject({ unique: 729, states: 6 * 2 * 243 + 1, depth: 12, complete: true });
  });

  test("up to names, Burnside counts 6 and 138 of them", () => {
    expect(unique(asking, { size: 2, symmetry: true })).toBe((9 + 3) / 2);
    expect(explore(asking, { size: 3, symmetry: true })).toMatchObject({ unique: (729 + 3 * 27 + 2 * 9) / 6, depth: 12, complete: true });
  });

  test("two messages arrive in either order, or in their own on an ordered link; two equal ones are one case", () => {
    expect(unique(listening("a", "b"), { size: 2 })).toBe(5);
    expect(unique(listening("a", "b"), { size: 2, ordered: true })).toBe(3);
    expect(unique(listening("a", "a"), { size: 2 })).toBe(3);
  });

  test("a message lost on an ordered link lets the next one through", () => {
    // Heard nothing, a, a and b; and with one lost: nothing with b to come, b, a.
    expect(unique(listening("a", "b"), { size: 2, ordered: true, drops: 1 })).toBe(6);
  });

  test("a message that stays in flight is heard again, as often as the bound says", () => {
    // In flight and heard 0, 1, 2 times; gone and heard 1, 2, 3 times.
    expect(unique(listening("a"), { size: 2, duplicates: 2 })).toBe(6);
  });

  test("a crash leaves the disk, or may lose it, or is the end", () => {
    expect(unique(booting, { size: 1 })).toBe(1);
    // Up for the first time, down, up for the second time.
    expect(unique(booting, { size: 1, crashes: 1 })).toBe(3);
    // And up for what it takes for the first time again.
    expect(unique(booting, { size: 1, crashes: 1, restart: "lost" })).toBe(4);
    expect(unique(booting, { size: 1, crashes: 2, restart: "never" })).toBe(2);
  });
});

test.each<Bounds>([
  { size: 2, timers: 3 },
  { size: 2, timers: 2, crashes: 1 },
  { size: 2, timers: 1, crashes: 2, restart: "lost" },
  { size: 2, timers: 1, crashes: 2, restart: "never", inputs: 1 },
  { size: 2, timers: 1, duplicates: 2, drops: 1 },
  { size: 3, timers: 1 },
])("an explorer without any cleverness finds as many worlds of Raft: %o", (bounds) => {
  const { rename: _, ...subject } = subjectOf({ ...raftElection, invariants: [], reachables: [] });
  expect(unique(subject, bounds)).toBe(naiveExplore(subject, bounds));
});

describe("a timer cannot overtake a shorter one set with it or before it", () => {
  const orders = (subject: ReturnType<typeof timing>) => explore(subject, { size: 1, inputs: 1 }).reached;

  test("set together, the shorter one comes first, whichever is set first", () => {
    expect(explore(timing({ onStart: [["slow", 100], ["fast", 10]] }), { size: 1 })).toMatchObject({ unique: 3, reached: { "fast first": 1, "slow first": null } });
    expect(explore(timing({ onStart: [["fast", 10], ["slow", 100]] }), { size: 1 })).toMatchObject({ unique: 3, reached: { "fast first": 1, "slow first": null } });
  });

  test("a shorter one set later may come first or last: nobody knows how long ago the other was set", () => {
    // Before the input, slow comes first in any case; the other order is the one to look for.
    expect(orders(timing({ onStart: [["slow", 100]], onInput: [["fast", 10]] }))).toEqual({ "fast first": 2, "slow first": 1 });
  });

  test("a longer one set later comes later", () => {
    expect(explore(timing({ onStart: [["fast", 10]], onInput: [["slow", 100]], never: ["slow", "fast"] }), { size: 1, inputs: 1 })).toMatchObject({ complete: true, violations: [] });
    expect(explore(timing({ onStart: [["fast", 110]], onInput: [["slow", 100]], never: ["slow", "fast"] }), { size: 1, inputs: 1 }).violations.map(({ path }) => formatPath(path))).toEqual(['input 0 "go"; 0 slow; 0 fast']);
  });

  test("set anew, a timer goes to the end of the queue", () => {
    // Slow is set again with the input: fast, set before it, then comes first.
    expect(explore(timing({ onStart: [["slow", 10], ["fast", 20]], onInput: [["slow", 30]], never: ["slow", "fast"] }), { size: 1, inputs: 1 }).violations.map(({ path }) => formatPath(path))).toEqual(["0 slow; 0 fast"]);
  });
});

describe("what must come about eventually", () => {
  test("a run that ends without it is shown", () => {
    expect(explore(stubborn, { size: 2 })).toMatchObject({ complete: true, violations: [] });
    const { violations } = explore(stubborn, { size: 2, drops: 1 });
    expect(violations).toEqual([{ property: "the message is heard", message: "nothing is left to happen, and it has not come about", path: [{ kind: "drop", from: 0, to: 1, nth: 1 }] }]);
  });

  test("once is enough, and a crash need not come", () => {
    expect(explore(stubborn, { size: 2, crashes: 1, restart: "never" }).violations.map(({ path }) => formatPath(path))).toEqual(["crash 1"]);
    expect(explore({ ...stubborn, eventually: [{ name: "it is up", holds: ([, node]) => node!.up }] }, { size: 2, crashes: 2 })).toMatchObject({ complete: true, violations: [] });
  });
});

describe("bounds", () => {
  test("what they cut off is said", () => {
    expect(explore(asking, { size: 3, depth: 2 })).toMatchObject({ complete: false, depth: 2, unique: 1 + 6 + 6 + 15 });
    expect(explore(asking, { size: 3, worlds: 100 })).toMatchObject({ complete: false, unique: 100 });
    expect(explore(asking, { size: 3, inFlight: 5 })).toMatchObject({ complete: false, unique: 1 });
    expect(explore(asking, { size: 3, inFlight: 6 })).toMatchObject({ complete: true, unique: 729 });
  });

  test("stop ends an exploration", () => {
    let asked = 0;
    expect(explore(raftElection, { size: 3, timers: 2 }, { stop: () => ++asked === 3 })).toMatchObject({ complete: false });
    expect(asked).toBe(3);
  });

  test("one out of range is named", () => {
    expect(() => explore(asking, { size: 0 })).toThrow('expected a whole number from 1 for the bound "size", not 0');
    expect(() => explore(asking, { size: 2, crashes: 1.5 })).toThrow('"crashes", not 1.5');
    expect(() => explore(asking, { size: 2, drops: Infinity })).toThrow('"drops", not Infinity');
    expect(() => explore(asking, { size: 2, drops: 99999, crashes: 99999 })).toThrow("too large together");
  });
});

describe("symmetry", () => {
  test("needs to be told how to rename, in facts, too", () => {
    const { rename: _, ...nameless } = asking;
    expect(() => explore(nameless, { size: 2, symmetry: true })).toThrow("symmetry needs a declaration that says how nodes are renamed");
    const { fact: _fact, ...factless } = raftElection.rename!;
    expect(() => explore({ ...raftElection, rename: factless }, { size: 2, timers: 1, symmetry: true })).toThrow(/whether the fact ".*" names nodes/);
  });

  test("is refused to an engine in which names matter", () => {
    const first: Subject<Types> = { protocol: { init: () => ({ leads: false }), onStart: (_state, context) => context.setTimer("lead" as never, 1), onTimer: (state, _timer, { self }) => void Object.assign(state, { leads: self === 0 }), onMessage() {} }, rename: { state: (state) => state, message: (message) => message } };
    expect(() => explore(first, { size: 2, symmetry: true })).toThrow("there is no symmetry: node 0 would do something else if it were node 1");
  });

  /** Election safety alone: its facts are of one kind, a leader by term. */
  const subject = (protocol = raftElection.engine()) => {
    const { rename, ...rest } = subjectOf(raftElection, protocol);
    const invariants = rest.invariants!.filter(({ name }) => name === "at most one leader a term");
    return { ...rest, invariants, rename: { ...rename!, fact: (fact: { kind: string; key: number | string; value: number | string }, to: (node: number) => number) => ({ ...fact, value: to(fact.value as number) }) } };
  };

  test("gives the same verdicts on fewer worlds", () => {
    for (const size of [2, 3]) {
      const [all, fewer] = [false, true].map((symmetry) => explore(subject(), { size, timers: 2, crashes: 1, symmetry }));
      expect(all).toMatchObject({ complete: true, violations: [] });
      expect(fewer).toMatchObject({ complete: true, violations: [], depth: all!.depth, reached: all!.reached });
      expect(fewer!.unique).toBeLessThan((1.2 * all!.unique) / (size === 2 ? 2 : 6));
    }
    const broken = [false, true].map((symmetry) => explore(subject(raftVotingTwice()), { size: 3, timers: 2, symmetry }).violations[0]!);
    expect(broken.map(({ property, path }) => [property, path.length])).toEqual([["at most one leader a term", 6], ["at most one leader a term", 6]]);
    expect(walk(subject(raftVotingTwice()), broken[1]!.path, { size: 3 }).violations.map(({ property }) => property)).toEqual(["at most one leader a term"]);
  });
});

describe("Raft's election", () => {
  test("keeps all its promises in every run of two and of three nodes with two timeouts and a crash", () => {
    for (const size of [2, 3]) expect(explore(raftElection, { size, timers: 2, crashes: size === 2 ? 2 : 1 })).toMatchObject({ complete: true, violations: [] });
  });

  test("leads, stands twice in a term and has an old and a new leader in some of them", () => {
    const { reached } = explore(raftElection, { size: 3, timers: 2 });
    expect(reached).toMatchObject({ "a leader": 3, "two candidates in one term": 2, "two leaders at once, in different terms": 6 });
    expect(reached["term 10"]).toBeNull();
  });

  test("with a server that votes twice has two leaders in a term, after six steps and no fewer", () => {
    const subject = subjectOf({ ...raftElection, invariants: raftElection.invariants.slice(0, 1) }, raftVotingTwice());
    const { violations, complete } = explore(subject, { size: 3, timers: 2 });
    expect(complete).toBe(false);
    expect(violations.map(({ property, message, path }) => [property, message, formatPath(path)])).toEqual([
      ["at most one leader a term", "leader of term 1: first 0, then 1", "0 election; 1 election; 0>2; 1>2; 2>0; 2>1"],
    ]);
    expect(explore(subject, { size: 3, timers: 2, depth: 5 }).violations).toEqual([]);
  });

  test("is explored the same way twice", () => {
    const bounds = { size: 3, timers: 2, crashes: 1, worlds: 50_000 };
    expect(explore(raftElection, bounds)).toEqual(explore(raftElection, bounds));
  });
});

test("a handler that fails is a violation, with the way there", () => {
  const failing: Subject<Types> = { protocol: { init: () => ({}), onStart: (_state, context) => context.send(1 - context.self, null), onMessage: (_state, from) => { if (from === 0) throw new Error("I know nobody called 0"); } } };
  expect(explore(failing, { size: 2 }).violations).toEqual([{ property: NO_HANDLER_FAILS, message: "node 1 failed: I know nobody called 0", path: [{ kind: "deliver", from: 0, to: 1, nth: 1 }] }]);
});
