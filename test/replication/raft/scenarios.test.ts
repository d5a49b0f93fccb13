import { describe, expect, it } from "vitest";
import { raft, type RaftOptions } from "../../../lib/replication/raft/raft.js";
import type { Raft } from "../../../lib/replication/raft/types.js";
import { type Cluster, simulate } from "../../../lib/sim/cluster.js";
import type { ClusterOptions } from "../../../lib/sim/options.js";

const start = (options: RaftOptions = {}, more: Partial<ClusterOptions<Raft>> = {}) => simulate(raft(options), { size: 5, seed: 1, ...more });
const leaderOf = ({ nodes }: Cluster<Raft>) => nodes.filter(({ up, state }) => up && state.role === "leader").sort((a, b) => b.state.currentTerm - a.state.currentTerm)[0];
const highestTerm = ({ nodes }: Cluster<Raft>) => Math.max(...nodes.map(({ state }) => state.currentTerm));
/** A cluster in which a leader is known to all. */
const settled = (options: RaftOptions, seed: number, more: Partial<ClusterOptions<Raft>> = {}) => {
  const cluster = start(options, { seed, ...more });
  const done = cluster.runUntil(() => leaderOf(cluster) !== undefined && cluster.nodes.every(({ state }) => state.leader === leaderOf(cluster)!.id), 10_000);
  expect(done, `seed ${seed}: no leader in 10 s`).toBe(true);
  cluster.run(cluster.now + 200);
  return cluster;
};
const seeds = Array.from({ length: 50 }, (_, i) => i + 1);
const everyOption = [false, true].flatMap((preVote) => [false, true].map((checkQuorum) => ({ preVote, checkQuorum })));

describe("an election", () => {
  it.each(everyOption)("from a cold start finds one leader, usually within two longest timeouts (pre-vote $preVote, check-quorum $checkQuorum)", (options) => {
    const times = seeds.map((seed) => {
      const cluster = start(options, { seed });
      expect(cluster.runUntil(() => leaderOf(cluster) !== undefined, 5000), `seed ${seed}`).toBe(true);
      return cluster.now;
    });
    expect(Math.min(...times)).toBeGreaterThan(150);
    expect(times.filter((time) => time < 600).length).toBeGreaterThan(40);
  });

  it("of a minority elects nobody; its terms rise for ever without pre-vote, not at all with it", () => {
    for (const preVote of [false, true]) {
      const cluster = start({ preVote });
      for (const node of [0, 1, 2]) cluster.crash(node);
      cluster.run(10_000);
      expect(cluster.outputs).toEqual([]);
      if (preVote) expect(highestTerm(cluster)).toBe(0);
      else expect(highestTerm(cluster)).toBeGreaterThan(20);
    }
  });

  it("sometimes splits its votes, and later resolves them by randomized timeouts (§5.2)", () => {
    let split = 0;
    for (const seed of seeds) {
      const cluster = start({ electionTimeout: [150, 170] }, { seed, latency: "constant:10" });
      cluster.runUntil(() => leaderOf(cluster) !== undefined, 20_000);
      expect(leaderOf(cluster), `seed ${seed}`).toBeDefined();
      if (leaderOf(cluster)!.state.currentTerm > 1) split++;
    }
    expect(split).toBeGreaterThan(10);
  });

  it("is never won by a candidate whose log is shorter than that of a majority (§5.4.1), though such a one often stands first", () => {
    let stood = 0;
    for (const seed of seeds) {
      const cluster = start({}, { seed, disks: (node) => ({ log: Array.from({ length: node < 2 ? 1 : 3 }, () => ({ term: 1, command: null })) }) });
      cluster.runUntil(() => {
        if (cluster.nodes.some(({ id, state }) => id < 2 && state.role === "candidate")) stood++;
        return leaderOf(cluster) !== undefined;
      }, 20_000);
      expect(leaderOf(cluster)!.id, `seed ${seed}`).toBeGreaterThanOrEqual(2);
    }
    expect(stood).toBeGreaterThan(10);
  });

  it("needs a majority up: with it a new leader comes, without it none until somebody returns", () => {
    const cluster = settled({}, 4);
    const first = leaderOf(cluster)!.id;
    const others = cluster.nodes.map(({ id }) => id).filter((id) => id !== first);
    for (const node of [first, others[0]!, others[1]!]) cluster.crash(node);
    cluster.run(cluster.now + 5000);
    expect(leaderOf(cluster)).toBeUndefined();
    cluster.restart(others[0]!);
    cluster.run(cluster.now + 3000);
    expect(leaderOf(cluster)).toBeDefined();
  });
});

