import { describe, expect, it } from "vitest";
import { drawRun } from "../../../lib/check/hostileRun.js";
import { play } from "../../../lib/check/play.js";
import type { Protocol } from "../../../lib/protocol.js";
import { abd } from "../../../lib/replication/abd/abd.js";
import { abdMutants } from "../../../lib/replication/abd/abd.mutants.js";
import { abdRegister } from "../../../lib/replication/abd/abd.promises.js";
import { registerClients } from "../../../lib/replication/abd/registerClients.js";
import type { Abd } from "../../../lib/replication/abd/types.js";
import { createRandom } from "../../../lib/random.js";
import { simulate } from "../../../lib/sim/cluster.js";

const put = (client: number, value: string, serial = 1) => ({ type: "request", client, serial, command: { op: "put", key: "a", value } }) as const;
const get = (client: number, serial = 1) => ({ type: "request", client, serial, command: { op: "get", key: "a" } }) as const;
const started = (size: number, protocol: Protocol<Abd> = abd()) => simulate(protocol, { size, seed: 1, latency: "constant:5" });
const answers = (cluster: ReturnType<typeof started>) => cluster.outputs.map(({ time, node, output }) => [time, node, output.type === "answer" ? output.result : output.type]);

describe("ABD, a linearizable register without a leader (Attiya, Bar-Noy and Dolev 1995)", () => {
  it("a write and a read take two round trips to a majority each, at whichever node", () => {
    const cluster = started(5);
    cluster.input(3, put(1, "x"));
    cluster.run(20);
    cluster.input(1, get(2));
    cluster.run(100);
    expect(answers(cluster)).toEqual([[20, 3, null], [40, 1, "x"]]);
  });

  it("goes on without a wait while a majority is up, and stops without one", () => {
    const cluster = started(5);
    cluster.crash(0);
    cluster.crash(1);
    cluster.input(2, put(1, "x"));
    cluster.run(1000);
    expect(answers(cluster)).toEqual([[20, 2, null]]);
    cluster.crash(3);
    cluster.input(2, get(2));
    cluster.run(5000);
    expect(answers(cluster)).toHaveLength(1);
    cluster.restart("all");
    cluster.run(6000);
    expect(answers(cluster).at(-1)!.slice(1)).toEqual([2, "x"]);
  });

  /** A write reaches only node 1 beside its writer; then it is read there, and after that by nodes that know nothing of it. */
  function inverted(protocol: Protocol<Abd>): unknown[] {
    const cluster = started(5, protocol);
    cluster.input(0, put(1, "x"));
    for (const to of [2, 3, 4]) cluster.command({ type: "cut", from: 0, to }, 9);
    cluster.input(1, get(2), 30);
    cluster.partition([[0, 1]], 60);
    cluster.input(4, get(3), 70);
    cluster.run(200);
    return cluster.outputs.map(({ output }) => (output as { result: unknown }).result);
  }

  it("a read brings what it found to a majority, so that no later read is older; without that, one is", () => {
    expect(inverted(abd())).toEqual(["x", "x"]);
    expect(inverted(abdMutants.find(({ name }) => name === "abd-reads-once")!.broken())).toEqual(["x", null]);
  });

  it("of two writes at once the one with the greater tag stays, on every node (Lynch and Shvartsman 1997)", () => {
    const cluster = started(5);
    cluster.input(0, put(1, "x"));
    cluster.input(4, put(2, "y"));
    cluster.run(100);
    expect(cluster.nodes.map(({ state }) => state.registers.a)).toEqual(Array(5).fill({ tag: { seq: 1, client: 2, serial: 1 }, value: "y" }));
  });

  it("an append is refused: it would need consensus", () => {
    const cluster = started(3);
    cluster.input(0, { type: "request", client: 1, serial: 1, command: { op: "append", key: "a", value: "x" } });
    expect(cluster.outputs.map(({ output }) => output)).toEqual([{ type: "refused", client: 1, serial: 1, leader: null }]);
  });

  it("its clients only get and put", () => {
    const random = createRandom(1);
    const ops = Array.from({ length: 200 }, (_, i) => registerClients.request(0, i + 1, random).command.op);
    expect(new Set(ops)).toEqual(new Set(["get", "put"]));
  });

  it("in hostile runs its clients ask for a thing once, and give up where nobody answers; they are woken where nothing else happens", () => {
    let [asked, given, quiet] = [0, 0, 0];
    for (let seed = 1; seed <= 40; seed++) {
      const names = new Set<string>();
      const engine = abdRegister.engine();
      const counting: Protocol<Abd> = {
        ...engine,
        onInput(state, input, context) {
          asked++;
          expect(names.has(`${input.client}/${input.serial}`), `seed ${seed}`).toBe(false);
          names.add(`${input.client}/${input.serial}`);
          if (Object.keys(state.operations).length === 0) quiet++;
          engine.onInput!(state, input, context);
        },
      };
      const { cluster, accusation } = play(abdRegister, drawRun(abdRegister, seed), { protocol: counting });
      expect(accusation).toBeUndefined();
      given += names.size - new Set(cluster.outputs.map(({ output }) => `${output.client}/${output.serial}`)).size;
    }
    expect(asked).toBeGreaterThan(400);
    expect(given).toBeGreaterThan(5);
    expect(quiet).toBeGreaterThan(200);
  });

  it("wants a time above 0 between two tries", () => expect(() => abd({ retry: 0 })).toThrow(RangeError));
});
