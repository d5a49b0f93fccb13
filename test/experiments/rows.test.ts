import { describe, expect, it } from "vitest";
import type { Experiment } from "../../lib/experiments/experiment.js";
import { experiments } from "../../lib/experiments/registry.js";
import { planRun, reportRun, runExperiment, runTrials } from "../../lib/experiments/runExperiment.js";
import { SMALLER } from "./smaller.js";

/** The names and flags that others rely on. */
const FIXED: Readonly<Record<string, { parameters: readonly string[]; row?: readonly string[] }>> = {
  "election-downtime": {
    parameters: ["nodes", "failed", "low", "high", "requestDelay", "replyDelay", "logLengths", "crashPhase", "heartbeat"],
    row: ["min", "p1", "p10", "p50", "p75", "p90", "p95", "p99", "p999", "max", "mean"],
  },
  "failure-detector": { parameters: ["kind", "interval", "loss", "delay", "delta", "threshold"], row: ["detection", "mistakeRecurrence", "mistakeDuration", "accuracy"] },
  swim: { parameters: ["n", "phases", "loss", "indirect"], row: ["detection", "falseDetection", "sent"] },
  "ring-load": { parameters: ["nodes", "points", "keys"], row: ["p1", "p50", "p99", "max", "mean", "relativeDeviation"] },
  "chord-path": { parameters: ["nodes"], row: ["mean", "p1", "p99", "share"] },
  "key-movement": { parameters: ["scheme", "from", "to", "keys"], row: ["moved", "least"] },
  "maglev-disruption": { parameters: ["backends", "table", "failed"], row: ["changed", "changedAlive"] },
  rumor: { parameters: ["n", "variant", "mode", "stop", "k", "connectionLimit"], row: ["residue", "traffic", "tLast", "rounds"] },
  pbs: { parameters: ["n", "r", "w", "t", "W", "A", "R", "S", "replicas"], row: ["fresh", "readP999", "writeP999", "tFirst", "tQuantile"] },
  ...Object.fromEntries(["throughput", "latency", "scalability", "fault-tolerance"].map((name) => [name, { parameters: ["design", "nodes", "reads", "consistency", "regions", "faults"] }])),
  supermarket: { parameters: ["queues", "choices", "load", "service", "replacement", "stale"], row: ["meanTime", "tail"] },
  xfetch: { parameters: ["beta", "rate", "recompute"], row: ["meanSize", "alone", "earlyBy"] },
  "split-vote": { parameters: ["nodes", "failed", "latency"], row: ["formula", "simulated"] },
};

/** The same experiment, which notes each sample as another thread would hand it over. */
const noting = (experiment: Experiment, samples: unknown[]): Experiment => ({
  ...experiment,
  trial(...given) {
    const sample = experiment.trial(...given);
    samples.push(structuredClone(sample));
    return sample;
  },
});

describe("every experiment", () => {
  it.each(experiments.map((experiment) => [experiment.name, experiment] as const))("%s gives rows with exactly the fields it documents, twice the same, and samples that survive a thread's border", (_name, experiment) => {
    const sizes = [SMALLER[experiment.name] ?? {}, { trials: Math.min(3, experiment.trials), seed: 5 }] as const;
    const samples: unknown[] = [];
    const run = runExperiment(noting(experiment, samples), ...sizes);
    expect(run.rows.length).toBeGreaterThan(0);
    for (const row of run.rows) {
      expect(Object.keys(row).sort()).toEqual(Object.keys(experiment.row).sort());
      for (const value of Object.values(row)) expect(value === undefined || Number.isNaN(value), JSON.stringify(row)).toBe(false);
    }
    expect(JSON.parse(JSON.stringify(run.rows))).toEqual(run.rows);
    // Once more, with each sample sent to another thread and back; the last trial anew, by itself, whatever was tried before it.
    const plan = planRun(experiment, ...sizes);
    const again = structuredClone(runTrials(plan, plan.trials - 1, plan.trials));
    expect(again).toEqual(samples.slice(-1));
    expect(JSON.stringify(reportRun(plan, [...samples.slice(0, -1), ...again]))).toBe(JSON.stringify(run));
  });

  it.each(experiments.map((experiment) => [experiment.name, experiment] as const))("%s is named, asked and summarized in words", (_name, experiment) => {
    expect(experiment.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(experiment.question).toMatch(/\?$/);
    for (const [name, { summary }] of Object.entries(experiment.parameters)) expect([name, summary.length > 10]).toEqual([name, true]);
    for (const [field, meaning] of Object.entries(experiment.row)) expect([field, meaning.length > 5]).toEqual([field, true]);
  });

  it("that is made smaller here is there", () => expect(Object.keys(SMALLER).filter((name) => !experiments.some((experiment) => experiment.name === name))).toEqual([]));

  it("has a name of its own, and the fixed ones are there with their flags and rows", () => {
    expect(new Set(experiments.map(({ name }) => name)).size).toBe(experiments.length);
    for (const [name, { parameters, row }] of Object.entries(FIXED)) {
      const experiment = experiments.find((candidate) => candidate.name === name)!;
      expect(Object.keys(experiment.parameters)).toEqual(expect.arrayContaining([...parameters]));
      if (row) expect(Object.keys(experiment.row)).toEqual(row);
    }
  });
});
