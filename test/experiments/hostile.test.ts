import { expect, it } from "vitest";
import { drawRun } from "../../lib/check/hostileRun.js";
import { play } from "../../lib/check/play.js";
import { engines } from "../../lib/experiments/engines.js";

/** Hostile runs an engine, by name: several times as many as it takes to reach all that must be reachable, or what that takes where it is rare. Runs of some take longer. */
const RUNS: Readonly<Record<string, number>> = {
  raft: 150, "raft-stable": 150, "raft-snapshots": 120, "raft-members": 160, "raft-read-index": 160, "raft-lease": 160, "pseudo-code": 80, "raft-election": 150, "raft-election-stable": 150,
  "paxos-one-phase": 500, paxos: 500, "paxos-flexible": 1000, "multi-paxos": 200, "multi-paxos-flexible": 300,
  "gossip-paxos": 200, "quorum-store": 120, "quorum-store-sloppy": 120, abd: 150, swim: 90, "swim-lifeguard": 90, "heartbeats-fixed": 150, "heartbeats-chen": 150, "heartbeats-phi": 150,
  rumor: 150, "rumor-push-pull": 150, "anti-entropy-full": 150, "anti-entropy-digest": 150, "anti-entropy-delta": 150, "anti-entropy-merkle": 150,
  zab: 65, "zab-observer": 60, "zab-oracle": 800, "zab-surveyed": 2000, "zab-lock": 60, "zab-recipes": 30, "moss-leases": 150, "moss-fenced": 150,
  "parabolic-repaired": 100, "gossip-election-repaired": 100, "primary-backup-synchronous": 100, "primary-backup-majority": 150, "primary-backup-asynchronous": 150,
  cache: 100, "raft-groups": 60, hybrid: 24, "stream-checkpoints": 60, scheduler: 100, "chandy-lamport": 60, "file-system": 60, "file-system-through-leader": 60,
};
const USUAL = 400;

it.each(engines.map((engine) => [engine.name, RUNS[engine.name] ?? USUAL, engine] as const))(
  "%s keeps what it promises in %i hostile runs, histories of its clients included, and reaches everything that must be reachable",
  (_name, runs, engine) => {
    const reached = new Set<string>();
    for (let seed = 1; seed <= runs; seed++) {
      const played = play(engine, drawRun(engine, seed));
      expect(played.accusation, `seed ${seed}`).toBeUndefined();
      for (const name of played.reached) reached.add(name);
    }
    expect([...reached].sort()).toEqual(engine.reachables.map(({ name }) => name).sort());
  },
);

it("no number of runs is for an engine that is not there", () => expect(Object.keys(RUNS).filter((name) => !engines.some((engine) => engine.name === name))).toEqual([]));
