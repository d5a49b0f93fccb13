import { describe, expect, it } from "vitest";
import { drawRun } from "../../../lib/check/hostileRun.js";
import { play } from "../../../lib/check/play.js";
import type { Declaration } from "../../../lib/promises.js";
import { primaryBackup } from "../../../lib/replication/primaryBackup/primaryBackup.js";
import { primaryBackupSynchronous } from "../../../lib/replication/primaryBackup/primaryBackup.promises.js";
import type { PrimaryBackup, PrimaryBackupOptions } from "../../../lib/replication/primaryBackup/types.js";
import { keyValue } from "../../../lib/replication/service/keyValue.js";

/** The synchronous declaration, without what only a vote can bring, held against another configuration. */
const heldTo = (options: PrimaryBackupOptions, promises: readonly string[], sizes: readonly number[]): Declaration<PrimaryBackup> => ({
  ...primaryBackupSynchronous,
  engine: () => primaryBackup(keyValue, options),
  sizes,
  invariants: primaryBackupSynchronous.invariants.filter(({ name }) => promises.includes(name)),
  endings: [],
});

const accusations = (declaration: Declaration<PrimaryBackup>, runs: number) => {
  const found = new Map<string, number>();
  for (let seed = 1; seed <= runs; seed++) {
    const { accusation } = play(declaration, drawRun(declaration, seed));
    if (accusation) found.set(accusation.property, (found.get(accusation.property) ?? 0) + 1);
  }
  return found;
};

const NOTHING_LOST = "a new primary has all that was carried out before";
const HISTORY = "the clients' history is linearizable";

describe("what each configuration can promise", () => {
  it("synchronous to all loses nothing even without a vote: no primary can answer without every other node", () => {
    expect(accusations(heldTo({ acknowledge: "synchronous", fencing: "none" }, [NOTHING_LOST], [2, 3, 5]), 200)).toEqual(new Map());
  });

  it("semi-synchronous with a vote loses nothing of three nodes, where one backup makes a majority", () => {
    expect(accusations(heldTo({ acknowledge: "semi-synchronous", fencing: "majority" }, [NOTHING_LOST], [3]), 200)).toEqual(new Map());
  });

  it("semi-synchronous with a vote loses what it answered, of five", () => {
    expect([...accusations(heldTo({ acknowledge: "semi-synchronous", fencing: "majority" }, [NOTHING_LOST], [5]), 300).keys()]).toContain(NOTHING_LOST);
  });

  it.each<PrimaryBackupOptions>([
    { acknowledge: "asynchronous", fencing: "majority" },
    { acknowledge: "asynchronous", fencing: "none" },
    { acknowledge: "semi-synchronous", fencing: "none" },
    { acknowledge: "majority", fencing: "none" },
  ])("$acknowledge with fencing $fencing is not linearizable: its clients notice", (options) => {
    expect([...accusations(heldTo(options, [], [3]), 150).keys()]).toEqual([HISTORY]);
  });
});
