import { Ring } from "../../hashing/ring.js";
import type { Context, NodeId, Protocol } from "../../protocol.js";
import type { Request } from "../service/machine.js";
import { exchange } from "./exchange.js";
import { apply, equal, replica } from "./replica.js";
import type { Operation, QuorumStore, StoreCommand, StoreState } from "./types.js";
import type { Stamp, Versioning } from "./versioning.js";

export interface QuorumStoreOptions<Held> {
  /** How versions are told apart, and which is kept. */
  readonly versioning: Versioning<Held>;
  /** Replicas of a key: so many distinct nodes of the ring; all nodes if there are fewer. Default 3. */
  readonly n?: number;
  /** Copies that a read waits for, and replicas for which a write must be stored before it is answered. Default: a majority of n. In a smaller cluster both are at most its size. */
  readonly r?: number;
  readonly w?: number;
  /** Whether other nodes stand in for replicas that are silent, and keep hints for them. Default false: a strict quorum. */
  readonly sloppy?: boolean;
  /** Whether a read brings what it found to replicas that had less. Default true. */
  readonly readRepair?: boolean;
  /** How long a coordinator waits for answers before it asks again, or asks others, ms. Default 50. */
  readonly patience?: number;
  /** After how many such waits in one phase it gives a request up. Default 40. */
  readonly attempts?: number;
  /** Time between two exchanges of a node with another, and two offers of a hint, ms. Default 200; Infinity: never. */
  readonly interval?: number;
  /** How long a replica keeps a tombstone, ms. It must be longer than anybody is away. Default 60,000. */
  readonly grace?: number;
  /** By key: all nodes, its replicas first, then those that stand in for them. Default: clockwise on a hash ring with 32 points a node. */
  preference?(key: string, size: number): readonly NodeId[];
  /** What a get answers where there are siblings. Default: their words, each once. */
  reconcile?(values: readonly string[]): string;
}

/**
 * A store without a leader (DeCandia and others, Dynamo: Amazon's highly available key-value store, SOSP 2007): each key
 * has n replicas, any node coordinates any request, a read waits for r of them and a write for w. Siblings, hints, read
 * repair and Merkle trees as there; updates are counted by the replica that makes them (§4.4; dotted, so that two writers
 * at one replica are told apart).
 *
 * An append is a read, and a write that replaces what was read. Appends at the same time become siblings, which the next
 * one reconciles; where the last writer wins, one of them is lost. Each asking is an operation of its own. What gets no
 * quorum is given up in the end, and may have happened. Throws a `RangeError` for quorums that are no whole numbers from 1
 * to n, and for other options that are not above 0.
 */
