/** How large a cluster is explored, and how far. Faults and timers are budgets for the whole run, so that there is an end. */
export interface Bounds {
  /** How many nodes there are. */
  readonly size: number;
  /** Crashes in all. Default 0. */
  readonly crashes?: number;
  /** What a crashed node may find when it restarts: its disk, or either its disk or nothing; or it stays down. Default "kept". */
  readonly restart?: "kept" | "lost" | "never";
  /** Whether a crash may also come in the middle of a handler, with some of its writes on disk and no message sent. Default false. */
  readonly midWrite?: boolean;
  /** How often timers may fire on one node. Default: no bound. */
  readonly timersPerNode?: number;
  /** How often timers may fire in all. Default: no bound. */
  readonly timers?: number;
  /** Inputs in all, each any of the subject's at any node that is up. Default 0. */
  readonly inputs?: number;
  /** How often a message may be delivered and stay in flight as well. Default 0. */
  readonly duplicates?: number;
  /**
   * Messages taken out of the network. Default 0: a message that is never delivered is as good as lost, so this makes a
   * difference only where links are ordered, or for what must come about eventually.
   */
  readonly drops?: number;
  /** Whether messages from one node to another arrive in the order they were sent. Default false. */
  readonly ordered?: boolean;
  /** Whether worlds that differ in the names of nodes alone are taken for one; the subject must say how to rename. Default false. */
  readonly symmetry?: boolean;
  /** Worlds with more messages in flight are not visited. Default: no bound. */
  readonly inFlight?: number;
  /** Worlds more steps away from the start are not visited. Default: no bound. */
  readonly depth?: number;
  /** How many different worlds are kept at most. Default 10 million (some 600 MB). */
  readonly worlds?: number;
}

/** Bounds with their defaults filled in. Throws a `RangeError` that names a bound out of range. */
export function checkBounds(given: Bounds): Required<Bounds> {
  const bounds: Required<Bounds> = { ...DEFAULTS, ...definedOnly(given) };
  for (const name of COUNTS) {
    const value = bounds[name];
    const least = name === "size" || name === "worlds" ? 1 : 0;
    if (!(value >= least && (Number.isInteger(value) || (value === Infinity && OPEN.includes(name))))) {
      throw new RangeError(`expected a whole number from ${least} for the bound "${name}", not ${value}`);
    }
  }
  if (bounds.size > MOST_NODES) throw new RangeError(`expected at most ${MOST_NODES} nodes to explore, not ${bounds.size}`);
  return bounds;
}

const COUNTS = ["size", "crashes", "timersPerNode", "timers", "inputs", "duplicates", "drops", "inFlight", "depth", "worlds"] as const;
const OPEN: readonly string[] = ["timersPerNode", "timers", "inFlight", "depth"];
const MOST_NODES = 32;
const DEFAULTS = {
  crashes: 0,
  restart: "kept",
  midWrite: false,
  timersPerNode: Infinity,
  timers: Infinity,
  inputs: 0,
  duplicates: 0,
  drops: 0,
  ordered: false,
  symmetry: false,
  inFlight: Infinity,
  depth: Infinity,
  worlds: 10_000_000,
} as const;

const definedOnly = (bounds: Bounds): Bounds => Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined)) as unknown as Bounds;
