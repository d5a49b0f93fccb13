import type { Mutant } from "../../promises.js";
import type { Context, Protocol } from "../../protocol.js";
import { rewire, rewired } from "../../replication/rewired.js";
import { cache, type CacheOptions } from "./cache.js";
import { CACHE_TUNED, cacheCluster } from "./cache.promises.js";
import { memberRings } from "./memberRing.js";
import type { Cache, CacheMessage, NodeState } from "./types.js";

/** The cache with other options. */
const differing = (options: CacheOptions) => (): Protocol<Cache> => cache({ ...CACHE_TUNED, ...options });

/** The cache whose nodes do something else with some messages. `handle` returns whether that was all. */
function receiving(handle: (state: NodeState, from: number, message: CacheMessage, context: Context<Cache>, sound: Protocol<Cache>) => boolean): Protocol<Cache> {
  const sound = cacheCluster.engine();
  return {
    ...sound,
    onMessage(state, from, message, context) {
      if (state.kind === "origin" || !handle(state, from, message, context, sound)) sound.onMessage(state, from, message, context);
    },
  };
}

/** An acknowledgement that comes again counts as another replica's. */
const countsTwice = () =>
  receiving((state, from, message, context, sound) => {
    const operation = message.type === "Stored" ? state.operations[message.operation] : undefined;
    if (!operation || operation.answered || !operation.stored.includes(from)) return false;
    const another = state.view.find((node) => !operation.stored.includes(node));
    if (another !== undefined) sound.onMessage(state, another, message, context);
    return true;
  });

/** How long this mutant keeps a tombstone, ms. */
const SHORT_GRACE = 100;

function collectsEarly(): Protocol<Cache> {
  const sound = cacheCluster.engine();
  return {
    ...sound,
    onTimer(state, timer, context) {
      if (state.kind === "node" && timer === "exchange") for (const [key, { stamp }] of Object.entries(state.tombstones)) if (context.now - stamp.time > SHORT_GRACE) delete state.tombstones[key];
      sound.onTimer!(state, timer, context);
    },
  };
}

/** Copies that are passed on live as long as new ones. */
const livesAnew = () =>
  rewire(cacheCluster.engine(), (state, context) => ({
    send(to, message) {
      const copies = message.type === "Copies" && state.kind === "node" ? message.copies.map(([key, written]) => [key, { ...written, expires: state.time + 60_000 }] as const) : undefined;
      context.send(to, copies ? { ...(message as Extract<CacheMessage, { type: "Copies" }>), copies } : message);
    },
  }));

/** A load that fails stays under way. */
function neverLands(): Protocol<Cache> {
  const sound = cacheCluster.engine();
  return {
    ...sound,
    onTimer(state, timer, context) {
      const load = state.kind === "node" && typeof timer === "object" && "load" in timer ? state.loads[timer.load] : undefined;
      if (load?.phase !== "origin" || load.waited < 10) sound.onTimer!(state, timer, context);
    },
  };
}

/** Whoever misses loads for itself. */
const stampedes = () =>
  receiving((state, _from, message, context) => {
    if (message.type === "Get" && state.loads[message.key]?.phase === "origin") context.send(context.size - 1, { type: "Load", key: message.key, number: ++state.number });
    return false;
  });

/** What was loaded is taken, whatever the watch has told meanwhile. */
const staleSets = () =>
  receiving((state, from, message, context, sound) => {
    if (message.type !== "Loaded") return false;
    const { index } = state;
    state.index = { ...index, versions: {}, since: -1 };
    sound.onMessage(state, from, message, context);
    state.index = index;
    return true;
  });

/** The filter does not learn of the keys that the watch tells of. */
const filterBehind = () =>
  receiving((state, from, message, context, sound) => {
    if (message.type !== "Changes" || !state.index.filter) return false;
    const words = [...state.index.filter.words];
    sound.onMessage(state, from, message, context);
    state.index.filter.words.splice(0, words.length, ...words);
    return true;
  });

/** A replica that holds something newer acknowledges all the same. */
const byTheClocks = () =>
  receiving((state, from, message, context, sound) => {
    if (message.type !== "Write") return false;
    const send: Context<Cache>["send"] = (to, answer) => context.send(to, answer.type === "TooOld" ? { type: "Stored", operation: message.operation, key: message.key, stamp: answer.stamp } : answer);
    sound.onMessage(state, from, message, rewired(context, { send }));
    return true;
  });

