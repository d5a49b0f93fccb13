import { describe, expect, it } from "vitest";
import { raft } from "../../../lib/replication/raft/raft.js";
import { keyValue } from "../../../lib/replication/service/keyValue.js";
import { simulate } from "../../../lib/sim/cluster.js";
import { appended, ReplicaByHand } from "./replicaByHand.js";

const priority = [0, 2, 1];

describe("priority", () => {
  it("makes a node wait longer before it stands, by the width of the range for each step below the highest", () => {
    const due = [0, 1, 2].map((self) => new ReplicaByHand({ self, priority }).timers.get("election"));
    expect(due).toEqual([150 + 75 + 300, 150 + 75, 150 + 75 + 150]);
  });

  it("lets a leader hand over at its next heartbeat to the highest that has the whole log, and to nobody that has not", () => {
    const server = new ReplicaByHand({ priority }).lead();
    server.hear(0, appended(1, 1));
    server.heartbeat();
    expect(server.state.transferee).toBeNull();
    server.hear(2, appended(1, 1));
    server.hear(1, appended(1, 1));
    server.heartbeat();
    expect(server.state.transferee).toBe(1);
    expect(server.sent.filter(({ message }) => message.type === "TimeoutNow").map(({ to }) => to)).toEqual([1]);
  });

  it("moves no leadership to an equal, nor to one who has no vote", () => {
    const equal = new ReplicaByHand({ priority: [1, 1, 0] }).lead().acknowledged();
    equal.heartbeat();
    const learner = new ReplicaByHand({ priority, members: [0] }).lead().acknowledged();
    learner.input({ type: "reconfigure", voters: [0], learners: [1] });
    learner.acknowledged([0, 1]);
    learner.heartbeat();
    expect([equal.state.transferee, learner.state.transferee]).toEqual([null, null]);
  });

  it("of a cluster: the preferred node leads, also after it was away; meanwhile another does", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const cluster = simulate(raft({ machine: keyValue, preVote: true, checkQuorum: true, priority: [0, 0, 1] }), { size: 3, seed, latency: "uniform:1,10" });
      const leader = () => cluster.nodes.filter(({ up, state }) => up && state.role === "leader").map(({ id }) => id);
      cluster.run(1500);
      expect(leader(), `seed ${seed}`).toEqual([2]);
      cluster.crash(2);
      cluster.run(3000);
      expect(leader()).toHaveLength(1);
      cluster.restart(2);
      cluster.run(4500);
      expect(leader()).toEqual([2]);
    }
  });
});
