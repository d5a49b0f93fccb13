import { describe, expect, it } from "vitest";
import { drawRun } from "../../lib/check/hostileRun.js";
import { NO_HANDLER_FAILS } from "../../lib/check/judge.js";
import { play } from "../../lib/check/play.js";
import type { Declaration, FaultKind } from "../../lib/promises.js";
import type { Raft } from "../../lib/replication/raft/types.js";
import { raft } from "../../lib/replication/raft/raft.js";
import { raftElection } from "../../lib/replication/raft/raft.promises.js";

const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe("a hostile run", () => {
  it("is plain data and decided by it: told again through JSON, it is the same run", () => {
    for (const seed of seeds(20)) {
      const run = drawRun(raftElection, seed);
      const traces = [run, JSON.parse(JSON.stringify(run)) as typeof run].map((run) => [...play(raftElection, run, { trace: true }).cluster.trace!]);
      expect(traces[0]).toEqual(traces[1]);
      expect(drawRun(raftElection, seed)).toEqual(run);
    }
  });

  it("is the same whether anybody judges it or not", () => {
    for (const seed of seeds(20)) {
      const ends = [true, false].map((judged) => {
        const { cluster } = play(raftElection, drawRun(raftElection, seed), { judged });
        return [cluster.events, cluster.now, cluster.nodes.map(({ state }) => state)];
      });
      expect(ends[0]).toEqual(ends[1]);
    }
  });

  it("has each of the faults that the engine bears in about half of the runs, and no others", () => {
    const shows: Readonly<Record<FaultKind, (run: ReturnType<typeof drawRun<Raft>>) => boolean>> = {
      loss: ({ loss }) => loss > 0,
      duplication: ({ duplication }) => duplication > 0,
      reordering: ({ reordering }) => reordering > 0,
      "slow-disk": ({ diskWrite }) => diskWrite !== null,
      "torn-write": ({ tornWrite }) => tornWrite > 0,
      "clock-skew": ({ clockSkew }) => clockSkew !== null,
      "clock-drift": ({ clockDrift }) => clockDrift !== null,
      partition: ({ schedule }) => schedule.some(({ command }) => ["partition", "isolate", "ring", "bridge"].includes(command.type)),
      cut: ({ schedule }) => schedule.some(({ command }) => command.type === "cut"),
      clog: ({ schedule }) => schedule.some(({ command }) => command.type === "clog"),
      crash: ({ schedule }) => schedule.some(({ command }) => command.type === "crash"),
      pause: ({ schedule }) => schedule.some(({ command }) => command.type === "pause"),
      "lost-disk": ({ schedule }) => schedule.some(({ command }) => command.type === "restart" && command.disk === "lost"),
    };
    // A single node has no links to cut; a write that is torn takes time.
    const runs = seeds(800).map((seed) => drawRun(raftElection, seed)).filter(({ size }) => size > 1);
    for (const kind of Object.keys(shows) as FaultKind[]) {
      const share = runs.filter(shows[kind]).length / runs.length;
      if (raftElection.tolerates.includes(kind)) expect(Math.abs(share - (kind === "slow-disk" ? 0.75 : 0.5)), kind).toBeLessThan(0.15);
      else expect(share, kind).toBe(0);
    }
  });

  it("aims half of its crashes at who leads or stands, and ends its faults before the calm", () => {
    const runs = seeds(200).map((seed) => drawRun(raftElection, seed));
    const crashes = runs.flatMap(({ schedule }) => schedule.flatMap(({ command }) => (command.type === "crash" ? [command] : [])));
    const aimed = crashes.filter(({ node }) => typeof node === "object").length / crashes.length;
    expect(Math.abs(aimed - 0.5)).toBeLessThan(0.1);
    for (const { schedule, calmAt } of runs) for (const { at } of schedule) expect(at).toBeLessThan(calmAt);
  });

  it("of an engine that throws is accused, with the node, the time and the seed in the message", () => {
    const protocol = { ...raft(), onTimer: () => { throw new Error("no such timer"); } };
    const { accusation } = play(raftElection, drawRun(raftElection, 3), { protocol });
    expect(accusation?.property).toBe(NO_HANDLER_FAILS);
    expect(accusation?.message).toMatch(/^node \d failed at .* ms, in event \d+ of the run with seed 3: no such timer$/);
  });

  it("of an engine that never elects anybody is accused of missing progress", () => {
    const protocol = { ...raft(), onTimer: () => {} };
    const quiet: Declaration<Raft> = { ...raftElection, inputs: undefined as never };
    expect(play(quiet, drawRun(quiet, 5), { protocol }).accusation).toEqual({ property: "when the faults end, one leader is followed by all", message: "nobody leads, 6000 ms after the last fault", witnesses: [] });
  });
});
