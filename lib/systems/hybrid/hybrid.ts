import { swim } from "../../gossip/membership/swim.js";
import type { Swim, SwimOptions } from "../../gossip/membership/types.js";
import type { Context, NodeId, Protocol } from "../../protocol.js";
import type { RaftRules, WholeRaftOptions } from "../../replication/raft/raft.js";
import { raft } from "../../replication/raft/raft.js";
import type { OperatorInput, ReplicatedRaft } from "../../replication/raft/replicatedTypes.js";
import type { Machine } from "../../replication/service/machine.js";
import { rewired } from "../../replication/rewired.js";
import { GroupContext, shardAndTimer } from "./groupContext.js";
import { replay } from "./replay.js";
import type { KeyedRequest } from "./groupTypes.js";
import type { Hybrid, HybridState, Route } from "./hybridTypes.js";
import { checkPlaces, placeByRendezvous, shardOf, spreadLeaders } from "./placeGroups.js";
import { nextChange } from "./rebalancing.js";

/** How a hybrid cluster is set up. */
export interface HybridOptions<State, Command extends { readonly key: string }, Result> {
  /** What each group replicates. */
  readonly machine: Machine<State, Command, Result>;
  /** How many groups there are, each with a part of the keys. Default 8. */
  readonly shards?: number;
  /** How many nodes a group should have. Default 3. */
  readonly replicas?: number;
  /** Nodes below this number are there from the start and hold the shards at first; others join by gossip. Default: all nodes. */
  readonly founders?: number;
  /** How a leader of groups looks whether they are where they should be, ms. Default 100. */
  readonly balance?: number;
  /** For how long a node's view of who is there must have been the same before it moves anything, ms. Default 300. */
  readonly settle?: number;
  /** How membership is gossiped. Default: SWIM with a period of 200 ms. */
  readonly swim?: SwimOptions;
  /** How each group is tuned. Default: pre-vote and check-quorum, a snapshot after 1,000 entries; beyond that Raft's own. */
  readonly raft?: Partial<Omit<WholeRaftOptions<State, Command, Result>, "machine" | "members" | "priority">>;
}

/** Rules that stand apart, so that each can be broken on its own. */
export interface HybridRules {
  readonly nextChange: typeof nextChange;
  /** Whether a node takes up, when it starts, a group that it was not in at first but has on its disk. */
  readonly restores: boolean;
  readonly raft: Partial<RaftRules>;
  /** A node's view of who is there has changed. */
  seen(state: HybridState<unknown, unknown, unknown>, self: NodeId): void;
}

const RULES: HybridRules = { nextChange, restores: true, raft: {}, seen() {} };

/**
 * A hybrid of both designs: who is there is gossiped, and what must not be wrong is agreed on. SWIM tells every node of
 * every other's coming and going; keys are divided among shards, each with a Raft group of its own; from its view of who is
 * there every leader reckons by rendezvous hashing where its shard should be, and brings its group there by membership
 * changes of its own Raft, one node at a time (as CockroachDB does: Taft et al., SIGMOD 2020, §2.2 and §2.3). Who leads
 * which shard rides on SWIM's messages, so that any node can send a client on.
 *
 * Views may differ and be wrong: then shards are moved for nothing, or not yet. No promise of a group's rests on them.
 * A request goes by its command's `key` to the shard's group: its leader answers; any other node refuses, and names whom it
 * takes for the leader. Throws a `RangeError` at the start if there are fewer founders than replicas, and for times out of
 * range.
 */
