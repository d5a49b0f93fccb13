import type { Context, NodeId } from "../../protocol.js";
import { addKey, bloomFilter } from "./bloomFilter.js";
import type { Cache, CacheMessage, CacheRules, OriginState, OriginStored } from "./types.js";

/**
 * The database behind the cache: values under keys, each with the number of the change that wrote it. It answers loads, and
 * tells those who watch it which keys changed, in order and without a gap; who is too far behind is sent a Bloom filter of
 * all its keys instead. Every change is durable before anybody hears of it.
 */
export function origin({ history, bitsPerKey, loadTime }: Pick<CacheRules, "history" | "bitsPerKey" | "loadTime">) {
  type Own = Context<Cache>;

  function publish(state: OriginState, key: string, value: string, context: Own): void {
    const version = state.version + 1;
    state.version = version;
    state.values = { ...state.values, [key]: { value, version } };
    state.changes = [...state.changes, key].slice(-history);
    context.save(storedOf(state));
    for (const watcher of state.watchers) context.send(watcher, { type: "Changes", after: version - 1, keys: [key] });
  }

  function onWatch(state: OriginState, from: NodeId, version: number, context: Own): void {
    if (!state.watchers.includes(from)) state.watchers.push(from);
    const missed = state.version - version;
    if (version >= 0 && missed >= 0 && missed <= state.changes.length) return context.send(from, { type: "Changes", after: version, keys: state.changes.slice(state.changes.length - missed) });
    const keys = Object.keys(state.values);
    // With room for as many again, which the watch will tell of.
    const filter = bloomFilter(Math.ceil(bitsPerKey * 2 * Math.max(32, keys.length)), Math.max(1, Math.round(bitsPerKey * Math.LN2)));
    for (const key of keys) addKey(filter, key);
    context.send(from, { type: "Snapshot", version: state.version, filter });
  }

  function onMessage(state: OriginState, from: NodeId, message: CacheMessage, context: Own): void {
    if (message.type === "Publish") return publish(state, message.key, message.value, context);
    if (message.type === "Watch") return onWatch(state, from, message.version, context);
    if (message.type !== "Load") return;
    const held = state.values[message.key];
    const answer = { type: "Loaded", key: message.key, number: message.number, value: held?.value ?? null, version: held?.version ?? 0, at: state.version } as const;
    const number = ++state.asked;
    if (loadTime === 0) return context.send(from, answer);
    state.answering[number] = { to: from, answer };
    context.setTimer({ answer: number }, loadTime);
  }

  /** What it read when it was asked is ready. */
  function onTimeOver(state: OriginState, number: number, context: Own): void {
    const { to, answer } = state.answering[number]!;
    delete state.answering[number];
    context.send(to, answer);
  }

  return { publish, onMessage, onTimeOver };
}

export const storedOf = ({ version, values, changes }: OriginState): OriginStored => ({ version, values, changes });