describe("a node that was cut off returns", () => {
  const outcome = (options: RaftOptions, seed: number) => {
    const cluster = settled(options, seed);
    const leader = leaderOf(cluster)!;
    const term = leader.state.currentTerm;
    const away = cluster.nodes.find(({ id }) => id !== leader.id)!.id;
    cluster.partition([[away]]);
    cluster.run(cluster.now + 3000);
    const raised = cluster.nodes[away]!.state.currentTerm - term;
    cluster.heal();
    cluster.run(cluster.now + 3000);
    return { raised, disturbed: highestTerm(cluster) > term, kept: leaderOf(cluster)?.id === leader.id, united: cluster.nodes.every(({ state }) => state.leader === leaderOf(cluster)?.id) };
  };

  it("without pre-vote in a higher term, and deposes the leader", () => {
    for (const seed of seeds) {
      const { raised, disturbed, united } = outcome({}, seed);
      expect([raised > 5, disturbed, united], `seed ${seed}`).toEqual([true, true, true]);
    }
  });

  it("with check-quorum alone still in a higher term: it is let in by deposing the leader, and nobody is shut out", () => {
    for (const seed of seeds) expect(outcome({ checkQuorum: true }, seed), `seed ${seed}`).toMatchObject({ disturbed: true, united: true });
  });

  it("with pre-vote in the same term, and nobody notices (thesis §9.6)", () => {
    for (const seed of seeds) for (const checkQuorum of [false, true]) expect(outcome({ preVote: true, checkQuorum }, seed), `seed ${seed}`).toEqual({ raised: 0, disturbed: false, kept: true, united: true });
  });
});

describe("a leader that is cut off from the majority", () => {
  it("steps down within two of the lowest timeouts and a round trip with check-quorum (thesis §6.2), never without", () => {
    for (const seed of seeds) {
      for (const checkQuorum of [true, false]) {
        const cluster = settled({ checkQuorum }, seed);
        const leader = leaderOf(cluster)!;
        const companion = (leader.id + 1) % 5;
        cluster.partition([[leader.id, companion]]);
        const cut = cluster.now;
        cluster.runUntil(() => leader.state.role !== "leader", cut + 5000);
        if (checkQuorum) expect(cluster.now - cut, `seed ${seed}`).toBeLessThanOrEqual(2 * 150 + 20);
        else expect(leader.state.role, `seed ${seed}`).toBe("leader");
      }
    }
  });

  it("is replaced by the majority, and there are two leaders at once, in different terms, for longer without check-quorum", () => {
    const together = (checkQuorum: boolean) => {
      let sum = 0;
      for (const seed of seeds.slice(0, 20)) {
        const cluster = settled({ checkQuorum }, seed);
        cluster.partition([[leaderOf(cluster)!.id]]);
        const cut = cluster.now;
        let before = cut;
        cluster.runUntil(() => {
          const leaders = cluster.nodes.filter(({ state }) => state.role === "leader");
          expect(new Set(leaders.map(({ state }) => state.currentTerm)).size).toBe(leaders.length);
          if (leaders.length > 1) sum += cluster.now - before;
          before = cluster.now;
          return false;
        }, cut + 3000);
      }
      return sum / 20;
    };
    expect(together(false)).toBeGreaterThan(2000);
    expect(together(true)).toBeLessThan(200);
  });
});

