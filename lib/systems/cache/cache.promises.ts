import { compareTimestamps } from "../../gossip/versions/lastWriterWins.js";
import type { Declaration, Facts, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import { cache, type CacheOptions } from "./cache.js";
import { cacheClients, KEYS } from "./cacheClients.js";
import { covers, lossPromise, nameOf, nodeOf, stampAt } from "./lossPromise.js";
import { memberRings } from "./memberRing.js";
import type { Cache, NodeState } from "./types.js";

type Node = NodeView<Cache>;

/** How the cache is tuned in hostile runs: short of room, short of time, and with members that have to join. */
export const CACHE_TUNED: CacheOptions = { replicas: 3, acks: 2, capacity: 3, loadedTtl: 400, negativeTtl: 200, watch: 300, loadTime: 70, patience: 100, history: 4, beta: 3, values: { b: "b of the origin", c: "c of the origin" }, membership: { period: 200, pingTimeout: 60, contact: 400, linger: 600, joined: 3 } };
const { replicas: N = 3, acks: W = 2 } = CACHE_TUNED;

const deletedStays: Invariant<Cache> = {
  name: "what a node knows to be deleted or over does not come back to it, as long as it makes no room of what came after",
  source: "Demers and others 1987, §2, death certificates; tombstones that outlive what they delete",
  afterStep(node, facts) {
    const life = lifeOf(node, facts);
    const state = nodeOf(node);
    if (!state || !node.up) return;
    for (const [key, { stamp }] of Object.entries(state.tombstones)) facts.rises(`deleted of ${key} at`, life, Math.max(stamp.time, Number(facts.known(`deleted of ${key} at`, life) ?? 0)));
    for (const [key, entry] of Object.entries(state.entries)) {
      const deleted = Number(facts.known(`deleted of ${key} at`, life) ?? -1);
      if (entry.kind === "written" && entry.stamp.time < deleted && facts.known("made room at", `${key} at ${node.id}`) === undefined) facts.must(false, `node ${node.id} knew that "${key}" was deleted at ${deleted} ms, and has a version of ${entry.stamp.time} ms again`);
    }
  },
  onOutput({ id }, output, facts) {
    if (output.type === "evicted") facts.agree("made room at", `${output.key} at ${id}`, 1);
  },
};

/** A node's lives are what lies between its crashes. */
function lifeOf({ id, up }: Node, facts: Facts): string {
  const life = Number(facts.known("life of node", id) ?? 0);
  if (!up) facts.rises("life of node", id, life + 1);
  return `node ${id} in its life ${life}`;
}

const oneEnd: Invariant<Cache> = {
  name: "a version is over at one time, whoever holds it",
  source: "this course: a copy that is passed on must not live anew",
  afterStep(node, facts) {
    const state = nodeOf(node);
    for (const [key, entry] of Object.entries(state?.entries ?? {})) if (entry.kind === "written") facts.agree("over", nameOf(key, entry.stamp), entry.expires);
  },
};

const neverOver: Invariant<Cache> = {
  name: "no get finds what is over by the clock of who serves it",
  source: "RFC 9111, §4.2, freshness",
  onOutput(_node, output, facts) {
    if (output.type === "answer" && output.op === "get" && output.expires !== null) facts.must(output.time < output.expires, () => `"${output.key}" was served at ${output.time} ms, and over at ${output.expires} ms`);
  },
};

const newestHeld: Invariant<Cache> = {
  name: "a replica acknowledges what is its newest version",
  source: "Kulkarni and others 2014: by clocks alone an acknowledged write would lose to an older one",
  onSend({ id, state }, _to, message, facts) {
    if (message.type !== "Stored" || state.kind !== "node") return;
    const stamp = stampAt(state, message.key);
    // What has expired in the same step is not newer.
    if (stamp) facts.must(compareTimestamps(stamp, message.stamp) <= 0, () => `node ${id} acknowledges ${nameOf(message.key, message.stamp)}, and holds ${nameOf(message.key, stamp)}`);
  },
};

/** Notes each change of the origin, once somebody can know of it. */
const notesChanges: Invariant<Cache>["onSend"] = ({ disk, state }, _to, _message, facts) => {
  if (state.kind !== "origin" || !disk.stored) return;
  for (const [key, { version }] of Object.entries(disk.stored.values)) {
    if (version === 0 || facts.known(`changed`, `${key} by ${version}`) !== undefined) continue;
    facts.agree("changed", `${key} by ${version}`, 1);
    if (facts.known("first change of", key) === undefined) facts.agree("first change of", key, version);
  }
  for (let i = 0; i < disk.stored.changes.length; i++) facts.agree("change", disk.stored.version - i, disk.stored.changes[disk.stored.changes.length - 1 - i]!);
};

const absentKnowingly: Invariant<Cache> = {
  name: "a key is answered as absent only if the origin did not have it, as far as who answers knows of its changes",
  source: "Bloom 1970: no false negatives",
  onSend: notesChanges,
  onOutput(_node, output, facts) {
    if (output.type !== "answer" || output.op !== "get" || output.source !== "absent") return;
    const first = CACHE_TUNED.values?.[output.key] === undefined ? facts.known("first change of", output.key) : 0;
    facts.must(first === undefined || Number(first) > output.index, () => `"${output.key}" is answered as absent by a node that knows the origin up to change ${output.index}, and the origin has it since ${first}`);
  },
};

const noOlderThanIndex: Invariant<Cache> = {
  name: "what was loaded is not served once the watch has told of a change of it",
  source: "Nishtala and others, Scaling Memcache at Facebook, NSDI 2013, §3.2.1: stale sets",
  onSend: notesChanges,
  onOutput(_node, output, facts) {
    if (output.type !== "answer" || output.op !== "get" || output.source !== "loaded") return;
    for (let change = output.index; change > output.version!; change--) facts.must(facts.known("change", change) !== output.key, () => `change ${output.version} of "${output.key}" is served by a node that knows of change ${change}`);
  },
};

const oneLoad: Invariant<Cache> = {
  name: "a node has one load of a key under way at a time",
  source: "groupcache, singleflight",
  afterStep(node, facts) {
    const life = lifeOf(node, facts);
    const state = nodeOf(node);
    if (!state) return;
    for (const key of KEYS) {
      const number = Number(facts.known("load of", `${key} by ${life}`) ?? -1);
      if (number >= 0 && state.loads[key]?.number !== number) facts.rises("ended", `${key} by ${life}`, number);
    }
  },
  onSend({ id, state }, _to, message, facts) {
    if (message.type !== "Load") return;
    const of = `${message.key} by node ${id} in its life ${Number(facts.known("life of node", id) ?? 0)}`;
    const last = Number(facts.known("load of", of) ?? -1);
    if (message.number > last) {
      facts.must(last < 0 || Number(facts.known("ended", of) ?? -1) >= last || (state as NodeState).loads[message.key]?.number === message.number, () => `node ${id} loads "${message.key}" as ${message.number} while its load ${last} is under way`);
      facts.rises("load of", of, message.number);
    }
  },
};

const isMember = (node: Node) => node.up && nodeOf(node)?.swim.presence === "member";
const rings = memberRings({ replicas: N, points: 32 });

const broughtHome: Progress<Cache> = {
  name: "when the faults end, what anybody holds is at all replicas that have room for it",
  source: "DeCandia and others 2007, §4.7; Karger and others 1997",
  missing(nodes) {
    const members = nodes.filter(isMember);
    const view = members.map(({ id }) => id);
    for (const node of members) if (nodeOf(node)!.view.join() !== view.join()) return `node ${node.id} takes ${nodeOf(node)!.view.join(", ")} for the members, and they are ${view.join(", ")}`;
    for (const holder of nodes) {
      const from = nodeOf(holder);
      if (!from || !holder.up) continue;
      for (const [key, entry] of [...Object.entries(from.tombstones), ...Object.entries(from.entries)]) {
        if (entry.kind !== "written" || from.time >= entry.expires) continue;
        for (const home of rings(view).replicasOf(key)) {
          const state = nodeOf(nodes[home]!)!;
          const full = entry.value !== null && Object.keys(state.entries).length >= CACHE_TUNED.capacity!;
          if (!full && state.time < entry.expires && !covers(state, key, entry.stamp)) return `node ${holder.id} holds ${nameOf(key, entry.stamp)}, and node ${home}, its replica, does not`;
        }
      }
    }
    return undefined;
  },
};

const nothingUnderWay: Progress<Cache> = {
  name: "when the faults end, no load stays under way",
  source: "groupcache, singleflight: a load that fails ends, too",
  missing(nodes) {
    const node = nodes.find((each) => Object.keys({ ...nodeOf(each)?.loads, ...nodeOf(each)?.flights.underWay }).length > 0);
    return node && `node ${node.id} still loads ${Object.keys({ ...nodeOf(node)!.loads, ...nodeOf(node)!.flights.underWay }).join(", ")}`;
  },
};

const upToDate: Progress<Cache> = {
  name: "when the faults end, every node knows all changes of the origin",
  source: "Hunt and others, ZooKeeper, 2010, §2.1: watches",
  missing(nodes) {
    const origin = nodes.at(-1)!.state;
    const behind = nodes.find((node) => nodeOf(node) && origin.kind === "origin" && nodeOf(node)!.index.version !== origin.version);
    return behind && `node ${behind.id} knows the origin up to change ${nodeOf(behind)!.index.version} of ${origin.kind === "origin" ? origin.version : 0}`;
  },
};

const reachables: readonly Reachable<Cache>[] = [
  { name: "a miss that waits for another's load", afterStep: (node) => Object.values(nodeOf(node)?.flights.underWay ?? {}).some((waiters) => new Set(waiters.map(({ operation }) => operation)).size > 1) },
  { name: "a value recomputed before it is over", onSend: ({ state }, _to, message) => message.type === "Load" && state.kind === "node" && state.entries[message.key]?.kind === "loaded" && state.time < state.entries[message.key]!.expires },
  { name: "copies that meet in the background", onSend: (_from, _to, message) => message.type === "Copies" && message.leaves !== undefined && message.copies.length > 0 },
  { name: "what a node is no replica of, handed over", onSend: (_from, _to, message) => message.type === "Want" },
  { name: "a newcomer that is given its share", onSend: (_from, _to, message) => message.type === "Warm" && message.entries.some(([, { kind }]) => kind === "written") },
  { name: "an entry that makes room", afterStep: (node) => (nodeOf(node)?.evictions ?? 0) > 0 },
  { name: "a write that is stamped anew", onSend: (_from, _to, message) => message.type === "TooOld" },
  { name: "a tombstone beside an older version elsewhere", overall: (nodes) => nodes.some((one) => Object.entries(nodeOf(one)?.tombstones ?? {}).some(([key, { stamp }]) => nodes.some((other) => nodeOf(other)?.entries[key]?.kind === "written" && !covers(nodeOf(other)!, key, stamp)))) },
  { name: "a watch that is told of a change", onSend: (_from, _to, message) => message.type === "Changes" && message.keys.length > 0 },
  { name: "a watch that fell too far behind", onSend: (_from, _to, message) => message.type === "Snapshot" && message.version > 0 },
  { name: "a load that comes after word of a later change", onSend: ({ state }, _to, message) => message.type === "Load" && state.kind === "node" && (state.index.versions[message.key] ?? 0) > 0 && state.loads[message.key]!.since < state.time && state.loads[message.key]!.waited === 0 },
  { name: "a write found at another replica, and not loaded", onSend: (_from, _to, message) => message.type === "Fetched" && message.copy?.value != null },
];

/** The cache, as it promises to be. */
export const cacheCluster: Declaration<Cache> = {
  name: "cache",
  summary: "a distributed cache on a ring with gossiped membership: replicated writes, single flight, a filter and a watch of the origin, hand-over as members come and go",
  source: "Karger and others, STOC 1997; DeCandia and others, Dynamo, SOSP 2007; Nishtala and others, NSDI 2013; Vattani and others, PVLDB 2015",
  engine: () => cache(CACHE_TUNED),
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write", "clock-skew", "clock-drift"],
  sizes: [4, 5, 6, 7],
  invariants: [lossPromise(W), newestHeld, deletedStays, oneEnd, neverOver, absentKnowingly, noOlderThanIndex, oneLoad],
  reachables,
  progress: [broughtHome, nothingUnderWay, upToDate],
  probe: (state) => (state.kind === "origin" ? "origin" : state.swim.presence !== "member" ? state.swim.presence : Object.keys(state.loads).length > 0 ? "loading" : Object.values(state.operations).some(({ written }) => written !== null) ? "writing" : "member"),
  roles: ["loading", "writing"],
  inputs: (random) => {
    const draw = random();
    return draw < 0.12 ? { type: "leave" } : draw < 0.3 ? { type: "join" } : { type: "publish", key: KEYS[1 + Math.floor(3 * random())]!, value: `published ${Math.floor(random() * 1e6)}` };
  },
  service: { ...cacheClients, consistency: "eventual" },
  calm: 6000,
};
