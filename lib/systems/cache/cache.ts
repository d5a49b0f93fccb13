import { membersOf } from "../../gossip/membership/joining.js";
import { swim } from "../../gossip/membership/swim.js";
import type { Swim, SwimOptions } from "../../gossip/membership/types.js";
import type { Context, NodeId, Protocol } from "../../protocol.js";
import { rewired } from "../../replication/rewired.js";
import type { Request } from "../../replication/service/machine.js";
import { copies } from "./copies.js";
import type { Eviction } from "./eviction.js";
import { handOver } from "./handOver.js";
import { lookups } from "./lookups.js";
import { lru } from "./lru.js";
import { memberRings } from "./memberRing.js";
import { origin } from "./origin.js";
import { learn, noIndex } from "./originIndex.js";
import { noFlights } from "./singleFlight.js";
import { tinyLfu } from "./tinyLfu.js";
import type { Cache, CacheCommand, CacheMessage, CacheRules, Found, NodeState, OriginState } from "./types.js";
import { writes } from "./writes.js";

/** How a cache is set up; times in ms, defaults beside the rules. */
export interface CacheOptions extends Partial<CacheRules> {
  /** Of the members' SWIM. `joined`: nodes below this number know each other from the start; default all but the origin. */
  readonly membership?: SwimOptions;
  /** What the origin has at the beginning. Default nothing. */
  readonly values?: Readonly<Record<string, string>>;
}

/**
 * A distributed cache without a leader, and its origin: the last node of the cluster is the database, all others are cache
 * nodes. SWIM says who is a member; the ring of the members says where a key lives, on n replicas; any node takes any
 * request. A write is answered when W replicas hold it in memory, and lives for its time unless it must make room; Merkle
 * trees and offers bring it to its replicas as members come, go and crash. A get finds what was written, or what the
 * origin has: one load of a key at a time, a Bloom filter in front, early recomputation before the end, and a watch that
 * tells what has changed.
 *
 * What it promises: a write that was answered is lost only if W of the nodes that held it crashed before the others were
 * brought up to date, or if it had to make room, or is over. What it does not: that a get finds the newest write (two sides
 * of a partition each take writes where they have W replicas, and of two the newer stamp stays). Nothing of a cache node is
 * on a disk. Throws a `RangeError` for numbers that are out of range.
 */
