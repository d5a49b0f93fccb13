import { describe, expect, it } from "vitest";
import { gossipPaxos, type GossipPaxosOptions } from "../../../lib/replication/gossipPaxos/gossipPaxos.js";
import { beginToOverhear, hasEnough, isStale, overhear } from "../../../lib/replication/gossipPaxos/overheard.js";
import { overlay } from "../../../lib/replication/gossipPaxos/overlay.js";
import { isNew } from "../../../lib/replication/gossipPaxos/seen.js";
import type { Rumor, SeenOfLife } from "../../../lib/replication/gossipPaxos/types.js";
import type { Machine } from "../../../lib/replication/service/machine.js";
import { simulate } from "../../../lib/sim/cluster.js";

const put = (client: number, serial: number) => ({ type: "request", client, serial, command: { op: "append", key: "a", value: `${client}.${serial} ` } }) as const;

/** A cluster with node 0 leading, and all rumours that were sent since. */
function led(size: number, options: GossipPaxosOptions = {}) {
  const sent: { readonly from: number; readonly to: number; readonly rumor: Rumor }[] = [];
  const cluster = simulate(gossipPaxos({ electionTimeout: [2000, 4000], ...options }), { size, seed: 1, latency: "constant:5", messages: "frozen", observer: { sent: ({ id }, to, rumor) => void sent.push({ from: id, to, rumor }) } });
  cluster.input(0, { type: "campaign" });
  cluster.run(300);
  expect(cluster.nodes[0]!.state.paxos.role).toBe("leader");
  sent.length = 0;
  return { cluster, sent };
}

const votes = (sent: readonly { readonly rumor: Rumor }[]) => sent.filter(({ rumor }) => rumor.message.type === "Accepted");
const answers = (cluster: ReturnType<typeof led>["cluster"]) => cluster.outputs.filter(({ output }) => output.type === "answer");

describe("the overlay", () => {
  it("is connected, leads both ways, and gives nobody more neighbours than it says (Law and Siu 2003)", () => {
    for (const [size, degree] of [[3, 2], [5, 2], [25, 4], [60, 6]] as const) {
      const neighbors = overlay(size, degree);
      const reached = new Set([0]);
      for (const node of reached) for (const next of neighbors[node]!) reached.add(next);
      expect(reached.size).toBe(size);
      neighbors.forEach((own, node) => {
        expect(own.length).toBeLessThanOrEqual(degree);
        for (const other of own) expect(neighbors[other]).toContain(node);
      });
    }
    expect(overlay(25, 4, 1)).not.toEqual(overlay(25, 4, 2));
    expect(() => overlay(5, 3)).toThrow(RangeError);
  });
});

describe("duplicate suppression", () => {
  it("knows each rumour once, of each life of its origin apart", () => {
    const seen: Record<string, SeenOfLife> = {};
    expect([2, 0, 0, 1, 2, 3].map((serial) => isNew(seen, { origin: 1, life: 7, serial }))).toEqual([true, true, false, true, false, true]);
    expect(isNew(seen, { origin: 1, life: 8, serial: 0 })).toBe(true);
    expect(seen["1 7"]).toEqual({ floor: 4, above: [] });
  });

  it("remembers no more than a window of a life that has gaps", () => {
    const seen: Record<string, SeenOfLife> = {};
    for (let serial = 0; serial < 2000; serial += 2) isNew(seen, { origin: 1, life: 7, serial });
    expect(seen["1 7"]!.above.length).toBeLessThan(260);
    expect([1998, 1999, 3].map((serial) => isNew(seen, { origin: 1, life: 7, serial }))).toEqual([false, true, false]);
  });
});

