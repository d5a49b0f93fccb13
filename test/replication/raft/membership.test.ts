import { describe, expect, it } from "vitest";
import { isQuorum, reachedByQuorum } from "../../../lib/replication/raft/configuration.js";
import { raft, type RaftRules } from "../../../lib/replication/raft/raft.js";
import type { RaftStore } from "../../../lib/replication/raft/replication.promises.js";
import { keyValue } from "../../../lib/replication/service/keyValue.js";
import { type Cluster, simulate } from "../../../lib/sim/cluster.js";
import { appended, appendEntries, change, entry, ReplicaByHand } from "./replicaByHand.js";

const reconfigure = (voters: readonly number[], learners?: readonly number[]) => ({ type: "reconfigure", voters, ...(learners && { learners }) }) as const;
const vote = (term: number) => ({ type: "RequestVoteReply", term, voteGranted: true }) as const;
/** A leader of term 1 with one empty entry, committed. */
const leading = (options: ConstructorParameters<typeof ReplicaByHand>[0] = {}) => new ReplicaByHand({ size: 5, members: [0, 1, 2], ...options }).lead().acknowledged();
const refusals = (server: ReplicaByHand) => server.told("unchanged").map(({ because }) => because);

describe("a quorum (dissertation, §4.1 and §4.3)", () => {
  it.each([
    [[0, 1, 2], undefined, [0, 1], true],
    [[0, 1, 2], undefined, [0, 3, 4], false],
    [[0, 1, 2, 3], undefined, [0, 1], false],
    [[2, 3, 4], [0, 1, 2], [0, 1, 2], false],
    [[2, 3, 4], [0, 1, 2], [0, 2, 3], true],
    [[2, 3, 4], [0, 1, 2], [2, 3, 4], false],
  ])("voters %j, outgoing %j: nodes %j decide: %s", (voters, outgoing, nodes, decides) => {
    const configuration = { voters, ...(outgoing && { outgoing }) };
    expect(isQuorum(configuration, nodes)).toBe(decides);
    expect(isQuorum(configuration, [...nodes, ...nodes])).toBe(decides);
    expect(reachedByQuorum(configuration, (node) => (nodes.includes(node) ? 7 : 3))).toBe(decides ? 7 : 3);
  });

  it("of learners is none: they do not count", () => expect(isQuorum({ voters: [0, 1, 2], learners: [3, 4] }, [0, 3, 4])).toBe(false));
});

describe("a configuration (dissertation, §4.1)", () => {
  it("holds from the moment it is in the log, committed or not", () => {
    const server = leading();
    server.input(reconfigure([0, 1, 2, 3]));
    expect(server.state).toMatchObject({ commitIndex: 1, configuration: { voters: [0, 1, 2, 3] }, configurationIndex: 2 });
    server.hear(0, appended(1, 2));
    server.hear(1, appended(1, 2));
    expect(server.state.commitIndex).toBe(1);
    server.hear(3, appended(1, 2));
    expect(server.state.commitIndex).toBe(2);
    expect(server.told("configuration")).toEqual([{ type: "configuration", configuration: { voters: [0, 1, 2, 3] }, index: 2 }]);
  });

  it("goes back with the entry that is replaced by another leader's", () => {
    const follower = new ReplicaByHand({ size: 4, members: [0, 1, 2], term: 1, log: [entry(1), change(1, [0, 1, 2, 3])] });
    expect(follower.state.configuration).toEqual({ voters: [0, 1, 2, 3] });
    follower.hear(1, appendEntries(2, 1, 1, [entry(2)]));
    expect(follower.state).toMatchObject({ configuration: { voters: [0, 1, 2] }, configurationIndex: 0 });
  });

  it.each([
    ["nobody", []],
    ["a node twice", [0, 0, 1]],
    ["a node that does not exist", [0, 7]],
  ])("is not %s, neither at first nor later", (_name, voters) => {
    const server = leading();
    server.input(reconfigure(voters));
    expect(refusals(server)).toHaveLength(1);
    expect(() => new ReplicaByHand({ members: voters })).toThrow(RangeError);
  });
});