export function cache(options: CacheOptions = {}): Protocol<Cache> {
  const rules = rulesOf(options);
  const policy = (rules.eviction === "lru" ? lru(rules.capacity) : tinyLfu(rules.capacity)) as Eviction;
  const members = memberRings(rules);
  const ringOf = ({ view }: NodeState) => members(view);
  const ringWith = ({ view }: NodeState, member: NodeId) => members(view.includes(member) ? view : [...view, member].sort((a, b) => a - b));
  const held = copies(rules, policy, rules.capacity);
  const lookup = lookups(rules, held, ringOf, onFound);
  const write = writes(rules, held, ringOf);
  const background = handOver(rules, held, ringOf, ringWith, ({ policy: state }) => policy.keys(state));
  const database = origin(rules);
  const membership = new Map<number, Protocol<Swim>>();
  type Own = Context<Cache>;

  /** SWIM among the cache nodes alone. */
  const swimOf = (size: number): Protocol<Swim> => {
    let protocol = membership.get(size);
    if (!protocol) membership.set(size, (protocol = swim({ joined: size - 1, ...options.membership })));
    return protocol;
  };
  const wired = (state: NodeState, context: Own): Context<Swim> =>
    rewired(context as unknown as Context<Swim>, {
      size: context.size - 1,
      send: (to, message) => context.send(to, { type: "Swim", swim: message }),
      output: () => look(state, context.self),
    });

  /** Who the members are now. */
  function look(state: NodeState, self: NodeId): void {
    state.view = membersOf(state.swim, self);
  }

  function onRequest(state: NodeState, { client, serial, command }: Request<CacheCommand>, context: Own): void {
    const name = `${client}/${serial}`;
    if (state.operations[name]) return;
    if (state.swim.presence !== "member") return context.output({ type: "refused", client, serial, leader: null });
    state.operations[name] = { client, serial, command, written: null, stored: [], answered: false, waited: 0 };
    proceed(state, name, context);
  }

  function proceed(state: NodeState, name: string, context: Own): void {
    const { command, waited } = state.operations[name]!;
    if (command.op !== "get") return write.proceed(state, name, context);
    const replicas = ringOf(state).replicasOf(command.key);
    // It has left meanwhile, and knows of nobody.
    if (replicas.length === 0) return onFound(state, name, null, context);
    context.setTimer({ operation: name }, 2 * rules.patience);
    const asked = replicas.includes(context.self) ? context.self : replicas[waited % replicas.length]!;
    if (asked !== context.self) context.send(asked, { type: "Get", operation: name, key: command.key });
    // It waits for its load already.
    else if (!state.flights.underWay[command.key]?.some(({ operation }) => operation === name)) lookup.get(state, { node: asked, operation: name }, command.key, context);
  }

  function onFound(state: NodeState, name: string, found: Found | null, context: Own): void {
    const operation = state.operations[name];
    if (operation?.command.op !== "get") return;
    const { client, serial, command } = operation;
    write.end(state, name, context);
    context.output(found ? { type: "answer", client, serial, op: "get", key: command.key, ...found } : { type: "refused", client, serial, leader: null });
  }

  function onPatienceEnds(state: NodeState, name: string, context: Own): void {
    const operation = state.operations[name]!;
    if (operation.command.op !== "get") return write.onPatienceEnds(state, name, context);
    if (++operation.waited > rules.attempts) onFound(state, name, null, context);
    else proceed(state, name, context);
  }

  /** Asks for the changes since the last that is known. */
  function renewWatch(state: NodeState, context: Own): void {
    context.send(context.size - 1, { type: "Watch", version: state.index.version });
  }

  function onNodeMessage(state: NodeState, from: NodeId, message: CacheMessage, context: Own): void {
    switch (message.type) {
      case "Swim":
        return swimOf(context.size).onMessage(state.swim, from, message.swim, wired(state, context));
      case "Get":
        return lookup.get(state, { node: from, operation: message.operation }, message.key, context);
      case "Got":
        return onFound(state, message.operation, message.found, context);
      case "Fetch": {
        const there = held.find(state, message.key);
        return context.send(from, { type: "Fetched", key: message.key, number: message.number, copy: there?.kind === "written" ? there : (held.newest(state, message.key) ?? null) });
      }
      case "Fetched":
        return lookup.onFetched(state, from, message.key, message.number, message.copy, context);
      case "Loaded":
        return lookup.onLoaded(state, message, context);
      case "Write":
        return write.onWrite(state, from, message.operation, message.key, message.written, context);
      case "Stored":
        return write.onStored(state, from, message.operation, message.stamp, context);
      case "TooOld":
        return write.onTooOld(state, message.operation, message.stamp, message.above, context);
      case "Compare":
        return background.onCompare(state, from, message.nodes, context);
      case "Copies":
        return background.onCopies(state, from, message, context);
      case "Offer":
        return background.onOffer(state, from, message.held, context);
      case "Want":
        return background.onWant(state, from, message.keys, context);
      case "WarmUp":
        return background.onWarmUp(state, from, context);
      case "Warm":
        return background.onWarm(state, from, message.entries, context);
      case "Changes":
      case "Snapshot":
        if (!learn(state, message, (key) => held.forget(state, key))) renewWatch(state, context);
    }
  }

  const tick = (state: NodeState, { now }: Own) => void (state.time = Math.max(state.time, now));

  return {
    init(self, size, stored): NodeState | OriginState {
      if (self === size - 1) return { kind: "origin", version: 0, values: Object.fromEntries(Object.entries(options.values ?? {}).map(([key, value]) => [key, { value, version: 0 }])), changes: [], ...stored, watchers: [], answering: {}, asked: 0 };
      const state = swimOf(size).init(self, size - 1);
      return { kind: "node", swim: state, view: membersOf(state, self), time: 0, stamped: 0, entries: {}, evictions: 0, policy: policy.begin(), tombstones: {}, operations: {}, flights: noFlights(), loads: {}, number: 0, index: noIndex(), warmedBy: [] };
    },
    onStart(state, context) {
      if (state.kind === "origin") return;
      tick(state, context);
      // An answer to an earlier life must not be taken for one to this.
      state.number = Math.floor(context.random() * 1e9);
      swimOf(context.size).onStart!(state.swim, wired(state, context));
      context.setTimer("exchange", rules.interval * context.random());
      if (rules.watch < Infinity) context.setTimer("watch", 0);
    },
    onInput(state, input, context) {
      if (state.kind === "origin") {
        if (input.type === "publish") database.publish(state, input.key, input.value, context);
        else if (input.type === "request") context.output({ type: "refused", client: input.client, serial: input.serial, leader: null });
        return;
      }
      tick(state, context);
      if (input.type === "request") onRequest(state, input, context);
      else if (input.type === "publish") context.send(context.size - 1, { type: "Publish", key: input.key, value: input.value });
      else if (input.type === "join" || context.self >= rules.stay) swimOf(context.size).onInput!(state.swim, input, wired(state, context));
    },
    onMessage(state, from, message, context) {
      if (state.kind === "origin") return database.onMessage(state, from, message, context);
      tick(state, context);
      onNodeMessage(state, from, message, context);
    },
    onTimer(state, timer, context) {
      if (state.kind === "origin") return void (typeof timer === "object" && "answer" in timer && database.onTimeOver(state, timer.answer, context));
      tick(state, context);
      if (timer === "exchange") background.exchange(state, context);
      else if (timer === "watch") {
        context.setTimer("watch", rules.watch);
        renewWatch(state, context);
      } else if (typeof timer === "object" && "operation" in timer) onPatienceEnds(state, timer.operation, context);
      else if (typeof timer === "object" && "load" in timer) lookup.onPatienceEnds(state, timer.load, context);
      else if (typeof timer === "string" || !("answer" in timer)) swimOf(context.size).onTimer!(state.swim, timer, wired(state, context));
    },
  };
}

