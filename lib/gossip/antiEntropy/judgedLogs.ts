import type { Facts, NodeView } from "../../promises.js";
import type { AntiEntropy, AntiEntropyEntry } from "./types.js";

/** What a node's disk has got since this was asked last. What others know of a node came from its disk: nothing leaves it before. */
export function newEntries<Cell, Change>({ id, disk: { log } }: NodeView<AntiEntropy<Cell, Change>>, facts: Facts): readonly { readonly entry: AntiEntropyEntry<Cell, Change>; readonly before: readonly AntiEntropyEntry<Cell, Change>[] }[] {
  const from = Number(facts.known("entries looked at of node", id) ?? 0);
  if (log.length === from) return [];
  facts.rises("entries looked at of node", id, log.length);
  return log.slice(from).map((entry, i) => ({ entry, before: log.slice(0, from + i) }));
}

/** Whether everything that a node has in memory is on its disk. */
export const isAllOnDisk = ({ state, disk: { log } }: NodeView<AntiEntropy>): boolean => state.sequence === log.length;

/** A node's lives, from 0, are what lies between its crashes: what it had only in memory, and told nobody, it may not have in the next. */
export function lifeOf({ id, up }: Pick<NodeView<AntiEntropy>, "id" | "up">, facts: Facts): string {
  const life = Number(facts.known("life of node", id) ?? 0);
  if (!up) facts.rises("life of node", id, life + 1);
  return `node ${id} in its life ${life}`;
}
