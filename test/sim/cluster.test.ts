import { describe, expect, it } from "vitest";
import { simulate } from "../../lib/sim/cluster.js";
import type { ClusterOptions } from "../../lib/sim/options.js";
import type { TraceEvent } from "../../lib/sim/trace.js";
import { type Action, puppet, type Puppet } from "./puppet.js";

const cluster = (options: Partial<ClusterOptions<Puppet>> = {}, onStart: readonly Action[] = []) =>
  simulate(puppet(onStart), { size: 3, seed: 1, latency: "constant:5", ...options });
const times = (n: number, action: (i: number) => Action): Action[] => Array.from({ length: n }, (_, i) => action(i));
const kinds = (trace: Iterable<TraceEvent>) => [...trace].map((event) => event.kind);

describe("time", () => {
  it("events of one time happen in the order in which they were scheduled, whatever their kind", () => {
    const run = cluster({}, [{ setTimer: "early", delay: 5 }]);
    run.input(0, [{ send: 2, message: "first" }, { setTimer: "x", delay: 5 }, { send: 2, message: "second" }]);
    run.input(2, [{ setTimer: "y", delay: 5 }]);
    run.input(1, [{ send: 2, message: "third" }]);
    run.run(5);
    expect(run.nodes[2]!.state).toMatchObject({ heard: ['5 0: "first"', '5 0: "second"', '5 1: "third"'], fired: ["5 early", "5 y"] });
    expect(run.events).toBe(3 + 5);
  });

  it("the clock stands at the event while it happens, and at the time that was run to afterwards", () => {
    const run = cluster();
    run.input(0, [{ send: 1, message: 1 }]);
    run.run(4);
    expect([run.now, run.events]).toEqual([4, 0]);
    expect(run.nextTime).toBe(5);
    expect(run.step()).toBe(true);
    expect([run.now, run.events]).toEqual([5, 1]);
    expect(run.step()).toBe(false);
    expect([run.now, run.nextTime]).toEqual([5, Infinity]);
    run.run(100);
    run.run(50);
    expect(run.now).toBe(100);
  });

  it("runUntil stops at the first event after which the condition holds, or at the limit", () => {
    const run = cluster();
    run.input(0, times(5, (i) => ({ setTimer: `t${i}`, delay: 10 * i })));
    expect(run.runUntil(() => run.nodes[0]!.state.fired.length === 2, 1000)).toBe(true);
    expect(run.now).toBe(10);
    expect(run.runUntil(() => run.nodes[0]!.state.fired.length === 9, 30)).toBe(false);
    expect(run.now).toBe(30);
    expect(run.runUntil(() => false, Infinity)).toBe(false);
    expect(run.nodes[0]!.state.fired).toHaveLength(5);
  });
});

describe("the clock", () => {
  it("never goes back, also where a latency is so long that the message never comes", () => {
    const run = cluster({ size: 2, latency: "pareto:1,0.001" });
    run.input(0, times(200, (i) => ({ send: 1, message: i })));
    for (let last = 0; run.step(); last = run.now) expect(run.now).toBeGreaterThanOrEqual(last);
  });
});

