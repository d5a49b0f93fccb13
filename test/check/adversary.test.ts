import { describe, expect, it } from "vitest";
import { formatPath, subjectOf, walk } from "../../lib/check/explore/index.js";
import { disksOf, drawRun } from "../../lib/check/hostileRun.js";
import { JudgeError, NO_HANDLER_FAILS } from "../../lib/check/judge.js";
import { play } from "../../lib/check/play.js";
import { shortestFailure } from "../../lib/check/shortestFailure.js";
import type { Declaration } from "../../lib/promises.js";
import type { Protocol } from "../../lib/protocol.js";
import { raft, type RaftOptions } from "../../lib/replication/raft/raft.js";
import { raftElection, raftElectionStable } from "../../lib/replication/raft/raft.promises.js";
import type { Raft, RaftMessage, RaftState } from "../../lib/replication/raft/types.js";
import { rewire } from "../../lib/replication/rewired.js";

/** Broken Rafts that the engine's own mutants do not have, and sound ones in odd dress: the judges are tried here, not the engine. */

/** Raft that handles another message, or none, in place of what came. */
function mishearing(hear: (state: RaftState, message: RaftMessage) => RaftMessage | undefined, options?: RaftOptions): Protocol<Raft> {
  const sound = raft(options);
  return {
    ...sound,
    onMessage(state, from, message, context) {
      const heard = hear(state, message);
      if (heard) sound.onMessage(state, from, heard, context);
    },
  };
}

/** Raft that compares logs in its own way before a vote. */
const comparing = (upToDate: (request: { lastLogIndex: number; lastLogTerm: number }, state: RaftState) => boolean) =>
  mishearing((state, message) => (message.type === "RequestVote" ? { ...message, lastLogTerm: upToDate(message, state) ? Number.MAX_SAFE_INTEGER : -1 } : message));

const endOf = (state: RaftState) => state.log.at(-1)?.term ?? 0;

/** Raft whose memory after a restart is not what its disk kept. */
const recalling = (recall: (stored: Raft["Stored"], log: readonly unknown[]) => Raft["Stored"]): Protocol<Raft> => {
  const sound = raft();
  return { ...sound, init: (self, size, stored, log = []) => sound.init(self, size, stored && recall(stored, log), log) };
};

/** Raft in which a timer does nothing any more, or something else first. */
const timing = (before: (state: RaftState, timer: Raft["Timer"]) => boolean): Protocol<Raft> => {
  const sound = raft();
  return { ...sound, onTimer: (state, timer, context) => (before(state, timer) ? sound.onTimer!(state, timer, context) : undefined) };
};

/** Raft in which the vote of an old term stands in a new one: who gave it to somebody else refuses. */
const bound: Protocol<Raft> = (() => {
  const sound = raft();
  return {
    ...sound,
    onMessage(state, from, message, context) {
      const refuses = message.type === "RequestVote" && message.term > state.currentTerm && state.votedFor !== null && state.votedFor !== from;
      sound.onMessage(state, from, refuses ? { ...message, lastLogTerm: -1 } : message, context);
    },
  };
})();

function accused(declaration: Declaration<Raft>, protocol: Protocol<Raft>, runs: number): { count: number; properties: Set<string>; first: number | undefined } {
  const properties = new Set<string>();
  let count = 0;
  let first: number | undefined;
  for (let seed = 1; seed <= runs; seed++) {
    const { accusation } = play(declaration, drawRun(declaration, seed), { protocol });
    if (!accusation) continue;
    count++;
    first ??= seed;
    properties.add(accusation.property);
  }
  return { count, properties, first };
}

/** Whether one of so many runs is accused: of a property, if one is named. */
function isAccused(declaration: Declaration<Raft>, protocol: Protocol<Raft>, runs: number, property?: string): boolean {
  for (let seed = 1; seed <= runs; seed++) {
    const { accusation } = play(declaration, drawRun(declaration, seed), { protocol });
    if (accusation && (property === undefined || accusation.property === property)) return true;
  }
  return false;
}

