import { describe, expect, it } from "vitest";
import { membersOf } from "../../../lib/gossip/membership/joining.js";
import { overrides, rankOf } from "../../../lib/gossip/membership/precedence.js";
import { swim } from "../../../lib/gossip/membership/swim.js";
import type { Status, Swim, SwimOptions, Update } from "../../../lib/gossip/membership/types.js";
import { type Cluster, simulate } from "../../../lib/sim/cluster.js";
import type { ClusterOptions } from "../../../lib/sim/options.js";

const PERIOD = 200;
const start = (size: number, options: SwimOptions = {}, more: Partial<ClusterOptions<Swim>> = {}) => simulate(swim({ period: PERIOD, pingTimeout: 60, joined: size, ...options }), { size, seed: 3, ...more });
const statuses = (cluster: Cluster<Swim>, member: number) => cluster.nodes.filter(({ id, up, state }) => id !== member && up && state.presence === "member").map(({ state }) => state.known[member]?.status ?? (member < state.presumed ? "alive" : "unknown"));
const told = (cluster: Cluster<Swim>) => cluster.outputs.map(({ output: { member, status } }) => `${member} ${status}`);

describe("the order of updates (SWIM, §4.2)", () => {
  const update = (status: Status, incarnation: number): Update => ({ member: 1, status, incarnation });

  it.each<[Status, number, Status, number, boolean]>([
    ["alive", 3, "suspect", 2, true],
    ["alive", 3, "suspect", 3, false],
    ["alive", 3, "alive", 2, true],
    ["alive", 3, "alive", 3, false],
    ["suspect", 3, "suspect", 2, true],
    ["suspect", 3, "suspect", 3, false],
    ["suspect", 3, "alive", 3, true],
    ["suspect", 2, "alive", 3, false],
    ["dead", 3, "alive", 3, true],
    ["dead", 3, "suspect", 3, true],
    // As in memberlist: in the paper nothing overrides a death.
    ["alive", 4, "dead", 3, true],
    ["dead", 2, "alive", 3, false],
    ["left", 3, "dead", 3, true],
    ["dead", 3, "left", 3, false],
  ])("%s in incarnation %i over %s in %i: %s", (status, incarnation, other, before, wins) => expect(overrides(update(status, incarnation), update(other, before))).toBe(wins));

  it("is one order: no two different updates about a member are equal in it", () => {
    const ranks = [0, 1, 2].flatMap((incarnation) => (["alive", "suspect", "dead", "left"] as const).map((status) => rankOf(update(status, incarnation))));
    expect(new Set(ranks).size).toBe(ranks.length);
  });
});

describe("a member that crashes", () => {
  it("is suspected, then dead, to all others; nobody else is (§3.1, §4.2)", () => {
    const cluster = start(10);
    cluster.run(1000);
    cluster.crash(4);
    cluster.run(6000);
    expect(statuses(cluster, 4)).toEqual(Array(9).fill("dead"));
    expect(new Set(told(cluster))).toEqual(new Set(["4 suspect", "4 dead"]));
    expect(cluster.nodes.filter(({ id }) => id !== 4).map(({ id, state }) => membersOf(state, id).includes(4))).toEqual(Array(9).fill(false));
  });

  it("is pinged within 2n − 1 periods by each other, if all are pinged in turn (§4.3)", () => {
    const n = 8;
    const seen = new Map<string, number[]>();
    let now = () => 0;
    const cluster = start(n, {}, { observer: { sent: ({ id, state }, to, message) => void (message.type === "Ping" && state.probe?.number === message.number && seen.set(`${id} ${to}`, [...(seen.get(`${id} ${to}`) ?? []), now()])) } });
    now = () => cluster.now;
    cluster.run(100 * PERIOD);
    expect(seen.size).toBe(n * (n - 1));
    for (const times of seen.values()) times.slice(1).forEach((time, i) => expect(time - times[i]!).toBeLessThanOrEqual((2 * n - 1) * PERIOD + 1e-6));
  });

  it("comes back under its name, in a higher incarnation, though it has forgotten everything", () => {
    const cluster = start(5, { joined: 0 });
    cluster.run(2000);
    cluster.crash(2);
    cluster.run(8000);
    expect(statuses(cluster, 2)).toEqual(Array(4).fill("dead"));
    cluster.restart(2);
    cluster.run(10_000);
    expect(statuses(cluster, 2)).toEqual(Array(4).fill("alive"));
    expect(cluster.nodes[2]!.state.incarnation).toBe(1);
  });
});

