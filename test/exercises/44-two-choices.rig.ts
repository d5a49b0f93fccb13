import type { Reply } from "../../lib/course/grading/exchange.js";
import { isSameJson, jsonCopy } from "../../lib/course/grading/jsonCopy.js";
import { createRandom } from "../../lib/random.js";
import { attempt } from "./pureCalls.js";

/** As in the exercise. */
export interface Seen {
  readonly load: number;
  readonly up: boolean;
}

type Choose = (servers: readonly Seen[], d: number, random: () => number) => unknown;

/** How many requests a simulation has, and servers; the mean time of a request is 1. */
export const size = { requests: 5000, servers: 20 };

/** A simulation: how busy the servers are, from 0 to 1, and how often they tell their load; never: Infinity. */
export interface Kind {
  readonly use: number;
  readonly period: number;
}
export const kinds: Readonly<Record<string, Kind>> = { fresh: { use: 0.9, period: 0.25 }, old: { use: 0.9, period: 10 }, silent: { use: 0.6, period: Infinity } };

/** How often each place was chosen in so many choices; null for nobody. Then once more with the same lots. */
export function draw({ choose }: { choose: Choose }, servers: readonly Seen[], d: number, times: number, seed: number): Reply {
  return attempt(() => {
    const list = jsonCopy(servers);
    const counts: Record<string, number> = {};
    const [random, again] = [createRandom(seed), createRandom(seed)];
    for (let i = 0; i < times; i++) {
      const chosen = choose(list, d, limited(random));
      counts[String(chosen)] = (counts[String(chosen)] ?? 0) + 1;
      if (i < 100 && choose(list, d, limited(again)) !== chosen) throw new Error("choose chose another server when it was asked the same with the same lots: they must all come from random()");
    }
    if (!isSameJson(list, servers)) throw new Error("choose changed the list of servers, which belongs to the caller");
    return counts;
  });
}

/** Lots for one choice. */
function limited(random: () => number): () => number {
  let drawn = 0;
  return () => {
    if (++drawn > 1000) throw new Error("choose drew 1000 lots for one choice, and went on");
    return random();
  };
}

/** What the answer chose, request by request; the rest is computed once more beside the judge. */
export function serve({ choose }: { choose: Choose }, kind: string, seed: number): Reply {
  return attempt(() => {
    const lots = createRandom(seed + 1000);
    const choices: number[] = [];
    simulate(kinds[kind]!, seed, (servers) => {
      const chosen = choose(servers, 2, limited(lots));
      if (!isPlace(chosen)) throw new Error(`choose returned ${String(chosen)}, with ${size.servers} servers that are up`);
      choices.push(chosen);
      return chosen;
    });
    return choices;
  });
}

export const isPlace = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0 && (value as number) < size.servers;

/** Requests come by chance to servers that take them one after the other. How long each took, and how many each server got. */
export function simulate({ use, period }: Kind, seed: number, choose: (servers: readonly Seen[], request: number) => number): { readonly times: number[]; readonly got: number[]; readonly longest: number } {
  const random = createRandom(seed);
  const free = new Array<number>(size.servers).fill(0);
  // When the requests of each server end.
  const ends = Array.from({ length: size.servers }, (): number[] => []);
  const got = new Array<number>(size.servers).fill(0);
  let seen: Seen[] = ends.map(() => ({ load: 0, up: true }));
  let [now, told, longest] = [0, period, 0];
  const times: number[] = [];
  for (let request = 0; request < size.requests; request++) {
    now -= Math.log(1 - random()) / (use * size.servers);
    if (now >= told) {
      told = Math.floor(now / period) * period;
      for (const list of ends) while (list.length > 0 && list[0]! <= told) list.shift();
      seen = ends.map((list) => ({ load: list.length, up: true }));
      longest = Math.max(longest, ...seen.map(({ load }) => load));
      told += period;
    }
    const place = choose(seen, request);
    free[place] = Math.max(free[place]!, now) - Math.log(1 - random());
    ends[place]!.push(free[place]);
    got[place]!++;
    times.push(free[place] - now);
  }
  return { times, got, longest };
}
