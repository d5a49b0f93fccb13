import type { Context, NodeId } from "../../protocol.js";
import { isOutdated, type copies } from "./copies.js";
import { isDue } from "./earlyRecompute.js";
import type { MemberRing } from "./memberRing.js";
import { isAbsent } from "./originIndex.js";
import { board, land } from "./singleFlight.js";
import type { Cache, CacheMessage, CacheRules, Entry, Found, Load, NodeState, Waiter, Written } from "./types.js";

/**
 * The lookup path at a replica. What it has and is not over it serves. Else it asks the key's other replicas, then the filter
 * of the origin's keys, then the origin: one load of a key at a time, for which all wait who ask meanwhile, and which ends
 * for all of them, with a value or without. What was loaded is recomputed early now and then, before it is over (XFetch).
 */
export function lookups(rules: CacheRules, held: ReturnType<typeof copies>, ringOf: (state: NodeState) => MemberRing, onFound: (state: NodeState, operation: string, found: Found | null, context: Context<Cache>) => void) {
  type Own = Context<Cache>;
  const originOf = ({ size }: Own): NodeId => size - 1;

  function get(state: NodeState, waiter: Waiter, key: string, context: Own): void {
    const found = look(state, key, context);
    if (found) return reply(state, waiter, found, context);
    if (board(state.flights, key, waiter)) begin(state, key, context);
  }

  /** What this node has. */
  function look(state: NodeState, key: string, context: Own): Found | undefined {
    const entry = held.find(state, key);
    if (!entry) return undefined;
    held.use(state, key);
    if (entry.kind === "loaded" && rules.beta > 0 && !state.loads[key] && isDue(state.time, entry.expires, entry.delta, rules.beta, context.random())) {
      state.flights.underWay[key] = [];
      start(state, key, context);
      askOrigin(state, key, context);
    }
    return foundIn(state, entry);
  }

  function foundIn({ index, time }: NodeState, entry: Entry): Found {
    const { value, expires } = entry;
    if (entry.kind === "written") return { source: "written", value, stamp: entry.stamp, version: null, index: index.version, time, expires };
    return { source: value === null ? "absent" : "loaded", value, stamp: null, version: entry.version, index: Math.max(index.version, entry.at), time, expires };
  }

  function begin(state: NodeState, key: string, context: Own): void {
    const { number } = start(state, key, context);
    const others = fellows(state, key, context);
    if (others.length === 0) return askOrigin(state, key, context);
    for (const other of others) context.send(other, { type: "Fetch", key, number });
  }

  const fellows = (state: NodeState, key: string, { self }: Own) => ringOf(state).replicasOf(key).filter((node) => node !== self);

  function start(state: NodeState, key: string, context: Own): Load {
    const load: Load = { number: ++state.number, phase: "replicas", heard: [], since: state.time, waited: 0 };
    state.loads[key] = load;
    context.setTimer({ load: key }, rules.patience);
    return load;
  }

  function onFetched(state: NodeState, from: NodeId, key: string, number: number, copy: Written | null, context: Own): void {
    const load = state.loads[key];
    if (load?.number !== number || load.phase !== "replicas") return;
    if (copy) held.keep(state, key, copy, context, true);
    const found = copy && held.find(state, key);
    if (found) return end(state, key, foundIn(state, found), context);
    if (!load.heard.includes(from)) load.heard.push(from);
    if (fellows(state, key, context).every((other) => load.heard.includes(other))) askOrigin(state, key, context);
  }

  function askOrigin(state: NodeState, key: string, context: Own): void {
    const load = state.loads[key]!;
    Object.assign(load, { phase: "origin", since: state.time, waited: 0 });
    const { index, time } = state;
    if (rules.filter && isAbsent(index, key)) return end(state, key, { source: "absent", value: null, stamp: null, version: 0, index: index.version, time, expires: null }, context);
    send(load, key, context);
  }

  function send({ number }: Load, key: string, context: Own): void {
    context.send(originOf(context), { type: "Load", key, number });
    context.setTimer({ load: key }, rules.patience);
  }

  function onLoaded(state: NodeState, { key, number, value, version, at }: Extract<CacheMessage, { type: "Loaded" }>, context: Own): void {
    const load = state.loads[key];
    if (load?.number !== number || load.phase !== "origin") return;
    // It was read before a change that this node knows of already: a stale set (Nishtala and others, NSDI 2013, §3.2.1).
    if (isOutdated(state, key, { version, at })) return send(load, key, context);
    const expires = state.time + (value === null ? rules.negativeTtl : rules.loadedTtl);
    const loaded = { kind: "loaded", value, version, at, expires, delta: state.time - load.since } as const;
    held.keepLoaded(state, key, loaded, context, true);
    const there = held.find(state, key);
    end(state, key, there ? foundIn(state, there) : { ...foundIn(state, loaded), expires: null }, context);
  }

  function onPatienceEnds(state: NodeState, key: string, context: Own): void {
    const load = state.loads[key];
    if (!load) return;
    if (load.phase === "replicas") return askOrigin(state, key, context);
    if (++load.waited > rules.attempts) return end(state, key, null, context);
    send(load, key, context);
  }

  /** For all who wait, whatever came of it. */
  function end(state: NodeState, key: string, found: Found | null, context: Own): void {
    delete state.loads[key];
    context.cancelTimer({ load: key });
    for (const waiter of land(state.flights, key)) reply(state, waiter, found, context);
  }

  function reply(state: NodeState, { node, operation }: Waiter, found: Found | null, context: Own): void {
    if (node === context.self) onFound(state, operation, found, context);
    else context.send(node, { type: "Got", operation, found });
  }

  return { get, onFetched, onLoaded, onPatienceEnds };
}
