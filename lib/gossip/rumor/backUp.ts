import type { Context, NodeId } from "../../protocol.js";
import { awaken, compareTimestamps, itemOf } from "./deathCertificates.js";
import { digestOf, learn, noteNew, peer } from "./replica.js";
import type { AntiEntropyOptions, Digested, RumorMessage, RumorMongering, RumorState } from "./types.js";

type Digest = Extract<RumorMessage, { type: "Digest" }>;
type Items = Extract<RumorMessage, { type: "Items" }>;

/**
 * Anti-entropy as the back-up of rumours (Demers et al. 1987, §1.3 and §1.5): every so often a site and another compare
 * what they have, key by key, and the newer items go where they are missing.
 */
export function backUp({ period, exchange = "push-pull", rekindle = true }: AntiEntropyOptions) {
  function onTimer(state: RumorState, context: Context<RumorMongering>): void {
    context.setTimer("anti-entropy", period);
    if (context.size < 2) return;
    const items = Object.fromEntries(Object.entries(state.items).map(([key, item]) => [key, digestOf(item)]));
    context.send(peer(context), { type: "Digest", items });
  }

  function onDigest(state: RumorState, from: NodeId, { items }: Digest, context: Context<RumorMongering>): void {
    for (const [key, { timestamp, activated }] of Object.entries(items)) {
      if (activated === null && awaken(state, key, timestamp, context.now)) noteNew(state, key, true, context);
    }
    const newer = Object.entries(state.items).filter(([key, item]) => isNewer(digestOf(item), items[key]));
    const wanted = Object.keys(items).filter((key) => isNewer(items[key]!, digestOfOwn(state, key)));
    const rumors = exchange === "push" ? [] : newer.map(([key, item]) => ({ key, item }));
    if (rumors.length > 0 || (wanted.length > 0 && exchange !== "pull")) context.send(from, { type: "Items", rumors, wanted: exchange === "pull" ? [] : wanted });
  }

  function onItems(state: RumorState, from: NodeId, { rumors, wanted }: Items, context: Context<RumorMongering>): void {
    learn(state, rumors, rekindle, context);
    const given = wanted.flatMap((key) => (state.items[key] ? [{ key, item: state.items[key]! }] : []));
    if (given.length > 0) context.send(from, { type: "Items", rumors: given, wanted: [] });
  }

  return { onTimer, onDigest, onItems };
}

const digestOfOwn = (state: RumorState, key: string) => {
  const own = itemOf(state, key);
  return own && digestOf(own);
};

/** Whether an item is newer than another, or a death certificate that has been activated since; or the other is missing. */
function isNewer(item: Digested, other: Digested | undefined): boolean {
  if (!other) return true;
  const order = compareTimestamps(item.timestamp, other.timestamp);
  return order > 0 || (order === 0 && (item.activated ?? 0) > (other.activated ?? 0));
}
