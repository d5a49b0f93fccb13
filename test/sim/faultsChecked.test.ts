import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Protocol } from "../../lib/protocol.js";
import { checkDeterminism } from "../../lib/sim/checkDeterminism.js";
import { simulate } from "../../lib/sim/cluster.js";
import type { ClusterOptions } from "../../lib/sim/options.js";
import { runScript, runScripts } from "./hostileRun.js";
import { puppet } from "./puppet.js";

type Passing = NonNullable<ClusterOptions<never>["messages"]>;
const WAYS: readonly Passing[] = ["shared", "frozen", "cloned"];

interface Sharing {
  State: { log: number[]; got: number[][] };
  Message: { list: number[] };
  Input: "send" | "send, then change";
  Output: { list: number[] };
}
/** Node 0 sends one list to everybody; `onMessage` may change what it is given. */
const sharing = (onMessage: (list: number[]) => void): Protocol<Sharing> => ({
  init: () => ({ log: [1], got: [] }),
  onInput(state, input, context) {
    const message = { list: [...state.log] };
    for (const to of [1, 2]) context.send(to, message);
    context.output(message);
    if (input === "send, then change") message.list.push(99);
  },
  onMessage(state, _from, { list }) {
    onMessage(list);
    state.got.push(list);
  },
});
const run = (protocol: Protocol<Sharing>, messages: Passing, input: Sharing["Input"] = "send", more: Partial<ClusterOptions<Sharing>> = {}) => {
  const cluster = simulate(protocol, { size: 3, seed: 7, latency: "constant:5", messages, ...more });
  cluster.input(0, input);
  cluster.run(100);
  return cluster.nodes.slice(1).map(({ state }) => JSON.stringify(state.got));
};

describe("what passes between nodes", () => {
  it("makes no difference to Raft, whether it is shared, frozen or cloned", () => {
    let events = 0;
    fc.assert(
      fc.property(runScripts, (script) => {
        const [shared, frozen, cloned] = WAYS.map((messages) => runScript(script, { messages }));
        expect([frozen!.digest, cloned!.digest]).toEqual([shared!.digest, shared!.digest]);
        events += shared!.events;
      }),
      { seed: 3, numRuns: 100 },
    );
    expect(events).toBeGreaterThan(10_000);
  });

  it("changed by its receiver: shared, the others see it; frozen, it fails at once and says why; cloned, they do not", () => {
    const guilty = sharing((list) => void list.push(2));
    expect(run(guilty, "shared")).toEqual(["[[1,2,2]]", "[[1,2,2]]"]);
    expect(() => run(guilty, "frozen")).toThrow(/^node 1 failed at 5 ms, in event 1 of the run with seed 7: .*\(messages and outputs are frozen in this run: .*\)$/);
    expect(run(guilty, "cloned")).toEqual(["[[1,2]]", "[[1,2]]"]);
  });

  it("changed by its sender in the same handler: as by a receiver, on a slow disk as on a fast one", () => {
    for (const diskWrite of [undefined, "constant:10"]) {
      const options = diskWrite === undefined ? {} : { diskWrite };
      const innocent = sharing(() => {});
      expect(run(innocent, "shared", "send, then change", options)).toEqual(["[[1,99]]", "[[1,99]]"]);
      expect(() => run(innocent, "frozen", "send, then change", options)).toThrow(/node 0 failed at 0 ms.*messages and outputs are frozen/);
      expect(run(innocent, "cloned", "send, then change", options)).toEqual(["[[1]]", "[[1]]"]);
    }
  });

  it("also to the client: what it was told does not change in a checking mode", () => {
    const cluster = simulate(sharing(() => {}), { size: 3, messages: "cloned" });
    cluster.input(0, "send, then change");
    expect(cluster.outputs.map(({ output }) => output)).toEqual([{ list: [1] }]);
  });

  it("twice to one node is two copies", () => {
    const guilty = sharing((list) => void list.push(2));
    expect(run(guilty, "cloned", "send", { duplication: 1 })).toEqual(["[[1,2],[1,2]]", "[[1,2],[1,2]]"]);
  });

  it("from a client is the node's own: what it does to an input, a replay does not see", () => {
    const keeper: Protocol<{ State: { kept: number[][] }; Message: never; Input: number[] }> = {
      init: () => ({ kept: [] }),
      onMessage: () => {},
      onInput(state, input) {
        input.push(0);
        state.kept.push(input);
      },
    };
    const cluster = simulate(keeper, { size: 1 });
    cluster.input(0, [1]);
    expect(cluster.fork().nodes[0]!.state).toEqual({ kept: [[1, 0]] });
    expect(cluster.fork().nodes[0]!.state).toEqual({ kept: [[1, 0]] });
  });
});

