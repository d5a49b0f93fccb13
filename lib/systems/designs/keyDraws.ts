import type { Random } from "../../random.js";

/** How keys are drawn: see `Workload`. */
export interface KeyDraws {
  readonly keys: number;
  readonly skew: number;
  readonly local?: number;
}

/** The name of a key that belongs to a region. */
export const keyIn = (region: number, rank: number): string => `r${region}:k${rank}`;

/** The region that a key belongs to, or undefined if it belongs nowhere. */
export function regionOfKey(key: string): number | undefined {
  const found = /^r(\d+):/.exec(key);
  return found ? Number(found[1]) : undefined;
}

/** Draws keys for a client of a region: by Zipf's law with exponent `skew`, of its own region with probability `local`. */
export function keyDraws({ keys, skew, local }: KeyDraws, regions: number): (region: number, random: Random) => string {
  const upTo = new Float64Array(keys);
  let sum = 0;
  for (let i = 0; i < keys; i++) upTo[i] = sum += Math.exp(-skew * Math.log(i + 1));
  const rank = (random: Random) => {
    if (skew === 0) return Math.floor(keys * random());
    const aim = sum * random();
    let [low, high] = [0, keys - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle]! > aim) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  if (local === undefined) return (_region, random) => `k${rank(random)}`;
  return (region, random) => {
    const own = regions === 1 || random() < local;
    const home = own ? region : (region + 1 + Math.floor((regions - 1) * random())) % regions;
    return keyIn(home, rank(random));
  };
}
