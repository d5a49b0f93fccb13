import { describe, expect, test } from "vitest";
import { explore, formatPath, parsePath, type Subject, subjectOf, walk } from "../../lib/check/explore/index.js";
import type { Types } from "../../lib/protocol.js";
import { raftVotingTwice } from "../../lib/replication/raft/raft.mutants.js";
import { raftElection } from "../../lib/replication/raft/raft.promises.js";
import type { Raft } from "../../lib/replication/raft/types.js";
import { asking, listening, timing } from "./tinyProtocols.js";

const read = (text: string) => parsePath<Raft>(text);

describe("a path as text", () => {
  test("is read as it was written", () => {
    const text = '0 election; 0>1; 1>0#2; duplicate 0>1; drop 2>0#3; crash 0; restart 0; restart 0 lost; input 1 {"say":"a; \\"b\\""}; 0 {"retry":3}; 0 "two words"';
    expect(formatPath(parsePath<Types>(text))).toBe(text);
    expect(parsePath(text)).toHaveLength(11);
    expect(parsePath(" 0>1 ;;\n crash  2 ; ")).toEqual([{ kind: "deliver", from: 0, to: 1, nth: 1 }, { kind: "crash", node: 2 }]);
  });

  test("says where a handler was cut short", () => {
    const text = '0 election then crash after 1; 0>1 then crash after 2; input 1 {"say":"a then crash after 3"}; input 1 4 then crash after 0';
    expect(formatPath(parsePath<Types>(text))).toBe(text);
    expect(parsePath(text)[0]).toEqual({ kind: "timer", node: 0, timer: "election", crashAfter: 1 });
    expect(() => read("crash 0 then crash after 1")).toThrow("only a delivery, a timer or an input can be cut short");
  });

  test("that cannot be read says which step, and what was expected", () => {
    expect(() => read("0>1; jump 3")).toThrow('step 2 of the path, "jump 3": expected one like 0 election, 0>1');
    expect(() => read("0>1#0")).toThrow("messages are counted from #1");
    expect(() => read("input 0 {a}")).toThrow("expected JSON, not {a}");
    expect(() => read("input 0")).toThrow("expected JSON, not nothing");
    expect(() => read("0 two words")).toThrow("expected JSON, not two words");
  });
});