describe("a vote", () => {
  it("of whoever does not belong to the cluster is not counted (published bug 7)", () => {
    const candidate = new ReplicaByHand({ size: 5, term: 1, log: [change(1, [0, 1, 2])] });
    candidate.fire("election");
    for (const removed of [3, 4]) candidate.hear(removed, vote(2));
    expect(candidate.state.role).toBe("candidate");
    candidate.hear(1, vote(2));
    expect(candidate.state.role).toBe("leader");
  });

  it("is asked of both groups of a joint configuration, and both must agree (§4.3)", () => {
    const candidate = new ReplicaByHand({ size: 5, term: 1, log: [change(1, [2, 3, 4], { outgoing: [0, 1, 2] })] });
    candidate.fire("election");
    expect(candidate.sent.filter(({ message }) => message.type === "RequestVote").map(({ to }) => to).sort()).toEqual([1, 2, 3, 4]);
    candidate.hear(1, vote(2));
    candidate.hear(3, vote(2));
    expect(candidate.state.role).toBe("candidate");
    candidate.hear(4, vote(2));
    expect(candidate.state.role).toBe("leader");
  });

  it("is given also to a candidate that the voter does not know for a member: its own log may be behind (§4.1)", () => {
    expect(new ReplicaByHand({ size: 5, members: [0, 1, 2] }).hear(4, { type: "RequestVote", term: 1, lastLogIndex: 3, lastLogTerm: 1 })).toMatchObject([{ voteGranted: true }]);
  });
});

describe("who may stand (§4.2.2)", () => {
  const log = [change(1, [0, 1, 2, 3]), entry(1), change(1, [1, 2, 3])];

  it("is a voter; a learner and a stranger wait", () => {
    for (const members of [[1, 2], [0, 1, 2]]) {
      const server = new ReplicaByHand({ members });
      server.fire("election");
      expect(server.state.role).toBe(members.includes(0) ? "candidate" : "follower");
    }
  });

  it("is whoever was removed, as long as that may still be undone; also after a restart, when it knows less of what is committed", () => {
    const removed = new ReplicaByHand({ size: 4, members: [1, 2, 3], term: 1, log });
    expect(removed.state.commitIndex).toBe(0);
    removed.fire("election");
    expect(removed.state).toMatchObject({ role: "candidate", configuration: { voters: [1, 2, 3] } });
    // Its own vote does not count any more.
    removed.hear(2, vote(2));
    expect(removed.state.role).toBe("candidate");
    removed.hear(3, vote(2));
    expect(removed.state.role).toBe("leader");
  });

  it("is not whoever knows that its removal is committed", () => {
    const removed = new ReplicaByHand({ size: 4, members: [1, 2, 3], term: 1, log });
    removed.hear(1, appendEntries(1, 3, 1, [], 3));
    removed.fire("election");
    expect(removed.state).toMatchObject({ role: "follower", leader: null });
    removed.hear(1, { type: "TimeoutNow", term: 1 });
    removed.input({ type: "campaign" });
    expect(removed.state).toMatchObject({ role: "follower", currentTerm: 1 });
  });
});

