import { describe, expect, it } from "vitest";
import { type Bounds, explore, formatPath, type Subject, subjectOf } from "../../lib/check/explore/index.js";
import { inOrder, newChannels, numbered } from "../../lib/election/channels.js";
import { IN_ORDER, ONE_INSIDE } from "../../lib/election/mutualExclusion/criticalSection.js";
import { lamport, lamportRules } from "../../lib/election/mutualExclusion/lamport.js";
import { lamportMutants } from "../../lib/election/mutualExclusion/lamport.mutants.js";
import { lamportExclusion } from "../../lib/election/mutualExclusion/lamport.promises.js";
import { isInside, ricartAgrawala } from "../../lib/election/mutualExclusion/ricartAgrawala.js";
import { ricartAgrawalaExclusion } from "../../lib/election/mutualExclusion/ricartAgrawala.promises.js";
import type { Excluding } from "../../lib/election/mutualExclusion/withClients.js";
import { mutualExclusionMessages } from "../../lib/experiments/mutualExclusionMessages.js";
import { messageComparisons } from "../../lib/experiments/published/messages.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import type { NodeView } from "../../lib/promises.js";
import type { InputOf, Protocol, Types } from "../../lib/protocol.js";
import { simulate } from "../../lib/sim/cluster.js";

const say = <T extends Excluding>(type: "enter" | "leave") => ({ type }) as InputOf<T>;

/** Nodes 2, 1 and 0 ask at 0, 1 and 20 ms, where messages take 5 ms; each leaves 100 ms after the one before. Who enters, and when. */
function entriesOf<T extends Excluding>(protocol: Protocol<T>): string[] {
  const cluster = simulate(protocol, { size: 3, seed: 1, latency: "constant:5" });
  [2, 1, 0].forEach((node, i) => cluster.input(node, say<T>("enter"), [0, 1, 20][i]!));
  for (const at of [100, 200, 300]) for (let node = 0; node < 3; node++) cluster.input(node, say<T>("leave"), at);
  cluster.run(1000);
  return cluster.outputs.map(({ node, time }) => `node ${node} at ${time}`);
}

describe.each([
  ["Lamport's (1978)", () => entriesOf(lamport())],
  ["Ricart and Agrawala's (1981)", () => entriesOf(ricartAgrawala())],
])("mutual exclusion, %s", (_name, entries) => {
  it("of two that have not heard of each other the lower id goes first, though it asks later; who has heard of them comes after", () => {
    // Who enters has heard from all; whoever waits for it hears that it has left one message later.
    expect(entries()).toEqual(["node 1 at 11", "node 2 at 105", "node 0 at 205"]);
  });
});

const mustEnd = <T extends Types>(subject: Subject<T>, ended: (node: NodeView<T>) => boolean): Subject<T> => ({ ...subject, eventually: [{ name: "everybody has entered and left", holds: (nodes) => nodes.every(ended) }] });
const asLamport = mustEnd(subjectOf(lamportExclusion), ({ state }) => state.request === null && state.queue.length === 0 && state.clock >= 5);
const asRicartAgrawala = mustEnd(subjectOf(ricartAgrawalaExclusion), ({ state }) => state.ourSequenceNumber > 0 && !state.requestingCriticalSection);

describe("in every order of events within the bounds", () => {
  const keeps = <T extends Types>(subject: Subject<T>, bounds: Bounds) => {
    const { complete, violations, reached } = explore(subject, bounds);
    expect([complete, violations]).toEqual([true, []]);
    expect(reached["two requests of the same logical time"]).not.toBeNull();
  };

  it("Ricart and Agrawala's keeps its promises, and everybody enters and leaves", () => {
    keeps(asRicartAgrawala, { size: 2, timersPerNode: 2 });
    keeps(subjectOf(ricartAgrawalaExclusion), { size: 3, timers: 4, timersPerNode: 2 });
  });

  it("Lamport's does so, too, and bears messages that overtake and repeat", () => {
    keeps(asLamport, { size: 2, timersPerNode: 2, duplicates: 1 });
    keeps(subjectOf(lamportExclusion), { size: 2, timersPerNode: 0, inputs: 5 });
  });
});

