import type { Facts, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import type { NodeId, Types } from "../../protocol.js";
import { type GroupLog, replay } from "./replay.js";
import type { GroupMessage, GroupOutput, GroupRecord, GroupsMemory, GroupTypes } from "./groupTypes.js";

/** What a judge of one group needs to know of the whole. */
export interface Whole<T extends Types, G extends GroupTypes> {
  memoryOf(state: T["State"]): GroupsMemory<G>;
  /** A group's message; undefined if it is about something else. */
  messageOf(message: T["Message"]): GroupMessage<G> | undefined;
}

/** A plain set of groups. */
export const groupsAlone: Whole<any, any> = { memoryOf: (state) => state, messageOf: (message) => message };

/** The promises of a group's protocol, held of each group: every one looks at the members of a group alone, and remembers what it has seen of each apart. */
export function ofEachGroup<T extends Types, G extends GroupTypes>(whole: Whole<T, G>) {
  const { memoryOf, messageOf } = whole;
  const views = new WeakMap<NodeView<T>, (NodeView<G> | undefined)[]>();

  /** A node as its group's judge sees it; undefined if it is not in that group. */
  function viewOf(node: NodeView<T>, shard: number): NodeView<G> | undefined {
    const { groups } = memoryOf(node.state);
    if (!groups[shard]) return undefined;
    let known = views.get(node);
    if (!known) views.set(node, (known = []));
    return (known[shard] ??= new GroupView(whole, node, shard));
  }

  const shardsOf = (node: NodeView<T>) => memoryOf(node.state).groups.length;
  const membersOf = (nodes: readonly NodeView<T>[], shard: number) => nodes.flatMap((node) => viewOf(node, shard) ?? []).sort((a, b) => a.id - b.id);

  function invariant(sound: Invariant<G>): Invariant<T> {
    const { name, source, afterStep, onSend, onOutput, overall, concerns } = sound;
    const ofGroup = new WeakMap<Facts, Facts[]>();
    const factsOf = (facts: Facts, shard: number) => {
      let known = ofGroup.get(facts);
      if (!known) ofGroup.set(facts, (known = []));
      return (known[shard] ??= new GroupFacts(facts, shard));
    };
    return {
      name: `in each group: ${name}`,
      source,
      ...(afterStep && {
        afterStep(node, facts) {
          for (let shard = 0; shard < shardsOf(node); shard++) {
            const view = viewOf(node, shard);
            if (view) afterStep.call(sound, view, factsOf(facts, shard));
          }
        },
      }),
      ...(onSend && {
        onSend(from, to, message, facts) {
          const own = messageOf(message);
          if (own) onSend.call(sound, viewOf(from, own.shard)!, memoryOf(from.state).members[own.shard]!.indexOf(to), own.message, factsOf(facts, own.shard));
        },
      }),
      ...(onOutput && {
        onOutput(node, output, facts) {
          const { shard } = output as GroupOutput<G>;
          if (shard !== undefined) onOutput.call(sound, viewOf(node, shard)!, inGroup(output as GroupOutput<G>, memoryOf(node.state).members[shard]!), factsOf(facts, shard));
        },
      }),
      ...(overall && {
        concerns: (node) => concerns === undefined || someGroup(node, (view) => concerns(view)),
        overall(nodes, facts) {
          for (let shard = 0; shard < shardsOf(nodes[0]!); shard++) overall.call(sound, membersOf(nodes, shard), factsOf(facts, shard));
        },
      }),
    };
  }

  const someGroup = (node: NodeView<T>, holds: (view: NodeView<G>) => boolean) => {
    for (let shard = 0; shard < shardsOf(node); shard++) {
      const view = viewOf(node, shard);
      if (view && holds(view)) return true;
    }
    return false;
  };

  function reachable(sound: Reachable<G>): Reachable<T> {
    const { name, afterStep, onSend, overall, concerns } = sound;
    return {
      name: `in a group: ${name}`,
      ...(afterStep && { afterStep: (node) => someGroup(node, (view) => afterStep.call(sound, view)) }),
      ...(onSend && {
        onSend(from, to, message) {
          const own = messageOf(message);
          return own !== undefined && onSend.call(sound, viewOf(from, own.shard)!, memoryOf(from.state).members[own.shard]!.indexOf(to), own.message);
        },
      }),
      ...(overall && {
        concerns: (node) => concerns === undefined || someGroup(node, (view) => concerns(view)),
        overall: (nodes) => Array.from({ length: shardsOf(nodes[0]!) }, (_, shard) => membersOf(nodes, shard)).some((members) => overall.call(sound, members)),
      }),
    };
  }

  function progress({ name, source, missing }: Progress<G>): Progress<T> {
    return {
      name: `in each group: ${name}`,
      source,
      missing(nodes) {
        for (let shard = 0; shard < shardsOf(nodes[0]!); shard++) {
          const wanting = missing(membersOf(nodes, shard));
          if (wanting !== undefined) return `shard ${shard}: ${wanting}`;
        }
        return undefined;
      },
    };
  }

  return { invariant, reachable, progress, viewOf, membersOf };
}

/** An output as its group's protocol gave it. */
function inGroup<G extends GroupTypes>(output: GroupOutput<G>, members: readonly NodeId[]): never {
  const { leader } = output as { readonly leader?: NodeId | null };
  return (typeof leader === "number" ? { ...output, leader: members.indexOf(leader) } : output) as never;
}

/** A node as its group's judge sees it, at any moment of the run. */
class GroupView<T extends Types, G extends GroupTypes> implements NodeView<G> {
  constructor(
    readonly whole: Whole<T, G>,
    readonly node: NodeView<T>,
    readonly shard: number,
  ) {}

  get id(): NodeId {
    return this.whole.memoryOf(this.node.state).members[this.shard]!.indexOf(this.node.id);
  }

  get up(): boolean {
    return this.node.up;
  }

  get state(): G["State"] {
    return this.whole.memoryOf(this.node.state).groups[this.shard]!;
  }

  get disk(): NodeView<G>["disk"] {
    const { stored, log } = this.node.disk;
    const of = logsOn<G>(log as readonly GroupRecord<G>[])[this.shard];
    return { stored: (stored as readonly never[] | undefined)?.[this.shard] ?? undefined, snapshot: of?.snapshot, log: of?.log ?? [] };
  }
}

/** The groups' logs on a disk, which only ever grows: what was replayed before is not replayed again. */
function logsOn<G extends GroupTypes>(records: readonly GroupRecord<G>[]): GroupLog<G>[] {
  let known = replayed.get(records);
  // A sound log only grows; that of a mutant may not.
  if (!known || known.upTo > records.length) replayed.set(records, (known = { upTo: 0, logs: [] }));
  if (known.upTo < records.length) replay(known.logs, records, known.upTo);
  known.upTo = records.length;
  return known.logs as GroupLog<G>[];
}
const replayed: WeakMap<object, { upTo: number; logs: GroupLog<any>[] }> = new WeakMap();

/** What a judge remembers of one group. */
class GroupFacts implements Facts {
  constructor(
    readonly facts: Facts,
    readonly shard: number,
  ) {}

  agree(kind: string, key: number | string, value: number | string): void {
    this.facts.agree(kind, `${key} of shard ${this.shard}`, value);
  }

  rises(kind: string, key: number | string, value: number): void {
    this.facts.rises(kind, `${key} of shard ${this.shard}`, value);
  }

  must(condition: boolean, message: string | (() => string)): void {
    this.facts.must(condition, condition ? "" : `shard ${this.shard}: ${typeof message === "string" ? message : message()}`);
  }

  known(kind: string, key: number | string): number | string | undefined {
    return this.facts.known(kind, `${key} of shard ${this.shard}`);
  }
}
