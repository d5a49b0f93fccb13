import { describe, expect, it } from "vitest";
import { raft } from "../../../lib/replication/raft/raft.js";
import type { RaftStore } from "../../../lib/replication/raft/replication.promises.js";
import { keyValue } from "../../../lib/replication/service/keyValue.js";
import { type Cluster, simulate } from "../../../lib/sim/cluster.js";
import { appended, appendEntries, change, conflict, entry, installSnapshot, ReplicaByHand, snapshotAt } from "./replicaByHand.js";

const put = (value: string) => ({ op: "put", key: "x", value }) as const;
const configurationOf = ({ state }: ReplicaByHand) => state.configuration;

describe("a snapshot (§7)", () => {
  const taken = () => new ReplicaByHand({ snapshotAfter: 3, term: 1, logTerms: [1, 1, 1, 1] }).lead().acknowledged();

  it("takes the place of what has been carried out, in memory and on disk: index, term, machine, sessions, configuration", () => {
    const server = taken();
    expect(server.state.log).toEqual([]);
    expect(server.state.snapshot).toEqual({ index: 5, term: 2, configuration: { voters: [0, 1, 2] }, sessions: { machine: { x: "1" }, last: { 9: { serial: 4, result: null } } } });
    expect(server.disk).toEqual([]);
    expect(server.diskSnapshot).toEqual(server.state.snapshot);
  });

  it("does not change when the machine goes on", () => {
    const server = taken();
    server.ask(1, put("later"));
    server.acknowledged();
    expect(server.state.sessions.machine).toEqual({ x: "later" });
    expect(server.state.snapshot!.sessions.machine).toEqual({ x: "1" });
  });

  it("waits until so many entries have been carried out", () => {
    const server = new ReplicaByHand({ snapshotAfter: 6, term: 1, logTerms: [1, 1, 1, 1] }).lead().acknowledged();
    expect(server.state.snapshot).toBeNull();
  });

  it("is what a restarted server begins with: it has carried out that much, and nothing twice (dissertation, §6.3)", () => {
    const again = taken().restarted();
    expect(again.state).toMatchObject({ commitIndex: 5, lastApplied: 5, sessions: { machine: { x: "1" } } });
    again.ask(4, put("asked again"), 9);
    expect(again.told("answer")).toEqual([{ type: "answer", client: 9, serial: 4, result: null }]);
  });

  it("answers for the last term where nothing is behind it (published bug 9)", () => {
    const voter = new ReplicaByHand({ term: 2, snapshot: snapshotAt(5, 2) });
    expect(voter.hear(1, { type: "RequestVote", term: 3, lastLogIndex: 9, lastLogTerm: 1 })).toMatchObject([{ voteGranted: false }]);
    expect(voter.hear(1, { type: "RequestVote", term: 4, lastLogIndex: 5, lastLogTerm: 2 })).toMatchObject([{ voteGranted: true }]);
  });

  it("keeps a joint configuration joint over a restart (published bug 23)", () => {
    const joint = { voters: [2, 3], outgoing: [0, 1] };
    const server = new ReplicaByHand({ size: 4, members: [0, 1], term: 1, log: [change(1, [2, 3], { outgoing: [0, 1] })], snapshotAfter: 1 });
    server.hear(1, appendEntries(1, 1, 1, [], 1));
    expect(server.diskSnapshot!.configuration).toEqual(joint);
    expect(configurationOf(server.restarted())).toEqual(joint);
  });

  it("gives way to a change in the log behind it, and to none that the log has no more (published bug 24)", () => {
    const behind = new ReplicaByHand({ size: 4, snapshot: snapshotAt(5, 1, [0, 1, 2]), log: [entry(1), change(1, [0, 1, 2, 3])] });
    expect(behind.state).toMatchObject({ configuration: { voters: [0, 1, 2, 3] }, configurationIndex: 7 });
    // Its own log has a change that was never committed; the leader's snapshot has come by another way.
    const other = new ReplicaByHand({ size: 4, term: 1, log: [entry(1), change(1, [0, 1, 2, 3])] });
    other.hear(1, installSnapshot(2, snapshotAt(5, 2, [0, 1])));
    expect(other.state).toMatchObject({ configuration: { voters: [0, 1] }, log: [] });
  });

  it("leaves so many entries that follow it in the log, where that is wished: it takes its place when they have been carried out", () => {
    const server = new ReplicaByHand({ snapshotAfter: 3, trailing: 2, term: 1, logTerms: [1, 1, 1, 1] }).lead().acknowledged();
    expect(server.state).toMatchObject({ snapshot: null, lastApplied: 5 });
    for (let serial = 1; serial <= 2; serial++) {
      server.ask(serial, put(`${serial}`));
      server.acknowledged();
    }
    expect(server.state).toMatchObject({ snapshot: { index: 5, sessions: { machine: { x: "1" } } }, taken: null, lastApplied: 7, sessions: { machine: { x: "2" } } });
    expect(server.terms).toEqual([2, 2]);
    expect([server.disk, server.diskSnapshot]).toEqual([server.state.log, server.state.snapshot]);
  });

  it("is forgotten before it has taken its place, where the leader's reaches further", () => {
    const server = new ReplicaByHand({ snapshotAfter: 3, trailing: 9, term: 1, logTerms: [1, 1, 1, 1] });
    server.hear(1, appendEntries(1, 4, 1, [], 4));
    expect(server.state.taken).toMatchObject({ index: 4 });
    server.hear(1, installSnapshot(1, snapshotAt(8, 1)));
    expect(server.state).toMatchObject({ taken: null, snapshot: { index: 8 } });
  });

  it.each([-1, 0.5])("leaves no %f entries", (trailing) => expect(() => raft({ machine: keyValue, trailing })).toThrow(/trailing: expected an integer from 0/));
  it.each([0, 2.5])("is not taken after %f entries", (snapshotAfter) => expect(() => raft({ machine: keyValue, snapshotAfter })).toThrow(/snapshotAfter: expected an integer from 1/));
});

