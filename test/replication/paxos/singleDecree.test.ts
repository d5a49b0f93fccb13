import { describe, expect, it } from "vitest";
import { explore, parsePath, type Subject, subjectOf, walk } from "../../../lib/check/explore/index.js";
import { nextBallot, ownerOf } from "../../../lib/replication/paxos/ballots.js";
import { quorumsOf } from "../../../lib/replication/paxos/quorums.js";
import { singleDecree } from "../../../lib/replication/paxos/singleDecree.js";
import { singleDecreeMutants } from "../../../lib/replication/paxos/singleDecree.mutants.js";
import { singleDecreePaxos } from "../../../lib/replication/paxos/singleDecree.promises.js";
import type { SingleDecree } from "../../../lib/replication/paxos/singleDecree.types.js";
import { rewire } from "../../../lib/replication/rewired.js";

describe("ballots (Paxos Made Simple, §2.5)", () => {
  it("rise, and no two nodes share one", () => {
    for (const size of [1, 3, 4, 5]) {
      for (let above = 0; above < 40; above++) {
        const next = Array.from({ length: size }, (_, node) => nextBallot(above, node, size));
        expect(next.map((ballot) => ownerOf(ballot, size))).toEqual(next.map((_, node) => node));
        expect([...next].sort((a, b) => a - b)).toEqual(next.map((_, i) => above + 1 + i));
      }
    }
  });
});

describe("quorums (Flexible Paxos, §3)", () => {
  it("are majorities, or as small as they may be beside the other", () => {
    expect([1, 2, 3, 4, 5].map((size) => quorumsOf({}, size))).toEqual([[1, 1], [2, 2], [2, 2], [3, 3], [3, 3]].map(([phase1, phase2]) => ({ phase1, phase2 })));
    expect(quorumsOf({ phase2: 2 }, 5)).toEqual({ phase1: 4, phase2: 2 });
    expect(quorumsOf({ phase1: 1 }, 3)).toEqual({ phase1: 1, phase2: 3 });
  });

  it("that need not meet are refused, and those that do not exist", () => {
    expect(() => quorumsOf({ phase1: 2, phase2: 2 }, 4)).toThrow("their sum must be above 4");
    expect(() => singleDecree({ phase1: 1, phase2: 2 }).init(0, 3)).toThrow(RangeError);
    for (const phase1 of [0, 4, 1.5]) expect(() => quorumsOf({ phase1, phase2: 3 }, 3)).toThrow("expected a quorum from 1 to 3");
    expect(() => singleDecree({ patience: 0 })).toThrow("expected a patience above 0 ms");
  });
});

const all = subjectOf(singleDecreePaxos);
/** Node 0's client wants x, node 1's wants y; who has learned what was chosen keeps it to itself, which no acceptor's part depends on. */
const twoProposers: Subject<SingleDecree> = {
  ...all,
  inputs: ["x", "y"].map((value) => ({ type: "propose", value })),
  protocol: (() => {
    const silent = rewire(singleDecree({ emptyDisk: "lost" }), (_state, context) => ({
      send: (to, message) => void (message.type !== "Chosen" && message.type !== "Learned" && context.send(to, message)),
      setTimer: (timer, delay) => void (timer !== "tell" && context.setTimer(timer, delay)),
    }));
    return { ...silent, onInput: (state, input, context) => void (input.value === ["x", "y"][context.self] && silent.onInput!(state, input, context)) };
  })(),
};

describe("three acceptors and two proposers, explored to the end", () => {
  it.each([
    [{ inputs: 2, timers: 0 }, 67966],
    [{ inputs: 2, timers: 0, crashes: 1 }, 566854],
    [{ inputs: 2, timers: 0, crashes: 1, restart: "lost" as const }, 822023],
  ])("every promise is kept: %o", (bounds, unique) => {
    const found = explore(twoProposers, { size: 3, ...bounds });
    expect(found).toMatchObject({ complete: true, violations: [], unique });
    expect(found.reached).toMatchObject({ "two proposers in a duel": expect.any(Number), "a value adopted from a promise": expect.any(Number), "a ballot refused": expect.any(Number), "a value chosen": expect.any(Number) });
  });

  it("quorums of one to promise and two to accept give two values", () => {
    const apart = singleDecreeMutants.find(({ name }) => name === "paxos-quorums-apart")!;
    const invariants = singleDecreePaxos.invariants.filter(({ name }) => name === "a chosen value stays chosen");
    const [violation] = explore({ ...all, invariants, protocol: apart.broken() }, { size: 3, inputs: 2, timers: 0 }).violations;
    expect(violation).toMatchObject({ property: "a chosen value stays chosen" });
  });
});

describe("a duel, step by step (Paxos Made Simple, §2.2)", () => {
  const run = (text: string) => walk(all, parsePath<SingleDecree>(text), { size: 3 });
  const x = 'input 0 {"type":"propose","value":"x"}';
  const y = 'input 1 {"type":"propose","value":"y"}';

  it("P2c: who is told of an acceptance proposes that value, not its own", () => {
    // Node 0 (ballot 3) has x accepted by itself and node 2; node 1, refused under ballot 1, hears of it from node 2 under ballot 4.
    const { nodes, violations } = run(`${x}; 0>2; 2>0; 0>2; ${y}; 1>2; 2>1#1; 1 retry; 1>2; 2>1`);
    expect(violations).toEqual([]);
    expect(nodes[1]!.state).toMatchObject({ phase: "proposing", ballot: 4, wanted: "y", proposal: "x" });
  });

  it("phase 1b: a promise overtakes a lower ballot, whose acceptance is refused, and its proposer stands back", () => {
    const refused = run(`${y}; 1>2; 2>1; ${x}; 0>2; 1>2; 2>1`);
    expect(refused.nodes[1]!.state).toMatchObject({ phase: "backing-off", ballot: 1, heard: 3 });
    expect(refused.nodes[2]!.state).toMatchObject({ promised: 3, accepted: null });
  });

  it("§2.5: a promise and an acceptance outlive a crash, and a ballot is never used again", () => {
    const { nodes } = run(`${x}; 0>1; 1>0; 0>1; crash 1; restart 1; crash 0; restart 0; ${x}`);
    expect(nodes[1]!.state).toMatchObject({ promised: 3, accepted: { ballot: 3, value: "x" } });
    expect(nodes[0]!.state).toMatchObject({ ballot: 6 });
  });

  it("Paxos Made Live, §5.1: who has lost its disk neither promises nor accepts, and still learns", () => {
    const { nodes, inFlight } = run(`crash 2; restart 2 lost; ${x}; 0>2; 0>1; 1>0; 0>1; 1>0; 0>2#2`);
    expect(inFlight.filter(({ from, message }) => from === 2 && message.type !== "Learned")).toEqual([]);
    expect(nodes[2]!.state).toMatchObject({ abstains: true, promised: 0, accepted: null });
  });
});
