import type { Context, InputOf, NodeId, Protocol } from "../../protocol.js";
import { GroupContext, shardAndTimer } from "./groupContext.js";
import { replay } from "./replay.js";
import type { Groups, GroupsMemory, GroupTypes, KeyedRequest, Members, OperatorOf } from "./groupTypes.js";
import { placeEvenly, shardOf } from "./placeGroups.js";

/** What there is to know of a group when its protocol is made. Its nodes are numbered from 0 within the group. */
export interface GroupOptions {
  readonly shard: number;
  /** How many nodes it has. */
  readonly replicas: number;
  /** By node: 1 for the one that should lead, which is node 0, and 0 for the others: as Raft's `priority` wants it. */
  readonly priority: readonly number[];
}

export interface ShardedGroupsOptions<G extends GroupTypes> {
  /** How many groups there are, each with a part of the keys. */
  readonly shards: number;
  /** How many nodes a group has; at most all. */
  readonly replicas: number;
  /** Makes the protocol of a group. */
  member(group: GroupOptions): Protocol<G>;
  /** The shard that a request is about. Default: by its key's hash, `shardOf`. */
  shardFor?(request: KeyedRequest): number;
  /** By shard, the cluster nodes of its group, first the one that should lead. Default: `placeEvenly`. */
  place?(nodes: readonly NodeId[], shards: number, replicas: number): readonly Members[];
}

/**
 * One leader a shard: keys are divided among shards, and each shard has a replicated group of its own on some of the
 * nodes, so that every node leads some groups and follows in others (as in Spanner, Corbett et al., OSDI 2012, §2.1; called
 * multi-Raft in CockroachDB and TiKV). Groups share nothing but the node's links and its disk, where all of them write one
 * log. Who belongs to a group is fixed; who leads it, its protocol decides.
 *
 * A request goes by its command's `key` to the shard's group. A node that is in that group answers as the group's
 * protocol does; any other refuses, and names one of the group's nodes, drawn anew each time. Throws a `RangeError` at the
 * start if there are fewer nodes than replicas.
 */
export function shardedGroups<G extends GroupTypes>({ shards, replicas, member, place = placeEvenly, shardFor = ({ command: { key } }) => shardOf(key, shards) }: ShardedGroupsOptions<G>): Protocol<Groups<G>> {
  type Own = Context<Groups<G>>;
  const priority = Array.from({ length: replicas }, (_, node) => (node === 0 ? 1 : 0));
  const protocols = Array.from({ length: shards }, (_, shard) => member({ shard, replicas, priority }));
  const placed = new Map<number, readonly Members[]>();

  /** By shard, who belongs to it in a cluster of this size. */
  function membersIn(size: number): readonly Members[] {
    let members = placed.get(size);
    if (!members) placed.set(size, (members = place(Array.from({ length: size }, (_, node) => node), shards, replicas)));
    return members;
  }

  const inGroup = (memory: GroupsMemory<G>, shard: number, node: Own) => new GroupContext<G>(memory, shard, node);

  function onRequest(memory: GroupsMemory<G>, request: KeyedRequest, context: Own): void {
    const shard = shardFor(request);
    const group = memory.groups[shard];
    if (group) return protocols[shard]!.onInput!(group, request as InputOf<G>, inGroup(memory, shard, context));
    const members = memory.members[shard]!;
    // Not always the same one: it may be down, and whoever is asked in its place may again be none of the group's.
    const leader = members[Math.floor(context.random() * members.length)]!;
    context.output({ type: "refused", client: request.client, serial: request.serial, leader } as never);
  }

  return {
    init(self, size, stored, records = []) {
      const members = membersIn(size);
      const logs = replay<G>([], records);
      const start = (shard: number) => {
        const place = members[shard]!.indexOf(self);
        return place < 0 ? null : protocols[shard]!.init(place, replicas, stored?.[shard] ?? undefined, logs[shard]?.log ?? [], logs[shard]?.snapshot);
      };
      return { members, groups: members.map((_, shard) => start(shard)), stored: stored ? [...stored] : members.map(() => null) };
    },
    onStart(memory, context) {
      memory.groups.forEach((group, shard) => group && protocols[shard]!.onStart?.(group, inGroup(memory, shard, context)));
    },
    onMessage(memory, from, { shard, message }, context) {
      const group = memory.groups[shard];
      if (group) protocols[shard]!.onMessage(group, memory.members[shard]!.indexOf(from), message, inGroup(memory, shard, context));
    },
    onTimer(memory, name, context) {
      const [shard, timer] = shardAndTimer(name);
      protocols[shard]!.onTimer?.(memory.groups[shard]!, timer as never, inGroup(memory, shard, context));
    },
    onInput(memory, input: KeyedRequest | OperatorOf<G>, context) {
      if (input.type === "request") return onRequest(memory, input, context);
      const group = memory.groups[input.shard];
      if (group) protocols[input.shard]!.onInput?.(group, input.input, inGroup(memory, input.shard, context));
    },
  };
}