describe("entries from before a follower's snapshot (§7)", () => {
  const follower = () => new ReplicaByHand({ term: 2, snapshot: snapshotAt(5, 1), log: [entry(2, "kept")] });

  it("are no conflict: what is compacted is committed, and so the same (published bug 15)", () => {
    const server = follower();
    expect(server.hear(1, appendEntries(2, 3, 1, [entry(1), entry(1)]))).toEqual([appended(2, 5)]);
    expect(server.terms).toEqual([2]);
  });

  it("are skipped, and those that follow them taken", () => {
    const server = follower();
    expect(server.hear(1, appendEntries(2, 3, 1, [entry(1), entry(1), entry(2, "kept"), entry(2, "new")]))).toEqual([appended(2, 7)]);
    expect(server.terms).toEqual([2, 2]);
    expect(server.disk).toEqual(server.state.log);
  });

  it("do not hide one that is missing behind it (published bug 16)", () => {
    expect(follower().hear(1, appendEntries(2, 8, 2, [entry(2)]))).toEqual([conflict(2, 8, null, 7)]);
  });
});

describe("a follower that is sent a snapshot (§7, InstallSnapshot)", () => {
  it("takes it over, and drops its own log where that does not go on from it", () => {
    const server = new ReplicaByHand({ term: 2, logTerms: [1, 1, 2, 2, 2, 2] });
    expect(server.hear(1, installSnapshot(3, snapshotAt(5, 3)))).toEqual([appended(3, 5)]);
    expect(server.state).toMatchObject({ log: [], commitIndex: 5, lastApplied: 5, sessions: { machine: { x: "up to 5" } } });
    expect([server.disk, server.diskSnapshot?.index]).toEqual([[], 5]);
  });

  it("keeps the entries behind it where its log goes on from it", () => {
    const server = new ReplicaByHand({ term: 2, logTerms: [1, 1, 2, 2] });
    server.hear(1, installSnapshot(2, snapshotAt(3, 2)));
    expect(server.terms).toEqual([2]);
    expect(server.disk).toEqual(server.state.log);
  });

  it("lays an older one aside: nothing that it has carried out is undone", () => {
    const server = new ReplicaByHand({ term: 2, logTerms: [1, 1, 2, 2] });
    server.hear(1, appendEntries(2, 4, 2, [], 4));
    expect(server.hear(1, installSnapshot(2, snapshotAt(3, 2)))).toEqual([appended(2, 4)]);
    expect(server.state).toMatchObject({ snapshot: null, commitIndex: 4 });
  });

  it("refuses one of an older term", () => {
    expect(new ReplicaByHand({ term: 4 }).hear(1, installSnapshot(3, snapshotAt(5, 3)))).toEqual([{ type: "AppendEntriesReply", term: 4, success: false }]);
  });
});