const broken: readonly (readonly [string, Protocol<Raft>, string])[] = [
  ["gives its vote also where it gave it to itself", mishearing((state, message) => (message.type === "RequestVote" && message.term === state.currentTerm && state.role === "candidate" ? ((state.votedFor = null), message) : message)), "one vote a term, also after a crash"],
  ["keeps its old vote in a new term", bound, "when the faults end, one leader is followed by all"],
  ["looks at the last term alone", comparing((request, state) => request.lastLogTerm >= endOf(state)), "a new leader's log is not behind those of a majority"],
  ["wants a longer log than its own", comparing((request, state) => request.lastLogTerm > endOf(state) || (request.lastLogTerm === endOf(state) && request.lastLogIndex > state.log.length)), "when the faults end, one leader is followed by all"],
  ["counts a refusal as a vote", mishearing((state, message) => (message.type === "RequestVoteReply" && message.term === state.currentTerm ? { ...message, voteGranted: true } : message)), "a leader has the votes of a majority in its term"],
  ["stays leader in a higher term", mishearing((state, message) => (state.role === "leader" && message.term > state.currentTerm ? ((state.currentTerm = message.term), undefined) : message)), "a leader has the votes of a majority in its term"],
  ["is deaf to higher terms while it leads", mishearing((state, message) => (state.role === "leader" && message.term > state.currentTerm ? undefined : message)), "when the faults end, one leader is followed by all"],
  ["takes whoever sends heartbeats in a term for a leader of its own", mishearing((state, message) => (message.type === "AppendEntries" && message.term < state.currentTerm ? ((state.currentTerm = message.term), message) : message)), "one vote a term, also after a crash"],
  ["forgets at a restart the term that its disk kept", recalling((stored) => ({ ...stored, currentTerm: Math.max(0, stored.currentTerm - 1) })), "after a restart a node knows the term and the vote that its disk kept"],
];

describe("a broken Raft that no mutant stands for is accused", () => {
  it.each(broken)("one that %s", (_what, protocol, property) => {
    expect(isAccused(raftElection, protocol, 400, property)).toBe(true);
  });
});

const sound: readonly (readonly [string, RaftOptions])[] = [
  ["a heartbeat just below the lowest timeout", { heartbeat: 140 }],
  ["slow elections", { electionTimeout: [1000, 3000] }],
  ["pre-vote alone", { preVote: true }],
  ["check-quorum alone", { checkQuorum: true }],
  ["both, and slow", { preVote: true, checkQuorum: true, electionTimeout: [1000, 2000] }],
  ["both, and a late heartbeat", { preVote: true, checkQuorum: true, heartbeat: 140 }],
];

describe("a sound Raft is accused of nothing", () => {
  it.each(sound)("with %s", (_what, options) => {
    expect(accused({ ...raftElection, endings: [] }, raft(options), 100).count).toBe(0);
    expect(accused({ ...raftElection, endings: [], sizes: [9] }, raft(options), 30).count).toBe(0);
  });

  it("where its progress is asked for after 2,400 ms of calm, less than half of what it is given", () => {
    for (let seed = 1; seed <= 200; seed++) for (const declaration of [raftElection, raftElectionStable]) expect(play({ ...declaration, calm: 2400 }, drawRun(declaration, seed)).accusation, `seed ${seed}`).toBeUndefined();
  });
});

describe("a Raft that cannot make progress is accused of just that", () => {
  it.each([
    ["timeouts below the time that a vote takes", { electionTimeout: [10, 20] }],
    ["timeouts that are all alike", { electionTimeout: [150, 150] }],
  ] as const)("%s", (_what, options) => {
    const { count, properties } = accused({ ...raftElection, endings: [] }, raft(options), 150);
    expect(count).toBeGreaterThan(0);
    expect([...properties]).toEqual(["when the faults end, one leader is followed by all"]);
  });
});

describe("what is left of a failing run", () => {
  const [, counting] = broken.find(([what]) => what === "counts a refusal as a vote")!;
  const [, staying] = broken.find(([what]) => what === "stays leader in a higher term")!;
  it.each([
    ["counts a refusal as a vote", counting],
    ["stays leader in a higher term", staying],
  ])("fails by itself, is the same each time, and nothing in it can be left out: one that %s", (_what, protocol) => {
    const property = "a leader has the votes of a majority in its term";
    const fails = (run: ReturnType<typeof drawRun<Raft>>) => play(raftElection, run, { protocol }).accusation?.property === property;
    let tried = 0;
    for (let seed = 1; tried < 12; seed++) {
      if (!fails(drawRun(raftElection, seed))) continue;
      tried++;
      const { run, path } = shortestFailure(raftElection, seed, protocol, property);
      const again = shortestFailure(raftElection, seed, protocol, property);
      expect(again.run).toEqual(run);
      expect(fails(run)).toBe(true);
      if (!path) run.schedule.forEach((_, i) => expect(fails({ ...run, schedule: run.schedule.toSpliced(i, 1) }), `seed ${seed}, without command ${i + 1}`).toBe(false));
      if (!path) continue;
      expect(formatPath(again.path!.path)).toBe(formatPath(path.path));
      const subject = { ...subjectOf(raftElection, protocol), disks: disksOf(raftElection, run) };
      const breaks = (steps: typeof path.path) => walk(subject, steps, { size: path.size, skipImpossible: true }).violations.some((violation) => violation.property === property);
      expect(breaks(path.path)).toBe(true);
      path.path.forEach((_, i) => expect(breaks(path.path.toSpliced(i, 1)), `seed ${seed}, without step ${i + 1}`).toBe(false));
    }
  });
});