describe("the network", () => {
  it("delays every message within its distribution, and both ends of the range are approached", () => {
    const run = cluster({ latency: "uniform:2,9", trace: true });
    run.input(0, times(2000, (i) => ({ send: 1, message: i })));
    run.run(100);
    const delays = [...run.trace!].filter((event) => event.kind === "deliver").map((event) => event.time);
    expect(delays).toHaveLength(2000);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(2);
    expect(Math.min(...delays)).toBeLessThan(2.05);
    expect(Math.max(...delays)).toBeLessThan(9);
    expect(Math.max(...delays)).toBeGreaterThan(8.95);
  });

  it("a wide latency reorders, a constant one does not", () => {
    const order = (latency: string) => {
      const run = cluster({ latency });
      run.input(0, times(50, (i) => ({ send: 1, message: i })));
      run.run(1000);
      return run.nodes[1]!.state.heard.map((line) => Number(line.split(": ")[1]));
    };
    const sorted = Array.from({ length: 50 }, (_, i) => i);
    expect(order("constant:5")).toEqual(sorted);
    expect(order("uniform:1,100")).not.toEqual(sorted);
    expect([...order("uniform:1,100")].sort((a, b) => a - b)).toEqual(sorted);
  });

  it("a delay below 0 counts as 0", () => {
    const run = cluster({ latency: "normal:0,10" });
    run.input(0, times(100, (i) => ({ send: 1, message: i })));
    run.run(0);
    const atOnce = run.nodes[1]!.state.heard.length;
    expect(atOnce).toBeGreaterThan(30);
    expect(atOnce).toBeLessThan(70);
    expect(run.now).toBe(0);
  });

  it("loses the share of messages it is told to (4 standard errors), none by default and all at 1", () => {
    const arrived = (loss?: number) => {
      const run = cluster(loss === undefined ? {} : { loss });
      run.input(0, times(10_000, (i) => ({ send: 1, message: i })));
      run.run(100);
      return run.nodes[1]!.state.heard.length;
    };
    expect(arrived()).toBe(10_000);
    expect(arrived(1)).toBe(0);
    expect(Math.abs(arrived(0.2) - 8000)).toBeLessThan(4 * 40);
  });

  it("delivers the share of messages it is told to twice, never three times, each copy with a delay of its own", () => {
    const run = cluster({ duplication: 0.25, latency: "uniform:1,10", trace: true });
    run.input(0, times(10_000, (i) => ({ send: 1, message: i })));
    run.run(100);
    const arrivals = new Map<number, number[]>();
    for (const event of run.trace!) if (event.kind === "deliver") arrivals.set(event.id, [...(arrivals.get(event.id) ?? []), event.time]);
    const copies = [...arrivals.values()];
    expect(copies).toHaveLength(10_000);
    const twice = copies.filter((when) => when.length === 2);
    expect(copies.every((when) => when.length <= 2)).toBe(true);
    expect(Math.abs(twice.length - 2500)).toBeLessThan(4 * Math.sqrt(10_000 * 0.25 * 0.75));
    expect(twice.every(([a, b]) => a !== b)).toBe(true);
  });

  it("a message to oneself takes its time and is never lost", () => {
    const run = cluster({ loss: 1 });
    run.partition([[0], [1], [2]]);
    run.input(0, [{ send: 0, message: "self" }]);
    run.run(10);
    expect(run.nodes[0]!.state.heard).toEqual(['5 0: "self"']);
  });

  it("a cut is one way, a partition both ways; healing mends all, and what is under way at a cut arrives", () => {
    const run = cluster({ trace: true });
    const all: Action[] = [{ send: 0, message: "m" }, { send: 1, message: "m" }, { send: 2, message: "m" }];
    run.input(0, [{ send: 1, message: "under way" }]);
    run.command({ type: "cut", from: 0, to: 1 });
    run.input(0, all);
    run.input(1, all);
    run.run(10);
    expect(run.nodes[1]!.state.heard).toEqual(['5 0: "under way"', '5 1: "m"']);
    expect(run.nodes[0]!.state.heard).toEqual(['5 0: "m"', '5 1: "m"']);
    run.heal();
    run.partition([[0]]);
    run.input(0, all);
    run.input(1, all);
    run.run(20);
    expect(run.nodes[0]!.state.heard.slice(2)).toEqual(['15 0: "m"']);
    expect(run.nodes[2]!.state.heard).toEqual(['5 0: "m"', '5 1: "m"', '15 1: "m"']);
    run.heal();
    run.input(0, [{ send: 1, message: "healed" }]);
    run.run(30);
    expect(run.nodes[1]!.state.heard.at(-1)).toBe('25 0: "healed"');
    const cut = [...run.trace!].filter((event) => event.kind === "drop");
    expect(cut).toHaveLength(1 + 2 + 1);
    expect(cut.every((event) => event.kind === "drop" && event.reason === "cut")).toBe(true);
  });

  it("latency may depend on the link and the message", () => {
    const run = cluster({ latency: (from, to, message) => ({ text: "", sample: () => 10 * from + to + (message as number) }) });
    run.input(2, [{ send: 1, message: 0.5 }, { send: 0, message: 0.25 }]);
    run.run(100);
    expect([run.nodes[1]!.state.heard, run.nodes[0]!.state.heard]).toEqual([["21.5 2: 0.5"], ["20.25 2: 0.25"]]);
  });
});

