import { describe, expect, it } from "vitest";
import { raft } from "../../../lib/replication/raft/raft.js";
import type { RaftStore } from "../../../lib/replication/raft/replication.promises.js";
import { keyValue } from "../../../lib/replication/service/keyValue.js";
import { type Cluster, simulate } from "../../../lib/sim/cluster.js";
import { appended, appendEntries, conflict, ReplicaByHand } from "./replicaByHand.js";

const get = { op: "get", key: "x" } as const;
const put = (value: string) => ({ op: "put", key: "x", value }) as const;
const INDEX = { reads: "index" } as const;
const LEASE = { reads: "lease", checkQuorum: true, preVote: true } as const;
/** An answer to a round of a leader in term 1. */
const heard = (round: number, matchIndex = 1) => ({ ...appended(1, matchIndex), round });

describe("a read by index (dissertation, §6.4)", () => {
  const leading = () => new ReplicaByHand(INDEX).lead().acknowledged();

  it("takes no place in the log: the leader asks the others whether it still leads", () => {
    const server = leading();
    expect(server.ask(1, get)).toMatchObject([1, 2].map(() => ({ type: "AppendEntries", round: 1, entries: [] })));
    expect([server.terms, server.told("answer")]).toEqual([[1], []]);
    server.hear(1, heard(1));
    expect(server.told("answer")).toEqual([{ type: "answer", client: 1, serial: 1, result: null }]);
    expect(server.state.reads).toEqual([]);
  });

  it("is not answered by what others said before they were asked: a round counts for the reads before it (published bug 26)", () => {
    const server = leading();
    server.ask(1, get, 1);
    server.ask(1, get, 2);
    for (let i = 0; i < 3; i++) server.hear(1, appended(1, 1));
    expect(server.told("answer")).toEqual([]);
    server.hear(1, heard(1));
    expect(server.told("answer").map(({ client }) => client)).toEqual([1]);
    // The same answer again, late: it says nothing about the second read.
    server.hear(1, heard(1));
    server.hear(2, heard(1));
    expect(server.told("answer").map(({ client }) => client)).toEqual([1]);
    server.hear(2, heard(2));
    expect(server.told("answer").map(({ client }) => client)).toEqual([1, 2]);
  });

  it("asked again is asked about again: an answer to the first asking comes too late (published bug 26)", () => {
    const server = leading();
    server.ask(1, get);
    server.ask(1, get);
    server.hear(1, heard(1));
    expect(server.told("answer")).toEqual([]);
    server.hear(1, heard(2));
    expect(server.told("answer")).toHaveLength(1);
  });

  it("counts no answer of an older term", () => {
    const server = leading();
    server.ask(1, get);
    server.hear(1, appendEntries(2, 1, 1));
    for (const peer of [1, 2]) server.hear(peer, heard(1));
    expect(server.told("answer")).toEqual([]);
  });

  it("waits until something of the leader's own term is committed: before, it does not know what is (published bug 25)", () => {
    const server = new ReplicaByHand({ ...INDEX, term: 1, logTerms: [1] }).lead();
    expect(server.ask(1, get)).toEqual([]);
    expect(server.state.reads).toMatchObject([{ index: null }]);
    server.acknowledged([0, 1]);
    expect(server.state.reads).toMatchObject([{ index: 2, round: 1 }]);
    server.hear(1, { ...appended(2, 2), round: 1 });
    expect(server.told("answer")).toMatchObject([{ result: "1" }]);
  });

  it("is refused where the leader that was asked leads no more", () => {
    const server = leading();
    server.ask(1, get);
    server.hear(2, appendEntries(2, 1, 1));
    expect(server.told("refused")).toMatchObject([{ client: 1, serial: 1 }]);
    expect(server.state.reads).toEqual([]);
  });

  it("needs nobody's word where one server is the whole cluster", () => {
    const server = new ReplicaByHand({ ...INDEX, size: 1 }).lead().acknowledged();
    server.ask(1, get);
    expect(server.told("answer")).toHaveLength(1);
  });

  it("sends nobody its snapshot again: who is on its way to one is not asked", () => {
    const server = new ReplicaByHand({ ...INDEX, snapshotAfter: 3, term: 1, logTerms: [1, 1, 1, 1] }).lead().acknowledged([0, 1]);
    server.hear(2, conflict(2, 4, null, 1));
    expect(server.sentTo(2, "InstallSnapshot")).toHaveLength(1);
    for (let serial = 1; serial <= 5; serial++) expect(server.ask(serial, get)).toMatchObject([{ type: "AppendEntries", round: serial }]);
    expect(server.sentTo(2, "InstallSnapshot")).toHaveLength(1);
    server.hear(1, { ...appended(2, 5), round: 5 });
    expect(server.told("answer")).toMatchObject([{ serial: 5, result: "1" }]);
  });

  it("counts a learner's word for nothing", () => {
    const server = new ReplicaByHand({ ...INDEX, size: 5, members: [0, 1, 2] }).lead().acknowledged();
    server.input({ type: "reconfigure", voters: [0, 1, 2], learners: [3, 4] });
    server.acknowledged();
    server.ask(1, get);
    for (const learner of [3, 4]) server.hear(learner, heard(1, 2));
    expect(server.told("answer")).toEqual([]);
    server.hear(1, heard(1, 2));
    expect(server.told("answer")).toHaveLength(1);
  });
});

