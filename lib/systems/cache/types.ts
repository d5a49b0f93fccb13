import type { HashedNode } from "../../gossip/antiEntropy/merkle.js";
import type { SwimMessage, SwimState } from "../../gossip/membership/types.js";
import type { Timestamp } from "../../gossip/versions/lastWriterWins.js";
import type { NodeId } from "../../protocol.js";
import type { Request } from "../../replication/service/machine.js";
import type { BloomFilter } from "./bloomFilter.js";
import type { Flights } from "./singleFlight.js";

/** What a client may ask of any node. A put lives `ttl` ms; default and most: the cache's. A delete takes back what was put; what the origin has is loaded again. */
export type CacheCommand =
  | { readonly op: "get"; readonly key: string }
  | { readonly op: "put"; readonly key: string; readonly value: string; readonly ttl?: number }
  | { readonly op: "delete"; readonly key: string };

/** A version that a client wrote; null: it deleted the key. Of two, the one with the newer stamp stays. */
export interface Written {
  readonly kind: "written";
  readonly value: string | null;
  /** By the hybrid clock of its coordinator. */
  readonly stamp: Timestamp;
  /** When it is over, whoever holds it, by the clock of each, ms. */
  readonly expires: number;
}

/** What the origin had, or null if it had nothing: a negative entry. It can be loaded again, so it is not replicated. */
export interface Loaded {
  readonly kind: "loaded";
  readonly value: string | null;
  /** Which change of the origin made it; 0: what it began with, or nothing. */
  readonly version: number;
  /** The origin's newest change when it was read. */
  readonly at: number;
  readonly expires: number;
  /** How long the load took, ms. */
  readonly delta: number;
}

export type Entry = Written | Loaded;

/** What a get found, and what speaks for it. */
export interface Found {
  readonly source: "written" | "loaded" | "absent";
  readonly value: string | null;
  /** Of what was written. */
  readonly stamp: Timestamp | null;
  /** Of what was loaded. */
  readonly version: number | null;
  /** Up to which change the node that answers knew the origin, -1: not at all. */
  readonly index: number;
  /** Its clock, and when the value is over, ms; null: it was held nowhere, but comes from the origin or its filter right now. */
  readonly time: number;
  readonly expires: number | null;
}

export type CacheAnswer =
  | ({ readonly type: "answer"; readonly client: number; readonly serial: number; readonly op: "get"; readonly key: string } & Found)
  /** Of a put or a delete: what W replicas hold now. */
  | { readonly type: "answer"; readonly client: number; readonly serial: number; readonly op: "put" | "delete"; readonly key: string; readonly written: Written }
  /** The origin did not answer in time, or this node is none of the cache's. */
  | { readonly type: "refused"; readonly client: number; readonly serial: number; readonly leader: null }
  /** What was under this key had to make room. */
  | { readonly type: "evicted"; readonly key: string; readonly stamp: Timestamp | null };

/** Who waits for a load: an operation of this node, or of another. */
export interface Waiter {
  readonly node: NodeId;
  readonly operation: string;
}

/** A load under way. */
export interface Load {
  readonly number: number;
  /** First the key's other replicas are asked, then the origin. */
  phase: "replicas" | "origin";
  /** Replicas that have answered. */
  heard: NodeId[];
  /** When this phase began, own clock. */
  since: number;
  /** How often it has waited in vain. */
  waited: number;
}

/** What a node knows of the origin without asking it, kept up to date by a watch. */
export interface OriginIndex {
  /** The newest change that it knows, and all before; -1: none yet. */
  version: number;
  /** Where it began: which keys changed before, it does not know. */
  since: number;
  /** By key: the last change of it after `since`. */
  versions: Record<string, number>;
  /** All keys that the origin has. */
  filter: BloomFilter | null;
}

/** A client's request under way at the node that it was given to. */
export interface Operation {
  readonly client: number;
  readonly serial: number;
  readonly command: CacheCommand;
  /** Of a put or delete: the version that is being stored, once there is one. */
  written: Written | null;
  /** Which replicas hold it. */
  stored: NodeId[];
  answered: boolean;
  waited: number;
}

export interface NodeState {
  readonly kind: "node";
  readonly swim: SwimState;
  /** The members of the cache, as far as this node knows; itself among them while it is one. */
  view: NodeId[];
  /** Its clock, which never goes back, and the last time that it stamped a write with, ms. */
  time: number;
  stamped: number;
  entries: Record<string, Entry>;
  /** How many entries had to make room. */
  evictions: number;
  /** The eviction policy's state. */
  policy: unknown;
  /** What is known to be deleted, until all that it deletes is over by itself. */
  tombstones: Record<string, Written>;
  operations: Record<string, Operation>;
  flights: Flights<Waiter>;
  loads: Record<string, Load>;
  /** The last number given to a load. */
  number: number;
  index: OriginIndex;
  /** Whom it has asked for its share of what they hold, since it has come in. */
  warmedBy: NodeId[];
}

/** The database behind the cache. */
export interface OriginState extends OriginStored {
  readonly kind: "origin";
  /** Who has asked to be told of changes since it started. */
  watchers: NodeId[];
  /** Answers to loads that are under way, by their number. */
  answering: Record<number, { readonly to: NodeId; readonly answer: CacheMessage }>;
  /** How many loads it was asked for since then. */
  asked: number;
}

