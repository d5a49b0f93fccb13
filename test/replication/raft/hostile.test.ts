import { describe, expect, it } from "vitest";
import { raft, type RaftOptions } from "../../../lib/replication/raft/raft.js";
import { raftCountingElections, raftVotingTwice } from "../../../lib/replication/raft/raft.mutants.js";
import type { Raft } from "../../../lib/replication/raft/types.js";
import type { Cluster } from "../../../lib/sim/cluster.js";
import { examine, FAULTS_END, hostileRaft, type Hostility } from "./hostileRaft.js";

const seeds = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const allOptions: readonly RaftOptions[] = [false, true].flatMap((preVote) => [false, true].map((checkQuorum) => ({ preVote, checkQuorum })));
const cases = allOptions.flatMap((options) => [1, 2, 3, 5].map((nodes) => ({ ...options, nodes })));

function agreedLeader({ nodes }: Cluster<Raft>): number | undefined {
  const leader = nodes.find(({ state }) => state.role === "leader");
  return leader && nodes.every(({ state }) => state.leader === leader.id && state.currentTerm === leader.state.currentTerm) ? leader.id : undefined;
}

describe("under loss, duplication, reordering, partitions, crashes and slow disks", () => {
  it.each(cases)("Raft keeps its promises and elects when calm returns: $nodes nodes, pre-vote $preVote, check-quorum $checkQuorum", ({ nodes, preVote, checkQuorum }) => {
    const sometimes = { crashes: 0, terms: 0, votes: 0, refusals: 0, deposed: 0 };
    for (const seed of seeds(nodes === 5 ? 150 : 80)) {
      const run = hostileRaft(seed, { nodes, options: { preVote, checkQuorum }, engine: raft });
      const found = examine(run);
      const where = `seed ${seed}`;
      // Election safety (Figure 3, §5.2).
      expect(found.twoLeaders, where).toEqual([]);
      // Persistent state is updated on stable storage before responding (Figure 2).
      expect(run.notDurable, where).toEqual([]);
      // Terms increase monotonically (§5.1), also on disk and through crashes.
      expect(run.termFell, where).toEqual([]);
      // One vote a term, first come first served (§5.2).
      expect(found.twoVotes, where).toEqual([]);
      // The winner's log is at least as up to date as a majority's (§5.4.1).
      expect(found.behind, where).toEqual([]);
      // In the calm phase somebody is elected and all follow: nobody is left without a timer, or in a lonely high term.
      expect(agreedLeader(run.cluster), `${where}: no leader ${run.cluster.now - FAULTS_END} ms after the last fault`).toBeDefined();
      for (const { disk, state } of run.cluster.nodes) expect(disk.stored, where).toEqual({ currentTerm: state.currentTerm, votedFor: state.votedFor });
      sometimes.crashes += found.crashes;
      sometimes.terms += found.leaders.size;
      sometimes.votes += found.votes;
      sometimes.refusals += found.refusals;
      sometimes.deposed += found.deposed;
    }
    expect(sometimes.crashes).toBeGreaterThan(100);
    expect(sometimes.terms).toBeGreaterThan(80);
    if (nodes === 1) return;
    expect(sometimes.votes).toBeGreaterThan(100);
    expect(sometimes.refusals).toBeGreaterThan(20);
    expect(sometimes.deposed).toBeGreaterThan(50);
  });
});

describe("what breaks without a rule", () => {
  const offences = (run: Parameters<typeof hostileRaft>[1], what: "twoLeaders" | "twoVotes", n: number) => seeds(n).filter((seed) => examine(hostileRaft(seed, run))[what].length > 0);
  const equalLogs = () => [1];

  it("a server that votes twice in a term gives a term two leaders", () => {
    expect(offences({ engine: raftVotingTwice, nodes: 3, logs: equalLogs }, "twoLeaders", 100).length).toBeGreaterThan(5);
  });

  it("votes that a crash forgets give a term two leaders (published bug 5)", () => {
    expect(offences({ engine: raft, nodes: 3, disk: "lost", logs: equalLogs }, "twoVotes", 100).length).toBeGreaterThan(10);
    expect(offences({ engine: raft, nodes: 3, disk: "lost", logs: equalLogs }, "twoLeaders", 100).length).toBeGreaterThan(10);
  });

  it("terms that only count elections (the survey's Appendix E) sometimes leave no leader whom all follow", () => {
    const agreed = (engine: Hostility["engine"]) => seeds(100).filter((seed) => agreedLeader(hostileRaft(seed, { engine, logs: equalLogs }).cluster) !== undefined).length;
    expect(agreed(raftCountingElections)).toBeLessThan(95);
    expect(agreed(raft)).toBe(100);
  });
});
