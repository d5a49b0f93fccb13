import type { Policy, View } from "../policy.js";

/**
 * The power of d choices (Mitzenmacher 2001): of `d` servers drawn at random without replacement, the least loaded by what
 * the balancer has been told, or, by `connections`, the one with the fewest of its own requests under way.
 */
export function powerOfChoices({ d = 2, by = "load" }: { readonly d?: number; readonly by?: "load" | "connections" } = {}): Policy {
  const cost = (view: View, server: number) => (by === "load" ? view.load(server) : view.connections[server]!);
  return {
    name: d === 2 ? "two choices" : `${d} choices`,
    init: () => ({}),
    choose(_state, view) {
      const { usable, random } = view;
      let chosen = -1;
      let best = Infinity;
      for (const place of drawPlaces(usable.length, d, random)) {
        const server = usable[place]!;
        const own = cost(view, server);
        if (own < best) [best, chosen] = [own, server];
      }
      return chosen;
    },
  };
}

/** `d` different places below `count`, or all, in the order in which they were drawn. */
export function drawPlaces(count: number, d: number, random: () => number): readonly number[] {
  const first = Math.floor(random() * count);
  if (d === 1 || count === 1) return [first];
  if (d === 2) {
    const second = Math.floor(random() * (count - 1));
    return [first, second < first ? second : second + 1];
  }
  const drawn = [first];
  while (drawn.length < d && drawn.length < count) {
    const place = Math.floor(random() * count);
    if (!drawn.includes(place)) drawn.push(place);
  }
  return drawn;
}
