import { describe, expect, it } from "vitest";
import { anomalyReconstruction } from "../../lib/experiments/anomalyReconstruction.js";
import { authenticationCost } from "../../lib/experiments/authenticationCost.js";
import { etcdOrGossip } from "../../lib/experiments/etcdOrGossip.js";
import type { Experiment, Row } from "../../lib/experiments/experiment.js";
import { forgedMessages } from "../../lib/experiments/forgedMessages.js";
import { namespaceLeader } from "../../lib/experiments/namespaceLeader.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { schedulerFailover } from "../../lib/experiments/schedulerFailover.js";
import { streamCounts } from "../../lib/experiments/streamCounts.js";

const rowsOf = (experiment: Experiment<any, any>, parameters = {}, trials = 1) => {
  const { rows } = runExperiment(experiment, parameters, { trials });
  for (const row of rows) expect(Object.keys(row)).toEqual(Object.keys(experiment.row));
  return rows as readonly Row[];
};

describe("claim 1.12: a leader for the names", () => {
  const rows = rowsOf(namespaceLeader, { sizes: "1,256", window: 20, clients: 32 });
  const of = (path: string, size: number) => rows.find((row) => row.path === path && row.size === size)! as Record<string, number>;

  it("is used up by small files, at what its processor can do, within a tenth", () => {
    const { operations, limit, processor } = of("beside the leader", 1);
    expect(processor).toBeGreaterThan(0.95);
    expect(Math.abs(operations! / limit! - 1)).toBeLessThan(0.1);
  });

  it("carries no more than its own card where the bytes go through it, and has time to spare where they do not", () => {
    expect(of("through the leader", 256).throughput).toBeLessThan(135);
    expect(of("beside the leader", 256).throughput).toBeGreaterThan(500);
    expect(of("beside the leader", 256).processor).toBeLessThan(0.3);
  });
});

describe("claim 1.13: a scheduler's leader fails", () => {
  const rows = rowsOf(schedulerFailover, { chains: 3, tasks: 6 }, 12);
  const of = (variant: string, fault: string) => rows.find((row) => row.variant === variant && row.fault === fault)! as Record<string, number>;

  it("at most once loses tasks and does none twice; at least once loses none and does some twice", () => {
    expect(of("at most once", "crash").lost).toBeGreaterThan(0);
    expect(of("at most once", "crash").twice).toBe(0);
    expect(of("at least once", "crash").lost).toBe(0);
    expect(of("at least once", "crash").twice).toBeGreaterThan(0);
  });

  it("only effects that can be repeated and are fenced are as if each task had been done once", () => {
    expect(of("at least once, fenced", "crash").wrong).toBeGreaterThan(0);
    expect(of("at least once, idempotent", "pause").back).toBeGreaterThan(0);
    for (const fault of ["none", "crash", "pause"]) expect(of("at least once, idempotent, fenced", fault)).toMatchObject({ lost: 0, back: 0, wrong: 0 });
  });
});

describe("claim 1.14: windowed counts and a crash", () => {
  const rows = rowsOf(streamCounts, { windows: 8 }, 5);
  const off = (checkpoints: string, crash: boolean) => {
    const { wrong, missing } = rows.find((row) => row.checkpoints === checkpoints && row.crash === crash)! as Record<string, number>;
    return wrong! + missing!;
  };

  it("are right without a crash whatever is saved, and after one only by global snapshots", () => {
    for (const checkpoints of ["none", "uncoordinated", "coordinated"]) expect(off(checkpoints, false)).toBe(0);
    expect(off("none", true)).toBeGreaterThan(0);
    expect(off("uncoordinated", true)).toBeGreaterThan(0);
    expect(off("coordinated", true)).toBe(0);
  });
});

describe("claim 6.3: what must be read to know what happened", () => {
  const rows = rowsOf(anomalyReconstruction, { lasts: 800 });
  const of = (source: string, design: string, keys: string) => rows.find((row) => row.source === source && row.keys === keys && (row.design as string).includes(design))!;

  it("one log has the order of all writes; version vectors that of the writes of a key, and no other", () => {
    for (const keys of ["one", "two"]) expect(of("the leader's log", "raft", keys)).toMatchObject({ nodes: 1, found: 1, ordered: 1, agrees: 1 });
    expect(of("the replicas' logs", "siblings", "one")).toMatchObject({ found: 1, ordered: 1, agrees: 1 });
    expect(of("the replicas' logs", "siblings", "two")).toMatchObject({ ordered: 0, agrees: null });
  });

  it("a snapshot has the present of all nodes, and little of what was", () => {
    expect(of("a global snapshot", "siblings", "one").nodes).toBe(5);
    expect(of("a global snapshot", "siblings", "one").found).toBeLessThan(0.3);
  });
});

describe("claim 7.6: forged messages", () => {
  const rows = rowsOf(forgedMessages, { members: 10 }, 6);
  const most = (attacker: string, authentication: string) => Math.max(...rows.filter((row) => row.attacker === attacker && row.authentication === authentication).map(({ succeeded }) => succeeded as number));

  it("a shared key stops outsiders, keys of each pair stop a member in others' names, nothing stops one in its own", () => {
    expect(most("nobody", "none")).toBe(0);
    expect(most("an outsider", "none")).toBeGreaterThan(0.5);
    expect(most("an outsider", "shared key")).toBe(0);
    expect(most("a member, in others' names", "shared key")).toBeGreaterThan(0.5);
    for (const authentication of ["pairwise keys", "signature"]) {
      expect(most("a member, in others' names", authentication)).toBe(0);
      expect(most("a member, in its own name", authentication)).toBeGreaterThan(0.5);
    }
  });

  it("tags cost throughput, a signature more than a code, and their own bytes", () => {
    const [none, code, signature] = rowsOf(authenticationCost, { window: 20, clients: 20 }) as readonly Record<string, number>[];
    expect(code!.throughput).toBeLessThan(none!.throughput!);
    expect(signature!.throughput).toBeLessThan(0.5 * code!.throughput!);
    expect(Math.round(signature!.messageBytes! - code!.messageBytes!)).toBeGreaterThan(40);
  });
});

describe("claim G.5: a store or gossip", () => {
  const rows = rowsOf(etcdOrGossip, { lasts: 1000 });
  const of = (design: string, phase: string) => rows.find((row) => row.design === design && row.phase === phase)! as Record<string, number>;

  it("watching is fresher than gossip in calm; parted from the majority it cannot write, and gossip can", () => {
    expect(of("watched", "calm").age).toBeLessThan(of("gossip", "calm").age!);
    expect(of("gossip", "calm").age).toBeLessThan(of("polled", "calm").age!);
    expect(of("watched", "partition").available).toBeLessThan(0.9);
    expect(of("gossip", "partition").available).toBe(1);
    expect(of("watched", "calm").lost).toBe(0);
  });
});
