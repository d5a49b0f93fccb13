import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { raft } from "../../lib/replication/raft/raft.js";
import { simulate } from "../../lib/sim/cluster.js";
import { runScript, runScripts } from "./hostileRun.js";
import { puppet } from "./puppet.js";

const asText = (trace: Iterable<unknown>) => [...trace].map((event) => JSON.stringify(event)).join("\n");

describe("one seed and one schedule of commands give one run", () => {
  it("with one digest, with and without a trace, and one trace byte for byte", () => {
    let events = 0;
    let differing = 0;
    fc.assert(
      fc.property(runScripts, (script) => {
        const first = runScript(script);
        const traced = runScript(script, { trace: true, probe: (state) => state.role });
        expect(traced.digest).toBe(first.digest);
        expect([traced.events, traced.now]).toEqual([first.events, first.now]);
        expect(asText(first.replay({ trace: true, probe: (state) => state.role }).trace!)).toBe(asText(traced.trace!));
        expect(runScript(script, { digest: false }).events).toBe(first.events);
        events += first.events;
        if (first.events > 20 && runScript(script, { seed: (script.options.seed! + 1) % 2 ** 53 }).digest !== first.digest) differing++;
      }),
      { seed: 1, numRuns: 150 },
    );
    // Sometimes: the runs are long, and another seed is another run.
    expect(events).toBeGreaterThan(10_000);
    expect(differing).toBeGreaterThan(100);
  });

  it("replayed to any point, a run has the digest, the clock and the states that it had there", () => {
    fc.assert(
      fc.property(runScripts, fc.double({ min: 0, max: 1, noNaN: true }), (script, share) => {
        // Commands come ahead of time, so that a point of the run is told by its number of events alone.
        const ahead = { ...script, commands: script.commands.map((command) => ({ ...command, direct: false })) };
        const whole = runScript(ahead);
        const point = Math.floor(share * whole.events);
        const early = runScript({ ...ahead, until: -1 });
        while (early.events < point) early.step();
        // A point before the first event comes before the commands too: nothing has happened yet.
        if (point === 0) return;
        const back = whole.rewind(point);
        expect([back.events, back.digest]).toEqual([early.events, early.digest]);
        // Its last event rewinds to the end of the run, where the clock may have gone on.
        expect(back.now).toBe(point === whole.events ? whole.now : early.now);
        expect(back.nodes.map(({ state, up }) => ({ state, up }))).toEqual(early.nodes.map(({ state, up }) => ({ state, up })));
        back.run(whole.now);
        expect([back.events, back.digest]).toEqual([whole.events, whole.digest]);
        expect(back.outputs).toEqual(whole.outputs);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it("replayed at every prefix of one hostile run", () => {
    const script = fc.sample(runScripts, { seed: 8, numRuns: 40 }).find(({ commands, until }) => commands.length > 8 && until > 900)!;
    const run = runScript({ ...script, until: 0, commands: script.commands.map((command) => ({ ...command, direct: false })) });
    const digests = new Map<number, string>();
    while (run.events < 300 && run.step()) digests.set(run.events, run.digest);
    expect(digests.size).toBeGreaterThan(200);
    expect(new Set(digests.values()).size).toBe(digests.size);
    for (const [events, digest] of digests) expect(run.rewind(events).digest).toBe(digest);
  });
});

describe("a fork", () => {
  const start = () => {
    const run = simulate(raft(), { size: 5, seed: 3, loss: 0.1 });
    run.run(400);
    run.crash(1);
    run.run(700);
    return run;
  };

  it("stands where the run stands, and goes on as it does", () => {
    const run = start();
    const fork = run.fork();
    expect([fork.now, fork.events, fork.digest]).toEqual([run.now, run.events, run.digest]);
    run.run(2000);
    fork.run(2000);
    expect(fork.digest).toBe(run.digest);
  });

  it("driven another way it diverges, and the run it came from does not notice", () => {
    const run = start();
    const undisturbed = start();
    const fork = run.fork();
    fork.crash(2);
    fork.run(2000);
    run.run(2000);
    undisturbed.run(2000);
    expect(fork.digest).not.toBe(run.digest);
    expect(run.digest).toBe(undisturbed.digest);
    expect(run.nodes[2]!.up).toBe(true);
  });

  it("of a rewound run may become another future", () => {
    const run = start();
    const past = run.rewind(Math.floor(run.events / 2));
    past.partition([[0, 1]]);
    past.run(run.now);
    expect(past.digest).not.toBe(run.digest);
  });

  it("does not depend on what the caller does to a command afterwards", () => {
    const run = start();
    const groups = [[0, 1]];
    run.partition(groups);
    groups[0]!.push(2, 3);
    run.run(2000);
    expect(run.fork().digest).toBe(run.digest);
  });
});

describe("the digest tells runs apart by", () => {
  const digestOf = (...messages: unknown[]) => {
    const run = simulate(puppet(), { size: 2, seed: 1, latency: "constant:5" });
    run.input(0, []);
    for (const message of messages) run.input(0, [{ send: 1, message }]);
    run.run(10);
    // An input enters the digest as well: compare what the messages add where the inputs are equal.
    return run.digest;
  };
  /** One node sends what it is told by the seed of this closure, not by an input: only the message differs. */
  const sent = (message: unknown, size = 2) => {
    const run = simulate({ ...puppet(), onStart: (_state, context) => { if (context.self === 0) context.send(1, message); } }, { size, seed: 1, latency: "constant:5" });
    run.run(10);
    return run.digest;
  };

  it.each<[string, unknown, unknown]>([
    ["a number in a message", { term: 1 }, { term: 2 }],
    ["a fraction", { at: 0.1 }, { at: 0.30000000000000004 - 0.2 }],
    ["a large number", 2 ** 40, 2 ** 40 + 1],
    ["a boolean", { granted: true }, { granted: false }],
    ["a word", "accept", "accepu"],
    ["words in another order", ["a", "b"], ["b", "a"]],
    ["where lists end", [[1], [2, 3]], [[1, 2], [3]]],
    ["null and false", null, false],
    ["a missing element", [1], [1, null]],
    ["a field that is there with nothing in it", { entries: {} }, {}],
    ["a deep field", { a: { b: { c: [1, { d: 1 }] } } }, { a: { b: { c: [1, { d: 2 }] } } }],
  ])("%s", (_name, one, other) => {
    expect(sent(one)).not.toBe(sent(other));
    expect(sent(one)).toBe(sent(one));
  });

  it.each<[string, unknown, unknown]>([
    ["a field's name", { granted: 1 }, { refused: 1 }],
    ["a number and a boolean", 0x2d, true],
    ["a number and null", 0x3d, null],
  ])("%s", (_name, one, other) => expect(sent(one)).not.toBe(sent(other)));

  it("the receiver of a message that is lost", () => {
    const to = (receiver: number) => {
      const run = simulate({ ...puppet(), onStart: (_state, context) => { if (context.self === 0) context.send(receiver, "m"); } }, { size: 3, seed: 1, loss: 1 });
      return run.digest;
    };
    expect(to(1)).not.toBe(to(2));
  });

  it("how often a message is sent", () => expect(digestOf("m")).not.toBe(digestOf("m", "m")));
});