describe("a crash", () => {
  it("loses memory and timers; what is under way to it is lost, what it sent arrives", () => {
    const run = cluster({ trace: true });
    run.input(0, [{ send: 1, message: "farewell" }, { setTimer: "t", delay: 20 }]);
    run.input(1, [{ send: 0, message: "too late" }]);
    run.crash(0, 3);
    run.run(10);
    expect(run.nodes[0]!.up).toBe(false);
    expect(run.nodes[1]!.state.heard).toEqual(['5 0: "farewell"']);
    run.restart(0);
    run.run(100);
    expect(run.nodes[0]!.state).toMatchObject({ heard: [], fired: [] });
    expect([...run.trace!].filter((event) => event.kind === "drop")).toMatchObject([{ node: 0, from: 1, reason: "down", time: 5 }]);
  });

  it("a node that is up again receives what was sent while it was down", () => {
    const run = cluster();
    run.crash(0);
    run.input(1, [{ send: 0, message: "late" }]);
    run.restart(0, 4);
    run.run(10);
    expect(run.nodes[0]!.state.heard).toEqual(['5 1: "late"']);
  });

  it("a timer of the last life never fires in the next, even under the same name at the same time", () => {
    const run = cluster();
    run.input(0, [{ setTimer: "t", delay: 10 }, { setTimer: "u", delay: 10 }]);
    run.run(5);
    run.crash(0);
    run.restart(0);
    run.input(0, [{ setTimer: "t", delay: 5 }]);
    run.run(100);
    expect(run.nodes[0]!.state.fired).toEqual(["10 t"]);
  });

  it("crashing what is down and restarting what is up does nothing; a node that is down hears no input", () => {
    const run = cluster({ trace: true });
    run.restart(0);
    run.crash(0);
    run.crash(0);
    run.input(0, [{ output: "no" }]);
    run.restart(0);
    run.restart(0);
    run.run(10);
    expect(kinds(run.trace!)).toEqual(["start", "start", "start", "crash", "missed", "restart"]);
    expect(run.outputs).toEqual([]);
  });

  it("restart brings back what the disk kept, unless the disk was lost", () => {
    const run = cluster({ disks: (node) => ({ stored: { node }, log: ["a"] }) });
    expect(run.nodes[1]!.state.found).toEqual({ stored: { node: 1 }, log: ["a"] });
    run.input(0, [{ save: { term: 7 } }, { append: ["b", "c", "d"] }, { truncate: 3 }]);
    run.crash(0);
    run.restart(0);
    expect(run.nodes[0]!.state.found).toEqual({ stored: { term: 7 }, log: ["a", "b", "c"] });
    run.input(0, [{ compact: 2, snapshot: { sum: 2 } }]);
    run.crash(0);
    run.restart(0);
    expect(run.nodes[0]!.state.found).toEqual({ stored: { term: 7 }, log: ["c"], snapshot: { sum: 2 } });
    run.crash(0);
    run.command({ type: "restart", node: 0, disk: "lost" });
    expect(run.nodes[0]!.state.found).toEqual({ stored: null, log: [] });
  });
});

