import { describe, expect, it } from "vitest";
import { drawRun } from "../../../lib/check/hostileRun.js";
import { play } from "../../../lib/check/play.js";
import type { Declaration } from "../../../lib/promises.js";
import { raftMembers } from "../../../lib/replication/raft/membership.promises.js";
import { raft } from "../../../lib/replication/raft/raft.js";
import { raftLease } from "../../../lib/replication/raft/reads.promises.js";
import type { RaftStore } from "../../../lib/replication/raft/replication.promises.js";
import { keyValue } from "../../../lib/replication/service/keyValue.js";

/** Runs in which everything reachable has been reached. */
const RUNS = 160;

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
