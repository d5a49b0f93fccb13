import { describe, expect, it } from "vitest";
import { Judge } from "../../lib/check/judge.js";
import type { Invariant, Reachable } from "../../lib/promises.js";
import type { NodeId, Protocol } from "../../lib/protocol.js";
import { simulate } from "../../lib/sim/cluster.js";

/** A node holds a number; an input sets it, and it tells everybody. */
interface Holder {
  State: { value: number };
  Message: { value: number };
  Input: number;
  Output: number;
}

const holder: Protocol<Holder> = {
  init: () => ({ value: 0 }),
  onInput(state, value, context) {
    state.value = value;
    for (let node = 0; node < context.size; node++) if (node !== context.self) context.send(node, { value });
    context.output(value);
  },
  onMessage(state, _from, { value }) {
    state.value = value;
  },
};

function judged(invariant: Omit<Invariant<Holder>, "name" | "source">, inputs: readonly [NodeId, number, number][], reachables: readonly Reachable<Holder>[] = []) {
  const judge = new Judge<Holder>({ invariants: [{ name: "the promise", source: "this test", ...invariant }], reachables });
  const cluster = simulate(holder, { size: 3, latency: "constant:5", observer: judge });
  judge.watch(cluster);
  for (const [node, value, at] of inputs) cluster.input(node, value, at);
  cluster.run(1000);
  return judge;
}

describe("an invariant", () => {
  const oneValue: Omit<Invariant<Holder>, "name" | "source"> = {
    afterStep: ({ state }, facts) => {
      if (state.value > 0) facts.agree("value of hundred", Math.floor(state.value / 100), state.value);
    },
  };

  it("that two nodes keep accuses nobody", () => expect(judged(oneValue, [[0, 101, 10], [1, 202, 50]]).accusation).toBeUndefined());

  it("names both witnesses when a fact is stated with two values, with their times and events", () => {
    const { accusation } = judged(oneValue, [[0, 101, 10], [2, 102, 500]]);
    expect(accusation).toEqual({
      property: "the promise",
      message: "value of hundred 1: first 101, then 102",
      witnesses: [
        { node: 0, event: 1, time: 10 },
        { node: 2, event: 4, time: 500 },
      ],
    });
  });

  it("keeps the first accusation", () => expect(judged(oneValue, [[0, 101, 10], [2, 102, 20], [1, 103, 30]]).accusation?.message).toBe("value of hundred 1: first 101, then 102"));

  it("notices a number that falls, and says from what to what", () => {
    const rising = { afterStep: ({ id, state }: { id: number; state: { value: number } }, facts: { rises(kind: string, key: number, value: number): void }) => facts.rises("value of node", id, state.value) };
    expect(judged(rising, [[0, 5, 10], [0, 7, 20], [0, 7, 30]]).accusation).toBeUndefined();
    expect(judged(rising, [[0, 7, 10], [0, 5, 20]]).accusation).toMatchObject({ message: "value of node 0 fell from 7 to 5", witnesses: [{ node: 0, time: 10 }, { node: 0, time: 20 }] });
  });

  it("looks at messages as they leave, at outputs, and at all nodes at once", () => {
    expect(judged({ onSend: (_from, to, { value }, facts) => facts.must(value !== 13, () => `13 is sent to node ${to}`) }, [[1, 13, 10]]).accusation?.message).toBe("13 is sent to node 0");
    expect(judged({ onOutput: (node, output, facts) => facts.must(output < 10, `node ${node.id} says ${output}`) }, [[1, 13, 10]]).accusation?.message).toBe("node 1 says 13");
    const sum = { overall: (nodes: readonly { state: { value: number } }[], facts: { must(condition: boolean, message: string): void }) => facts.must(nodes.reduce((total, { state }) => total + state.value, 0) < 15, "15 or more in all") };
    expect(judged(sum, [[1, 7, 10]]).accusation).toMatchObject({ witnesses: [{ event: 3, time: 15 }] });
    expect(judged(sum, [[1, 4, 10]]).accusation).toBeUndefined();
  });

  it("remembers facts of its own only", () => {
    const judge = new Judge<Holder>({
      invariants: [1, 2].map((value) => ({ name: `says ${value}`, source: "this test", afterStep: (_node, facts) => facts.agree("value", 0, value) })),
    });
    judge.watch(simulate(holder, { size: 2, observer: judge }));
    expect(judge.accusation).toBeUndefined();
  });
});

it("reachables are noted when they come about, by whichever moment shows them, and no others", () => {
  const reachables: Reachable<Holder>[] = [
    { name: "a node holds 7", afterStep: ({ state }) => state.value === 7 },
    { name: "7 is sent", onSend: (_from, _to, { value }) => value === 7 },
    { name: "all hold 7", overall: (nodes) => nodes.every(({ state }) => state.value === 7) },
    { name: "a node holds 8", afterStep: ({ state }) => state.value === 8 },
  ];
  expect([...judged({}, [[0, 7, 10]], reachables).reached]).toEqual(["7 is sent", "a node holds 7", "all hold 7"]);
});
