import { describe, expect, it } from "vitest";
import { raft } from "../../../lib/replication/raft/raft.js";
import { type RaftStore } from "../../../lib/replication/raft/replication.promises.js";
import { keyValue } from "../../../lib/replication/service/keyValue.js";
import { type Cluster, simulate } from "../../../lib/sim/cluster.js";
import { appended, appendEntries, conflict, entry, ReplicaByHand } from "./replicaByHand.js";

const put = (value: string) => ({ op: "put", key: "x", value }) as const;
const get = { op: "get", key: "x" } as const;

describe("the consistency check (§5.3, Figure 2, AppendEntries)", () => {
  it("takes entries only after an entry that the leader has too", () => {
    const follower = new ReplicaByHand({ logTerms: [1, 1] });
    expect(follower.hear(1, appendEntries(2, 2, 1, [entry(2)]))).toEqual([appended(2, 3)]);
    expect(follower.terms).toEqual([1, 1, 2]);
    expect(follower.disk).toEqual(follower.state.log);
  });

  it("refuses where its log is too short, and says where it ends", () => {
    expect(new ReplicaByHand({ logTerms: [1, 1] }).hear(1, appendEntries(2, 4, 2, [entry(2)]))).toEqual([conflict(2, 4, null, 3)]);
  });

  it("refuses where its entry is of another term, and says where that term begins", () => {
    expect(new ReplicaByHand({ logTerms: [1, 2, 2, 2] }).hear(1, appendEntries(4, 4, 3, [entry(4)]))).toEqual([conflict(4, 4, 2, 2)]);
  });

  it("replaces a conflicting entry and all that follow it", () => {
    const follower = new ReplicaByHand({ logTerms: [1, 2, 2, 2] });
    follower.hear(1, appendEntries(3, 1, 1, [entry(3)]));
    expect(follower.terms).toEqual([1, 3]);
    expect(follower.disk).toEqual(follower.state.log);
  });

  it("deletes nothing that does not conflict: an older message that comes late changes nothing (published bug 13)", () => {
    const follower = new ReplicaByHand({ logTerms: [] });
    const entries = [entry(1, "a"), entry(1, "b"), entry(1, "c")];
    follower.hear(1, appendEntries(1, 0, 0, entries));
    expect(follower.hear(1, appendEntries(1, 0, 0, entries.slice(0, 1)))).toEqual([appended(1, 1)]);
    expect(follower.terms).toEqual([1, 1, 1]);
  });

  it("commits no further than the leader's entries reach (rule 5, published bug 12)", () => {
    const follower = new ReplicaByHand({ logTerms: [1, 1, 1] });
    follower.hear(1, appendEntries(2, 1, 1, [], 3));
    expect(follower.state.commitIndex).toBe(1);
  });

  it("refuses a leader of an older term", () => {
    expect(new ReplicaByHand({ term: 5 }).hear(1, appendEntries(4, 0, 0, [entry(4)]))).toEqual([{ type: "AppendEntriesReply", term: 5, success: false }]);
  });
});

describe("a leader", () => {
  it("begins its term with an empty entry (§8)", () => {
    const leader = new ReplicaByHand({ term: 1, logTerms: [1] }).lead();
    expect(leader.state.log.at(-1)).toEqual({ term: 2, command: null });
  });

  it("counts itself only when its entry is on disk: by a message to itself", () => {
    const leader = new ReplicaByHand().lead();
    expect(leader.sent.filter(({ to }) => to === 0).map(({ message }) => message)).toEqual([appended(1, 1)]);
    leader.hear(1, appended(1, 1));
    expect(leader.state.commitIndex).toBe(0);
    leader.hear(0, appended(1, 1));
    expect(leader.state.commitIndex).toBe(1);
  });

  it("commits an entry of an older term only with one of its own (§5.4.2, Figure 8, published bug 11)", () => {
    const leader = new ReplicaByHand({ size: 5, term: 2, logTerms: [1, 2] }).lead();
    for (const node of [0, 1, 2]) leader.hear(node, appended(3, 2));
    expect(leader.state.commitIndex).toBe(0);
    for (const node of [0, 1, 2]) leader.hear(node, appended(3, 3));
    expect(leader.state.commitIndex).toBe(3);
  });

  it("goes back a term at a time (§5.3): past a follower's conflicting term at once", () => {
    const leader = new ReplicaByHand({ term: 5, logTerms: [1, 1, 4, 4, 5, 5] }).lead();
    const [next] = leader.hear(1, conflict(6, 6, 2, 3));
    expect(next).toMatchObject({ prevLogIndex: 2, prevLogTerm: 1 });
  });

  it("goes to its own last entry of the conflicting term, if it has that term", () => {
    const leader = new ReplicaByHand({ term: 5, logTerms: [1, 1, 4, 4, 5, 5] }).lead();
    const [next] = leader.hear(1, conflict(6, 6, 4, 3));
    expect(next).toMatchObject({ prevLogIndex: 4, prevLogTerm: 4 });
  });

  it("goes to the end of a log that is too short", () => {
    const leader = new ReplicaByHand({ term: 5, logTerms: [1, 1, 4, 4, 5, 5] }).lead();
    const [next] = leader.hear(1, conflict(6, 6, null, 2));
    expect(next).toMatchObject({ prevLogIndex: 1, prevLogTerm: 1 });
  });

  it("pays no heed to an answer that has been overtaken", () => {
    const leader = new ReplicaByHand({ term: 1, logTerms: [1, 1, 1] }).lead();
    leader.hear(1, appended(2, 4));
    leader.hear(1, conflict(2, 2, null, 1));
    expect(leader.state.progress[1]).toMatchObject({ mode: "replicate", match: 4 });
  });
});

