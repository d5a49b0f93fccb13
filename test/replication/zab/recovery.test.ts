import { describe, expect, it } from "vitest";
import { explore, type Subject } from "../../../lib/check/explore/index.js";
import type { Declaration } from "../../../lib/promises.js";
import type { Protocol } from "../../../lib/protocol.js";
import type { Stored, Transaction, Zab } from "../../../lib/replication/zab/types.js";
import { zab } from "../../../lib/replication/zab/zab.js";
import { zabMutants } from "../../../lib/replication/zab/zab.mutants.js";
import { zabByOracle } from "../../../lib/replication/zab/zab.promises.js";
import { zabMoments } from "../../../lib/replication/zab/zab.reachables.js";
import { NONE } from "../../../lib/replication/zab/zxid.js";

describe("recovery of three nodes: elections by an oracle that may be wrong at any moment, no timers", () => {
  const transaction = (epoch: number, counter: number): Transaction => ({ zxid: { epoch, counter }, request: { client: 100 * epoch + counter, serial: 1, command: { op: "put", key: "a", value: `${epoch}.${counter}` } } });
  const stored = (acceptedEpoch: number, currentEpoch: number): Stored => ({ acceptedEpoch, currentEpoch, snapshot: { zxid: NONE, sessions: { machine: {}, last: {} } }, base: NONE });
  /** After an epoch that ended in a crash: one node has logged two transactions, one the first of them, one has promised and knows nothing. */
  const ended = [
    { stored: stored(1, 1), log: [transaction(1, 1), transaction(1, 2)] },
    { stored: stored(1, 1), log: [transaction(1, 1)] },
    { stored: stored(1, 0), log: [] },
  ];
  const { diff, trunc, snap, uncommitted, secondPromise, ahead } = zabMoments;
  const subject = (protocol: Protocol<Zab>): Subject<Zab> => ({
    protocol,
    invariants: zabByOracle.invariants,
    reachables: [diff, trunc, uncommitted, secondPromise, ahead, snap],
    inputs: [0, 1, 2].map((leader) => ({ type: "elect", leader })),
    disks: (node) => ended[node]!,
  });

  it.each([
    ["the whole log at hand", 100, [snap.name]],
    ["snapshots as early as can be", 0, []],
  ])("two epochs after one that ended in a crash, one crash more, %s: every order of messages, to the end", (_case, keep, unreached) => {
    const found = explore(subject(zab({ election: "oracle", keep })), { size: 3, inputs: 4, crashes: 1, timersPerNode: 0 });
    expect(found).toMatchObject({ complete: true, violations: [] });
    expect(Object.keys(found.reached).filter((name) => found.reached[name] === null)).toEqual(unreached);
  });

  it.each([
    ["epoch-before-history", [0, 1, 2]],
    ["acknowledged-before-durable", [0, 1, 2]],
    ["no-trunc", [1]],
  ])("the mutant %s breaks a promise within smaller bounds", (name, leaders) => {
    const { broken } = zabMutants.find((mutant) => mutant.name === name)!;
    const inputs: Zab["Input"][] = [...leaders.map((leader) => ({ type: "elect" as const, leader })), { type: "request", client: 1, serial: 1, command: { op: "put", key: "a", value: "x" } }];
    expect(explore({ ...subject(broken()), inputs }, { size: 3, inputs: 4, timersPerNode: 0 }).violations).not.toEqual([]);
  });
});