export function hybrid<S, C extends { readonly key: string }, R>(options: HybridOptions<S, C, R>, rules: Partial<HybridRules> = {}): Protocol<Hybrid<S, C, R>> {
  const { machine, shards = 8, replicas = 3, founders = Infinity, balance = 100, settle = 300 } = options;
  const { nextChange, restores, raft: raftRules, seen } = { ...RULES, ...rules };
  if (!(balance > 0 && balance < Infinity)) throw new RangeError(`balance: expected a time above 0 ms, not ${balance}`);
  if (!(settle >= 0 && settle < Infinity)) throw new RangeError(`settle: expected a time from 0 ms, not ${settle}`);
  type State = HybridState<S, C, R>;
  type Own = Context<Hybrid<S, C, R>>;
  type Group = Protocol<ReplicatedRaft<S, C, R>>;

  /** The parts of a cluster of so many nodes, made once. */
  interface Parts {
    readonly gossip: Protocol<Swim>;
    readonly groups: readonly Group[];
    readonly first: readonly (readonly NodeId[])[];
  }
  const made = new Map<number, Parts>();
  function partsFor(size: number): Parts {
    let parts = made.get(size);
    if (!parts) {
      const joined = Math.min(founders, size);
      checkPlaces(joined, shards, replicas);
      const first = wantedIn(upTo(joined));
      const groups = first.map((members) => raft({ preVote: true, checkQuorum: true, snapshotAfter: 1000, ...options.raft, machine, members }, raftRules));
      made.set(size, (parts = { gossip: swim({ period: 200, ...options.swim, joined }), groups, first }));
    }
    return parts;
  }

  /** By shard, where a group should be when these nodes are there, first the one that should lead. */
  function wantedIn(view: readonly NodeId[]): readonly (readonly NodeId[])[] {
    const name = view.join();
    if (name !== reckoned.name) reckoned = { name, wanted: spreadLeaders(placeByRendezvous(view, shards, replicas)) };
    return reckoned.wanted;
  }
  let reckoned: { readonly name: string; readonly wanted: readonly (readonly NodeId[])[] } = { name: "", wanted: [] };

  const upTo = (size: number): NodeId[] => Array.from({ length: size }, (_, node) => node);

  /** SWIM's world: its messages carry the routes that this node knows. */
  const gossiping = (state: State, context: Own): Context<Swim> =>
    rewired(context as unknown as Context<Swim>, {
      send: (to, message) => context.send(to, { swim: message, routes: [...state.routes] }),
      output(update) {
        context.output({ type: "member", ...update });
        lookAround(state, context);
      },
    });

  /** A group's world; what it tells of leaders becomes a route. */
  const inGroup = (state: State, shard: number, context: Own) =>
    new GroupContext<ReplicatedRaft<S, C, R>>(
      state,
      shard,
      rewired(context, {
        output(output) {
          const { leader, term } = output as { readonly leader?: NodeId | null; readonly term?: number };
          if (typeof leader === "number" && term !== undefined) learnRoute(state, shard, { term, leader });
          context.output(output);
        },
      }) as never,
    );

  function learnRoute({ routes }: State, shard: number, route: Route): void {
    if (route.term > routes[shard]!.term) routes[shard] = route;
  }

  function lookAround(state: State, context: Own): void {
    const view = [...state.swim.roster, context.self].sort((a, b) => a - b);
    if (view.join() === state.view.join()) return;
    state.view = view;
    state.viewSince = context.now;
    seen(state as HybridState<unknown, unknown, unknown>, context.self);
  }

  /** Each group that this node leads is brought a step nearer to where it should be. */
  function onBalance(state: State, context: Own): void {
    context.setTimer("balance", balance);
    lookAround(state, context);
    if (context.now - state.viewSince < settle) return;
    const wanted = wantedIn(state.view);
    state.groups.forEach((group, shard) => {
      const change = group?.role === "leader" ? nextChange(group, context.self, wanted[shard]!, replicas) : undefined;
      if (change) ask(state, shard, change, context);
    });
  }

  const ask = (state: State, shard: number, input: OperatorInput | KeyedRequest, context: Own) => partsFor(context.size).groups[shard]!.onInput!(state.groups[shard]!, input as never, inGroup(state, shard, context));

  function onRequest(state: State, request: KeyedRequest, context: Own): void {
    const shard = shardOf(request.command.key, shards);
    const { term, leader } = state.routes[shard]!;
    const group = state.groups[shard];
    const known = term > 0 && state.view.includes(leader);
    if (group && (group.role === "leader" || (known && group.leader === leader))) return ask(state, shard, request, context);
    // Where gossip knows no leader that is there, whoever should hold the shard may know more.
    const others = wantedIn(state.view)[shard]!.filter((node) => node !== context.self);
    const hint = known && leader !== context.self ? leader : (others[Math.floor(context.random() * others.length)] ?? null);
    context.output({ type: "refused", client: request.client, serial: request.serial, leader: hint });
  }

  /** The node's member of a group; a node that is spoken to as a member has one from then on. */
  function memberOf(state: State, shard: number, context: Own): NonNullable<State["groups"][number]> {
    const known = state.groups[shard];
    if (known) return known;
    const { groups } = partsFor(context.size);
    const group = (state.groups[shard] = groups[shard]!.init(context.self, context.size));
    groups[shard]!.onStart!(group, inGroup(state, shard, context));
    return group;
  }

  return {
    init(self, size, stored, records = []) {
      const { gossip, groups, first } = partsFor(size);
      const logs = replay<ReplicatedRaft<S, C, R>>([], records);
      const start = (shard: number) => {
        const joins = first[shard]!.includes(self) || (restores && (logs[shard] !== undefined || (stored?.[shard] ?? null) !== null));
        return joins ? groups[shard]!.init(self, size, stored?.[shard] ?? undefined, logs[shard]?.log ?? [], logs[shard]?.snapshot) : null;
      };
      const state: State = {
        members: groups.map(() => upTo(size)),
        groups: groups.map((_, shard) => start(shard)),
        stored: stored ? [...stored] : groups.map(() => null),
        swim: gossip.init(self, size),
        view: [],
        viewSince: 0,
        routes: groups.map(() => ({ term: 0, leader: 0 })),
      };
      return state;
    },
    onStart(state, context) {
      const { gossip, groups } = partsFor(context.size);
      gossip.onStart!(state.swim, gossiping(state, context));
      lookAround(state, context);
      context.setTimer("balance", balance * context.random());
      state.groups.forEach((group, shard) => group && groups[shard]!.onStart!(group, inGroup(state, shard, context)));
    },
    onMessage(state, from, message, context) {
      if ("swim" in message) {
        message.routes.forEach((route, shard) => learnRoute(state, shard, route));
        partsFor(context.size).gossip.onMessage(state.swim, from, message.swim, gossiping(state, context));
      } else {
        const { shard } = message;
        partsFor(context.size).groups[shard]!.onMessage(memberOf(state, shard, context), from, message.message, inGroup(state, shard, context));
      }
    },
    onTimer(state, timer, context) {
      if (timer === "balance") return onBalance(state, context);
      const { gossip, groups } = partsFor(context.size);
      if (typeof timer === "string" && timer.includes(" ")) {
        const [shard, name] = shardAndTimer(timer);
        groups[shard]!.onTimer!(state.groups[shard]!, name as never, inGroup(state, shard, context));
      } else gossip.onTimer!(state.swim, timer as Swim["Timer"], gossiping(state, context));
    },
    onInput: onRequest,
  };
}