describe("walking", () => {
  test("repeats what was explored, judges it, and tells it in words and as a trace", () => {
    const subject = subjectOf(raftElection, raftVotingTwice());
    const [found] = explore(subject, { size: 3, timers: 2 }).violations;
    const walked = walk(subject, found!.path, { size: 3 });
    expect(walked.violations).toEqual([{ property: found!.property, message: found!.message }]);
    expect(walked.executed).toEqual(found!.path);
    expect(walked.words[0]).toBe("node 0's timer election fires");
    expect(walked.words).toHaveLength(found!.path.length);
    expect(walked.trace.filter(({ kind }) => kind === "start")).toHaveLength(3);
    expect(walked.trace.filter(({ kind }) => kind === "deliver").map(({ time }) => time)).toEqual([3, 4]);
    expect(walked.trace.filter((event) => event.kind === "role").map((event) => event.kind === "role" && `${event.time} ${event.node} ${event.role}`)).toContain("1 0 candidate");
  });

  test("a whole election", () => {
    const { nodes, violations, inFlight } = walk(raftElection, read("0 election; 0>1; 1>0; 0>1"), { size: 3 });
    expect(violations).toEqual([]);
    expect(nodes.map(({ state }) => [state.role, state.leader])).toEqual([["leader", 0], ["follower", 0], ["follower", null]]);
    expect(inFlight.map(({ from, to }) => `${from}>${to}`)).toEqual(["0>2", "0>2", "1>0"]);
  });

  test("counts messages by age, delivers them again, loses them", () => {
    const heard = (text: string) => walk(listening("a", "b"), parsePath(text), { size: 2 }).nodes[1]!.state.heard.join("");
    expect(["0>1; 0>1", "0>1#2; 0>1", "duplicate 0>1#2; 0>1#2; 0>1", "drop 0>1; 0>1"].map(heard)).toEqual(["ab", "ba", "bba", "b"]);
  });

  test("names a step that is not possible, and why; or leaves it out", () => {
    const fails = (text: string) => () => walk(raftElection, read(text), { size: 2 });
    expect(fails("0 election; 1>0")).toThrow("step 2 of the path is not possible: no message is in flight from node 1 to node 0");
    expect(fails("0 election; 0>1#2")).toThrow("only 1 of the messages are in flight from node 0 to node 1");
    expect(fails("5 election")).toThrow("there is no node 5, only 0 to 1");
    expect(fails("0 heartbeat")).toThrow("no timer heartbeat is set on node 0");
    expect(fails("crash 0; 0 election")).toThrow("node 0 is down");
    expect(fails("restart 1")).toThrow("node 1 is up");
    expect(() => walk(timing({ onStart: [["fast", 1], ["slow", 2]] }), parsePath("0 slow"), { size: 1 })).toThrow("on node 0 a shorter timer comes before slow");
    const { executed, words } = walk(raftElection, read("1>0; 0 election; restart 1; 0>1; crash 1; 0>1"), { size: 2, skipImpossible: true });
    expect(formatPath(executed)).toBe("0 election; 0>1; crash 1");
    expect(words).toHaveLength(3);
  });

  test("ends where a promise is broken", () => {
    const subject = timing({ onStart: [["fast", 1], ["slow", 2]], never: ["fast"] });
    const walked = walk(subject, parsePath("0 fast; 0 slow"), { size: 1 });
    expect([formatPath(walked.executed), walked.violations]).toEqual(["0 fast", [{ property: "order", message: "fast" }]]);
  });

  test("gets to any world explored: the deepest is where nothing is in flight", () => {
    const deepest = explore({ ...asking, invariants: [{ name: "someone waits", source: "", overall: (nodes, facts) => facts.must(nodes.some(({ state }) => state.granted.length < 2), "nobody waits") }] }, { size: 3, symmetry: true });
    expect(deepest.violations[0]!.path).toHaveLength(12);
    expect(walk(asking, deepest.violations[0]!.path, { size: 3 }).inFlight).toEqual([]);
  });
});

describe("a crash in the middle of a handler", () => {
  interface Writer {
    State: { seen: string };
    Message: never;
    Stored: string;
    Input: "write";
  }
  /** Writes twice, then says so to node 1. */
  const writer: Subject<Writer> = {
    protocol: {
      init: (_self, _size, stored = "nothing") => ({ seen: stored }),
      onInput(_state, _input, context) {
        context.save("one");
        context.save("two");
        context.send(1, "written" as never);
      },
      onMessage() {},
    },
    inputs: ["write"],
    reachables: ["nothing", "one", "two"].map((seen) => ({ name: `back with ${seen}`, afterStep: ({ id, up, state }) => id === 0 && up && state.seen === seen })),
  };

  test("keeps the first of its writes and lets no message out", () => {
    const { nodes, inFlight, words, trace } = walk(writer, parsePath('input 0 "write" then crash after 1; restart 0'), { size: 2 });
    expect({ state: nodes[0]!.state, inFlight, words }).toEqual({ state: { seen: "one" }, inFlight: [], words: ["node 0 is asked write, and crashes with 1 of its writes on disk", "node 0 restarts"] });
    expect(trace.map(({ kind }) => kind)).toEqual(["start", "start", "input", "save", "crash", "restart"]);
  });

  test("is explored only if asked for, after each of the writes, and counts as a crash", () => {
    const bounds = { size: 2, inputs: 1, crashes: 1 };
    expect(explore(writer, bounds).reached).toMatchObject({ "back with one": null, "back with two": 3 });
    expect(explore(writer, { ...bounds, midWrite: true }).reached).toMatchObject({ "back with one": 2, "back with two": 2 });
    expect(explore(writer, { ...bounds, crashes: 0, midWrite: true }).reached).toMatchObject({ "back with one": null, "back with two": null });
  });
});
