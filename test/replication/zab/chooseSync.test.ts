import { describe, expect, it } from "vitest";
import { createRandom } from "../../../lib/random.js";
import { chooseSync } from "../../../lib/replication/zab/chooseSync.js";
import type { Transaction } from "../../../lib/replication/zab/types.js";
import { compareZxid, NONE, showZxid, type Zxid } from "../../../lib/replication/zab/zxid.js";

const zxid = (text: string): Zxid => ({ epoch: Number(text.split(".")[0]), counter: Number(text.split(".")[1]) });
const history = (text: string): Transaction[] => (text === "" ? [] : text.split(" ").map((each) => ({ zxid: zxid(each), request: { client: 0, serial: 1, command: null } })));
const show = (transactions: readonly Transaction[]) => transactions.map((each) => showZxid(each.zxid)).join(" ");

describe("how a learner is brought to its leader's history (Medeiros 2012, §4.2)", () => {
  it.each([
    ["nothing at all, and nothing to say", "0.0", "", "0.0", "DIFF", ""],
    ["a learner that has everything", "0.0", "1.1 1.2", "1.2", "DIFF", ""],
    ["a learner that lacks the last", "0.0", "1.1 1.2 2.1", "1.2", "DIFF", "2.1"],
    ["a learner that has nothing, and a leader whose log goes back to the start", "0.0", "1.1 1.2", "0.0", "DIFF", "1.1 1.2"],
    ["a learner that ends where the leader's log begins", "1.2", "1.3 1.4", "1.2", "DIFF", "1.3 1.4"],
    ["a learner from before the leader's log", "1.2", "1.3 1.4", "1.1", "SNAP", undefined],
    ["a learner with more of an epoch than the leader", "0.0", "1.1 1.2", "1.4", "TRUNC to 1.2", ""],
    ["a learner with another end of an old epoch", "0.0", "1.1 1.2 2.1", "1.4", "TRUNC to 1.2", "2.1"],
    ["a learner of a newer epoch that was never established with what it proposed", "0.0", "1.1 1.2", "3.1", "TRUNC to 1.2", ""],
    ["a stale end, where all that is common is in the snapshot", "1.2", "2.1", "1.5", "TRUNC to 1.2", "2.1"],
    ["a stale, higher end, where the leader's log is empty", "1.2", "", "1.5", "TRUNC to 1.2", ""],
  ])("%s", (_case, base, log, last, kind, rest) => {
    const sync = chooseSync({ base: zxid(base), log: history(log) }, zxid(last));
    expect(sync.kind === "TRUNC" ? `TRUNC to ${showZxid(sync.to)}` : sync.kind).toBe(kind);
    if (sync.kind !== "SNAP") expect(show(sync.transactions)).toBe(rest);
  });

  it("whatever is chosen, the learner's history becomes the leader's (2,000 pairs of histories that part at some point)", () => {
    const random = createRandom(1);
    const upTo = (n: number) => Math.floor(n * random());
    for (let i = 0; i < 2000; i++) {
      const [common, mine, stale] = [1 + upTo(5), upTo(4), upTo(4)];
      const shared = history(Array.from({ length: common }, (_, c) => `1.${c + 1}`).join(" "));
      const whole = [...shared, ...history(Array.from({ length: mine }, (_, c) => `3.${c + 1}`).join(" "))];
      const learner = [...shared.slice(0, stale > 0 ? common : 1 + upTo(common)), ...history(Array.from({ length: stale }, (_, c) => `2.${c + 1}`).join(" "))];
      const dropped = upTo(whole.length + 1);
      const base = whole[dropped - 1]?.zxid ?? NONE;
      const sync = chooseSync({ base, log: whole.slice(dropped) }, learner.at(-1)!.zxid);
      if (sync.kind === "SNAP") {
        expect(compareZxid(learner.at(-1)!.zxid, base)).toBeLessThan(0);
        continue;
      }
      const kept = sync.kind === "DIFF" ? learner : learner.filter((each) => compareZxid(each.zxid, sync.to) <= 0);
      expect(show([...kept, ...sync.transactions])).toBe(show(whole));
    }
  });
});
