import { expect, test } from "vitest";
import type { Protocol, Types } from "../../lib/protocol.js";
import { simulate } from "../../lib/sim/cluster.js";

interface Relay extends Types {
  State: { heard: number };
  Message: { readonly text: string };
  Input: { readonly to: readonly number[]; readonly text: string };
  Output: { readonly heard: string };
}

/** Sends what it is asked to send; says what it hears. */
const relay: Protocol<Relay> = {
  init: () => ({ heard: 0 }),
  onInput: (_state, { to, text }, context) => to.forEach((node) => context.send(node, { text })),
  onMessage(state, _from, { text }, context) {
    state.heard++;
    context.output({ heard: text });
  },
};

const on = (hardware: object, more: object = {}) => simulate(relay, { size: 3, latency: "constant:10", hardware: { receive: 2, send: 1, ...hardware }, ...more });
const heardAt = (cluster: ReturnType<typeof on>) => cluster.outputs.map(({ time, node, output }) => [time, node, output.heard]);

test("what is sent costs the processor one time after another, and so does what is taken in", () => {
  const cluster = on({});
  cluster.input(0, { to: [1, 1, 2], text: "a" });
  cluster.run(100);
  // Taken in at 2, leaving at 3, 4 and 5, there at 13, 14 and 15, taken in behind each other, said after 1 ms more.
  expect(heardAt(cluster)).toEqual([[16, 1, "a"], [19, 1, "a"], [18, 2, "a"]].sort(([a], [b]) => Number(a) - Number(b)));
});

test("requests wait for the processor in the order in which they come", () => {
  const cluster = on({});
  for (const text of ["a", "b", "c"]) cluster.input(0, { to: [1], text });
  cluster.run(100);
  // Requests are done at 2, 5 and 8; each message leaves 1 ms later.
  expect(heardAt(cluster)).toEqual([[16, 1, "a"], [19, 1, "b"], [22, 1, "c"]]);
});

test("a card carries so many bytes a ms, each way", () => {
  const cluster = on({ receive: 0, send: 0, bandwidth: 10, bytes: (message: { text?: string }) => message.text?.length ?? 0 });
  cluster.input(0, { to: [1, 2], text: "x".repeat(100) }, 50);
  cluster.run(1000);
  // 10 ms in, with the request; 10 ms out to node 1 and 10 more to node 2; 10 ms on the way, 10 ms in.
  expect(heardAt(cluster)).toEqual([[90, 1, "x".repeat(100)], [100, 2, "x".repeat(100)]]);
});

test("of a saturated node, work done a ms is one by what a piece of it costs", () => {
  const cluster = on({ receive: 0.02, send: 0.01 }, { digest: false });
  for (let i = 0; i < 2000; i++) cluster.input(0, { to: [1], text: "x" });
  cluster.run(30);
  const taken = cluster.nodes[1]!.state.heard;
  // 20 ms after the first arrives, node 1 has had time for 20 / 0.03 messages.
  expect(taken).toBeGreaterThan(660);
  expect(taken).toBeLessThanOrEqual(667);
});

test("a crash empties the machine; a paused one goes on with what waits", () => {
  const crashed = on({});
  for (const text of ["a", "b", "c"]) crashed.input(0, { to: [1], text });
  crashed.crash(0, 3);
  crashed.restart(0, 4);
  crashed.run(100);
  expect(heardAt(crashed).map(([, , text]) => text)).toEqual(["a"]);

  const paused = on({});
  for (const text of ["a", "b", "c"]) paused.input(0, { to: [1], text });
  paused.command({ type: "pause", node: 0 }, 3);
  paused.command({ type: "resume", node: 0 }, 40);
  paused.run(100);
  expect(heardAt(paused).map(([, , text]) => text)).toEqual(["a", "b", "c"]);
});

test("a run on hardware replays to the same digest", () => {
  const cluster = simulate(relay, { size: 3, seed: 7, latency: "exp:0.2", loss: 0.1, hardware: { receive: 0.5, send: 0.3, bandwidth: 100 } });
  for (let i = 0; i < 50; i++) cluster.input(i % 3, { to: [(i + 1) % 3, (i + 2) % 3], text: `${i}` }, i);
  cluster.crash(1, 20);
  cluster.restart(1, 30);
  cluster.run(200);
  expect(cluster.replay().digest).toBe(cluster.digest);
});

test.each([[{ receive: -1 }, /receive.*-1/], [{ send: NaN }, /send.*NaN/], [{ bandwidth: 0 }, /bandwidth.*0/]])("%o is no hardware", (hardware, message) => {
  expect(() => on(hardware)).toThrow(message);
});
