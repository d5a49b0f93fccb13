import { describe, expect, it } from "vitest";
import { consistencyBySynchrony } from "../../lib/experiments/consistencyBySynchrony.js";
import { leaderlessFailover } from "../../lib/experiments/leaderlessFailover.js";
import { quorumStalenessUnderLoad } from "../../lib/experiments/quorumStalenessUnderLoad.js";
import { rolesByGossip } from "../../lib/experiments/rolesByGossip.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { withoutElection } from "../../lib/experiments/withoutElection.js";

describe("consistency-by-synchrony (claim 1.2)", () => {
  const rows = runExperiment(consistencyBySynchrony, {}, { trials: 6 }).rows as Record<string, any>[];
  const of = (leader: string, replication: string) => rows.find((row) => row.leader === leader && row.replication === replication)!;

  it("who waits for a majority loses nothing and is linearizable, leader or not; who does not wait loses what was acknowledged, leader or not", () => {
    for (const leader of ["one leader", "none"]) {
      expect(of(leader, "synchronous")).toMatchObject({ lost: 0, stale: 0, linearizable: 1 });
      expect(of(leader, "asynchronous").lossy).toBeGreaterThan(0);
      expect(of(leader, "asynchronous").put).toBeLessThan(of(leader, "synchronous").put);
    }
  });

  it("nobody is cut off: nothing is lost", () => {
    for (const row of runExperiment(consistencyBySynchrony, { cutFor: 0, after: 2000 }, { trials: 3 }).rows.filter(({ replication }) => replication === "synchronous")) expect(row.lost).toBe(0);
  });
});

describe("leaderless-failover (claim 1.5)", () => {
  const run = (crashed: number) => runExperiment(leaderlessFailover, { crashed }, { trials: 3 }).rows as Record<string, any>[];
  const [none, one, two] = [run(0), run(1), run(2)];
  const of = (rows: typeof one, design: string) => rows.find((row) => row.design === design)!;

  it("nothing fails while nothing fails", () => {
    for (const { design, errors } of none) expect([design, errors]).toEqual([design, 0]);
  });

  it("a crash costs quorums of two of three nothing but time, and those of all three an error for each key that the node had", () => {
    expect(of(one, "R=2, W=2").errors).toBe(0);
    expect(of(one, "R=2, W=2").latency).toBeGreaterThan(of(none, "R=2, W=2").latency);
    expect(of(one, "R=3, W=3").errors).toBeGreaterThan(0.3);
    expect(of(two, "R=2, W=2").errors).toBeGreaterThan(0.1);
  });

  it("stand-ins spare most of these errors, and nobody waits as long as Raft's clients for a leader", () => {
    expect(of(one, "R=3, W=3, sloppy").errors).toBeLessThan(of(one, "R=3, W=3").errors / 5);
    expect(of(one, "R=2, W=2").silence).toBeLessThan(of(one, "raft").silence / 3);
  });

  it("says what does not fit together", () => {
    expect(() => runExperiment(leaderlessFailover, { n: 6 })).toThrow(/n must not exceed nodes/);
    expect(() => run(5)).toThrow(/somebody must stay up/);
  });
});

describe("without-election (claim 1.8)", () => {
  it("stores without a leader serve through crashes, and none of their messages elects anybody", () => {
    const rows = runExperiment(withoutElection, {}, { trials: 2 }).rows as Record<string, any>[];
    for (const engine of ["quorum store", "ABD"]) {
      const row = rows.find((candidate) => candidate.engine === engine)!;
      expect(row).toMatchObject({ electing: 0, leaders: 0 });
      expect(row.operations).toBeGreaterThan(200);
      expect(row.kinds).not.toMatch(/Vote|Leader|Campaign/);
    }
    const raft = rows.find(({ engine }) => engine === "raft")!;
    expect(raft.electing).toBeGreaterThan(0);
    expect(raft.leaders).toBeGreaterThan(0);
  });
});

describe("roles-by-gossip (claim 1.10)", () => {
  const run = (parameters = {}) => runExperiment(rolesByGossip, { keys: 2000, ...parameters }, { trials: 4 }).rows as Record<string, any>[];
  const of = (rows: ReturnType<typeof run>, design: string) => rows.find((row) => row.design === design)!;

  it("a slow server gives up its load by gossip alone; with the central rebalancer down nothing moves", () => {
    const rows = run();
    expect(of(rows, "gossip")).toMatchObject({ settledShare: 1 });
    expect(of(rows, "gossip").after).toBeLessThan(1.5);
    expect(of(rows, "central, and down")).toMatchObject({ moved: 0, settledShare: 0 });
    expect(of(rows, "central, and down").after).toBeGreaterThan(3);
  });

  it("it moves more keys than it must, and in full steps more yet, with weights that turn back", () => {
    const [calm, hasty] = [of(run(), "gossip"), of(run({ gain: 1, every: 1 }), "gossip")];
    expect(calm.moved).toBeGreaterThan(calm.least);
    expect(hasty.moved).toBeGreaterThan(1.5 * calm.moved);
    expect(hasty.reversals).toBeGreaterThan(calm.reversals);
  });
});

describe("quorum-staleness-under-load", () => {
  const rows = runExperiment(quorumStalenessUnderLoad).rows as Record<string, any>[];

  it("strict quorums that meet never read stale; those that do not, do; sloppy ones do although they meet", () => {
    for (const { r, w, meet, sloppy, stale } of rows) if (!sloppy) expect([r, w, stale > 0]).toEqual([r, w, !meet]);
    expect(rows.some(({ meet, sloppy, stale }) => meet && sloppy && stale > 0)).toBe(true);
  });

  it("to wait for more copies takes longer", () => {
    const of = (r: number, w: number) => rows.find((row) => row.r === r && row.w === w && !row.sloppy)!;
    expect(of(1, 1).get).toBeLessThan(of(2, 1).get);
    expect(of(2, 1).get).toBeLessThan(of(3, 1).get);
    expect(of(1, 1).put).toBeLessThan(of(1, 2).put);
    expect(of(1, 2).put).toBeLessThan(of(1, 3).put);
  });
});