describe("the disk", () => {
  it("what is saved is a copy: later changes on either side leave it alone", () => {
    const record = { votes: [1] };
    const entry = { command: ["x"] };
    const run = simulate(
      { ...puppet(), onInput: (state, _input, context) => {
        context.save(record);
        context.append([entry]);
        record.votes.push(2);
        entry.command.push("y");
        state.heard.push("done");
      } },
      { size: 1, latency: "constant:1" },
    );
    run.input(0, []);
    run.crash(0);
    run.restart(0);
    expect(run.nodes[0]!.state.found).toEqual({ stored: { votes: [1] }, log: [{ command: ["x"] }] });
    (run.nodes[0]!.state.found.stored as { votes: number[] }).votes.push(3);
    run.crash(0);
    run.restart(0);
    expect(run.nodes[0]!.state.found.stored).toEqual({ votes: [1] });
  });

  it("refuses to save what JSON cannot carry: functions", () => {
    const run = cluster();
    expect(() => run.input(0, [{ save: { f: () => 1 } }])).toThrow(/plain data/);
  });

  it("refuses to save what JSON cannot carry: maps and sets, which would come back empty", () => {
    const run = cluster();
    expect(() => run.input(0, [{ save: { voters: new Set([1]) } }])).toThrow(/plain data/);
  });

  it("keeps the whole log if told to keep more than there is", () => {
    const run = cluster();
    run.input(0, [{ append: ["a"] }, { truncate: 3 }]);
    expect(run.nodes[0]!.disk.log).toEqual(["a"]);
  });

  it("messages and outputs of a handler wait until its writes are durable", () => {
    const run = cluster({ diskWrite: "constant:10" });
    run.input(0, [{ send: 1, message: "before the write" }, { save: 1 }, { send: 1, message: "after" }, { output: "done" }, { save: 2 }]);
    run.run(9);
    expect([run.outputs, run.nodes[0]!.disk.stored]).toEqual([[], undefined]);
    run.run(10);
    expect([run.outputs, run.nodes[0]!.disk.stored]).toEqual([[{ time: 10, node: 0, output: "done" }], 2]);
    run.run(100);
    expect(run.nodes[1]!.state.heard).toEqual(['15 0: "before the write"', '15 0: "after"']);
  });

  it("so do those of later handlers, while writes queue up in order behind each other", () => {
    const run = cluster({ diskWrite: "constant:10" });
    run.input(0, [{ append: ["a"] }, { output: "a" }]);
    run.input(0, [{ output: "reads a" }], 2);
    run.input(0, [{ append: ["b"] }, { output: "b" }], 4);
    run.input(0, [{ output: "reads b" }, { send: 1, message: "b" }], 6);
    run.input(0, [{ output: "nothing to wait for" }], 21);
    run.run(100);
    expect(run.outputs.map(({ time, output }) => `${time} ${output}`)).toEqual(["10 a", "10 reads a", "20 b", "20 reads b", "21 nothing to wait for"]);
    expect(run.nodes[1]!.state.heard).toEqual(['25 0: "b"']);
  });

  it("a crash before the write is durable loses it and all that waited for it, and nothing else", () => {
    const run = cluster({ diskWrite: "constant:10" });
    run.input(0, [{ save: "kept" }, { output: "kept" }]);
    run.input(0, [{ save: "lost" }, { output: "lost" }, { send: 1, message: "lost" }], 5);
    run.input(0, [{ output: "waited" }], 12);
    run.crash(0, 15);
    run.restart(0, 16);
    run.input(0, [{ save: "next life" }, { output: "next life" }], 17);
    run.run(100);
    expect(run.outputs.map(({ time, output }) => `${time} ${output}`)).toEqual(["10 kept", "27 next life"]);
    expect(run.nodes[0]!.disk.stored).toBe("next life");
    expect(run.nodes[1]!.state.heard).toEqual([]);
    expect(run.nodes[0]!.state.found.stored).toBe("kept");
  });

  it("a write that never ends leaves what waits for it waiting; it is no error", () => {
    const run = cluster({ diskWrite: "pareto:1,0.001" });
    for (let i = 0; i < 50; i++) run.input(0, [{ save: i }, { output: i }]);
    run.run(1000);
    expect(run.outputs.length).toBeLessThan(50);
  });

  it("timers do not wait for the disk, what they send does", () => {
    const run = cluster({ diskWrite: "constant:10" });
    run.input(0, [{ save: 1 }, { setTimer: "t", delay: 3, then: [{ output: "fired" }] }]);
    run.run(100);
    expect(run.nodes[0]!.state.fired).toEqual(["3 t"]);
    expect(run.outputs).toEqual([{ time: 10, node: 0, output: "fired" }]);
  });
});

