import type { Siblings } from "../../gossip/versions/siblings.js";
import { sync } from "../../gossip/versions/siblings.js";
import { counterOf } from "../../gossip/versions/versionVector.js";
import type { Mutant } from "../../promises.js";
import type { NodeId, Protocol } from "../../protocol.js";
import { rewire } from "../rewired.js";
import { quorumStore, type QuorumStoreOptions } from "./quorumStore.js";
import { quorumStoreSloppy, quorumStoreStrict, type SiblingStore } from "./quorumStore.promises.js";
import { apply } from "./replica.js";
import { dottedSiblings, type Versioning } from "./versioning.js";

type Held = Siblings<string | null>;
type State = SiblingStore["State"];

/** The strict store with other options. */
const differing = (options: Partial<QuorumStoreOptions<Held>>) => (): Protocol<SiblingStore> => quorumStore({ versioning: dottedSiblings, n: 3, r: 2, w: 2, ...options });

/** Of all versions that meet, the one with the highest counter stays; counters are the clocks of those who make them, in µs. */
const byTheClock: Versioning<Held> = {
  ...dottedSiblings,
  merge: (a, b) => newest(sync(a, b)),
  write(held, read, value, { node, above, now }) {
    const counter = 1 + Math.max(above, counterOf(held.context, node), counterOf(read, node), Math.floor(1000 * now));
    const version = { dot: { node, counter }, value };
    return { held: newest({ context: { ...held.context, [node]: counter }, versions: [...held.versions, version] }), stamp: { node, counter, time: now } };
  },
};

const newest = ({ context, versions }: Held): Held => ({ context, versions: [...versions].sort((a, b) => b.dot.counter - a.dot.counter || b.dot.node - a.dot.node).slice(0, 1) });

/** An answer that comes again counts as another replica's. */
function countingReplies(type: "ReadReply" | "WriteReply"): Protocol<SiblingStore> {
  const sound = quorumStoreStrict.engine();
  return {
    ...sound,
    onMessage(state, from, message, context) {
      sound.onMessage(state, from, message, context);
      if (message.type !== type) return;
      const operation = state.operations[message.operation];
      const counted = type === "ReadReply" ? operation?.copies : operation?.stored;
      if (!operation || operation.answered || !counted?.some(({ by }) => by === from) || seenOnce(state, message.operation, type, from)) return;
      const [other, another] = Array.from({ length: context.size }, (_, node) => node).filter((node) => counted.every(({ home, by }) => home !== node && by !== node));
      // In another's stead, so that nobody tries to repair what never was.
      if (other !== undefined && another !== undefined) sound.onMessage(state, other, { ...message, home: another }, context);
    },
  };
}

/** Whether this is the first answer of its kind from a node: noted in the state, beside what belongs there. */
function seenOnce(state: State, operation: string, type: string, from: NodeId): boolean {
  const seen = ((state as State & { seen?: Record<string, true> }).seen ??= {});
  const name = `${operation} ${type} ${from}`;
  const first = !seen[name];
  seen[name] = true;
  return first;
}

/** A hint is dropped as soon as it is offered. */
function droppingHints(): Protocol<SiblingStore> {
  return rewire(quorumStoreSloppy.engine(), (state, context) => ({
    send(to, message) {
      context.send(to, message);
      if (message.type !== "HandOff") return;
      const entry = { key: message.key, home: to, held: null };
      apply(state, entry);
      context.append([entry]);
    },
  }));
}

/** A replica takes what read repair brings for all there is. */
function overwriting(): Protocol<SiblingStore> {
  const sound = quorumStoreStrict.engine();
  return {
    ...sound,
    onMessage(state, from, message, context) {
      if (message.type === "Repair") delete state.keys[message.key];
      sound.onMessage(state, from, message, context);
    },
  };
}

const DYNAMO = "DeCandia and others 2007";
const SEEN = "a read that begins after a write was answered finds it, or what replaced it";
const KEPT = "what was acknowledged is kept for W replicas, on W nodes, unless it is deleted";
const REPLACED = "what was acknowledged stays, until somebody who has read it replaces it";

/** The store with one rule broken. */
export const quorumStoreMutants: readonly Mutant<SiblingStore>[] = ([
  { name: "quorum-partial", bug: "R + W = N: a read and a write may use different replicas", source: `${DYNAMO}, §4.5; Bailis and others 2012`, caughtBy: SEEN, broken: differing({ r: 1 }) },
  { name: "quorum-sloppy", bug: "other nodes stand in for replicas that are silent, and R + W > N is still relied upon", source: `${DYNAMO}, §4.6`, caughtBy: SEEN, broken: differing({ sloppy: true }), under: { sizes: [5] } },
  { name: "quorum-last-writer-wins", bug: "of two versions the one with the newer timestamp wins, whatever its writer had read", source: "Cassandra's rule; lost writes under clock skew, as published of real stores", caughtBy: REPLACED, broken: differing({ versioning: byTheClock }) },
  {
    name: "quorum-ignores-context",
    bug: "a write replaces everything that its replica holds, read or not",
    source: `${DYNAMO}, §4.4: the context is left out; what version vectors without dots come to when clients write through one replica`,
    caughtBy: REPLACED,
    broken: differing({ versioning: { ...dottedSiblings, write: (held, _read, value, by) => dottedSiblings.write(held, held.context, value, by) } }),
  },
  { name: "quorum-one-short", bug: "a write is answered when one replica less than W has it", source: `${DYNAMO}, §4.5`, caughtBy: KEPT, broken: differing({ w: 1 }) },
  { name: "quorum-counts-write-replies", bug: "an acknowledgement that comes twice counts twice", source: "made by real implementations: W counted by answers, not by replicas", caughtBy: KEPT, broken: () => countingReplies("WriteReply"), under: { tolerates: ["duplication", "loss", "cut"], sizes: [5] } },
  { name: "quorum-counts-read-replies", bug: "a copy that comes twice counts twice", source: "made by real implementations: R counted by answers, not by replicas", caughtBy: SEEN, broken: () => countingReplies("ReadReply"), under: { tolerates: ["duplication", "loss", "cut"], sizes: [5] } },
  { name: "quorum-repair-overwrites", bug: "read repair overwrites what a replica has received since", source: `${DYNAMO}, §5: read repair writes a version, and must not take others away`, caughtBy: KEPT, broken: overwriting },
  { name: "quorum-tombstone-early", bug: "tombstones are collected before all replicas have seen them: a deleted key returns", source: "Cassandra's gc_grace_seconds, set too short", caughtBy: "the clients' history is regular", broken: differing({ grace: 100 }) },
  { name: "quorum-forgets", bug: "copies are not written to the disk", source: `${DYNAMO}, §4.5: W counts durable writes`, caughtBy: "what a node says it has stored is on its disk", broken: () => rewire(quorumStoreStrict.engine(), () => ({ append: () => {} })) },
  { name: "quorum-never-compares", bug: "replicas compare nothing in the background", source: `${DYNAMO}, §4.7`, caughtBy: "when the faults end, the replicas of each key become equal, and no hint is left", broken: differing({ interval: Infinity }) },
  { name: "quorum-drops-hints", bug: "a hint is dropped when it is sent, not when it has been taken", source: `${DYNAMO}, §4.6: only once the transfer succeeds`, engine: quorumStoreSloppy.name, caughtBy: KEPT, broken: droppingHints },
] satisfies readonly (Omit<Mutant<SiblingStore>, "engine"> & { readonly engine?: string })[]).map((mutant): Mutant<SiblingStore> => ({ engine: quorumStoreStrict.name, ...mutant }));