describe("a leader whose log has no more what a follower lacks", () => {
  const leader = () => {
    const server = new ReplicaByHand({ snapshotAfter: 3, term: 1, logTerms: [1, 1, 1, 1] }).lead().acknowledged([0, 1]);
    server.hear(2, conflict(2, 4, null, 1));
    return server;
  };

  it("sends its snapshot, once a heartbeat until that is answered, and nothing else", () => {
    const server = leader();
    expect(server.sentTo(2, "InstallSnapshot")).toHaveLength(1);
    expect(server.state.progress[2]).toMatchObject({ mode: "snapshot", waiting: true });
    const before = server.sentTo(2, "AppendEntries").length;
    server.ask(1, put("meanwhile"));
    server.heartbeat();
    expect(server.sentTo(2, "InstallSnapshot")).toHaveLength(2);
    expect(server.sentTo(2, "AppendEntries")).toHaveLength(before);
  });

  it("goes on with entries behind it once the follower has it", () => {
    const server = leader();
    server.ask(1, put("meanwhile"));
    expect(server.hear(2, appended(2, 5))).toMatchObject([{ type: "AppendEntries", prevLogIndex: 5, prevLogTerm: 2, entries: [{ term: 2 }] }]);
    expect(server.state.progress[2]).toMatchObject({ mode: "replicate", match: 5 });
  });

  it("sends a newer one where the one that was answered has been overtaken", () => {
    const server = leader();
    for (let serial = 1; serial <= 3; serial++) server.ask(serial, put(`${serial}`));
    server.acknowledged([0, 1]);
    expect(server.state.snapshot!.index).toBe(8);
    expect(server.hear(2, appended(2, 5))).toMatchObject([{ type: "InstallSnapshot", snapshot: { index: 8 } }]);
  });
});

describe("a cluster that takes snapshots", () => {
  const leaderOf = ({ nodes }: Cluster<RaftStore>) => nodes.find(({ up, state }) => up && state.role === "leader")!.id;
  const running = (seed: number) => {
    const cluster = simulate(raft({ machine: keyValue, snapshotAfter: 10 }), { size: 3, seed, latency: "uniform:1,10" });
    cluster.run(800);
    const append = (serial: number) => cluster.input(leaderOf(cluster), { type: "request", client: 1, serial, command: { op: "append", key: "x", value: `${serial}.` } });
    return { cluster, append };
  };

  it("keeps logs short however much is written, and all machines equal", () => {
    const { cluster, append } = running(4);
    for (let serial = 1; serial <= 100; serial++) {
      append(serial);
      cluster.run(cluster.now + 25);
    }
    cluster.run(cluster.now + 300);
    const all = Array.from({ length: 100 }, (_, i) => `${i + 1}.`).join("");
    for (const { state, disk } of cluster.nodes) {
      expect(state.sessions.machine).toEqual({ x: all });
      expect(disk.log.length).toBeLessThan(15);
    }
  });

  it("sends whole snapshots to followers that are only a message behind, unless some entries are left in the log", () => {
    const sentWith = (trailing: number) => {
      let sent = 0;
      const cluster = simulate(raft({ machine: keyValue, snapshotAfter: 10, trailing }), { size: 3, seed: 4, latency: "uniform:1,10", observer: { sent: (_from, _to, { type }) => void (sent += Number(type === "InstallSnapshot")) } });
      cluster.run(800);
      for (let serial = 1; serial <= 300; serial++) {
        cluster.input(leaderOf(cluster), { type: "request", client: 1, serial, command: put(`${serial}`) });
        cluster.run(cluster.now + 2);
      }
      return sent;
    };
    expect(sentWith(0)).toBeGreaterThan(5);
    expect(sentWith(20)).toBe(0);
  });

  it("brings a follower back that was away for longer than any log reaches, with every append done once", () => {
    const { cluster, append } = running(5);
    const away = (leaderOf(cluster) + 1) % 3;
    cluster.crash(away);
    for (let serial = 1; serial <= 40; serial++) {
      append(serial);
      cluster.run(cluster.now + 25);
    }
    cluster.restart(away);
    cluster.run(cluster.now + 500);
    expect(cluster.nodes[away]!.state.snapshot!.index).toBeGreaterThan(20);
    expect(cluster.nodes[away]!.state.sessions).toEqual(cluster.nodes[leaderOf(cluster)]!.state.sessions);
  });
});
