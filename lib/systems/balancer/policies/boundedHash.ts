import { capacity, firstWithRoom } from "../../../hashing/boundedLoads.js";
import { Ring } from "../../../hashing/ring.js";
import type { Policy } from "../policy.js";

/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam, SODA 2018): the first server from the
 * client's place on a ring that has fewer than `c` times its share of the requests that this balancer has under way.
 */
export function boundedHash({ c = 1.25, points = 160 }: { readonly c?: number; readonly points?: number } = {}): Policy<{ underWay: number }> {
  // A ring never changes, so all balancers may have the same one.
  const rings = new Map<number, Ring<number>>();
  const ringOf = (count: number) => {
    const known = rings.get(count) ?? new Ring(Array.from({ length: count }, (_, server) => server), { points });
    rings.set(count, known);
    return known;
  };
  return {
    name: "hash with bounded loads",
    init: () => ({ underWay: 0 }),
    choose({ underWay }, { usable, weights, connections, source, isUsable }) {
      const most = capacity(c, underWay + 1, usable.length);
      return firstWithRoom(ringOf(weights.length), source, (server) => isUsable(server) && connections[server]! < most) ?? usable[source % usable.length]!;
    },
    sent: (state) => void state.underWay++,
    answered: (state) => void state.underWay--,
    failed: (state) => void state.underWay--,
  };
}