function rulesOf(options: CacheOptions): CacheRules {
  const { replicas = 3, acks = Math.floor(replicas / 2) + 1, eager = replicas, capacity = 1000, eviction = "lru", ttl = 60_000, loadedTtl = 60_000, negativeTtl = 5000, beta = 1, filter = true, bitsPerKey = 10 } = options;
  const { warmUp = true, compares = true, patience = 50, attempts = 10, interval = 200, watch = 500, history = 1000, points = 32, stay = acks, loadTime = 0 } = options;
  for (const [name, value, most] of [["replicas", replicas, Infinity], ["acks", acks, replicas], ["eager", eager, replicas]] as const) if (!(Number.isInteger(value) && value >= 1 && value <= most)) throw new RangeError(`${name}: expected a whole number from 1${most === Infinity ? "" : ` to ${most}`}, not ${value}`);
  for (const [name, value] of Object.entries({ ttl, loadedTtl, patience, attempts, interval, watch, bitsPerKey })) if (!(value > 0)) throw new RangeError(`${name}: expected a number above 0, not ${value}`);
  if (!(Number.isInteger(stay) && stay >= acks)) throw new RangeError(`stay: expected a whole number from ${acks}, so many as a write needs, not ${stay}`);
  for (const [name, value] of Object.entries({ negativeTtl, beta, history, loadTime })) if (!(value >= 0)) throw new RangeError(`${name}: expected a number from 0, not ${value}`);
  return { replicas, acks, eager, capacity, eviction, ttl, loadedTtl, negativeTtl, beta, filter, bitsPerKey, warmUp, compares, patience, attempts, interval, watch, history, points, stay, loadTime };
}
