import type { Context, EntryOf, NodeId, OutputOf, SnapshotOf, StoredOf } from "../../protocol.js";
import type { GroupRecord, Groups, GroupsMemory, GroupTypes, Members } from "./groupTypes.js";

/**
 * The world as the member of one group sees it: nodes are numbered within the group, messages and timers bear its shard,
 * and what it writes goes to the end of the one log on the node's disk. All groups of a node so share one sequence of
 * writes, and none can be torn apart from what another wrote before it.
 */
export class GroupContext<G extends GroupTypes> implements Context<G> {
  readonly self: NodeId;
  readonly #memory: GroupsMemory<G>;
  readonly #shard: number;
  readonly #members: Members;
  readonly #node: Context<Groups<G>>;

  constructor(memory: GroupsMemory<G>, shard: number, node: Context<Groups<G>>) {
    const members = memory.members[shard]!;
    this.#memory = memory;
    this.#shard = shard;
    this.#members = members;
    this.#node = node;
    this.self = members.indexOf(node.self);
  }

  get size(): number {
    return this.#members.length;
  }

  get now(): number {
    return this.#node.now;
  }

  random(): number {
    return this.#node.random();
  }

  send(to: NodeId, message: G["Message"]): void {
    this.#node.send(this.#members[to]!, { shard: this.#shard, message });
  }

  setTimer(timer: string, delay: number): void {
    this.#node.setTimer(timerOf(this.#shard, timer), delay);
  }

  cancelTimer(timer: string): void {
    this.#node.cancelTimer(timerOf(this.#shard, timer));
  }

  save(stored: StoredOf<G>): void {
    this.#memory.stored[this.#shard] = stored;
    this.#node.save(this.#memory.stored);
  }

  append(entries: readonly EntryOf<G>[]): void {
    this.#write(entries.map((entry) => ({ shard: this.#shard, entry })));
  }

  truncate(length: number): void {
    this.#write([{ shard: this.#shard, length }]);
  }

  compact(count: number, snapshot: SnapshotOf<G>): void {
    this.#write([{ shard: this.#shard, count, snapshot }]);
  }

  /** Names of leaders become names of the cluster. Answers to clients stay as they are. */
  output(output: OutputOf<G>): void {
    const told = output as { readonly type?: string; readonly leader?: NodeId | null };
    const named = typeof told.leader === "number" ? { ...told, leader: this.#members[told.leader]! } : told;
    this.#node.output((told.type === "answer" || told.type === "refused" ? named : { ...named, shard: this.#shard }) as Groups<G>["Output"]);
  }

  #write(records: readonly GroupRecord<G>[]): void {
    this.#node.append(records);
  }
}

/** A group's timer, as the node names it. */
export const timerOf = (shard: number, timer: string): string => `${shard} ${timer}`;

/** The shard and the timer that such a name stands for. */
export function shardAndTimer(name: string): readonly [shard: number, timer: string] {
  const space = name.indexOf(" ");
  return [Number(name.slice(0, space)), name.slice(space + 1)];
}
