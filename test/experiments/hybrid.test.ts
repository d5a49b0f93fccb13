import { describe, expect, it } from "vitest";
import { adaptiveTimeouts } from "../../lib/experiments/adaptiveTimeouts.js";
import { electionVariants } from "../../lib/experiments/electionVariants.js";
import type { Experiment, Row } from "../../lib/experiments/experiment.js";
import { hybridDesign } from "../../lib/experiments/hybridDesign.js";
import { regions } from "../../lib/experiments/regions.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { hybridTrials } from "../../lib/experiments/trials/hybrid.js";
import { outlookTrials } from "../../lib/experiments/trials/outlook.js";

const rowsOf = (experiment: Experiment<any, any>, parameters: Record<string, string | number> = {}, trials?: number) => runExperiment(experiment, parameters, trials === undefined ? {} : { trials }).rows;
const where = (rows: readonly Row[], field: string, value: unknown) => rows.find((row) => row[field] === value)!;
const judged = (trials: typeof hybridTrials, id: string, rows: readonly Row[]) => trials.find((trial) => trial.id === id)!.judge(() => rows);

describe("election-variants (claim 7.2)", () => {
  const rows = rowsOf(electionVariants, {}, 4);
  const of = (variant: string) => where(rows, "variant", variant);

  it("pre-vote spares the elections that a link which comes and goes, or a node that comes back, would bring (thesis §9.6)", () => {
    expect(of("raft").flapping).toBeGreaterThan(10);
    expect(of("raft").returned).toBeGreaterThan(0);
    expect(of("raft, pre-vote")).toMatchObject({ flapping: 0, returned: 0 });
  });

  it("it costs messages, and a round trip in which nobody leads", () => {
    expect(of("raft, pre-vote").failoverMessages).toBeGreaterThan(of("raft").failoverMessages as number);
    expect(of("raft, pre-vote").downtime).toBeGreaterThanOrEqual(of("raft").downtime as number);
  });

  it("a leader that hands over before it stops leaves hardly a gap (thesis §3.10)", () => expect(of("raft, transfer").planned).toBeLessThan(0.3 * (of("raft").planned as number)));
  it("as written, PARABOLIC has several leaders at once and MOSS none after a crash; repaired neither", () => {
    expect(of("PARABOLIC as written").several).toBeGreaterThan(0);
    expect(of("MOSS as written").downtime).toBeNull();
    expect(of("PARABOLIC repaired")).toMatchObject({ several: 0 });
    expect(of("MOSS repaired")).toMatchObject({ several: 0 });
    expect(of("MOSS repaired").downtime).not.toBeNull();
  });

  it("the verdict turns with the rows", () => {
    expect(judged(outlookTrials, "7.2", rows).verdict).toBe("holds if");
    const free = rows.map((row) => (row.variant === "raft, pre-vote" ? { ...of("raft"), variant: row.variant!, flapping: 0 } : row));
    expect(judged(outlookTrials, "7.2", free).verdict).toBe("holds");
    const none = rows.map((row) => ({ ...of("raft"), variant: row.variant! }));
    expect(judged(outlookTrials, "7.2", none).verdict).toBe("fails");
  });
});

