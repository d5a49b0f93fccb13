import type { Exchange } from "./antiEntropyColumns.js";
import type { CertificateTimes, DeathCertificate, Item, Store, Timestamp } from "./deathCertificates.js";
import type { RumorRules } from "./rumorRules.js";

/** How a cluster spreads what its clients write. */
export interface RumorOptions extends RumorRules {
  /** Time between a site's cycles, in ms. Default 100. */
  readonly period?: number;
  /** Each site begins its cycles at a random time up to this one, in ms; 0: all begin one period after the start. Default: the period. */
  readonly startWithin?: number;
  /** Whether the site that a client writes to also mails the item to all others, once (Demers et al. 1987, §1.2). Default false. */
  readonly directMail?: boolean;
  /** Brings to all what rumours have left out (§1.5). Default: none. */
  readonly antiEntropy?: AntiEntropyOptions;
  /** How long death certificates last. Default: 10 s active, 30 days dormant. */
  readonly certificates?: CertificateTimes;
  /** How many sites keep a dormant death certificate: the one that deletes, and others drawn at random. Default 2. */
  readonly retention?: number;
}

export interface AntiEntropyOptions {
  /** Time between a site's exchanges, in ms. */
  readonly period: number;
  /** Who sends what the other lacks. Default `push-pull`. */
  readonly exchange?: Exchange;
  /** Whether an item that was found missing becomes a rumour again, at whoever lacked it. Default true. */
  readonly rekindle?: boolean;
}

/** A rumour at a site that spreads it. */
export interface HotRumor {
  /** Unnecessary cycles, or contacts, since the last useful one. */
  counter: number;
  /** Learnt in this cycle: spread from the next one on. */
  fresh: boolean;
  /** In this cycle, those who were given it and needed it, and those who knew it. */
  useful: number;
  useless: number;
}

export interface RumorState extends Store {
  /** By key, what this site spreads. */
  hot: Record<string, HotRumor>;
  /** The keys whose items this site did not have when its cycle began. */
  learnt: string[];
  /** Cycles since the start. */
  cycle: number;
  /** Calls taken in this cycle. */
  connections: number;
  /** How many other sites may still be tried in this cycle. */
  hunts: number;
  /** The time of the newest item that this site wrote or was given. */
  latest: number;
}

export interface Rumor {
  readonly key: string;
  readonly item: Item;
}

/** What a site says of a rumour that it was given: whether it needed it. */
export interface Verdict {
  readonly key: string;
  readonly timestamp: Timestamp;
  readonly needed: boolean;
}

export type RumorMessage =
  | { readonly type: "Call"; readonly cycle: number; readonly rumors: readonly Rumor[]; readonly pull: boolean }
  | { readonly type: "Busy"; readonly cycle: number }
  /** `cycle` is the caller's; `own` is that of the site that answers. */
  | { readonly type: "Answer"; readonly cycle: number; readonly own: number; readonly verdicts: readonly Verdict[]; readonly rumors: readonly Rumor[] }
  | { readonly type: "Feedback"; readonly cycle: number; readonly verdicts: readonly Verdict[] }
  | { readonly type: "Mail"; readonly rumors: readonly Rumor[] }
  /** What a site has: of each key the timestamp, and when a death certificate was activated. */
  | { readonly type: "Digest"; readonly items: Readonly<Record<string, Digested>> }
  /** What the other lacks, and the keys of which the other has something newer. */
  | { readonly type: "Items"; readonly rumors: readonly Rumor[]; readonly wanted: readonly string[] };

export interface Digested {
  readonly timestamp: Timestamp;
  readonly activated: number | null;
}

/** What survives a crash: all but what belongs to the cycle. */
export interface StoredRumors extends Store {
  readonly items: Record<string, Item>;
  readonly dormant: Record<string, DeathCertificate>;
  readonly hot: readonly string[];
  readonly latest: number;
}

export interface RumorMongering {
  State: RumorState;
  Message: RumorMessage;
  Timer: "cycle" | "anti-entropy";
  Stored: StoredRumors;
  /** A client writes a value, or deletes: null. */
  Input: { readonly type: "write"; readonly key: string; readonly value: string | number | null };
  Output:
    | { readonly type: "wrote"; readonly key: string; readonly item: Item }
    /** This site has got something newer, from a client or from another site. */
    | { readonly type: "has"; readonly key: string; readonly item: Item }
    /** This site spreads it no more. */
    | { readonly type: "lost interest"; readonly key: string; readonly timestamp: Timestamp };
}