export interface OriginStored {
  /** How many changes there were. */
  version: number;
  /** By key: its value, and which change wrote it. */
  values: Record<string, { readonly value: string; readonly version: number }>;
  /** The last changes, each with its key; the last one is `version`. */
  changes: string[];
}

export type CacheMessage =
  | { readonly type: "Swim"; readonly swim: SwimMessage }
  | { readonly type: "Get"; readonly operation: string; readonly key: string }
  | { readonly type: "Got"; readonly operation: string; readonly found: Found | null }
  | { readonly type: "Fetch"; readonly key: string; readonly number: number }
  | { readonly type: "Fetched"; readonly key: string; readonly number: number; readonly copy: Written | null }
  | { readonly type: "Load"; readonly key: string; readonly number: number }
  | { readonly type: "Loaded"; readonly key: string; readonly number: number; readonly value: string | null; readonly version: number; readonly at: number }
  | { readonly type: "Write"; readonly operation: string; readonly key: string; readonly written: Written }
  | { readonly type: "Stored"; readonly operation: string; readonly key: string; readonly stamp: Timestamp }
  /** It is older than what the replica holds, or over by its clock: it must be stamped above that. */
  | { readonly type: "TooOld"; readonly operation: string; readonly stamp: Timestamp; readonly above: number }
  /** A part of a Merkle tree over the keys that both nodes are replicas of. */
  | { readonly type: "Compare"; readonly nodes: readonly HashedNode[] }
  /** Copies; in exchange, if leaves of that tree are named, for the receiver's of the keys there. */
  | { readonly type: "Copies"; readonly copies: readonly Copy[]; readonly leaves?: readonly number[] }
  /** What a node holds that is no replica of it any more, for one that is. */
  | { readonly type: "Offer"; readonly held: readonly (readonly [key: string, stamp: Timestamp])[] }
  | { readonly type: "Want"; readonly keys: readonly string[] }
  /** A newcomer asks a neighbour on the ring for its share. */
  | { readonly type: "WarmUp" }
  | { readonly type: "Warm"; readonly entries: readonly (readonly [key: string, entry: Entry])[] }
  | { readonly type: "Publish"; readonly key: string; readonly value: string }
  | { readonly type: "Watch"; readonly version: number }
  /** The keys of the changes after number `after`. */
  | { readonly type: "Changes"; readonly after: number; readonly keys: readonly string[] }
  | { readonly type: "Snapshot"; readonly version: number; readonly filter: BloomFilter };

export type Copy = readonly [key: string, written: Written];

/** The types of the cache, for the contract. */
export interface Cache {
  State: NodeState | OriginState;
  Message: CacheMessage;
  Timer: "period" | "indirect" | "gossip" | "sync" | "contact" | "linger" | { readonly suspect: NodeId } | { readonly relay: number } | "exchange" | "watch" | { readonly operation: string } | { readonly load: string } | { readonly answer: number };
  Stored: OriginStored;
  Input: Request<CacheCommand> | { readonly type: "publish"; readonly key: string; readonly value: string } | { readonly type: "leave" } | { readonly type: "join" };
  Output: CacheAnswer;
}

export interface CacheRules {
  /** Replicas of a key: so many distinct members on the ring. Default 3. */
  readonly replicas: number;
  /** How many of them hold a write before it is answered (W). Default a majority. */
  readonly acks: number;
  /** To how many replicas a write is sent at once; the others hear of it in the background. Default all. */
  readonly eager: number;
  /** Entries that a node holds, what was written and what was loaded. Default 1000. */
  readonly capacity: number;
  readonly eviction: "lru" | "tinylfu";
  /** How long a write lives, unless it says less, and how long what was loaded, ms. Default 60,000 both. */
  readonly ttl: number;
  readonly loadedTtl: number;
  /** How long it is remembered that the origin had nothing, ms; 0: not at all. Default 5,000. */
  readonly negativeTtl: number;
  /** XFetch's β; 0: nothing is recomputed early. Default 1. */
  readonly beta: number;
  /** Whether the filter of the origin's keys is asked before the origin. Default true. */
  readonly filter: boolean;
  /** Bits a key of that filter. Default 10. */
  readonly bitsPerKey: number;
  /** Whether a newcomer asks its neighbours on the ring for its share. Default true. */
  readonly warmUp: boolean;
  /** Whether replicas compare what they hold, by Merkle trees. Default true. */
  readonly compares: boolean;
  /** How long to wait for an answer, ms, and how often in vain before a request or a load is given up. Default 50 and 10. */
  readonly patience: number;
  readonly attempts: number;
  /** Time between two exchanges of a node with another, ms. Default 200. */
  readonly interval: number;
  /** How often a node renews its watch of the origin, ms; Infinity: it watches nothing. Default 500. */
  readonly watch: number;
  /** How many changes the origin can tell one by one; who is further behind is sent a new filter. Default 1000. */
  readonly history: number;
  /** Points a node on the ring. Default 32. */
  readonly points: number;
  /** So many nodes, the first ones, never leave; if they crash, they come back. At least W, as many as a write needs; default W. */
  readonly stay: number;
  /** How long the origin takes to answer a load, ms. Default 0. */
  readonly loadTime: number;
}
