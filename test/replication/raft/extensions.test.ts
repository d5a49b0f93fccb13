import { describe, expect, it } from "vitest";
import { drawRun } from "../../../lib/check/hostileRun.js";
import { play } from "../../../lib/check/play.js";
import type { Declaration } from "../../../lib/promises.js";
import { raftMembers } from "../../../lib/replication/raft/membership.promises.js";
import { raft } from "../../../lib/replication/raft/raft.js";
import { raftLease, raftReadIndex } from "../../../lib/replication/raft/reads.promises.js";
import type { RaftStore } from "../../../lib/replication/raft/replication.promises.js";
import { raftSnapshots } from "../../../lib/replication/raft/snapshots.promises.js";
import { keyValue } from "../../../lib/replication/service/keyValue.js";

/** Runs in which everything reachable has been reached. */
const RUNS = 160;

describe.each([raftSnapshots, raftMembers, raftReadIndex, raftLease])("$name in hostile runs", (declaration) => {
  it("keeps all its promises, its clients' histories are linearizable, and everything reachable is reached", () => {
    const reached = new Set<string>();
    for (let seed = 1; seed <= RUNS; seed++) {
      const played = play(declaration, drawRun(declaration, seed));
      expect(played.accusation, `seed ${seed}`).toBeUndefined();
      for (const name of played.reached) reached.add(name);
    }
    expect([...reached].sort()).toEqual(declaration.reachables.map(({ name }) => name).sort());
  });
});

describe("all of it at once: leases and reads at followers, while voters are exchanged, leaders hand over to whoever ranks higher, and snapshots are taken", () => {
  const whole: Declaration<RaftStore> = {
    ...raftMembers,
    engine: () => raft({ machine: keyValue, batch: 2, inFlight: 2, snapshotAfter: 4, preVote: true, checkQuorum: true, reads: "lease", followerReads: true, priority: [2, 1, 0, 1, 0] }),
    sizes: [3, 5],
    // A lease hangs on clocks that do not jump.
    tolerates: raftLease.tolerates,
  };

  it("keeps the same promises", () => {
    for (let seed = 1; seed <= RUNS; seed++) expect(play(whole, drawRun(whole, seed)).accusation, `seed ${seed}`).toBeUndefined();
  });
});