export function quorumStore<Held>(options: QuorumStoreOptions<Held>): Protocol<QuorumStore<Held>> {
  const { versioning, n = 3, r = Math.floor(n / 2) + 1, w = Math.floor(n / 2) + 1, sloppy = false, readRepair = true, patience = 50, attempts = 40, interval = 200, grace = 60_000, preference = onRing(), reconcile = unionOfWords } = options;
  for (const [name, value, most] of [["n", n, Infinity], ["r", r, n], ["w", w, n]] as const) if (!(Number.isInteger(value) && value >= 1 && value <= most)) throw new RangeError(`${name}: expected a whole number from 1${most === Infinity ? "" : ` to ${most}`}, not ${value}`);
  for (const [name, value] of Object.entries({ patience, attempts, interval, grace })) if (!(value > 0)) throw new RangeError(`${name}: expected a number above 0, not ${value}`);

  type State = StoreState<Held>;
  type NodeContext = Context<QuorumStore<Held>>;
  const { nothing, merge, values, readOf } = versioning;
  const homesOf = (key: string, size: number) => preference(key, size).slice(0, n);
  const copies = replica(versioning, { grace });
  const background = exchange(copies, (key, self, peer, size) => [self, peer].every((node) => homesOf(key, size).includes(node)));

  function onRequest(state: State, { client, serial, command }: Request<StoreCommand>, context: NodeContext): void {
    const name = `${client}/${serial}`;
    if (state.operations[name]) return;
    const blind = "read" in command && command.read !== undefined;
    state.operations[name] = { client, serial, command, phase: blind ? "update" : "read", answered: false, copies: [], found: nothing, read: null, stored: [], stamp: null, waited: 0 };
    proceed(state, name, context);
  }

  /** Asks whom the phase is about: the replicas that are silent, and after a while others in their stead. */
  function proceed(state: State, name: string, context: NodeContext): void {
    const operation = state.operations[name]!;
    const { key } = operation.command;
    context.setTimer({ operation: name }, patience);
    if (operation.phase === "update") return update(state, name, context);
    const { phase, found } = operation;
    const answered = phase === "read" ? operation.copies : operation.stored;
    for (const [home, node] of asked(operation, answered, context)) {
      // This node's own part may have brought it to the next phase, which asks by itself.
      if (phase === "read" && operation.phase !== "read") return;
      if (node !== context.self) context.send(node, phase === "read" ? { type: "Read", operation: name, key, home } : { type: "Write", operation: name, key, home, held: found });
      else if (phase === "read") heardCopy(state, name, node, home, copies.copyFor(state, node, home, key), context);
      else {
        copies.keep(state, home, key, found, context);
        heardStored(state, name, node, home, context);
      }
    }
  }

  /** Replicas that have not answered, and in a sloppy quorum, once it has waited, a node further along that stands in for each, another one each time. */
  function asked({ command: { key }, waited }: Operation<Held>, answered: readonly { readonly home: NodeId }[], { size, self }: NodeContext): (readonly [home: NodeId, node: NodeId])[] {
    const nodes = preference(key, size);
    const silent = nodes.slice(0, n).filter((home) => answered.every((answer) => answer.home !== home));
    const others = nodes.slice(n);
    const standIns = sloppy && waited > 0 && others.length > 0 ? silent.filter((home) => home !== self).slice(0, others.length).map((home, i) => [home, others[(i + waited - 1) % others.length]!] as const) : [];
    return [...silent.map((home) => [home, home] as const), ...standIns];
  }

  function heardCopy(state: State, name: string, by: NodeId, home: NodeId, held: Held, context: NodeContext): void {
    const operation = state.operations[name];
    if (operation?.phase !== "read" || isCounted(operation.copies, home, by)) return;
    operation.copies.push({ home, by, held });
    operation.found = merge(operation.found, held);
    if (operation.copies.length < quorum(r, context)) return;
    if (operation.command.op !== "get") return update(state, name, context);
    if (!operation.answered) answer(operation, context);
    if (operation.copies.length >= quorum(n, context)) repair(state, name, context);
  }

  /** A replica makes the new version: this node, or whichever replica answers first. */
  function update(state: State, name: string, context: NodeContext): void {
    const operation = state.operations[name]!;
    const { command, found } = operation;
    const homes = homesOf(command.key, context.size);
    const read = ("read" in command ? command.read : undefined) ?? readOf(found);
    const value = command.op === "put" ? command.value : command.op === "append" ? (asOne(liveValues(found)) ?? "") + command.value : null;
    Object.assign(operation, { phase: "update", read });
    if (!homes.includes(context.self)) return context.send(homes[operation.waited % homes.length]!, { type: "Update", operation: name, key: command.key, value, read });
    const { held, stamp } = copies.make(state, command.key, value, read, context);
    write(state, name, context.self, held, stamp, context);
  }

  function write(state: State, name: string, maker: NodeId, held: Held, stamp: Stamp, context: NodeContext): void {
    const operation = state.operations[name];
    if (operation?.phase !== "update") return;
    Object.assign(operation, { phase: "write", found: held, stamp, waited: 0 });
    proceed(state, name, context);
    heardStored(state, name, maker, maker, context);
  }

  /** Answered when W have it; the rest are still asked, or others in their stead, for a while. */
  function heardStored(state: State, name: string, by: NodeId, home: NodeId, context: NodeContext): void {
    const operation = state.operations[name];
    if (operation?.phase !== "write" || isCounted(operation.stored, home, by)) return;
    operation.stored.push({ home, by });
    if (!operation.answered && operation.stored.length >= quorum(w, context)) answer(operation, context);
    if (operation.stored.length >= quorum(n, context)) end(state, name, context);
  }

  function answer(operation: Operation<Held>, context: NodeContext): void {
    const { client, serial, command, found, read, stamp } = operation;
    operation.answered = true;
    const live = command.op === "get" ? liveValues(found) : [];
    context.output({ type: "answer", client, serial, key: command.key, result: asOne(live), values: command.op === "get" ? values(found) : command.op === "delete" ? [null] : [], read: read ?? readOf(found), ...(stamp && { stamp }) });
  }

  /** When every replica has answered, or time is up, those that had less than was found are sent all of it. */
  function repair(state: State, name: string, context: NodeContext): void {
    const { command, copies: all, found } = state.operations[name]!;
    end(state, name, context);
    if (!readRepair) return;
    for (const { home, by, held } of all) {
      if (home !== by || equal(held, found)) continue;
      if (home === context.self) copies.keep(state, home, command.key, found, context);
      else context.send(home, { type: "Repair", key: command.key, held: found });
    }
  }

  function end(state: State, name: string, context: NodeContext): void {
    delete state.operations[name];
    context.cancelTimer({ operation: name });
  }

  function onPatienceEnds(state: State, name: string, context: NodeContext): void {
    const operation = state.operations[name]!;
    if (operation.phase === "read" && operation.answered) return repair(state, name, context);
    if (++operation.waited > attempts) return end(state, name, context);
    proceed(state, name, context);
  }

  /** Now and then: hints are offered, old tombstones go, and another node's copies are compared with this one's. */
  function exchangeNow(state: State, context: NodeContext): void {
    context.setTimer("exchange", interval * (0.75 + 0.5 * context.random()));
    for (const [home, hints] of Object.entries(state.hints)) for (const [key, held] of Object.entries(hints)) context.send(Number(home), { type: "HandOff", key, held });
    copies.collect(state, context);
    if (context.size === 1) return;
    const peer = Math.floor(context.random() * (context.size - 1));
    background.begin(state, peer < context.self ? peer : peer + 1, context);
  }

  /** Of a cluster that is smaller than n, a quorum is at most all. */
  const quorum = (count: number, { size }: NodeContext) => Math.min(count, size);
  const asOne = (live: readonly string[]): string | null => (live.length > 1 ? reconcile(live) : (live[0] ?? null));
  const liveValues = (held: Held): string[] => [...new Set(values(held))].filter((value) => value !== null);

  return {
    init(_self, _size, stored, log = [], snapshot) {
      const state: State = { keys: {}, hints: {}, ...snapshot, minted: stored?.minted ?? 0, operations: {}, deadSince: {}, logged: log.length };
      for (const entry of log) apply(state, entry);
      return state;
    },
    onStart: (_state, context) => void (interval < Infinity && context.setTimer("exchange", interval * context.random())),
    onInput: (state, input, context) => onRequest(state, input, context),
    onTimer: (state, timer, context) => (timer === "exchange" ? exchangeNow(state, context) : onPatienceEnds(state, timer.operation, context)),
    onMessage(state, from, message, context) {
      switch (message.type) {
        case "Read":
          return context.send(from, { type: "ReadReply", operation: message.operation, home: message.home, held: copies.copyFor(state, context.self, message.home, message.key) });
        case "ReadReply":
          return heardCopy(state, message.operation, from, message.home, message.held, context);
        case "Update":
          return context.send(from, { type: "Updated", operation: message.operation, ...copies.make(state, message.key, message.value, message.read, context) });
        case "Updated":
          return write(state, message.operation, from, message.held, message.stamp, context);
        case "Write":
          copies.keep(state, message.home, message.key, message.held, context);
          return context.send(from, { type: "WriteReply", operation: message.operation, home: message.home });
        case "WriteReply":
          return heardStored(state, message.operation, from, message.home, context);
        case "HandOff":
          copies.keep(state, context.self, message.key, message.held, context);
          return context.send(from, { type: "HandedOff", key: message.key, held: message.held });
        case "HandedOff":
          return copies.handedOff(state, from, message.key, message.held, context);
        case "Repair":
          return copies.keep(state, context.self, message.key, message.held, context);
        case "Compare":
          return background.onCompare(state, from, message.nodes, context);
        case "Copies":
          return background.onCopies(state, from, message, context);
      }
    },
  };
}

/** Whether a replica, or the node that answers for it, is counted already: a quorum is of as many replicas, on as many nodes. */
const isCounted = (counted: readonly { readonly home: NodeId; readonly by: NodeId }[], home: NodeId, by: NodeId) => counted.some((other) => other.home === home || other.by === by);

/** Clockwise from the key, each node once (Karger and others 1997). What was looked up is kept. */
function onRing(): (key: string, size: number) => readonly NodeId[] {
  const rings = new Map<number, { readonly ring: Ring<NodeId>; readonly known: Map<string, readonly NodeId[]> }>();
  return (key, size) => {
    let found = rings.get(size);
    if (!found) rings.set(size, (found = { ring: new Ring(Array.from({ length: size }, (_, node) => node), { points: 32 }), known: new Map() }));
    let nodes = found.known.get(key);
    if (!nodes) found.known.set(key, (nodes = found.ring.replicas(key, size)));
    return nodes;
  };
}

/** Values as lists of words, and every word of any of them, once. */
export function unionOfWords(values: readonly string[]): string {
  const words = new Set(values.flatMap((value) => value.split(" ").filter((word) => word !== "")));
  return [...words].map((word) => `${word} `).join("");
}
