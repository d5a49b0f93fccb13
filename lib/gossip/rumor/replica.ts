import type { Context, NodeId, Types } from "../../protocol.js";
import { type Item, take } from "./deathCertificates.js";
import type { Digested, Rumor, RumorMongering, RumorState } from "./types.js";

/** Takes what is new of these, and spreads it from the next cycle on if it is to be spread. Returns whether each was new. */
export function learn(state: RumorState, rumors: readonly Rumor[], spread: boolean, context: Context<RumorMongering>): boolean[] {
  let news = false;
  const were = rumors.map(({ key, item }) => {
    const taken = take(state, key, item, context.now);
    if (taken !== "learnt" && taken !== "awakened") return false;
    news = true;
    state.latest = Math.max(state.latest, item.timestamp.time);
    // A death certificate that has been awakened is news to the others, whoever awakened it.
    noteNew(state, key, spread || taken === "awakened", context);
    return taken === "learnt";
  });
  if (news) persist(state, context);
  return were;
}

/** This site has got an item; others are told if it is to be spread. */
export function noteNew(state: RumorState, key: string, spread: boolean, context: Context<RumorMongering>): void {
  if (!state.learnt.includes(key)) state.learnt.push(key);
  if (spread) state.hot[key] = { counter: 0, fresh: true, useful: 0, useless: 0 };
  else delete state.hot[key];
  context.output({ type: "has", key, item: state.items[key]! });
}

/** What this site spreads in its cycle. */
export const hotRumors = ({ hot, items }: RumorState): Rumor[] => Object.keys(hot).filter((key) => !hot[key]!.fresh && items[key]).map((key) => ({ key, item: items[key]! }));

/** What a site tells of an item where the item itself would be too long. */
export const digestOf = (item: Item): Digested => ({ timestamp: item.timestamp, activated: item.value === null ? item.activated : null });

/** Another site, each as likely. */
export function peer(context: Pick<Context<Types>, "self" | "size" | "random">): NodeId {
  const other = Math.floor(context.random() * (context.size - 1));
  return other >= context.self ? other + 1 : other;
}

/** All that must survive a crash. */
export function persist({ items, dormant, hot, latest }: RumorState, context: Context<RumorMongering>): void {
  context.save({ items, dormant, hot: Object.keys(hot), latest });
}
