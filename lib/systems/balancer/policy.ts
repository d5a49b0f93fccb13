import type { Random } from "../../random.js";

/** What a balancer knows at the moment at which it chooses. Servers are numbered from 0. */
export interface View {
  /** The time, ms. */
  readonly now: number;
  /** The servers that may be chosen, in ascending order; never none. */
  readonly usable: readonly number[];
  isUsable(server: number): boolean;
  /** A server's share beside the others', as configured; 1 as a rule. */
  readonly weights: readonly number[];
  /** By server: requests that this balancer has sent and that have neither been answered nor given up. */
  readonly connections: Int32Array;
  /** By server: the same divided by the server's weight; +∞ if it may not be chosen. */
  readonly crowding: Float64Array;
  /** By server: requests that this balancer has sent since it was last told of the load there; 0 where it sees loads as they are. */
  readonly sentSince: Int32Array;
  /** How many requests are at a server, as far as this balancer has been told: how old that is, is the model's business. */
  load(server: number): number;
  /** A hash of the client's address, an integer from 0 to 2^32 − 1. */
  readonly source: number;
  readonly random: Random;
}

/** What a policy may know before the first request. */
export interface Servers {
  readonly count: number;
  readonly weights: readonly number[];
  readonly random: Random;
}

/**
 * How a balancer chooses a server: rules without state of their own over a state of plain data, one for each balancer.
 * Whoever drives it tells it what became of each request.
 */
export interface Policy<State extends object = object> {
  readonly name: string;
  init(servers: Servers): State;
  /** One of `view.usable`. */
  choose(state: State, view: View): number;
  /** A request has gone to this server. */
  sent?(state: State, server: number, now: number): void;
  /** A server has answered, after so many ms. `place` is how many of this balancer's requests were there when this one had been sent, itself included. */
  answered?(state: State, server: number, latency: number, now: number, place: number): void;
  /** A request came to nothing, after so many ms: refused, cut off or timed out. */
  failed?(state: State, server: number, latency: number, now: number): void;
  /** A server tells this balancer that it has nothing to do. */
  idle?(state: State, server: number): void;
}

/** A usable server drawn at random. */
export function anyOf({ usable, random }: Pick<View, "usable" | "random">): number {
  return usable[Math.floor(random() * usable.length)]!;
}

/** The usable server for which `cost` is least; of several each is as likely. */
export function leastOf({ usable, random }: Pick<View, "usable" | "random">, cost: (server: number) => number): number {
  let best = Infinity;
  let equal = 0;
  for (let i = 0; i < usable.length; i++) {
    const server = usable[i]!;
    const own = cost(server);
    if (own > best) continue;
    if (own < best) [best, equal] = [own, 0];
    equals[equal++] = server;
  }
  return equals[equal === 1 ? 0 : Math.floor(random() * equal)]!;
}

/** Room for those that are equal, during one call. */
const equals: number[] = [];