describe("semantic filtering (Gossip Consensus, Middleware 2021)", () => {
  const vote = (ballot: number, ...slots: number[]) => ({ type: "Accepted", ballot, slots }) as const;
  const ask = (ballot: number, chosen: number, ...slots: number[]) => ({ type: "Accept", ballot, chosen, proposals: slots.map((slot) => ({ slot, value: null })) }) as const;

  it("drops votes beyond a quorum, until the leader asks again", () => {
    const overheard = beginToOverhear();
    overhear(overheard, [0], ask(5, 0, 0));
    expect(hasEnough(overheard, vote(5, 0), 3)).toBe(false);
    overhear(overheard, [1, 2], vote(5, 0));
    expect(hasEnough(overheard, vote(5, 0), 3)).toBe(true);
    expect(hasEnough(overheard, vote(5, 0, 1), 3)).toBe(false);
    overhear(overheard, [0], ask(5, 0, 0));
    expect(hasEnough(overheard, vote(5, 0), 3)).toBe(false);
  });

  it("drops answers to ballots that were overtaken, promises that were enough, and votes for what its leader knows to be chosen", () => {
    const overheard = beginToOverhear();
    overhear(overheard, [0], { type: "Prepare", ballot: 5, first: 0 });
    const promise = (ballot: number) => ({ type: "Promise", ballot, accepted: [] }) as const;
    expect([4, 5].map((ballot) => isStale(overheard, promise(ballot)))).toEqual([true, false]);
    overhear(overheard, [0], ask(5, 3, 3));
    expect([isStale(overheard, promise(5)), isStale(overheard, vote(5, 2)), isStale(overheard, vote(5, 2, 3)), isStale(overheard, vote(4, 3))]).toEqual([true, true, false, true]);
  });

  it("a new leader that knows less gets the votes that the old one had no use for", () => {
    const overheard = beginToOverhear();
    overhear(overheard, [0], ask(5, 3, 3));
    overhear(overheard, [1], ask(6, 0, 0, 1, 2));
    expect(isStale(overheard, vote(6, 0, 1, 2))).toBe(false);
  });
});

describe("Multi-Paxos over gossip", () => {
  it.each([{}, { filter: false }, { aggregate: false }, { filter: false, aggregate: false }, { suppress: false, hops: 4, filter: false, aggregate: false }])("carries out a command everywhere, and sends to neighbours alone: %j", (options) => {
    const { cluster, sent } = led(13, options);
    cluster.input(0, put(1, 1));
    cluster.run(3000);
    expect(answers(cluster)).toHaveLength(1);
    for (const { state } of cluster.nodes) expect(state.paxos.sessions.machine).toEqual({ a: "1.1 " });
    for (const { from, to } of sent) expect(overlay(13, 4)[from]).toContain(to);
  });

  it("without filter and aggregation every vote goes over every link once at most; with them fewer do, and some are merged", () => {
    const count = (options: GossipPaxosOptions) => {
      const { cluster, sent } = led(25, options);
      cluster.input(0, put(1, 1));
      cluster.run(500);
      expect(answers(cluster)).toHaveLength(1);
      return votes(sent);
    };
    const plain = count({ filter: false, aggregate: false });
    const links = new Set(plain.map(({ from, to, rumor }) => `${from} ${to} ${JSON.stringify(rumor.ids)}`));
    expect(links.size).toBe(plain.length);
    const spare = count({});
    expect(spare.length).toBeLessThan(plain.length / 2);
    expect(spare.some(({ rumor }) => rumor.ids.length > 2)).toBe(true);
  });

  it("a vote that was merged counts for each voter, and for nobody else", () => {
    const { cluster } = led(25);
    cluster.input(0, put(1, 1));
    cluster.runUntil(() => cluster.nodes[0]!.state.paxos.open.some(({ acceptedBy }) => acceptedBy.length > 5), 1000);
    const [{ acceptedBy }] = cluster.nodes[0]!.state.paxos.open as [{ acceptedBy: number[] }];
    expect(new Set(acceptedBy).size).toBe(acceptedBy.length);
    for (const node of acceptedBy) expect(cluster.nodes[node]!.state.paxos.accepted[0]).not.toBeNull();
  });

  it("elects another leader through a sparse overlay when the first one has crashed", () => {
    const { cluster } = led(9, { electionTimeout: [300, 600] });
    cluster.crash(0);
    cluster.run(4000);
    const [leader, ...others] = cluster.nodes.filter(({ up, state }) => up && state.paxos.role === "leader");
    expect(others).toEqual([]);
    expect(cluster.nodes.filter(({ up }) => up).every(({ state }) => state.paxos.leader === leader!.id)).toBe(true);
  });

  it("carries any machine", () => {
    const counter: Machine<{ total: number }, number, number> = { begin: () => ({ total: 0 }), apply: (state, command) => (state.total += command), reads: (command) => command === 0 };
    const cluster = simulate(gossipPaxos({ machine: counter }), { size: 5, seed: 1, latency: "constant:5" });
    cluster.input(0, { type: "campaign" });
    cluster.run(100);
    cluster.input(0, { type: "request", client: 1, serial: 1, command: 42 });
    cluster.run(300);
    expect(cluster.outputs.filter(({ output }) => output.type === "answer").map(({ output }) => output)).toEqual([{ type: "answer", client: 1, serial: 1, result: 42 }]);
  });

  it("refuses options out of range", () => {
    for (const options of [{ suppress: false }, { hops: 0 }, { linger: -1 }, { degree: 3 }, { degree: 0 }]) expect(() => gossipPaxos(options), JSON.stringify(options)).toThrow(RangeError);
  });
});
