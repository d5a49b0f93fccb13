import { describe, expect, it } from "vitest";
import { raft } from "../../../lib/replication/raft/raft.js";
import { keyValue } from "../../../lib/replication/service/keyValue.js";
import { simulate } from "../../../lib/sim/cluster.js";
import { appended, appendEntries, ReplicaByHand } from "./replicaByHand.js";

const put = { op: "put", key: "x", value: "v" } as const;
const STABLE = { preVote: true, checkQuorum: true } as const;
const transferTo = (to: number) => ({ type: "transfer", to }) as const;
const leading = () => new ReplicaByHand().lead().acknowledged([0, 1]);

describe("a leadership transfer (dissertation, §3.10)", () => {
  it("asks a successor that has the whole log to stand at once", () => {
    const server = leading();
    expect(server.input(transferTo(1))).toEqual([{ type: "TimeoutNow", term: 1 }]);
    expect(server.sent.at(-1)!.to).toBe(1);
  });

  it("waits until the successor has the whole log", () => {
    const server = leading();
    expect(server.input(transferTo(2))).toEqual([]);
    server.hear(2, appended(1, 1));
    expect(server.sentTo(2, "TimeoutNow")).toHaveLength(1);
  });

  it("takes no requests meanwhile, and names the successor", () => {
    const server = leading();
    server.input(transferTo(2));
    server.ask(1, put);
    expect(server.told("refused")).toEqual([{ type: "refused", client: 1, serial: 1, leader: 2 }]);
    expect(server.terms).toEqual([1]);
  });

  it("ends after an election timeout if nothing has come of it: the leader goes on", () => {
    const server = leading();
    server.input(transferTo(2));
    expect(server.timers.get("transfer")).toBe(server.now + 150);
    server.fire("transfer");
    server.ask(1, put);
    expect(server.terms).toEqual([1, 1]);
    server.hear(2, appended(1, 2));
    expect(server.sentTo(2, "TimeoutNow")).toEqual([]);
  });

  it("ends with the leadership", () => {
    const server = leading();
    server.input(transferTo(2));
    server.hear(2, appendEntries(2, 1, 1));
    expect(server.state).toMatchObject({ role: "follower", transferee: null });
    expect(server.timers.has("transfer")).toBe(false);
  });

  it.each([
    [0, "this node leads already"],
    [3, "node 3 is no voter"],
    [9, "node 9 is no voter"],
  ])("to node %i is refused: %s", (to, because) => {
    const server = new ReplicaByHand({ size: 4, members: [0, 1, 2] }).lead().acknowledged();
    server.input(transferTo(to));
    expect(server.told("unchanged")).toEqual([{ type: "unchanged", because }]);
    expect(server.state.transferee).toBeNull();
  });

  it("is not for a follower to make", () => {
    const follower = new ReplicaByHand();
    follower.input(transferTo(1));
    expect(follower.told("unchanged")).toEqual([{ type: "unchanged", because: "this node does not lead" }]);
  });
});

describe("a successor", () => {
  it("stands at once, without a pre-vote, and says who asked it to", () => {
    const server = new ReplicaByHand(STABLE);
    server.hear(1, appendEntries(1, 0, 0));
    expect(server.hear(1, { type: "TimeoutNow", term: 1 })).toEqual([1, 2].map(() => ({ type: "RequestVote", term: 2, lastLogIndex: 0, lastLogTerm: 0, transfer: true })));
  });

  it("does not stand for a leader of an older term, nor twice", () => {
    const server = new ReplicaByHand({ term: 3 });
    expect(server.hear(1, { type: "TimeoutNow", term: 2 })).toEqual([]);
    expect(server.hear(1, { type: "TimeoutNow", term: 3 })).toHaveLength(2);
    expect(server.hear(1, { type: "TimeoutNow", term: 3 })).toEqual([]);
    expect(server.state.currentTerm).toBe(4);
  });

  it("has the votes also of those who hear the leader; nobody else has (§4.2.3)", () => {
    const voter = () => {
      const server = new ReplicaByHand(STABLE);
      server.hear(1, appendEntries(1, 0, 0));
      return server;
    };
    const request = { type: "RequestVote", term: 2, lastLogIndex: 0, lastLogTerm: 0 } as const;
    expect(voter().hear(2, request)).toEqual([]);
    expect(voter().hear(2, { ...request, transfer: true })).toMatchObject([{ voteGranted: true }]);
  });
});

describe("a cluster hands over", () => {
  const running = (seed: number) => {
    const cluster = simulate(raft({ machine: keyValue, ...STABLE }), { size: 3, seed, latency: "uniform:1,10", trace: true });
    const leader = () => cluster.nodes.filter(({ state }) => state.role === "leader").sort((a, b) => b.state.currentTerm - a.state.currentTerm)[0]!;
    cluster.run(900);
    return { cluster, leader };
  };

  it("in a few messages' time, where a crash would cost an election timeout", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { cluster, leader } = running(seed);
      const { id, state } = leader();
      const [to, term, begun] = [(id + 1) % 3, state.currentTerm, cluster.now];
      cluster.input(id, transferTo(to));
      expect(cluster.runUntil(() => cluster.nodes[to]!.state.role === "leader", begun + 150), `seed ${seed}`).toBe(true);
      expect(cluster.now - begun).toBeLessThan(50);
      expect(leader().state.currentTerm).toBe(term + 1);
    }
  });

  it("to nobody that is cut off: the leader takes requests again", () => {
    const { cluster, leader } = running(2);
    const { id } = leader();
    cluster.partition([[(id + 1) % 3]]);
    cluster.input(id, { type: "request", client: 1, serial: 1, command: put });
    cluster.run(cluster.now + 30);
    cluster.input(id, transferTo((id + 1) % 3));
    cluster.input(id, { type: "request", client: 1, serial: 2, command: put });
    cluster.run(cluster.now + 200);
    cluster.input(id, { type: "request", client: 1, serial: 2, command: put });
    cluster.run(cluster.now + 100);
    expect(cluster.outputs.map(({ output }) => output).filter(({ type }) => type === "refused" || type === "answer")).toMatchObject([{ type: "answer", serial: 1 }, { type: "refused", serial: 2 }, { type: "answer", serial: 2 }]);
  });
});
