import type { Context, NodeId, Protocol } from "../../protocol.js";
import type { Answer, Machine, Notice } from "../../replication/service/machine.js";
import { rewired } from "../../replication/rewired.js";
import type { Stored as ZabStored, Zab, ZabMessage } from "../../replication/zab/types.js";
import { zab } from "../../replication/zab/zab.js";
import { client, type ClientOptions } from "./client.js";
import type { Job } from "./recipes/recipeOf.js";
import { tree, type TreeCommand, type TreeResult, type TreeState, type WatchEvent } from "./tree.js";
import type { ClientState, Coordination, CoordinationMessage, ResourceState, ServerState } from "./types.js";

/** How a coordination service, its clients and the guarded resource are set up. */
export interface CoordinationOptions extends Partial<ClientOptions> {
  /** What each client does. Default: three of them take the lock in turn. */
  readonly jobs?: readonly Job[];
  /** Whether the resource refuses tokens that are older than one that it has seen. Default true. */
  readonly fencing?: boolean;
  /** Time between two ticks of the leader's clock, by which sessions expire, ms. Default 50. */
  readonly clock?: number;
  /** How many delivered transactions a server keeps in its log. Default 100. */
  readonly keep?: number;
  /** For how long servers bear a silent leader, ms. Default 500. */
  readonly patience?: number;
}

/** Of a cluster of this size with so many clients, how many are servers: the first ones; then come the clients, and last the resource. */
export const serversOf = (size: number, clients: number): number => size - clients - 1;

/** The client, in the name of which leaders' clocks tick. */
const CLOCK = -1;
/** Ticks of one epoch, at most. */
const EPOCH = 1_000_000;

/**
 * A coordination service on Zab (Hunt, Konar, Junqueira and Reed, ZooKeeper: Wait-free coordination for Internet-scale systems,
 * USENIX ATC 2010), with its clients and a resource that a lock of theirs guards. All are nodes of one cluster, so that any of
 * them can crash, pause or be cut off. A holder's fencing token is the number of the change that put it in line (Burrows,
 * The Chubby lock service, OSDI 2006, §2.4, sequencers). Throws a `RangeError` for options out of range.
 */
export function coordination(options: CoordinationOptions = {}): Protocol<Coordination> {
  return coordinationOn(tree(PLACES), options);
}

/** The places that the recipes use. */
export const PLACES = ["/lock", "/queue", "/config", "/group"];

/** The same with another machine in place of the tree: for a look at what happens if a rule of theirs is broken. */
export function coordinationOn(machine: Machine<TreeState, TreeCommand, TreeResult>, options: CoordinationOptions = {}): Protocol<Coordination> {
  const { jobs = ["lock", "lock", "lock"], fencing = true, clock = 50, keep = 100, patience = 500 } = options;
  const { sessionTimeout = 400, retry = 100, hold = 60, recheck = 1000, pause = 200, rounds = Infinity, checksLease = true } = options;
  for (const [name, time] of Object.entries({ clock, sessionTimeout, retry, hold, recheck })) if (!(time > 0 && time < Infinity)) throw new RangeError(`${name}: expected a time above 0 ms, not ${time}`);
  const servers = (size: number) => serversOf(size, jobs.length);
  const clients = client({ sessionTimeout, retry, hold, recheck, pause, rounds, checksLease }, servers);
  type Own = Context<Coordination>;

  /** Zab, among the servers alone; what it tells clients goes over the network to them. */
  const ensemble = zab({ machine: machine as Machine<unknown, unknown, unknown>, keep, patience });
  const wired = (state: ServerState, context: Own): Context<Zab> =>
    rewired(context as unknown as Context<Zab>, {
      size: servers(context.size),
      output(output: Zab["Output"]) {
        if (output.type === "leader") context.output(output);
        else if (output.type === "notice") pass(state, output, context);
        else answer(state, output as Answer<TreeResult>, context);
      },
    });

  /** A client that is refused goes elsewhere, and is told there what it is to hear. */
  function answer({ connections }: ServerState, answer: Answer<TreeResult>, context: Own): void {
    const to = connections[answer.client];
    if (to !== undefined) context.send(to, { type: "answer", answer });
    if (answer.type === "refused") delete connections[answer.client];
  }

  /** Whoever has a session's connection passes on what it is told. */
  function pass(state: ServerState, { client, notice }: Notice, context: Own): void {
    const to = state.connections[client];
    if (to !== undefined) context.send(to, { type: "notice", session: client, event: notice as WatchEvent });
  }

  function onAsk(state: ServerState, from: NodeId, request: Extract<CoordinationMessage, { type: "ask" }>["request"], context: Own): void {
    state.connections[request.client] = from;
    ensemble.onInput!(state.zab, request, wired(state, context));
  }

  /** The leader's clock: a command like any other. Ticks count within their epoch, so that none counts twice. */
  function onClock(state: ServerState, context: Own): void {
    context.setTimer("clock", clock);
    const { role, phase, currentEpoch } = state.zab;
    if (role !== "leading" || phase !== "broadcast") return;
    const command: TreeCommand = { op: "tick", elapsed: clock };
    ensemble.onInput!(state.zab, { type: "request", client: CLOCK, serial: currentEpoch * EPOCH + ++state.ticks, command }, wired(state, context));
  }

  function onWrite(state: ResourceState, from: NodeId, { session, token }: Extract<CoordinationMessage, { type: "write" }>, context: Own): void {
    const taken = !fencing || token >= state.highest;
    if (taken) {
      state.highest = Math.max(state.highest, token);
      state.last = token;
      state.taken++;
      context.save({ highest: state.highest, last: token });
    } else state.refused++;
    context.send(from, { type: "written", session, token, taken });
  }

  return {
    init(self, size, stored, log = []) {
      if (servers(size) < 1) throw new RangeError(`${size} nodes are too few for ${jobs.length} clients, a resource and a server`);
      if (self < servers(size)) return { kind: "server", zab: ensemble.init(self, servers(size), stored as ZabStored | undefined, log), connections: {}, ticks: 0 };
      if (self < size - 1) return clients.init(self, size, jobs[self - servers(size)]!, (stored as { sessions: number } | undefined)?.sessions);
      return { kind: "resource", highest: 0, last: 0, ...(stored as object | undefined), taken: 0, refused: 0 };
    },
    onStart(state, context) {
      if (state.kind === "client") return clients.openSession(state, context);
      if (state.kind === "resource") return;
      context.setTimer("clock", clock);
      ensemble.onStart!(state.zab, wired(state, context));
    },
    onMessage(state, from, message, context) {
      if (state.kind === "server") {
        if (message.type === "ask") onAsk(state, from, message.request, context);
        else ensemble.onMessage(state.zab, from, message as ZabMessage, wired(state, context));
      } else if (state.kind === "resource") {
        if (message.type === "write") onWrite(state, from, message, context);
      } else if (message.type === "answer") clients.onAnswer(state, from, message.answer, context);
      else if (message.type === "notice") clients.onNotice(state, message.session, message.event, context);
    },
    onTimer(state, timer, context) {
      if (state.kind === "client") clients.onTimer(state, timer, context);
      else if (state.kind === "server" && timer === "clock") onClock(state, context);
      else if (state.kind === "server") ensemble.onTimer!(state.zab, timer as Zab["Timer"], wired(state, context));
    },
  };
}

export type { ClientState, Coordination, ResourceState, ServerState };