describe("a read at a follower (§6.4, the last paragraph)", () => {
  const following = (options = {}) => {
    const server = new ReplicaByHand({ ...INDEX, followerReads: true, term: 1, logTerms: [1, 1], ...options });
    server.hear(1, appendEntries(1, 2, 1, [], 1));
    return server;
  };
  const reply = (index: number) => ({ type: "ReadIndexReply", term: 1, client: 1, serial: 1, index }) as const;

  it("asks the leader for the index, and waits until its own machine is that far", () => {
    const server = following();
    expect(server.ask(1, get)).toEqual([{ type: "ReadIndex", term: 1, client: 1, serial: 1 }]);
    server.hear(1, reply(2));
    expect(server.told("answer")).toEqual([]);
    server.hear(1, appendEntries(1, 2, 1, [], 2));
    expect(server.told("answer")).toEqual([{ type: "answer", client: 1, serial: 1, result: "1" }]);
  });

  it("is answered once, however often the leader's word arrives", () => {
    const server = following();
    server.ask(1, get);
    for (let i = 0; i < 3; i++) server.hear(1, reply(1));
    expect(server.told("answer")).toHaveLength(1);
  });

  it("is asked for again when the client asks again: a lost question hangs nobody", () => {
    const server = following();
    server.ask(1, get);
    expect(server.ask(1, get)).toMatchObject([{ type: "ReadIndex" }]);
    expect(server.state.reads).toHaveLength(1);
  });

  it("is answered by itself if it has become leader, once it knows what is committed", () => {
    const server = following();
    server.ask(1, get);
    server.lead();
    expect(server.told("answer")).toEqual([]);
    server.acknowledged([0, 2]);
    server.hear(2, { ...appended(2, 3), round: server.state.round });
    expect(server.told("answer")).toHaveLength(1);
  });

  it("is refused where none is known, or followers do not read", () => {
    const [alone, plain] = [new ReplicaByHand({ ...INDEX, followerReads: true }), following({ followerReads: false })];
    alone.ask(1, get);
    plain.ask(1, get);
    expect([alone.told("refused"), plain.told("refused")]).toMatchObject([[{ leader: null }], [{ leader: 1 }]]);
  });

  it("has the index from a leader that has made sure of itself", () => {
    const server = new ReplicaByHand(INDEX).lead().acknowledged();
    server.hear(2, { type: "ReadIndex", term: 1, client: 1, serial: 1 });
    expect(server.sentTo(2, "ReadIndexReply")).toEqual([]);
    server.hear(1, heard(1));
    expect(server.sentTo(2, "ReadIndexReply")).toEqual([reply(1)]);
  });
});

