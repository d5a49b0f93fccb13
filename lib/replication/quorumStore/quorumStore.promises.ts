import type { Siblings } from "../../gossip/versions/siblings.js";
import { holds } from "../../gossip/versions/siblings.js";
import { descends, includes, type VersionVector } from "../../gossip/versions/versionVector.js";
import type { Declaration, Facts, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import { apply, equal } from "./replica.js";
import { quorumStore } from "./quorumStore.js";
import { storeClients } from "./storeClients.js";
import type { QuorumStore, StoreState } from "./types.js";
import { dottedSiblings, type Stamp } from "./versioning.js";

/** The store that keeps siblings. */
export type SiblingStore = QuorumStore<Siblings<string | null>>;
type Node = NodeView<SiblingStore>;

const DYNAMO = "DeCandia and others 2007";
/** Replicas of a key in these declarations, and the quorums of reads and writes. */
const [N, R, W] = [3, 2, 2];

const named = (key: string, { node, counter }: Pick<Stamp, "node" | "counter">) => `version ${counter} of node ${node} of "${key}"`;

/** Adds to a list of facts, each of which is stated once. The list as a whole is a fact, too: JSON text, by its length. */
function add(facts: Facts, list: string, value: object): void {
  const text = JSON.stringify(value);
  if (facts.known(list, text) !== undefined) return;
  facts.agree(list, text, 1);
  const count = Number(facts.known("length", list) ?? 0);
  facts.agree(list, count + 1, count === 0 ? `[${text}]` : `${String(facts.known(list, count)).slice(0, -1)},${text}]`);
  facts.rises("length", list, count + 1);
}

function listOf<V extends object>(facts: Facts, list: string): readonly V[] {
  const count = facts.known("length", list);
  return count === undefined ? NONE : (parsed(String(facts.known(list, count))) as readonly V[]);
}

const NONE: readonly never[] = [];

/** The same lists are looked at step after step. */
function parsed(text: string): unknown {
  let value = lists.get(text);
  if (value === undefined) {
    if (lists.size > 500) lists.clear();
    lists.set(text, (value = JSON.parse(text) as unknown));
  }
  return value;
}

const lists = new Map<string, unknown>();

/** Notes every value that is acknowledged to a client. Of tombstones the clients' history tells: once they are old they go. */
function acknowledge(output: SiblingStore["Output"], facts: Facts): void {
  if (!output.stamp || output.values.includes(null)) return;
  add(facts, `acknowledged of ${output.key}`, output.stamp);
  add(facts, "keys", [output.key]);
}

/** Notes what deletes replace. */
function deletesAsked(message: SiblingStore["Message"], facts: Facts): void {
  if (message.type === "Update" && message.value === null) add(facts, `deleted of ${message.key}`, message.read);
}

function deletesBegun({ id, state: { operations } }: Node, facts: Facts): void {
  for (const name in operations) {
    const { command, read } = operations[name]!;
    if (command.op === "delete" && read && isNew(facts, "delete", `${name} at ${id}`)) add(facts, `deleted of ${command.key}`, read);
  }
}

/** Whether something is seen for the first time. */
function isNew(facts: Facts, kind: string, name: string): boolean {
  if (facts.known(kind, name) !== undefined) return false;
  facts.agree(kind, name, 1);
  return true;
}

const isDeleted = (facts: Facts, key: string, stamp: Stamp) => listOf<VersionVector>(facts, `deleted of ${key}`).some((read) => includes(read, stamp));

const acknowledged = (facts: Facts, key: string) => listOf<Stamp>(facts, `acknowledged of ${key}`);

const seenByReads: Invariant<SiblingStore> = {
  name: "a read that begins after a write was answered finds it, or what replaced it",
  source: `${DYNAMO}, §4.5: R + W > N`,
  onOutput({ id }, output, facts) {
    acknowledge(output, facts);
    if (output.stamp) return;
    const operation = `${output.client}/${output.serial} at ${id}`;
    for (const stamp of listOf<Stamp>(facts, `before ${operation}`)) facts.must(includes(output.read, stamp) || isDeleted(facts, output.key, stamp), () => `the get ${operation} finds neither ${named(output.key, stamp)}, which was acknowledged before it began, nor what replaced it`);
  },
  onSend: (_from, _to, message, facts) => deletesAsked(message, facts),
  afterStep(node, facts) {
    deletesBegun(node, facts);
    const { id, up, state } = node;
    if (!up) return;
    for (const name in state.operations) {
      const { command, answered } = state.operations[name]!;
      const operation = `${name} at ${id}`;
      if (command.op !== "get" || answered || !isNew(facts, "begun", operation)) continue;
      for (const stamp of acknowledged(facts, command.key)) add(facts, `before ${operation}`, stamp);
    }
  },
};

const replacedKnowingly: Invariant<SiblingStore> = {
  name: "what was acknowledged stays, until somebody who has read it replaces it",
  source: `${DYNAMO}, §4.4; Preguiça and others 2010`,
  onOutput(_node, output, facts) {
    acknowledge(output, facts);
    if (output.stamp) add(facts, `read of ${output.key}`, output.read);
  },
  onSend(_from, _to, message, facts) {
    if (message.type === "Update") add(facts, `read of ${message.key}`, message.read);
  },
  afterStep({ id, up, state }, facts) {
    if (!up) return;
    for (const name in state.operations) {
      const { command, read } = state.operations[name]!;
      if (read && isNew(facts, "write", `${name} at ${id}`)) add(facts, `read of ${command.key}`, read);
    }
    for (const key in state.keys) {
      const held = state.keys[key]!;
      for (const stamp of acknowledged(facts, key)) {
        if (!includes(held.context, stamp) || holds(held, stamp)) continue;
        const name = named(key, stamp);
        if (facts.known("replaced", name) !== undefined) continue;
        facts.must(
          listOf<VersionVector>(facts, `read of ${key}`).some((read) => includes(read, stamp)),
          () => `node ${id} has dropped ${name}, which was acknowledged, and nobody who had read it has replaced it`,
        );
        facts.agree("replaced", name, 1);
      }
    }
  },
};

const keptByW: Invariant<SiblingStore> = {
  name: "what was acknowledged is kept for W replicas, on W nodes, unless it is deleted",
  source: `${DYNAMO}, §4.5 and §4.6`,
  onOutput: (_node, output, facts) => acknowledge(output, facts),
  onSend: (_from, _to, message, facts) => deletesAsked(message, facts),
  afterStep: (node, facts) => deletesBegun(node, facts),
  overall(nodes, facts) {
    const least = Math.min(W, nodes.length);
    for (const [key] of listOf<[string]>(facts, "keys")) {
      for (const stamp of acknowledged(facts, key)) {
        if (isDeleted(facts, key, stamp)) continue;
        if (count(nodes, ({ state }) => covers(state.keys[key], stamp)) >= least) continue;
        const keepers = nodes.filter(({ state }) => covers(state.keys[key], stamp) || Object.values(state.hints).some((hints) => covers(hints[key], stamp)));
        const homes = new Set(nodes.flatMap(({ id, state }) => [...(covers(state.keys[key], stamp) ? [id] : []), ...Object.keys(state.hints).filter((home) => covers(state.hints[home]![key], stamp)).map(Number)]));
        facts.must(keepers.length >= least && homes.size >= least, () => `${named(key, stamp)} was acknowledged, and is kept for ${homes.size} of ${nodes.length} nodes, by ${keepers.length}`);
      }
    }
  },
};

function count(nodes: readonly Node[], holds: (node: Node) => boolean): number {
  let found = 0;
  for (const node of nodes) if (holds(node)) found++;
  return found;
}

const covers = (held: Siblings<string | null> | undefined, stamp: Stamp) => held !== undefined && includes(held.context, stamp);

const durableFirst: Invariant<SiblingStore> = {
  name: "what a node says it has stored is on its disk",
  source: `${DYNAMO}, §4.5, with replicas that crash and come back`,
  onSend({ id, disk }, to, message, facts) {
    if (message.type === "Write") facts.agree("to be stored", `${message.operation} by ${id}`, JSON.stringify([message.key, message.held.context]));
    if (message.type !== "WriteReply" && message.type !== "HandedOff") return;
    const [key, context] = message.type === "HandedOff" ? [message.key, message.held.context] : (JSON.parse(String(facts.known("to be stored", `${message.operation} by ${to}`))) as [string, VersionVector]);
    const { keys, hints } = onDisk(disk);
    const home = message.type === "WriteReply" ? message.home : id;
    const held = home === id ? keys[key] : hints[home]?.[key];
    // A hint may be gone already: its node has taken it.
    if (home !== id && !held) return;
    facts.must(held !== undefined && descends(held.context, context), () => `node ${id} says that it has stored ${JSON.stringify(context)} of "${key}" for node ${home}, and has ${JSON.stringify(held?.context ?? {})} on its disk`);
  },
};

function onDisk({ log, snapshot }: Node["disk"]): Pick<StoreState<Siblings<string | null>>, "keys" | "hints"> {
  const copies = { keys: { ...snapshot?.keys }, hints: Object.fromEntries(Object.entries(snapshot?.hints ?? {}).map(([home, hints]) => [home, { ...hints }])) };
  for (const entry of log) apply(copies, entry);
  return copies;
}

const converged: Progress<SiblingStore> = {
  name: "when the faults end, the replicas of each key become equal, and no hint is left",
  source: `${DYNAMO}, §4.6 and §4.7`,
  missing(nodes) {
    const kept = nodes.flatMap(({ id, state }) => Object.entries(state.hints).map(([home, hints]) => `node ${id} keeps ${Object.keys(hints).length} for node ${home}`));
    if (kept.length > 0) return kept.join(", ");
    for (const key of new Set(nodes.flatMap(({ state }) => Object.keys(state.keys)))) {
      const copies = nodes.flatMap(({ state }) => state.keys[key] ?? []);
      if (copies.length < Math.min(N, nodes.length)) return `"${key}" has ${copies.length} of ${Math.min(N, nodes.length)} copies`;
      if (copies.some((copy) => !equal(copy, copies[0]))) return `the copies of "${key}" differ`;
    }
    return undefined;
  },
};

const reachables: readonly Reachable<SiblingStore>[] = [
  { name: "siblings", afterStep: ({ state }) => Object.values(state.keys).some(({ versions }) => versions.length > 1) },
  { name: "siblings that differ are read, and replaced by one write", afterStep: ({ state }) => Object.values(state.operations).some(({ stamp, copies }) => stamp !== null && new Set(copies.map(({ held }) => held).reduce(dottedSiblings.merge, dottedSiblings.nothing).versions.map(({ value }) => value)).size > 1) },
  { name: "a read repairs a replica", onSend: (_from, _to, message) => message.type === "Repair" },
  { name: "a tombstone", afterStep: ({ state }) => Object.values(state.keys).some(({ versions }) => versions.some(({ value }) => value === null)) },
  { name: "a version made for another node", onSend: (_from, _to, message) => message.type === "Updated" },
  { name: "copies that meet in the background", onSend: (_from, _to, message) => message.type === "Copies" && message.leaves !== undefined && message.copies.length > 0 },
];

/** The store with strict quorums: R + W > N. */
export const quorumStoreStrict: Declaration<SiblingStore> = {
  name: "quorum-store",
  summary: "a Dynamo-style store, N = 3, R = W = 2, strict quorums, siblings by dotted version vectors",
  source: `${DYNAMO}, SOSP`,
  engine: () => quorumStore({ versioning: dottedSiblings, n: N, r: R, w: W }),
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write", "clock-skew", "clock-drift"],
  sizes: [2, 3, 4, 5],
  invariants: [seenByReads, replacedKnowingly, keptByW, durableFirst],
  reachables,
  progress: [converged],
  service: { ...storeClients, consistency: "regular" },
  calm: 5000,
};

/** The same with sloppy quorums: writes find W nodes wherever they are, and reads may miss them. */
export const quorumStoreSloppy: Declaration<SiblingStore> = {
  ...quorumStoreStrict,
  name: "quorum-store-sloppy",
  summary: "the Dynamo-style store with sloppy quorums: other nodes stand in for silent replicas, and hand over later",
  source: `${DYNAMO}, §4.6`,
  engine: () => quorumStore({ versioning: dottedSiblings, n: N, r: R, w: W, sloppy: true }),
  sizes: [4, 5, 6],
  invariants: [replacedKnowingly, keptByW, durableFirst],
  reachables: [
    ...reachables,
    { name: "a hint", afterStep: ({ state }) => Object.keys(state.hints).length > 0 },
    { name: "a hint is handed off", onSend: (_from, _to, message) => message.type === "HandedOff" },
    { name: "a read that another node answers in a replica's stead", onSend: ({ id }, _to, message) => message.type === "ReadReply" && message.home !== id },
  ],
  service: { ...storeClients, consistency: "eventual" },
};