describe("a leader changes the cluster", () => {
  it("one at a time: not while a change is not committed (§4.1)", () => {
    const server = leading();
    server.input(reconfigure([0, 1, 2, 3]));
    server.input(reconfigure([0, 1, 2]));
    expect(refusals(server)).toEqual(["a change of the cluster is under way"]);
    server.acknowledged();
    server.input(reconfigure([0, 1, 2]));
    expect(server.state.configurationIndex).toBe(3);
  });

  it("not before an entry of its own term is committed (published bug 21; the dissertation's erratum, raft-dev 2015)", () => {
    const server = new ReplicaByHand({ size: 4, term: 1, logTerms: [1] }).lead();
    server.input(reconfigure([0, 1, 2]));
    expect(refusals(server)).toEqual(["nothing of the leader's own term is committed yet"]);
    server.acknowledged();
    server.input(reconfigure([0, 1, 2]));
    expect(server.state.configuration).toEqual({ voters: [0, 1, 2] });
  });

  it("not while it hands over, and not where it does not lead", () => {
    const server = leading();
    server.input({ type: "transfer", to: 1 });
    server.input(reconfigure([0, 1]));
    const follower = new ReplicaByHand();
    follower.input(reconfigure([0, 1]));
    expect([refusals(server), refusals(follower)]).toEqual([["the leader is handing over"], ["this node does not lead"]]);
  });

  it.each([
    ["a voter more", [0, 1, 2, 3], false],
    ["a voter less", [0, 1], false],
    ["the same voters", [2, 1, 0], false],
    ["one exchanged for another", [0, 1, 3], true],
    ["two more", [0, 1, 2, 3, 4], true],
    ["all others", [3, 4], true],
  ])("by %s: %j through a joint configuration: %s (§4.1, §4.3)", (_name, voters, joint) => {
    const server = leading();
    server.input(reconfigure(voters));
    expect(server.state.configuration).toEqual({ voters, ...(joint && { outgoing: [0, 1, 2] }) });
  });

  it("leaves a joint configuration once, when it is committed by both groups (published bug 22)", () => {
    const server = leading();
    server.input(reconfigure([0, 3, 4]));
    const changes = () => server.state.log.filter(({ configuration }) => configuration).length;
    server.acknowledged([0, 1, 2]);
    expect(changes()).toBe(1);
    server.acknowledged([3]);
    expect(server.state.configuration).toEqual({ voters: [0, 3, 4] });
    // More is committed, and the same is answered again, before the second change is.
    server.ask(1, { op: "put", key: "x", value: "meanwhile" });
    for (const node of [0, 3, 1, 4]) server.hear(node, appended(1, 2));
    server.heartbeat();
    expect(changes()).toBe(2);
    server.acknowledged();
    expect([changes(), server.state.configuration]).toEqual([2, { voters: [0, 3, 4] }]);
  });

  it("that another one began: it leaves the joint configuration that it finds (§4.3)", () => {
    const server = new ReplicaByHand({ size: 5, members: [0, 1, 2], term: 1, log: [change(1, [0, 3, 4], { outgoing: [0, 1, 2] })] }).lead();
    server.acknowledged();
    expect(server.state.configuration).toEqual({ voters: [0, 3, 4] });
  });

  it("and sends the log to learners, whose answers commit nothing (§4.2.1)", () => {
    const server = leading();
    server.input(reconfigure([0, 1, 2], [3, 4]));
    expect(server.sentTo(3, "AppendEntries")).toHaveLength(1);
    for (const learner of [0, 3, 4]) server.hear(learner, appended(1, 2));
    expect(server.state.commitIndex).toBe(1);
  });
});

describe("a leader that removes itself (§4.2.2)", () => {
  const leaving = () => {
    const server = leading();
    server.input(reconfigure([1, 2]));
    return server;
  };

  it("leads on until that is committed, and does not count itself", () => {
    const server = leaving();
    server.acknowledged([0, 1]);
    expect(server.state).toMatchObject({ role: "leader", commitIndex: 1 });
  });

  it("then tells the others what is committed, and steps down; it knows of no leader, itself least of all", () => {
    const server = leaving();
    server.acknowledged([1, 2]);
    expect(server.state).toMatchObject({ role: "follower", commitIndex: 2, leader: null });
    for (const other of [1, 2]) expect(server.sentTo(other, "AppendEntries").at(-1)).toMatchObject({ leaderCommit: 2 });
    server.ask(1, { op: "get", key: "x" });
    expect(server.told("refused")).toEqual([{ type: "refused", client: 1, serial: 1, leader: null }]);
  });
});