describe("timers", () => {
  const fired = (actions: readonly Action[], ...later: [at: number, actions: readonly Action[]][]) => {
    const run = cluster();
    run.input(0, actions);
    for (const [at, then] of later) run.input(0, then, at);
    run.run(1000);
    return run.nodes[0]!.state.fired;
  };

  it("fire once, in order", () => expect(fired([{ setTimer: "b", delay: 2 }, { setTimer: "a", delay: 1 }])).toEqual(["1 a", "2 b"]));
  it("are replaced by a later time", () => expect(fired([{ setTimer: "t", delay: 10 }], [5, [{ setTimer: "t", delay: 10 }]])).toEqual(["15 t"]));
  it("are replaced by an earlier time", () => expect(fired([{ setTimer: "t", delay: 10 }], [5, [{ setTimer: "t", delay: 1 }]])).toEqual(["6 t"]));
  it("are replaced earlier, then later, then at the first time again", () =>
    expect(fired([{ setTimer: "t", delay: 100 }], [5, [{ setTimer: "t", delay: 1 }]], [5.5, [{ setTimer: "t", delay: 50 }]], [40, [{ setTimer: "t", delay: 60 }]])).toEqual(["100 t"]));
  it("can be cancelled, and cancelling twice or what is not set does nothing", () =>
    expect(fired([{ setTimer: "t", delay: 10 }, { cancelTimer: "t" }, { cancelTimer: "t" }, { cancelTimer: "none" }])).toEqual([]));
  it("can be set again after they were cancelled, sooner, later or at the same time", () => {
    for (const delay of [3, 10, 17]) expect(fired([{ setTimer: "t", delay: 10 }, { cancelTimer: "t" }, { setTimer: "t", delay }])).toEqual([`${delay} t`]);
  });
  it("can be set again in their own handler", () => expect(fired([{ setTimer: "t", delay: 400, then: [{ setTimer: "t", delay: 400 }] }])).toEqual(["400 t", "800 t"]));
  it("fire at once with delay 0, after what was scheduled for that time before", () =>
    expect(fired([{ setTimer: "t", delay: 0 }, { setTimer: "u", delay: 0 }, { setTimer: "t", delay: 0 }])).toEqual(["0 u", "0 t"]));
  it("named by small JSON values are told apart by their content", () =>
    expect(fired([{ setTimer: { retry: 1 }, delay: 5 }, { setTimer: { retry: 2 }, delay: 6 }, { setTimer: { retry: 1 }, delay: 7 }, { setTimer: "retry", delay: 8 }])).toEqual(['6 {"retry":2}', '7 {"retry":1}', "8 retry"]));

  it("a timer set again takes its place among events of one time by when it was set, not by when it first stood there", () => {
    const run = cluster({ trace: true });
    run.input(0, [{ setTimer: "moved", delay: 5 }]);
    run.input(0, [{ setTimer: "before", delay: 9 }], 1);
    run.input(0, [{ setTimer: "moved", delay: 8 }], 2);
    run.input(0, [{ setTimer: "after", delay: 7 }], 3);
    run.run(100);
    expect(run.nodes[0]!.state.fired).toEqual(["10 before", "10 moved", "10 after"]);
  });
});

describe("commands", () => {
  it("can be scheduled, and come in order of their times", () => {
    const run = cluster();
    run.input(0, [{ output: "b" }], 20);
    run.input(0, [{ output: "a" }], 10);
    run.input(0, [{ output: "c" }], 20);
    run.run(20);
    expect(run.outputs.map(({ time, output }) => `${time} ${output}`)).toEqual(["10 a", "20 b", "20 c"]);
  });

  it("nodes draw from streams of their own: what one draws does not change what another gets", () => {
    const drawn = (greedy: number) => {
      const run = cluster();
      run.input(0, times(greedy, () => ({ draw: true })));
      run.input(1, times(3, () => ({ draw: true })));
      return run.nodes[1]!.state.drawn;
    };
    expect(drawn(0)).toEqual(drawn(100));
    const run = cluster();
    for (const node of [0, 1, 2]) run.input(node, times(3, () => ({ draw: true })));
    expect(new Set(run.nodes.flatMap((node) => node.state.drawn)).size).toBe(9);
  });
});

