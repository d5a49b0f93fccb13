import { hashString } from "../../hashing/hashString.js";
import type { Context, NodeId, Protocol } from "../../protocol.js";

/** What flows, and through how many nodes. */
export interface DataflowOptions {
  /** Nodes that read the input, each a part of its own. Default 2. */
  readonly sources?: number;
  /** Nodes that count, each its share of the keys. Default 2. */
  readonly counters?: number;
  /** Time between two records of a source, ms. Default 5. */
  readonly gap?: number;
  /** Length of a window, ms; and how many there are before the input ends. Default 100; 10. */
  readonly window?: number;
  readonly windows?: number;
  /** Different keys in the input. Default 4. */
  readonly keys?: number;
}

/** Records by key. */
export type Counts = Record<number, number>;

/** Reads the input from `position` on; `window` is the one that it is in. */
export interface Source {
  readonly kind: "source";
  position: number;
  window: number;
}

export interface Counter {
  readonly kind: "counter";
  /** Open windows. */
  counts: Record<number, Counts>;
  /** By source: up to which window all its records have come. */
  watermarks: Record<NodeId, number>;
  /** The last window that it has closed; null if it has not heard of any yet. */
  closed: number | null;
  /** All records that it has counted. */
  counted: number;
}

/** Puts the parts of a window together. */
export interface Sink {
  readonly kind: "sink";
  parts: Record<number, Record<NodeId, Counts>>;
}

export type DataflowMessage = { readonly type: "Record"; readonly key: number; readonly window: number } | { readonly type: "Watermark"; readonly window: number } | { readonly type: "Part"; readonly window: number; readonly counts: Counts };

/** A window's records by key, told when it is over, and again if a part of it comes again. */
export interface WindowCounts {
  readonly type: "window";
  readonly window: number;
  readonly counts: Counts;
}

/** The types of the dataflow, for the contract. */
export interface Dataflow {
  State: Source | Counter | Sink;
  Message: DataflowMessage;
  Timer: "read";
  Output: WindowCounts;
}

/** All options, with their defaults. */
export const dataflowDefaults = (options: DataflowOptions = {}): Required<DataflowOptions> => ({ sources: 2, counters: 2, gap: 5, window: 100, windows: 10, keys: 4, ...options });

/** How many nodes a dataflow has: sources, counters and, last, the sink. */
export const dataflowSize = ({ sources, counters }: Required<DataflowOptions>): number => sources + counters + 1;

/** The key of a source's record: the input can be read again from any position, and is then the same. */
export const keyOf = (source: NodeId, position: number, keys: number): number => hashString(`${source}/${position}`) % keys;

/** What is to be found in a window. */
export function trueCounts(window: number, options: DataflowOptions): Counts {
  const { sources, gap, window: length, keys } = dataflowDefaults(options);
  const counts: Counts = {};
  for (let source = 0; source < sources; source++)
    for (let position = Math.ceil((window * length) / gap); position * gap < (window + 1) * length; position++) {
      const key = keyOf(source, position, keys);
      counts[key] = (counts[key] ?? 0) + 1;
    }
  return counts;
}

/**
 * A stream processor: sources read an input that keeps coming, counters count its records by key and window, a sink puts
 * the counts of a window together (Carbone and others, Apache Flink, IEEE Data Engineering Bulletin 38(4), 2015). Channels
 * keep the order: what a source says after its last record of a window, its watermark, comes after all of these. Nothing
 * here survives a crash, and whoever begins again counts what it hears from then on.
 */
export function dataflow(options: DataflowOptions = {}): Protocol<Dataflow> {
  const { sources, counters, gap, window: length, windows, keys } = dataflowDefaults(options);

  /** Everything that is there to be read by now; watermarks go to all counters. */
  function read(state: Source, context: Context<Dataflow>): void {
    for (; state.window < windows && state.position * gap <= context.now; state.position++) {
      const window = Math.floor((state.position * gap) / length);
      for (; state.window < window; state.window++) for (let counter = 0; counter < counters; counter++) context.send(sources + counter, { type: "Watermark", window: state.window });
      if (state.window === windows) return;
      const key = keyOf(context.self, state.position, keys);
      context.send(sources + (key % counters), { type: "Record", key, window });
    }
    context.setTimer("read", gap);
  }

  function count(state: Counter, { key, window }: Extract<DataflowMessage, { type: "Record" }>): void {
    state.closed ??= window - 1;
    const counts = (state.counts[window] ??= {});
    counts[key] = (counts[key] ?? 0) + 1;
    state.counted++;
  }

  /** Once all sources are through with a window, it is over. */
  function close(state: Counter, from: NodeId, upTo: number, context: Context<Dataflow>): void {
    state.closed ??= upTo - 1;
    state.watermarks[from] = upTo;
    const over = Math.min(...Array.from({ length: sources }, (_, source) => state.watermarks[source] ?? -1));
    // Records that come late, if ever, are counted with the next: the part is told again.
    const late = Object.keys(state.counts).map(Number).filter((window) => window <= Math.min(over, state.closed!));
    for (const window of [...late, ...Array.from({ length: Math.max(0, over - state.closed) }, (_, i) => state.closed! + 1 + i)]) {
      context.send(context.size - 1, { type: "Part", window, counts: state.counts[window] ?? {} });
      delete state.counts[window];
    }
    state.closed = Math.max(state.closed, over);
  }

  function put(state: Sink, from: NodeId, { window, counts }: Extract<DataflowMessage, { type: "Part" }>, context: Context<Dataflow>): void {
    const parts = (state.parts[window] ??= {});
    parts[from] = counts;
    if (Object.keys(parts).length === counters) context.output({ type: "window", window, counts: sumOf(Object.values(parts)) });
  }

  return {
    init(self, size) {
      if (size !== sources + counters + 1) throw new RangeError(`expected ${sources + counters + 1} nodes for ${sources} sources, ${counters} counters and a sink, not ${size}`);
      if (self < sources) return { kind: "source", position: 0, window: 0 };
      return self === size - 1 ? { kind: "sink", parts: {} } : { kind: "counter", counts: {}, watermarks: {}, closed: null, counted: 0 };
    },
    onStart: (state, context) => void (state.kind === "source" && read(state, context)),
    onTimer: (state, _timer, context) => void (state.kind === "source" && read(state, context)),
    onMessage(state, from, message, context) {
      if (message.type === "Part") put(state as Sink, from, message, context);
      else if (message.type === "Record") count(state as Counter, message);
      else close(state as Counter, from, message.window, context);
    },
  };
}

function sumOf(parts: readonly Counts[]): Counts {
  const sum: Counts = {};
  for (const part of parts) for (const [key, count] of Object.entries(part)) sum[Number(key)] = (sum[Number(key)] ?? 0) + count;
  return sum;
}