describe("what the judges once missed", () => {
  it("a log that is longer but older wins no vote unnoticed (all drawn logs are one history, in which longer is newer)", () => expect(isAccused(raftElection, comparing((request, state) => request.lastLogIndex >= state.log.length), 300)).toBe(true));

  it("pre-vote left out of the stable engine is noticed", () => expect(isAccused(raftElectionStable, raft({ checkQuorum: true }), 300)).toBe(true));

  it("check-quorum left out of the stable engine is noticed", () => expect(isAccused(raftElectionStable, raft({ preVote: true }), 300)).toBe(true));

  it("a leader that sends no heartbeat but its first is noticed: its followers depose it for ever", () => expect(isAccused(raftElection, timing((_state, timer) => timer !== "heartbeat"), 300)).toBe(true));

  it("a vote forgotten at a restart is noticed in one run of twenty, not of a hundred", () => expect(accused(raftElection, recalling((stored) => ({ ...stored, votedFor: null })), 400).count).toBeGreaterThan(20));

  it('"a candidate whose log is behind that of a node with a free vote" is not reached where all logs are empty', () => {
    const equal: Declaration<Raft> = { ...raftElection, disks: () => ({}) };
    for (let seed = 1; seed <= 100; seed++) expect([...play(equal, drawRun(equal, seed)).reached]).not.toContain("a candidate whose log is behind that of a node with a free vote");
  });

  it("an engine that fails as it starts is accused, like one that fails later", () => {
    const protocol: Protocol<Raft> = { ...raft(), onStart: () => { throw new Error("no disk"); } };
    expect(play(raftElection, drawRun(raftElection, 3), { protocol }).accusation?.property).toBe(NO_HANDLER_FAILS);
  });

  it("an engine that fails at a restart can be reduced", () => {
    const protocol = recalling(() => { throw new Error("the record cannot be read"); });
    const { first } = accused(raftElection, protocol, 50);
    expect(shortestFailure(raftElection, first!, protocol, NO_HANDLER_FAILS).accusation.property).toBe(NO_HANDLER_FAILS);
  });

  it("a Raft that needs the votes of all is noticed: one node that is down stops it (the calm phase brings every node back)", () => {
    // A majority of 2n − 1 is n; what goes to nodes that do not exist is dropped.
    const sound = raft();
    const protocol = rewire({ ...sound, init: (self, size, stored, log) => sound.init(self, 2 * size - 1, stored, log) }, (_state, context) => ({ send: (to, message) => void (to < context.size && context.send(to, message)) }));
    expect(isAccused(raftElection, protocol, 300)).toBe(true);
  });

  it("the witnesses of a reduced run are of its own steps, not of the longer run before", () => {
    const [, protocol, property] = broken.find(([what]) => what === "counts a refusal as a vote")!;
    const { path, accusation } = shortestFailure(raftElection, accused(raftElection, protocol, 50).first!, protocol, property);
    for (const { time } of accusation.witnesses) expect(time).toBeLessThanOrEqual(path!.path.length);
  });

  it("an invariant that fails itself is not laid at the engine's door", () => {
    const careless: Declaration<Raft> = { ...raftElection, invariants: [{ name: "careless", source: "this test", afterStep: () => { throw new Error("a slip in the judge"); } }] };
    expect(() => play(careless, drawRun(careless, 3))).toThrow(JudgeError);
    expect(() => play(careless, drawRun(careless, 3))).toThrow(/"careless" failed when it was checked.*a slip in the judge/);
  });
});
