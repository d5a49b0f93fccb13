import { expect, it } from "vitest";
import { drawRun } from "../../lib/check/hostileRun.js";
import { play } from "../../lib/check/play.js";
import { engines } from "../../lib/experiments/engines.js";

/** Hostile runs an engine, by name: as many as it takes to reach all that must be reachable. Runs of some take longer. */
const RUNS: Readonly<Record<string, number>> = {
  raft: 250, "raft-stable": 250, "raft-snapshots": 160, "raft-members": 160, "raft-read-index": 160, "raft-lease": 160, "pseudo-code": 120,
  "paxos-one-phase": 500, paxos: 1000, "paxos-flexible": 1000, "multi-paxos": 200, "multi-paxos-flexible": 300,
  "gossip-paxos": 200, "quorum-store": 200, "quorum-store-sloppy": 200, swim: 150, "swim-lifeguard": 150,
  zab: 100, "zab-observer": 80, "zab-oracle": 1500, "zab-surveyed": 2000, "zab-lock": 60, "zab-recipes": 30,
  "parabolic-repaired": 150, "gossip-election-repaired": 150, "primary-backup-synchronous": 150, "primary-backup-majority": 150, "primary-backup-asynchronous": 150,
  cache: 100, "raft-groups": 60, hybrid: 30, "stream-checkpoints": 60, scheduler: 100, "chandy-lamport": 60, "file-system": 60, "file-system-through-leader": 60,
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
