import { describe, expect, it } from "vitest";
import { drawnTopologies } from "../../lib/experiments/drawnTopologies.js";
import { followerReads } from "../../lib/experiments/followerReads.js";
import { herdEffect } from "../../lib/experiments/herdEffect.js";
import { lockFencing } from "../../lib/experiments/lockFencing.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { zabMessages } from "../../lib/experiments/zabMessages.js";
import { recoveryCounterexample, RECOVERIES, zabRecovery } from "../../lib/experiments/zabRecovery.js";
import type { Experiment, Row } from "../../lib/experiments/experiment.js";

const rowsOf = (experiment: Experiment<any>, parameters: Readonly<Record<string, string | number>> = {}, trials?: number): readonly Row[] => runExperiment(experiment, parameters, { seed: 1, ...(trials !== undefined && { trials }) }).rows;

describe("claim 1.7: ZAB and gossip", () => {
  const rows = rowsOf(zabMessages, {}, 2);
  const zab = rows.filter(({ protocol }) => protocol === "zab");

  it("every phase of ZAB is in the log: election, discovery, synchronization, broadcast", () => {
    expect(new Set(zab.map(({ phase }) => phase))).toEqual(new Set(["election", "discovery", "synchronization", "broadcast"]));
  });

  it("an election by gossip has all three marks: random peers, periodic, epidemic", () => {
    const gossip = rows.find(({ protocol }) => protocol === "gossip")!;
    for (const mark of ["random", "timed", "relayed"]) expect(gossip[mark]).toBeGreaterThan(0.3);
  });

  it("of ZAB nothing goes to peers drawn at random, and a broadcast runs between leader and follower", () => {
    for (const row of zab) expect(row.random, row.message as string).toBe(0);
    for (const row of zab.filter(({ phase }) => phase === "broadcast")) expect((row.fromLeader as number) + (row.toLeader as number), row.message as string).toBe(1);
  });
});

describe("claim 2.7: the survey's broadcast through changes of the leader (DSN 2011, §4.1)", () => {
  it("loses what was confirmed unless a new leader discovers and synchronizes first", () => {
    const lost = Object.fromEntries(rowsOf(zabRecovery, { worlds: 1000 }, 200).map(({ recovery, lost }) => [recovery, lost as number]));
    expect(lost["broadcast alone"]).toBeGreaterThan(0.3);
    expect(lost["with synchronization"]).toBeGreaterThan(0.1);
    expect(lost["with discovery"]).toBeGreaterThan(0);
    expect(lost["with discovery and synchronization"]).toBe(0);
  });

  it("the explorer finds the shortest such run, and it can be drawn", () => {
    const [alone, synchronized] = RECOVERIES.map((options) => recoveryCounterexample(options, 60_000));
    expect(alone!.path.length).toBeLessThan(10);
    expect(synchronized!.path.length).toBeLessThan(18);
    expect(alone!.message).toBe("delivered at place 0: first x, then y");
    expect(alone!.trace.filter(({ kind }) => kind === "output")).toHaveLength(2);
  });
});

describe("claim 1.11: followers that serve", () => {
  const rows = rowsOf(followerReads, {}, 6);
  const of = (design: string) => rows.find((row) => row.design === design)!;

  it.each(["reads in the log", "reads by index", "reads by lease"])("%s: never stale (Ongaro 2014, dissertation, §6.4)", (design) => expect(of(design)).toMatchObject({ stale: 0, linearizable: 1, diverged: 0 }));
  it("reads from a follower's own copy are, where it lags, and save the way to the leader", () => {
    expect(of("local reads").stale).toBeGreaterThan(0);
    expect(of("local reads")).toMatchObject({ readLatency: 0, diverged: 0 });
  });
  it("writes that each server takes by itself leave copies that differ for good", () => expect(of("local reads and writes").diverged).toBeGreaterThan(0.5));
});

describe("claim A.4: locks on ZooKeeper (Hunt et al. 2010, §2.4; Burrows 2006, §2.4)", () => {
  const rows = rowsOf(lockFencing, {}, 4);

  it("an older holder writes without fencing, and never with it", () => {
    for (const row of rows) {
      expect(row.passedOn).toBe(1);
      if (row.fencing) expect(row.staleTaken).toBe(0);
    }
    expect(rows.filter(({ fencing }) => fencing).some(({ staleRefused }) => (staleRefused as number) > 0)).toBe(true);
  });

  it("a holder that looks at its clock is safe from its own pause, and not from a network that is late", () => {
    const taken = (fault: string) => rows.find((row) => row.fault === fault && row.checksLease && !row.fencing)!.staleTaken;
    expect([taken("holder paused"), taken("write delayed")]).toEqual([0, 1]);
  });

  it("the herd: a release wakes all who watch the line, and one who watches the one ahead", () => {
    const of = (waitsFor: string) => rowsOf(herdEffect, { clients: "4,8" }).filter((row) => row.waitsFor === waitsFor).map(({ notices }) => notices as number);
    const [few, many] = of("any change");
    expect(many! / few!).toBeGreaterThan(1.5);
    for (const notices of of("the one ahead")) expect(notices).toBeLessThan(1.3);
  });
});

describe("claim C.1: Appendix C as drawn", () => {
  const rows = rowsOf(drawnTopologies);
  const left = (diagram: string, arrows: string, removed: string) => rows.find((row) => row.diagram === diagram && row.arrows === arrows && row.removed === removed)!;

  it.each(["single leader", "leaderless"])("%s: whole, every box hears from every other", (diagram) => expect(left(diagram, "as drawn", "none")).toMatchObject({ hear: 1, commit: 1 }));
  it("leaderless, without any one of the nodes the rest goes on; without the box Sync nobody can commit", () => {
    for (const node of [1, 2, 3, 4, 5, 6]) expect(left("leaderless", "as drawn", `Node${node}`)).toMatchObject({ hear: 1, commit: 1 });
    expect(left("leaderless", "as drawn", "Sync").commit).toBe(0);
  });
  it("if arrows are links for both directions, nobody misses the box", () => expect(left("leaderless", "both ways", "Sync")).toMatchObject({ hear: 1, commit: 1 }));
});