describe("adaptive-timeouts (claim 7.3)", () => {
  const rows = rowsOf(adaptiveTimeouts, { timeouts: "200,800", thresholds: "8", suspicions: "4", phase: 6000, window: 50 }, 1);
  const at = (detector: string, tuning: number, phase: string) => rows.find((row) => row.detector === detector && row.tuning === tuning && row.phase === phase)!;

  it("a fixed timeout that is quick on the calm network is wrong on the rough one, all the time", () => {
    expect(at("fixed timeout", 200, "long rough").wrong).toBeGreaterThan(100 * (1 + (at("fixed timeout", 800, "long rough").wrong as number)));
  });

  it("φ accrual is quicker than either while it is calm, and learns the rough network after a while", () => {
    expect(at("φ accrual", 8, "calm").detection).toBeLessThan(at("fixed timeout", 200, "calm").detection as number);
    expect(at("φ accrual", 8, "long rough").wrong).toBeLessThan(0.5 * (at("φ accrual", 8, "just rough").wrong as number));
  });

  it("Lifeguard grows patient: slower while it is rough, and as quick as before when it is calm again", () => {
    expect(at("Lifeguard", 4, "long rough").detection).toBeGreaterThan(1.5 * (at("Lifeguard", 4, "calm").detection as number));
    expect(at("Lifeguard", 4, "calm again").detection).toBeLessThan(at("Lifeguard", 4, "long rough").detection as number);
  });

  it("the verdict turns with the rows", () => {
    expect(judged(outlookTrials, "7.3", rows).verdict).not.toBe("fails");
    const slow = rows.map((row) => (row.detector === "φ accrual" || row.detector === "Lifeguard" ? { ...row, detection: 5000 } : row));
    expect(judged(outlookTrials, "7.3", slow).verdict).toBe("fails");
  });
});

describe("hybrid (claim 7.1)", () => {
  const rows = rowsOf(hybridDesign);
  const of = (design: string) => where(rows, "design", design);

  it("a leader a shard answers several times what one leader does, and stays linearizable through two failures", () => {
    expect(of("hybrid").throughput).toBeGreaterThan(3 * (of("raft").throughput as number));
    expect(of("hybrid")).toMatchObject({ linearizable: 1, stale: 0 });
  });

  it("groups that move are all there after a second failure, groups that do not are not", () => {
    expect(of("hybrid").twoDown).toBeGreaterThan(0.95);
    expect(of("sharded-raft").twoDown).toBeLessThan(0.95);
  });

  it("the verdict turns with the rows", () => {
    expect(judged(hybridTrials, "7.1", rows).verdict).toBe("holds");
    expect(judged(hybridTrials, "7.1", rows.map((row) => (row.design === "hybrid" ? { ...row, linearizable: 0.5 } : row))).verdict).toBe("fails");
    expect(judged(hybridTrials, "7.1", rows.map((row) => (row.design === "hybrid" ? { ...row, oneDown: 0.5 } : row))).verdict).toBe("holds if");
  });

  it("needs nodes for two failures", () => expect(() => rowsOf(hybridDesign, { nodes: 4 })).toThrow("replicas must be at most nodes − 2"));
});

describe("regions (claim 7.5)", () => {
  const rows = rowsOf(regions, { local: "0,1", window: 500 });
  const at = (design: string, local: number) => rows.find((row) => row.design === design && row.local === local)!;
  const HOME = "a leader a region, copies at home";

  it("a leader where its keys are used answers without leaving the region; for others' keys it is no nearer than one leader for all", () => {
    expect(at(HOME, 1).writeP50).toBeLessThan(2);
    expect(at("one leader", 1).writeP50).toBeGreaterThan(50);
    expect(at(HOME, 0).read).toBeGreaterThan(at("one leader", 0).read as number);
  });

  it("copies in all regions cost a write one way there and back, and outlive a region; copies at home do not", () => {
    expect(at("a leader a region, copies in all regions", 1).writeP50).toBeGreaterThan(50);
    expect(at("a leader a region, copies in all regions", 0).withoutRegion).toBeGreaterThan(at(HOME, 0).withoutRegion as number);
  });

  it("local quorums are quick for everybody's keys, and return stale reads of others'; leaders never do", () => {
    expect(at("no leader, local quorum", 0).writeP50).toBeLessThan(2);
    expect(at("no leader, local quorum", 0).stale).toBeGreaterThan(0);
    expect(rows.filter(({ design }) => String(design).includes("a leader") || design === "one leader").every(({ linearizable, stale }) => linearizable === 1 && stale === 0)).toBe(true);
  });

  it("the verdict turns with the rows", () => {
    expect(judged(hybridTrials, "7.5", rows).verdict).toBe("holds if");
    expect(judged(hybridTrials, "7.5", rows.map((row) => ({ ...row, read: 100, write: 100 }))).verdict).toBe("fails");
  });
});