describe("the determinism check", () => {
  /** Keeps a count outside of its state: a second run goes on where the first one ended. */
  const leaky = (leak: "message" | "state") => {
    let count = 0;
    const protocol: Protocol<{ State: { mark: number }; Message: number; Timer: "t" }> = {
      init: () => ({ mark: 0 }),
      onStart: (_state, context) => context.setTimer("t", 10),
      onMessage: () => {},
      onTimer(state, _timer, context) {
        count++;
        if (leak === "state") state.mark = count;
        else context.send(0, count > 3 ? 1 : 0);
      },
    };
    return () => {
      const cluster = simulate(protocol, { size: 2, trace: true });
      cluster.run(50);
      return cluster;
    };
  };

  it("lets hostile runs of Raft pass", () =>
    fc.assert(
      fc.property(runScripts, (script) => checkDeterminism(() => runScript(script, { trace: true }))),
      { seed: 4, numRuns: 30 },
    ));

  it("names the first event at which the traces of a protocol with a secret part", () =>
    expect(() => checkDeterminism(leaky("message"))).toThrow(/two runs of one seed part at event 5 of their traces: first {"kind":"send","time":10,"node":1,.*"message":0}, then {"kind":"send",.*"message":1}/));

  it("names the node whose state differs where the traces do not", () =>
    expect(() => checkDeterminism(leaky("state"))).toThrow(/one trace, but leave node 0 in two states: first {"state":{"mark":1}.*then {"state":{"mark":3}/));

  it("says so when one run is longer", () => {
    let until = 0;
    const make = () => {
      const cluster = simulate(puppet([{ setTimer: "t", delay: 5 }]), { size: 1, trace: true });
      cluster.run((until += 4));
      return cluster;
    };
    expect(() => checkDeterminism(make)).toThrow(/part at event 1 of their traces: first nothing more, then {"kind":"timer"/);
  });

  it("asks for a trace, and for two clusters", () => {
    expect(() => checkDeterminism(() => simulate(puppet(), { size: 1 }))).toThrow(/make the cluster with `trace: true`/);
    const cluster = simulate(puppet(), { size: 1, trace: true });
    expect(() => checkDeterminism(() => cluster)).toThrow(/make a new cluster at each call/);
  });

  it("a replay of such a protocol ends and says so, instead of waiting for events that never come", () => {
    let starts = 0;
    const once: Protocol<{ State: object; Message: never; Timer: "t" }> = {
      init: () => ({}),
      onStart: (_state, context) => void (starts++ === 0 && context.setTimer("t", 10)),
      onMessage: () => {},
    };
    const cluster = simulate(once, { size: 1 });
    cluster.run(50);
    expect(() => cluster.replay()).toThrow(/the replay ended after 0 of 1 events: something in this run is not decided by its seed/);
  });
});

describe("the digest also tells apart", () => {
  it("when a command was given from outside", () => {
    const digest = (at: number) => {
      const cluster = simulate(puppet(), { size: 1 });
      cluster.run(at);
      cluster.input(0, [{ output: "x" }]);
      return cluster.digest;
    };
    expect(digest(10)).not.toBe(digest(20));
  });

  it("messages whose fields differ in name alone", () => {
    const digest = (message: object) => simulate({ ...puppet(), onStart: (_state, context) => context.send(0, message) }, { size: 1 }).digest;
    expect(digest({ term: 1 })).not.toBe(digest({ turn: 1 }));
    expect(digest({ min: 1, max: 2 })).not.toBe(digest({ max: 1, min: 2 }));
  });

  it("but not one NaN from another, whose bits depend on how they were computed", () => {
    const doubles = new Float64Array(2);
    new Uint32Array(doubles.buffer).set([0, 0x7ff80000, 0, 0xfff80000]);
    const digest = (message: number) => {
      const cluster = simulate({ ...puppet(), onStart: (_state, context) => context.send(0, [message]) }, { size: 1 });
      return cluster.digest;
    };
    expect(digest(doubles[0]!)).toBe(digest(doubles[1]!));
    expect(digest(Infinity - Number("Infinity"))).toBe(digest(NaN));
  });
});