describe("mistakes are answered with what was expected", () => {
  it.each([
    ["size 0", () => cluster({ size: 0 }), /size is an integer from 1, not 0/],
    ["size 2.5", () => cluster({ size: 2.5 }), /size is an integer from 1, not 2.5/],
    ["a negative seed", () => cluster({ seed: -1 }), /a seed is an integer from 0/],
    ["a seed that is no number", () => cluster({ seed: NaN }), /a seed is an integer from 0/],
    ["a loss of 2", () => cluster({ loss: 2 }), /loss is a probability from 0 to 1, not 2/],
    ["a duplication that is no number", () => cluster({ duplication: NaN }), /duplication is a probability/],
    ["a latency that is no distribution", () => cluster({ latency: "fast" }), /"fast" is not a distribution/],
    ["a disk time that is no distribution", () => cluster({ diskWrite: "slow" }), /"slow" is not a distribution/],
    ["a command to a node that is not there", () => cluster().crash(3), /a node from 0 to 2 in the command "crash", not 3/],
    ["a partition of a node that is not there", () => cluster().partition([[0, 7]]), /not 7/],
    ["a cut to a node that is not there", () => cluster().command({ type: "cut", from: 0, to: -1 }), /not -1/],
    ["a command in the past", () => (run => { run.run(10); run.heal(9); })(cluster()), /a time from now \(10 ms\) on, not 9/],
    ["a command at no time", () => cluster().heal(NaN), /not NaN/],
    ["a negative delay of a timer", () => cluster().input(0, [{ setTimer: "t", delay: -1 }]), /a delay of 0 ms or more for timer "t", not -1/],
    ["an endless delay of a timer", () => cluster().input(0, [{ setTimer: { a: 1 }, delay: Infinity }]), /timer {"a":1}, not Infinity/],
    ["a message to a node that is not there", () => cluster().input(0, [{ send: 3, message: 0 }]), /a node from 0 to 2 to send to, not 3/],
    ["a log shortened by less than nothing", () => cluster().input(0, [{ compact: -1, snapshot: 0 }]), /a number of entries from 0, not -1/],
    ["a log cut to a negative length", () => cluster().input(0, [{ truncate: -1 }]), /a log length from 0, not -1/],
    ["a replay beyond the run", () => cluster().replay({}, 1), /this run has 0 to 0 events, not 1/],
    ["the digest of a run that keeps none", () => cluster({ digest: false }).digest, /create it with `digest: true`/],
  ])("%s", (_name, mistake, message) => expect(mistake).toThrow(message));

  it("running to no time at all (NaN), which would never end", () => {
    const run = cluster();
    run.input(0, [{ setTimer: "t", delay: 5 }]);
    expect(() => run.run(NaN)).toThrow(/time/);
  });

  it("a message to half a node", () => {
    expect(() => cluster().input(0, [{ send: 0.5, message: 0 }])).toThrow(/a node from 0 to 2/);
  });

  it("a latency that throws is told with node, time and seed, on a slow disk as on a fast one", () => {
    for (const diskWrite of [undefined, "constant:1"]) {
      const run = cluster({ latency: () => { throw new Error("no such link"); }, ...(diskWrite && { diskWrite }) });
      expect(() => run.input(0, [{ send: 1, message: 1 }])).toThrow(/node 0 failed at 0 ms.*no such link/);
    }
  });

  it("an exception in a handler names node, time, event and seed, and keeps its cause", () => {
    const run = cluster({ seed: 42 });
    run.input(1, [{ setTimer: "t", delay: 8, then: [{ fail: "out of cheese" }] }]);
    const failure = (() => {
      try {
        run.run(100);
      } catch (error) {
        return error as Error;
      }
      return undefined;
    })();
    expect(failure?.message).toBe("node 1 failed at 8 ms, in event 1 of the run with seed 42: out of cheese");
    expect((failure?.cause as Error).message).toBe("out of cheese");
  });
});