describe("who cannot reach a member", () => {
  const cutPair = (indirect: number) => {
    const cluster = start(6, { indirect });
    cluster.run(500);
    for (const [from, to] of [[0, 1], [1, 0]] as const) cluster.command({ type: "cut", from, to });
    cluster.run(20_000);
    return told(cluster);
  };

  it("asks others, and does not accuse it if one of them can (§3.1)", () => expect(cutPair(3)).toEqual([]));

  it("accuses it if it asks nobody", () => expect(cutPair(0)).toContain("1 suspect"));
});

describe("a member that is cut off for a while", () => {
  const cutFor = (periods: number) => {
    const cluster = start(6);
    cluster.run(1000);
    cluster.command({ type: "isolate", node: 5 });
    cluster.run(1000 + periods * PERIOD);
    cluster.heal();
    cluster.run(30_000);
    return cluster;
  };

  it("refutes the suspicion in time, in a new incarnation, and is never dead to anybody (§4.2)", () => {
    const cluster = cutFor(5);
    expect(told(cluster)).toContain("5 suspect");
    expect(cluster.outputs.filter(({ output }) => output.member === 5 && output.status === "dead")).toEqual([]);
    expect(cluster.nodes[5]!.state.incarnation).toBeGreaterThan(0);
    expect(statuses(cluster, 5)).toEqual(Array(5).fill("alive"));
  });

  it("is believed again also after it was dead to all, and all to it", () => {
    const cluster = cutFor(40);
    expect(told(cluster)).toContain("5 dead");
    for (let member = 0; member < 6; member++) expect(statuses(cluster, member), `node ${member}`).toEqual(Array(5).fill("alive"));
  });
});

describe("a member that leaves", () => {
  it("has left to all others, and is dead to none", () => {
    const cluster = start(8);
    cluster.run(1000);
    cluster.input(3, { type: "leave" });
    cluster.run(10_000);
    expect(cluster.nodes[3]!.state.presence).toBe("gone");
    expect(statuses(cluster, 3)).toEqual(Array(7).fill("left"));
    expect(new Set(told(cluster))).toEqual(new Set(["3 left"]));
    const messages = cluster.events;
    cluster.input(3, { type: "join" });
    cluster.run(14_000);
    expect(cluster.events).toBeGreaterThan(messages);
    expect(statuses(cluster, 3)).toEqual(Array(7).fill("alive"));
  });
});

describe("a node that joins", () => {
  it("needs one seed, and comes to know all and be known to all", () => {
    const cluster = start(9, { joined: 8, seeds: [2] });
    cluster.run(4000);
    expect(statuses(cluster, 8)).toEqual(Array(8).fill("alive"));
    expect(membersOf(cluster.nodes[8]!.state, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("asks again until it is answered", () => {
    const cluster = start(2, { joined: 0 }, { loss: 0.8, seed: 4 });
    cluster.run(20_000);
    for (const { id, state } of cluster.nodes) expect(state.known[1 - id]).toBeDefined();
  });
});

describe("what is sent", () => {
  /** Messages a member and period, most updates in a message, and how often one node sent one update. */
  function load(n: number) {
    let messages = 0;
    let most = 0;
    const sent = new Map<string, number>();
    const cluster = start(n, {}, {
      observer: {
        sent({ id }, to, { updates }) {
          // What is held against the receiver itself goes beside.
          const others = updates.filter(({ member }) => member !== to);
          messages++;
          most = Math.max(most, others.length);
          for (const { member, status, incarnation } of others) sent.set([id, member, status, incarnation].join(), (sent.get([id, member, status, incarnation].join()) ?? 0) + 1);
        },
      },
    });
    cluster.run(1000);
    for (const node of [1, 2, 3, 4]) cluster.crash(node);
    cluster.run(11_000);
    return { messages: messages / n / 55, most, again: Math.max(...sent.values()) };
  }

  it("by a member is as much in a large cluster as in a small one, carries at most 6 updates, each λ⌈ln(n + 1)⌉ times (§4.1)", () => {
    const [small, large] = [load(12), load(60)];
    expect(large.messages / small.messages).toBeLessThan(1.6);
    expect(large.messages).toBeLessThan(3);
    for (const { most } of [small, large]) expect(most).toBeLessThanOrEqual(6);
    expect(small.again).toBeLessThanOrEqual(3 * Math.ceil(Math.log(13)));
    expect(large.again).toBeLessThanOrEqual(3 * Math.ceil(Math.log(61)));
    expect(large.again).toBeGreaterThan(3 * Math.ceil(Math.log(13)) - 1);
  });
});

it.each<[SwimOptions, RegExp]>([
  [{ pingTimeout: 0 }, /above 0 and below the period/],
  [{ period: 100, pingTimeout: 100 }, /above 0 and below the period/],
  [{ indirect: -1 }, /indirect of at least 0/],
  [{ awareness: 0 }, /at least 1/],
])("refuses %o", (options, message) => expect(() => swim(options)).toThrow(message));