describe("flow control (dissertation, §10.2)", () => {
  it("sends one message at a time until it is known where the logs agree", () => {
    const leader = new ReplicaByHand().lead();
    expect(leader.ask(1, put("a")).filter((message) => message.type === "AppendEntries")).toEqual([]);
    expect(leader.hear(1, appended(1, 1)).map((message) => "entries" in message && message.entries.length)).toEqual([1]);
  });

  it("then sends ahead of the answers, but no more than so many messages", () => {
    const leader = new ReplicaByHand({ inFlight: 2 }).lead();
    leader.hear(1, appended(1, 1));
    const toOne = () => leader.sent.filter(({ to, message }) => to === 1 && message.type === "AppendEntries").length;
    const before = toOne();
    for (let serial = 1; serial <= 5; serial++) leader.ask(serial, put(`${serial}`));
    expect(toOne() - before).toBe(2);
    leader.hear(1, appended(1, 3));
    expect(leader.sent.filter(({ to }) => to === 1).at(-1)!.message).toMatchObject({ prevLogIndex: 3, entries: [{}, {}, {}] });
  });

  it("sends no more entries at once than a batch", () => {
    const leader = new ReplicaByHand({ batch: 2, inFlight: 8, term: 1, logTerms: [1, 1, 1, 1, 1] }).lead();
    const sizes = leader.hear(1, conflict(2, 5, null, 1)).map((message) => "entries" in message && message.entries.length);
    expect(sizes).toEqual([2]);
    expect(leader.hear(1, appended(2, 2)).map((message) => "entries" in message && message.entries.length)).toEqual([2, 2]);
  });

  it("finds a loss by the next heartbeat", () => {
    const leader = new ReplicaByHand().lead();
    leader.hear(1, appended(1, 1));
    leader.ask(1, put("lost"));
    const [beat] = leader.heartbeat();
    expect(beat).toMatchObject({ prevLogIndex: 2, entries: [] });
    expect(leader.hear(1, conflict(1, 2, null, 2))).toMatchObject([{ prevLogIndex: 1, entries: [{ term: 1 }] }]);
  });

  it.each([[{ batch: 0 }], [{ inFlight: 1.5 }]])("takes no limit such as %o", (limits) => expect(() => raft({ machine: keyValue, ...limits })).toThrow(/expected an integer from 1/));
});

describe("a client (dissertation, §6)", () => {
  const asking = (): ReplicaByHand => {
    const leader = new ReplicaByHand().lead();
    leader.hear(0, appended(1, 1));
    leader.hear(1, appended(1, 1));
    return leader;
  };

  it("is answered when its command has been committed and carried out", () => {
    const leader = asking();
    leader.ask(1, put("a"));
    expect(leader.outputs.filter(({ type }) => type === "answer")).toEqual([]);
    leader.hear(0, appended(1, 2));
    leader.hear(1, appended(1, 2));
    expect(leader.outputs.at(-1)).toEqual({ type: "answer", client: 1, serial: 1, result: null });
  });

  it("asks again and is answered as before; the command is carried out once (published bug 28)", () => {
    const leader = asking();
    leader.ask(1, { op: "append", key: "x", value: "once" });
    leader.ask(1, { op: "append", key: "x", value: "once" });
    expect(leader.terms).toHaveLength(2);
    leader.hear(0, appended(1, 2));
    leader.hear(1, appended(1, 2));
    leader.ask(1, { op: "append", key: "x", value: "once" });
    expect(leader.terms).toHaveLength(2);
    leader.ask(2, get);
    leader.hear(0, appended(1, 3));
    leader.hear(1, appended(1, 3));
    expect(leader.outputs.at(-1)).toMatchObject({ serial: 2, result: "once" });
  });

  it("is refused by a follower, which names the leader it knows", () => {
    const follower = new ReplicaByHand();
    follower.ask(1, get);
    follower.hear(2, appendEntries(1, 0, 0));
    follower.ask(1, get);
    expect(follower.outputs.filter(({ type }) => type === "refused")).toEqual([
      { type: "refused", client: 1, serial: 1, leader: null },
      { type: "refused", client: 1, serial: 1, leader: 2 },
    ]);
  });
});