const rings = memberRings({ replicas: 3, points: 32 });

/** As soon as the members change, a node drops what it is no replica of any more. */
const dropsWhatMoves = () =>
  receiving((state, from, message, context, sound) => {
    const before = state.view.join();
    sound.onMessage(state, from, message, context);
    if (state.view.join() !== before) for (const key of Object.keys(state.entries)) if (!rings(state.view).replicasOf(key).includes(context.self)) delete state.entries[key];
    return true;
  });

const LOST = "an acknowledged write is lost only in W crashes, for want of room, or when it is over";
const HOME = "when the faults end, what anybody holds is at all replicas that have room for it";
const DYNAMO = "DeCandia and others 2007";

/** The cache with one rule broken. */
export const cacheMutants: readonly Mutant<Cache>[] = ([
  { name: "cache-acks-early", bug: "a write is answered when one node has it, before it is replicated", source: "made by real implementations: asynchronous replication of a cache whose writes are relied upon", caughtBy: LOST, broken: differing({ acks: 1 }) },
  { name: "cache-counts-twice", bug: "an acknowledgement that comes twice counts twice", source: "made by real implementations: W counted by answers, not by replicas", caughtBy: LOST, broken: countsTwice, under: { tolerates: ["duplication", "loss", "cut"] } },
  { name: "cache-drops-what-moves", bug: "when a member joins, the keys that move to it are dropped and not handed over", source: `${DYNAMO}, §4.9: adding storage nodes, the transfer left out`, caughtBy: LOST, broken: dropsWhatMoves },
  { name: "cache-no-offers", bug: "what was written to other nodes while replicas were away is never brought to them", source: `${DYNAMO}, §4.6: hinted hand-off, left out`, caughtBy: HOME, broken: () => rewire(cacheCluster.engine(), (_state, context) => ({ send: (to, message) => void (message.type === "Offer" || context.send(to, message)) })), under: { sizes: [12], tolerates: [], calm: 3000 } },
  { name: "cache-never-compares", bug: "replicas compare nothing in the background", source: `${DYNAMO}, §4.7`, caughtBy: HOME, broken: differing({ compares: false }) },
  { name: "cache-tombstone-early", bug: "tombstones are collected before all replicas have seen them: a deleted key returns", source: "Cassandra's gc_grace_seconds, set too short", caughtBy: "what a node knows to be deleted or over does not come back to it, as long as it makes no room of what came after", broken: collectsEarly },
  { name: "cache-lives-anew", bug: "a copy that is passed on starts its time to live anew: replicas keep each other's copies alive for ever", source: "RFC 9111, §4.2.3: age is passed on; the rule left out", caughtBy: "a version is over at one time, whoever holds it", broken: livesAnew },
  { name: "cache-by-the-clocks", bug: "a replica acknowledges a write that is older, by its stamp, than what it holds: under clock skew it is lost at once", source: "Cassandra's rule; lost writes under clock skew, as published of real stores", caughtBy: "a replica acknowledges what is its newest version", broken: byTheClocks },
  { name: "cache-flight-stays", bug: "a load that fails stays under way: whoever asks later waits for ever", source: "made by real implementations of single flight: the entry removed on success alone", caughtBy: "when the faults end, no load stays under way", broken: neverLands },
  { name: "cache-stampede", bug: "whoever misses loads for itself, though a load is under way", source: "Nishtala and others, NSDI 2013, §3.2.1: thundering herds", caughtBy: "a node has one load of a key under way at a time", broken: stampedes },
  { name: "cache-stale-set", bug: "a load that was read before a change, and comes after word of it, is stored", source: "Nishtala and others, NSDI 2013, §3.2.1: stale sets, which leases prevent", caughtBy: "what was loaded is not served once the watch has told of a change of it", broken: staleSets },
  { name: "cache-filter-behind", bug: "the Bloom filter does not learn of new keys: what the origin has is answered as absent", source: "Bloom 1970: no false negatives, as long as every key is added", caughtBy: "a key is answered as absent only if the origin did not have it, as far as who answers knows of its changes", broken: filterBehind },
] satisfies readonly Omit<Mutant<Cache>, "engine">[]).map((mutant): Mutant<Cache> => ({ engine: cacheCluster.name, ...mutant }));
