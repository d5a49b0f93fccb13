import { compareTimestamps, type Timestamp } from "../../gossip/versions/lastWriterWins.js";
import type { Facts, Invariant, NodeView } from "../../promises.js";
import type { Cache, NodeState } from "./types.js";

type Node = NodeView<Cache>;

/** A cache node's state. */
export const nodeOf = ({ state }: Node): NodeState | undefined => (state.kind === "node" ? state : undefined);

/** The stamp of the newest version that a node has of a key, tombstones included. */
export function stampAt({ entries, tombstones }: NodeState, key: string): Timestamp | undefined {
  const entry = entries[key];
  const stamp = entry?.kind === "written" ? entry.stamp : undefined;
  const deleted = tombstones[key]?.stamp;
  return stamp && deleted ? (compareTimestamps(stamp, deleted) > 0 ? stamp : deleted) : (stamp ?? deleted);
}

/** Whether a node holds a version, or a newer one. */
export const covers = (state: NodeState, key: string, stamp: Timestamp): boolean => {
  const there = stampAt(state, key);
  return there !== undefined && compareTimestamps(there, stamp) >= 0;
};

export const nameOf = (key: string, { time, node }: Timestamp): string => `version ${time} of node ${node} of "${key}"`;

/** A version that a coordinator has sent to replicas. */
interface Followed {
  readonly key: string;
  readonly stamp: Timestamp;
  readonly expires: number;
}

function follow(key: string, { stamp, expires }: { readonly stamp: Timestamp; readonly expires: number }, facts: Facts): void {
  if (facts.known("followed", nameOf(key, stamp)) !== undefined) return;
  facts.agree("followed", nameOf(key, stamp), 1);
  const count = Number(facts.known("versions", "count") ?? 0);
  facts.agree("version", count, JSON.stringify({ key, stamp, expires } satisfies Followed));
  facts.rises("versions", "count", count + 1);
}

const parsed = new Map<string, Followed>();

function versionAt(facts: Facts, i: number): Followed {
  const text = String(facts.known("version", i));
  let version = parsed.get(text);
  if (!version) {
    if (parsed.size > 2000) parsed.clear();
    parsed.set(text, (version = JSON.parse(text) as Followed));
  }
  return version;
}

/**
 * What the cache promises of writes. When one is answered, W nodes hold it (less those that have crashed meanwhile), or a newer
 * one; from then on it is gone from all only if W of its holders crashed since W held it last, or somewhere it had to make
 * room, or is over by somebody's clock.
 */
export function lossPromise(acks: number): Invariant<Cache> {
  return {
    name: "an acknowledged write is lost only in W crashes, for want of room, or when it is over",
    source: "this course: W copies in memory, and nobody drops one",
    onSend(_from, _to, message, facts) {
      if (message.type === "Write") follow(message.key, message.written, facts);
    },
    onOutput(_node, output, facts) {
      if (output.type === "answer" && output.op !== "get") {
        follow(output.key, output.written, facts);
        facts.agree("acknowledged", nameOf(output.key, output.written.stamp), 1);
      }
      if (output.type === "evicted") facts.agree("made room", output.key, 1);
    },
    overall(nodes, facts) {
      const crashed = nodes.filter((node) => nodeOf(node) && crashedNow(node, facts));
      const count = Number(facts.known("versions", "count") ?? 0);
      const latest = Math.max(...nodes.map((node) => nodeOf(node)?.time ?? 0));
      for (let i = 0; i < count; i++) {
        const version = versionAt(facts, i);
        const { key, stamp } = version;
        if (facts.known("made room", key) !== undefined || latest >= version.expires) continue;
        for (const { state } of crashed) if (covers(state as NodeState, key, stamp)) facts.rises("crashes of holders", i, crashes(facts, i) + 1);
        const name = nameOf(key, stamp);
        const holders = nodes.filter(({ up, state }) => up && state.kind === "node" && covers(state, key, stamp)).length;
        if (facts.known("acknowledged", name) === undefined) continue;
        if (facts.known("seen acknowledged", i) === undefined) {
          facts.agree("seen acknowledged", i, 1);
          facts.must(holders + crashes(facts, i) >= acks, () => `${name} was acknowledged, and ${holders} nodes hold it; ${crashes(facts, i)} that did have crashed`);
          facts.rises("crashes until", i, holders >= acks ? crashes(facts, i) : 0);
        } else if (holders >= acks) facts.rises("crashes until", i, crashes(facts, i));
        const since = crashes(facts, i) - Number(facts.known("crashes until", i) ?? 0);
        facts.must(holders > 0 || since >= acks, () => `${name} was acknowledged and nobody holds it, though no more than ${since} of its holders have crashed since ${acks} held it`);
      }
    },
  };
}

const crashes = (facts: Facts, i: number) => Number(facts.known("crashes of holders", i) ?? 0);

/** Whether a node has crashed since this was asked last. */
function crashedNow({ id, up }: Node, facts: Facts): boolean {
  const turns = Number(facts.known("turns", id) ?? 0);
  const wasDown = turns % 2 === 1;
  if (up !== wasDown) return false;
  facts.rises("turns", id, turns + 1);
  return !up;
}
