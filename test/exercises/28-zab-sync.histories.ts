import type { Sync } from "../../lib/replication/zab/chooseSync.js";
import type { Transaction } from "../../lib/replication/zab/types.js";
import { precedes, sameZxid, showZxid, type Zxid } from "../../lib/replication/zab/zxid.js";

/** A leader's history and a follower's, both from the first transaction on; of the leader's, what comes up to `base` is in its snapshot alone. */
export interface Pair {
  readonly leader: readonly Zxid[];
  readonly base: Zxid;
  readonly follower: readonly Zxid[];
}

const NOTHING: Zxid = { epoch: 0, counter: 0 };

/** Reads "1.1 1.2 | 2.1" as a leader that has 1.1 and 1.2 in its snapshot, and 2.1 in its log. */
export function pair(leader: string, follower: string): Pair {
  const [purged, log] = leader.includes("|") ? (leader.split("|") as [string, string]) : ["", leader];
  const inSnapshot = zxids(purged);
  return { leader: [...inSnapshot, ...zxids(log)], base: inSnapshot.at(-1) ?? NOTHING, follower: zxids(follower) };
}

const zxids = (text: string): Zxid[] => text.split(" ").flatMap((word) => (word === "" ? [] : [zxid(word)]));

export function zxid(text: string): Zxid {
  const [epoch, counter] = text.split(".").map(Number) as [number, number];
  return { epoch, counter };
}

export const lastOf = ({ follower }: Pair): Zxid => follower.at(-1) ?? NOTHING;

/** The part of the leader's history that it has at hand. */
export const logOf = ({ leader, base }: Pair): Transaction[] => leader.filter((one) => precedes(base, one)).map((one) => ({ zxid: one, request: { client: one.epoch, serial: one.counter, command: { op: "put", key: "a", value: showZxid(one) } } }));

/** What is wrong with a choice, as the end of a sentence about the two; undefined if the follower comes to the leader's history. */
export function wrongOutcome(sync: Sync, { leader, follower }: Pair): string | undefined {
  if (sync.kind === "SNAP") return undefined;
  let kept = [...follower];
  if (sync.kind === "TRUNC") {
    if (!sameZxid(sync.to, NOTHING) && !follower.some((one) => sameZxid(one, sync.to))) return `your TRUNC tells it to go back to ${showZxid(sync.to)}, which it does not have: it cannot do that, and waits for ever`;
    kept = follower.filter((one) => !precedes(sync.to, one));
  }
  const outcome = [...kept, ...sync.transactions.map(({ zxid }) => zxid)];
  const told = `your ${inWords(sync)} makes it ${words(outcome)}`;
  const foreign = outcome.find((one) => !leader.some((other) => sameZxid(one, other)));
  if (foreign !== undefined) return `${told}: it keeps ${showZxid(foreign)}, which the leader never had`;
  const lacking = leader.find((one) => !outcome.some((other) => sameZxid(one, other)));
  if (lacking !== undefined) return `${told}: it still lacks ${showZxid(lacking)}`;
  const twice = outcome.find((one, index) => outcome.findIndex((other) => sameZxid(one, other)) < index);
  if (twice !== undefined) return `${told}: it has ${showZxid(twice)} twice`;
  return outcome.every((one, index) => sameZxid(one, leader[index]!)) ? undefined : `${told}: that is another order`;
}

/** What is sent although the follower has it, or a snapshot where the log would do; undefined if nothing is. */
export function tooDear(sync: Sync, situation: Pair): string | undefined {
  const { leader, base, follower } = situation;
  if (precedes(lastOf(situation), base)) return undefined;
  const needed = leader.filter((one) => !follower.some((other) => sameZxid(one, other))).length;
  const wouldDo = needed === 0 ? "no transaction at all" : needed === 1 ? "1 transaction" : `${needed} transactions`;
  if (sync.kind === "SNAP") return `right, but dear: your SNAP sends everything that the leader has ever delivered, where a ${follower.every((one) => leader.some((other) => sameZxid(one, other))) ? "DIFF" : "TRUNC"} and ${wouldDo} would do`;
  const sent = sync.transactions.length;
  return sent > needed ? `right, but dear: your ${inWords(sync)} sends ${sent} transaction${sent > 1 ? "s" : ""}, where ${wouldDo} would do` : undefined;
}

function inWords(sync: Exclude<Sync, { kind: "SNAP" }>): string {
  const then = sync.transactions.length === 0 ? "" : ` ${sync.kind === "TRUNC" ? "and then " : "of "}${sync.transactions.map(({ zxid }) => showZxid(zxid)).join(" ")}`;
  return sync.kind === "TRUNC" ? `TRUNC to ${showZxid(sync.to)}${then}` : `DIFF${then}`;
}

/** Both histories, as the beginning of a sentence. */
export function describe({ leader, base, follower }: Pair): string {
  const log = leader.filter((one) => precedes(base, one));
  const has = sameZxid(base, NOTHING) ? words(leader) : `a snapshot up to ${showZxid(base)} and then ${words(log)}`;
  return `The leader has ${has}, the follower ${words(follower)}`;
}

const words = (list: readonly Zxid[]): string => (list.length === 0 ? "nothing" : list.map(showZxid).join(" "));