describe("the erratum of single-step changes (Ongaro, raft-dev 2015)", () => {
  /** Two leaders of a cluster of 0, 1, 2, 3 each begin a change: one adds 4, which nobody but 4 hears of; the other removes 0. */
  const run = (rules: Partial<RaftRules>) => {
    const cluster = simulate(raft({ machine: keyValue, members: [0, 1, 2, 3], electionTimeout: [10_000, 20_000], heartbeat: 75 }, rules), { size: 5, seed: 1, latency: "constant:5" });
    const pass = (ms: number) => cluster.run(cluster.now + ms);
    const stand = (node: number) => {
      cluster.input(node, { type: "campaign" });
      pass(7);
    };
    const put = (node: number) => cluster.input(node, { type: "request", client: node, serial: 1, command: { op: "put", key: "x", value: `${node}` } });
    stand(0);
    pass(200);
    cluster.partition([[0, 4]]);
    cluster.input(0, reconfigure([0, 1, 2, 3, 4]));
    pass(20);
    stand(1);
    // Node 3 has voted for node 1, and hears nothing more of it.
    cluster.command({ type: "cut", from: 1, to: 3 });
    cluster.runUntil(() => cluster.nodes[1]!.state.role === "leader", cluster.now + 10);
    cluster.input(1, reconfigure([1, 2, 3]));
    put(1);
    pass(200);
    cluster.heal();
    cluster.partition([[0, 3, 4]]);
    // Node 0 still leads its old term, until it hears of the newer one.
    pass(200);
    stand(0);
    pass(200);
    put(0);
    pass(200);
    return cluster;
  };
  const answered = (cluster: Cluster<RaftStore>) => cluster.outputs.filter(({ output }) => output.type === "answer").map(({ node }) => node);

  it("comes about where a leader need not commit anything of its term first: two majorities that share nobody decide", () => {
    const cluster = run({ hindrance: () => undefined });
    expect(answered(cluster)).toEqual([1, 0]);
    const [one, other] = [1, 0].map((node) => cluster.nodes[node]!.state);
    const committed = Math.min(one!.commitIndex, other!.commitIndex);
    expect(one!.log.slice(0, committed)).not.toEqual(other!.log.slice(0, committed));
  });

  it("does not where it must: node 1 cannot commit without node 3, and changes nothing (published bug 21)", () => {
    const cluster = run({});
    expect(cluster.outputs.filter(({ node, output }) => node === 1 && output.type === "unchanged")).toHaveLength(1);
    expect(answered(cluster)).toEqual([0]);
  });
});

describe("a cluster", () => {
  const leaderOf = ({ nodes }: Cluster<RaftStore>) => nodes.filter(({ up, state }) => up && state.role === "leader").sort((a, b) => b.state.currentTerm - a.state.currentTerm)[0]!;
  const start = (stable: boolean, seed = 3) => {
    const cluster = simulate(raft({ machine: keyValue, members: [0, 1, 2], preVote: stable, checkQuorum: stable }), { size: 6, seed, latency: "uniform:1,10" });
    cluster.run(800);
    return cluster;
  };
  const write = (cluster: Cluster<RaftStore>, serial: number) => {
    cluster.input(leaderOf(cluster).id, { type: "request", client: 1, serial, command: { op: "append", key: "x", value: `${serial}` } });
    cluster.run(cluster.now + 200);
  };

  it("whose voters are all exchanged at once goes on with the new ones, and forgets nothing", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const cluster = start(true, seed);
      write(cluster, 1);
      cluster.input(leaderOf(cluster).id, { ...reconfigure([3, 4, 5]) });
      cluster.run(cluster.now + 2000);
      expect(leaderOf(cluster).id, `seed ${seed}`).toBeGreaterThan(2);
      for (const node of [0, 1, 2]) cluster.crash(node);
      write(cluster, 2);
      expect(leaderOf(cluster).state.sessions.machine).toEqual({ x: "12" });
    }
  });

  it("is not disturbed by a server that was removed and does not know it, if it has pre-vote and check-quorum; else it is (§4.2.3)", () => {
    for (const stable of [true, false]) {
      const cluster = start(stable);
      const leader = leaderOf(cluster);
      const removed = leader.id === 0 ? 1 : 0;
      cluster.input(leader.id, reconfigure([0, 1, 2].filter((node) => node !== removed)));
      cluster.run(cluster.now + 200);
      const { currentTerm } = leader.state;
      expect(leader.state.configuration.voters).toHaveLength(2);
      // It is sent nothing any more, not even the change that removes it.
      expect(cluster.nodes[removed]!.state.configuration.voters).toHaveLength(3);
      cluster.run(cluster.now + 5000);
      if (stable) expect(leaderOf(cluster).state.currentTerm).toBe(currentTerm);
      else expect(leaderOf(cluster).state.currentTerm).toBeGreaterThan(currentTerm + 5);
    }
  });
});