describe("partial connectivity (published bug 8)", () => {
  /** Only links between {0, 1} and {2, 3, 4} are left. If 0 leads, 1 misses it and reaches a majority, and the other way round. */
  const elections = (options: RaftOptions, seed: number) => {
    const cluster = settled(options, seed);
    const cuts: [number, number][] = [[0, 1], [2, 3], [3, 4], [2, 4]];
    for (const [a, b] of cuts) {
      cluster.command({ type: "cut", from: a, to: b });
      cluster.command({ type: "cut", from: b, to: a });
    }
    cluster.run(cluster.now + 2000);
    const before = highestTerm(cluster);
    cluster.run(cluster.now + 20_000);
    return highestTerm(cluster) - before;
  };

  it("without pre-vote and check-quorum there is one election after another, with both a stable leader", () => {
    const some = seeds.slice(0, 20);
    const churn = some.map((seed) => elections({}, seed));
    const stable = some.map((seed) => elections({ preVote: true, checkQuorum: true }, seed));
    expect(Math.min(...churn), "elections in 20 s, fewest of all seeds").toBeGreaterThan(20);
    expect(Math.max(...stable), "elections in 20 s, most of all seeds").toBe(0);
  });

  it("in a star whose leader is a leaf, pre-vote alone leaves a majority without a leader for ever: the hub hears the leaf and refuses all others", () => {
    const led = (options: RaftOptions, seed: number) => {
      const cluster = settled(options, seed);
      const leaf = leaderOf(cluster)!.id;
      const hub = (leaf + 1) % 5;
      for (const { id: a } of cluster.nodes) for (const { id: b } of cluster.nodes) if (a !== hub && b !== hub && a !== b) cluster.command({ type: "cut", from: a, to: b });
      cluster.run(cluster.now + 10_000);
      const leader = leaderOf(cluster);
      return leader !== undefined && cluster.nodes.filter(({ state }) => state.leader === leader.id && state.currentTerm === leader.state.currentTerm).length >= 3;
    };
    for (const seed of seeds.slice(0, 20)) {
      expect(led({ preVote: true }, seed), `seed ${seed}`).toBe(false);
      expect(led({ preVote: true, checkQuorum: true }, seed), `seed ${seed}`).toBe(true);
      expect(led({}, seed), `seed ${seed}`).toBe(true);
    }
  });

  it("a leader whom nobody answers any more (all links to it cut one way) keeps its followers without check-quorum, and makes way with it", () => {
    const served = (options: RaftOptions) => {
      const cluster = settled(options, 5);
      const deaf = leaderOf(cluster)!.id;
      for (const { id } of cluster.nodes) if (id !== deaf) cluster.command({ type: "cut", from: id, to: deaf });
      cluster.run(cluster.now + 5000);
      return leaderOf(cluster)?.id !== deaf;
    };
    expect(served({})).toBe(false);
    expect(served({ preVote: true })).toBe(false);
    expect(served({ checkQuorum: true, preVote: true })).toBe(true);
  });
});

describe("nobody is wedged", () => {
  it("a node in a lonely high term (a campaign while cut off) finds back, whatever the options", () => {
    for (const options of everyOption) {
      for (const seed of seeds.slice(0, 10)) {
        const cluster = settled(options, seed);
        const lonely = (leaderOf(cluster)!.id + 2) % 5;
        cluster.partition([[lonely]]);
        for (let i = 0; i < 20; i++) cluster.input(lonely, { type: "campaign" }, cluster.now + i);
        cluster.run(cluster.now + 500);
        cluster.heal();
        cluster.run(cluster.now + 5000);
        expect(cluster.nodes.map(({ state }) => state.leader), `seed ${seed}, ${JSON.stringify(options)}`).toEqual(Array(5).fill(leaderOf(cluster)!.id));
      }
    }
  });

  it("a candidate whose log is behind never wins, and with pre-vote raises no terms either while the others have a leader", () => {
    for (const preVote of [false, true]) {
      const cluster = settled({ preVote }, 6, { disks: (node) => ({ log: node === 0 ? [] : [{ term: 0, command: null }] }) });
      // Nothing reaches node 0 any more, so it stands for ever; what it sends arrives.
      for (const from of [1, 2, 3, 4]) cluster.command({ type: "cut", from, to: 0 });
      const before = highestTerm(cluster);
      cluster.run(cluster.now + 5000);
      const grown = highestTerm(cluster) - before;
      if (preVote) expect(grown).toBe(0);
      else expect(grown).toBeGreaterThan(5);
      expect(cluster.outputs.some(({ output }) => output.leader === 0)).toBe(false);
    }
  });
});