describe("a lease (§6.4.1)", () => {
  const leading = (options = {}) => {
    const server = new ReplicaByHand({ ...LEASE, ...options }).lead().acknowledged();
    server.hear(1, heard(1));
    return server;
  };

  it("lets a leader answer at once, until 0.9 of an election timeout after it last spoke to those who answered", () => {
    const server = leading();
    expect(server.state.leaseUntil).toBe(135);
    server.now = 134;
    server.ask(1, get);
    expect(server.told("answer")).toHaveLength(1);
    server.now = 135;
    server.ask(2, get);
    expect(server.told("answer")).toHaveLength(1);
    // Then it is a read by index.
    server.hear(2, heard(server.state.round));
    expect(server.told("answer")).toHaveLength(2);
  });

  it("begins when a round is sent, not when it is answered", () => {
    const server = leading();
    server.now = 75;
    server.heartbeat();
    server.now = 120;
    server.hear(2, heard(server.state.round));
    expect(server.state.leaseUntil).toBe(75 + 135);
  });

  it("is not renewed by the answer to an older round", () => {
    const server = leading();
    server.now = 75;
    server.heartbeat();
    server.hear(2, heard(1));
    expect(server.state.leaseUntil).toBe(135);
  });

  it("ends for the whole term when a successor is asked to stand (published bug 27)", () => {
    const server = leading();
    server.input({ type: "transfer", to: 1 });
    expect(server.sentTo(1, "TimeoutNow")).toHaveLength(1);
    server.ask(1, get);
    expect(server.told("answer")).toEqual([]);
    server.fire("transfer");
    server.heartbeat();
    for (const peer of [1, 2]) server.hear(peer, heard(server.state.round));
    expect(server.state.leaseUntil).toBeNull();
    expect(server.told("answer")).toHaveLength(1);
  });

  it("is no longer than the followers' patience (published bug 27), and nothing without check-quorum", () => {
    expect(() => raft({ machine: keyValue, ...LEASE, lease: 150 })).toThrow(/lease: expected a time above 0 and below the lowest election timeout of 150 ms, not 150/);
    expect(() => raft({ machine: keyValue, reads: "lease" })).toThrow(/reads by lease need checkQuorum/);
  });

  it("outlasts a follower's crash: who is back helps to depose nobody for an election timeout", () => {
    const server = new ReplicaByHand(LEASE);
    server.now = 149;
    expect(server.hear(2, { type: "RequestVote", term: 1, lastLogIndex: 0, lastLogTerm: 0 })).toEqual([]);
    server.now = 150;
    expect(server.hear(2, { type: "RequestVote", term: 1, lastLogIndex: 0, lastLogTerm: 0 })).toMatchObject([{ voteGranted: true }]);
  });

  it("outlasts an operator's wish that another stand: it would be elected by whoever does not hear the leader, and by itself", () => {
    const cluster = simulate(raft({ machine: keyValue, ...LEASE }), { size: 3, seed: 1, latency: "constant:5" });
    cluster.run(900);
    const leader = cluster.nodes.find(({ state }) => state.role === "leader")!.id;
    const [follower, away] = [(leader + 1) % 3, (leader + 2) % 3];
    cluster.command({ type: "cut", from: leader, to: away });
    // Let the one that hears nobody lose its patience, and the leader have had the other's word a moment ago.
    cluster.run(cluster.now + 160);
    cluster.runUntil(() => cluster.nodes[leader]!.state.leaseUntil! > cluster.now + 120, cluster.now + 200);
    cluster.input(follower, { type: "campaign" });
    cluster.run(cluster.now + 20);
    expect(cluster.nodes.filter(({ state }) => state.role === "leader").map(({ id }) => id)).toEqual([leader]);
    expect(cluster.outputs.at(-1)).toMatchObject({ node: follower, output: { type: "unchanged" } });
  });
});

describe("while its leader is cut off", () => {
  const start = (options: object) => {
    const cluster = simulate(raft({ machine: keyValue, ...options }), { size: 3, seed: 5, latency: "constant:5" });
    cluster.run(900);
    const old = cluster.nodes.find(({ state }) => state.role === "leader")!.id;
    cluster.input(old, { type: "request", client: 1, serial: 1, command: put("old") });
    cluster.run(cluster.now + 100);
    cluster.partition([[old]]);
    return { cluster, old };
  };
  const answersTo = (cluster: Cluster<RaftStore>, client: number) => cluster.outputs.map(({ output }) => output).filter((output) => output.type === "answer" && output.client === client);

  it.each([
    ["index", {}],
    ["lease", { checkQuorum: true, preVote: true }],
  ] as const)("a cluster that reads by %s never reads an old value there, once another has been written", (reads, more) => {
    const { cluster, old } = start({ reads, ...more });
    const elected = () => cluster.nodes.find(({ id, state }) => id !== old && state.role === "leader");
    cluster.runUntil(() => elected() !== undefined, 5000);
    cluster.input(elected()!.id, { type: "request", client: 1, serial: 2, command: put("new") });
    cluster.runUntil(() => answersTo(cluster, 1).length === 2, 5000);
    cluster.input(old, { type: "request", client: 2, serial: 1, command: get });
    cluster.run(cluster.now + 1000);
    expect(answersTo(cluster, 2)).toEqual([]);
    cluster.input(elected()!.id, { type: "request", client: 2, serial: 1, command: get });
    cluster.run(cluster.now + 100);
    expect(answersTo(cluster, 2)).toMatchObject([{ result: "new" }]);
  });

  it("it answers for as long as its lease lasts, and not after", () => {
    const { cluster, old } = start({ reads: "lease", checkQuorum: true, preVote: true });
    cluster.input(old, { type: "request", client: 2, serial: 1, command: get });
    cluster.run(cluster.now + 1);
    expect(answersTo(cluster, 2)).toMatchObject([{ result: "old" }]);
    cluster.run(cluster.nodes[old]!.state.leaseUntil!);
    cluster.input(old, { type: "request", client: 2, serial: 2, command: get });
    cluster.run(cluster.now + 1000);
    expect(answersTo(cluster, 2)).toHaveLength(1);
  });
});