describe("what the papers presume", () => {
  it("Lamport's without numbers on messages grants out of order if messages overtake each other, and only then", () => {
    const anyOrder = subjectOf(lamportExclusion, lamportMutants.find(({ name }) => name === "lamport-any-order")!.broken());
    const { violations } = explore(anyOrder, { size: 2, timersPerNode: 2 });
    expect(violations[0]?.property).toBe(IN_ORDER);
    expect(violations[0]!.path.length, formatPath(violations[0]!.path)).toBeLessThan(8);
    expect(explore(anyOrder, { size: 2, timersPerNode: 2, ordered: true })).toMatchObject({ complete: true, violations: [] });
  });

  it("a reply that comes twice lets two in by Ricart and Agrawala's, which counts replies", () => {
    const { violations } = explore(subjectOf(ricartAgrawalaExclusion), { size: 2, timersPerNode: 0, inputs: 4, duplicates: 1 });
    expect(violations[0]?.property).toBe(ONE_INSIDE);
  });

  it.each([["Lamport's", lamport()], ["Ricart and Agrawala's", ricartAgrawala()]] as const)("one crash, of whomever, and nobody enters any more by %s", (_name, protocol) => {
    const cluster = simulate(protocol as Protocol<Excluding>, { size: 5, seed: 1 });
    cluster.crash(4);
    for (let node = 0; node < 4; node++) cluster.input(node, { type: "enter" });
    cluster.run(100_000);
    expect([cluster.outputs, cluster.nextTime]).toEqual([[], Infinity]);
  });
});

describe("a client", () => {
  it.each([["Lamport's", lamport()], ["Ricart and Agrawala's", ricartAgrawala()]] as const)("that asks twice, or leaves where it is not, changes nothing by %s", (_name, protocol) => {
    const sends = (inputs: readonly ("enter" | "leave")[]) => {
      let sent = 0;
      const cluster = simulate(protocol as Protocol<Excluding>, { size: 4, seed: 1, observer: { sent: () => void sent++ } });
      for (const type of inputs) cluster.input(0, { type });
      cluster.run(100);
      return [sent, cluster.outputs.length];
    };
    expect(sends(["leave", "enter", "enter", "leave"])).toEqual(sends(["enter"]));
    expect(sends(["leave"])).toEqual([0, 0]);
  });

  it("of a node that is alone enters at once", () => {
    for (const protocol of [lamport(), ricartAgrawala()]) {
      const cluster = simulate(protocol as Protocol<Excluding>, { size: 1 });
      cluster.input(0, { type: "enter" });
      expect(cluster.outputs).toHaveLength(1);
    }
    expect(isInside(ricartAgrawala().init(0, 1))).toBe(false);
  });
});

it("requests have a total order: by timestamp, of equal ones by id (Lamport 1978)", () => {
  const { goesBefore } = lamportRules;
  expect(goesBefore({ timestamp: 1, node: 5 }, { timestamp: 2, node: 0 })).toBe(true);
  expect(goesBefore({ timestamp: 2, node: 0 }, { timestamp: 2, node: 1 })).toBe(true);
  expect(goesBefore({ timestamp: 2, node: 1 }, { timestamp: 2, node: 0 })).toBe(false);
});

it("numbered messages are received in the order of sending, each once, whatever the order in which they come", () => {
  const [here, there] = [newChannels<string>(), newChannels<string>()];
  const [a, b, c] = ["a", "b", "c"].map((content) => numbered(here, 1, content));
  expect([b, b, a, a, c].map((message) => inOrder(there, 0, message!))).toEqual([[], [], ["a", "b"], [], ["c"]]);
});

describe("mutual-exclusion-messages", () => {
  it("an entry takes 3(n − 1) messages by Lamport's and 2(n − 1) by Ricart and Agrawala's, in every run, contended or not", () => {
    const { rows } = runExperiment(mutualExclusionMessages, { nodes: "1,2,6", delay: "exp:0.1" }, { seed: 3, trials: 3 });
    expect(rows).toHaveLength(12);
    for (const { algorithm, nodes, messages, least, most } of rows) {
      const expected = (algorithm === "lamport" ? 3 : 2) * ((nodes as number) - 1);
      expect([messages, least, most], `${algorithm} of ${nodes}`).toEqual([expected, expected, expected]);
    }
  });

  it("refuses sizes that are none", () => {
    for (const nodes of ["0", "2.5", "201"]) expect(() => runExperiment(mutualExclusionMessages, { nodes })).toThrow(/whole numbers from 1 to 200/);
  });

  it("all published cells of messages a decision come out to the message", () => {
    const cells = messageComparisons.flatMap(({ source, compare }) => compare(source));
    expect(cells).toHaveLength(15);
    for (const { cell, ok, published, reproduced } of cells) expect([ok, reproduced], cell).toEqual([true, published]);
  });
});
