import type { HostileRun } from "../../lib/check/hostileRun.js";
import type { Declaration } from "../../lib/promises.js";
import { deriveRandom } from "../../lib/random.js";
import { type RaftStore, raftReplication } from "../../lib/replication/raft/replication.promises.js";
import type { Teller } from "./excerpt.js";
import { isCount } from "./stage.js";

/** A Raft log with a key-value store, judged by what our engine promises; a run's last trials are the exercise's own. */
export const raftStore: Declaration<RaftStore> = { ...raftReplication, endings: [], calm: 2000 };

/** A run of three nodes and three clients in which nothing fails. */
export function calmRun(seed: number): HostileRun<RaftStore> {
  return { seed, size: 3, latency: "uniform:1,10", loss: 0, duplication: 0, reordering: 0, diskWrite: null, tornWrite: 0, clockSkew: null, clockDrift: null, schedule: [], calmAt: 1000, clients: 3, operations: 6 };
}

/** A run of five nodes in which leaders are cut off with a part of the others, go on receiving requests, and come back. */
export function dividedRun(seed: number): HostileRun<RaftStore> {
  return { ...calmRun(seed), size: 5, loss: 0.05, clients: 3, operations: 8, calmAt: 1600, schedule: divisions(seed) };
}

/** A leader is cut off with one other node; the others go on, perhaps under two leaders, before the two come back. */
function divisions(seed: number): HostileRun<RaftStore>["schedule"] {
  const random = deriveRandom(seed, 300);
  const campaign = (node: number) => ({ type: "input", node, input: { type: "campaign" } }) as const;
  return [0, 1].flatMap((round) => {
    const at = 250 + 700 * round + 100 * random();
    const leader = Math.floor(5 * random());
    const other = (leader + 1 + Math.floor(4 * random())) % 5;
    return [
      { at: at - 120, command: campaign(leader) },
      { at, command: { type: "partition", groups: [[leader, other]] } },
      { at: at + 250 + 150 * random(), command: campaign(Math.floor(5 * random())) },
      { at: at + 450 + 100 * random(), command: { type: "heal" } },
    ] as const;
  });
}

/** Nodes crash, the leader more often than others, and are soon back. */
export function crashes(seed: number, size: number): HostileRun<RaftStore>["schedule"] {
  const random = deriveRandom(seed, 301);
  return Array.from({ length: 8 }, (_, round) => {
    const at = 150 + 150 * round + 100 * random();
    return [
      { at, command: { type: "crash", node: random() < 0.4 ? { role: "leader" } : Math.floor(size * random()) } },
      { at: at + 5 + 100 * random(), command: { type: "restart", node: "all", disk: "kept" } },
    ] as const;
  }).flat();
}

/** Whether this is a list of log entries as Raft's leaders make them, with commands of the key-value store. */
export function wrongEntries(value: unknown): string | undefined {
  if (!Array.isArray(value)) return `${JSON.stringify(value) ?? "undefined"}, which is no list of entries`;
  const wrong = value.findIndex((entry) => !isEntry(entry));
  return wrong < 0 ? undefined : `a list whose ${wrong + 1}${["st", "nd", "rd"][wrong] ?? "th"} element is ${JSON.stringify(value[wrong])}, which is no entry`;
}

function isEntry(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { term, command } = value as { term?: unknown; command?: unknown };
  if (!isCount(term) || command === undefined) return false;
  if (command === null) return true;
  const { client, serial, command: asked } = command as { client?: unknown; serial?: unknown; command?: { op?: unknown; key?: unknown } | null };
  return isCount(client) && isCount(serial) && typeof asked === "object" && asked !== null && typeof asked.op === "string" && typeof asked.key === "string";
}

/** Whether this is a reply to AppendEntries, as a leader can read it. */
export function isAppendReply(value: unknown): boolean {
  const { type, term, success, matchIndex, prevLogIndex, conflictTerm, conflictIndex } = value as Record<string, unknown>;
  if (type !== "AppendEntriesReply" || !isCount(term)) return false;
  return success === true ? isCount(matchIndex) : success === false && isCount(prevLogIndex) && isCount(conflictIndex) && (conflictTerm === null || isCount(conflictTerm));
}

/** Entries as they are called here: by who asked for them; and one is not several. */
export const reword = (message: string): string => message.replace(/\{"client":(\d+),"serial":(\d+),"command":\{[^{}]*\}\}/g, "request $2 of client $1").replace(/\bnull\b/g, "the leader's own first entry").replace(/\b1 entries\b/g, "1 entry");

/** Raft's messages as a picture labels them. */
export const tellRaft: Teller = (sent) => {
  const message = sent as RaftStore["Message"];
  switch (message.type) {
    case "RequestVote":
      return { type: message.type, label: `vote in ${message.term}?` };
    case "RequestVoteReply":
      return { type: message.type, label: message.voteGranted ? "yes" : "no" };
    case "AppendEntries":
      return { type: message.type, label: "entries" in message ? sentEntries(message) : "" };
    case "AppendEntriesReply":
      if (message.success) return { type: message.type, label: "matchIndex" in message ? `up to ${message.matchIndex}` : "yes" };
      return { type: message.type, label: "prevLogIndex" in message ? `no, not at ${message.prevLogIndex}` : "no" };
    default:
      return undefined;
  }
};

/** After which entry, and the terms of the new ones: "2/1 + 3 3" is two entries of term 3 after entry 2 of term 1. */
function sentEntries({ prevLogIndex, prevLogTerm, entries }: { readonly prevLogIndex: number; readonly prevLogTerm: number; readonly entries: readonly { readonly term: number }[] }): string {
  return `${prevLogIndex}/${prevLogTerm}${entries.length > 0 ? ` + ${entries.map(({ term }) => term).join(" ")}` : ""}`;
}
