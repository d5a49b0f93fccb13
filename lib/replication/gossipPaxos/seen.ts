import type { RumorId, SeenOfLife } from "./types.js";

/** Of so many rumours of a life a node remembers each by itself; older ones it takes for seen. */
const WINDOW = 256;

/** Notes a rumour; returns whether it has not come before. */
export function isNew(seen: Record<string, SeenOfLife>, { origin, life, serial }: RumorId): boolean {
  const own = (seen[`${origin} ${life}`] ??= { floor: 0, above: [] });
  if (serial < own.floor || own.above.includes(serial)) return false;
  own.above.push(serial);
  if (own.above.length > WINDOW) own.floor = Math.max(own.floor, own.above.reduce((least, one) => Math.min(least, one), Infinity));
  while (own.above.includes(own.floor)) own.above.splice(own.above.indexOf(own.floor++), 1);
  return true;
}