/** Logs by their terms, as the paper draws them. */
function clusterOf(logs: readonly (readonly number[])[]): Cluster<RaftStore> {
  // Whoever led a term was elected in it, so that a majority knows the term.
  const disks = (node: number) => ({ stored: { currentTerm: 7, votedFor: null }, log: logs[node]!.map((term, i) => ({ term, command: { client: term, serial: i + 1, command: put(`${term}.${i}`) } })) });
  return simulate(raft({ machine: keyValue }), { size: logs.length, seed: 7, latency: "constant:5", disks, trace: true });
}

describe("Figure 7: a leader brings every log into agreement with its own", () => {
  const leader = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
  it.each([
    ["a", [1, 1, 1, 4, 4, 5, 5, 6, 6]],
    ["b", [1, 1, 1, 4]],
    ["c", [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6]],
    ["d", [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7]],
    ["e", [1, 1, 1, 4, 4, 4, 4]],
    ["f", [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3]],
  ])("follower (%s)", (_name, log) => {
    // Two others with the leader's log elect it, whatever the follower in question has.
    const cluster = clusterOf([leader, log, leader, leader, leader]);
    const campaign = () => cluster.input(0, { type: "campaign" });
    campaign();
    cluster.run(60);
    if (cluster.nodes[0]!.state.role !== "leader") campaign();
    cluster.run(500);
    expect(cluster.nodes[0]!.state.role).toBe("leader");
    const terms = cluster.nodes.map(({ state }) => state.log.map(({ term }) => term).join(" "));
    expect(new Set(terms).size).toBe(1);
    expect(terms[0]).toMatch(/^1 1 1 4 4 5 5 6 6 6 \d+$/);
    for (const { state, disk } of cluster.nodes) expect(disk.log).toEqual(state.log);
  });

  it("takes a message a term that differs, not one an entry (§5.3)", () => {
    const cluster = clusterOf([leader, [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3], leader]);
    cluster.input(0, { type: "campaign" });
    cluster.run(300);
    const refusals = [...cluster.trace!].filter((event) => event.kind === "send" && event.node === 1 && (event.message as { success?: boolean; prevLogIndex?: number }).success === false && "prevLogIndex" in (event.message as object));
    expect(refusals.length).toBeGreaterThan(0);
    expect(refusals.length).toBeLessThanOrEqual(3);
  });
});

describe("the store works on", () => {
  const answersOf = (cluster: Cluster<RaftStore>) => cluster.outputs.map(({ output }) => output).filter((output) => output.type === "answer");

  it("through the crash of its leader, without forgetting an answered write", () => {
    const cluster = simulate(raft({ machine: keyValue }), { size: 3, seed: 3, latency: "uniform:1,10" });
    cluster.run(600);
    const first = cluster.nodes.find(({ state }) => state.role === "leader")!.id;
    cluster.input(first, { type: "request", client: 1, serial: 1, command: put("kept") });
    cluster.run(700);
    expect(answersOf(cluster)).toHaveLength(1);
    cluster.crash(first);
    cluster.run(1500);
    const second = cluster.nodes.find(({ up, state }) => up && state.role === "leader")!.id;
    cluster.input(second, { type: "request", client: 1, serial: 2, command: get });
    cluster.run(1700);
    expect(answersOf(cluster).at(-1)).toEqual({ type: "answer", client: 1, serial: 2, result: "kept" });
  });

  it("not at all on a minority: nothing is answered there", () => {
    const cluster = simulate(raft({ machine: keyValue }), { size: 5, seed: 3, latency: "uniform:1,10" });
    cluster.run(600);
    const leader = cluster.nodes.find(({ state }) => state.role === "leader")!.id;
    cluster.partition([[leader, (leader + 1) % 5]]);
    cluster.input(leader, { type: "request", client: 1, serial: 1, command: put("nobody hears") });
    cluster.run(5000);
    expect(answersOf(cluster)).toEqual([]);
  });
});
