import type { Random } from "../../random.js";
import type { Server } from "./server.js";

/** How balancers learn how many requests are at each server. */
export type LoadDataOptions =
  /** They see it as it is. */
  | { readonly kind: "exact" }
  /** A board that all read is written anew every so many ms. */
  | { readonly kind: "board"; readonly every: number }
  /** Servers and balancers gossip: every so many ms each one draws another and both keep the newer report of every server. */
  | { readonly kind: "gossip"; readonly every: number };

/** What each balancer has been told. */
export interface LoadData {
  /** How many requests are at a server, as far as a balancer knows. */
  load(balancer: number, server: number, now: number): number;
  /** How old that is, ms. */
  age(balancer: number, server: number, now: number): number;
  /** Time between two refreshments, ms; +∞: there is nothing to refresh. */
  readonly every: number;
  /** Carries the data on; `renewed` is told which reports a balancer has received. */
  refresh(now: number, renewed: (balancer: number, server: number) => void): void;
}

/** The load data of a run. */
export function loadData(options: LoadDataOptions, servers: readonly Server[], balancers: number, random: Random): LoadData {
  if (options.kind === "board") return board(options.every, servers, balancers);
  if (options.kind === "gossip") return gossip(options.every, servers, balancers, random);
  return { every: Infinity, load: (_balancer, server, now) => servers[server]!.length(now), age: () => 0, refresh: () => {} };
}

function board(every: number, servers: readonly Server[], balancers: number): LoadData {
  const lengths = new Int32Array(servers.length);
  let written = 0;
  return {
    every,
    load: (_balancer, server) => lengths[server]!,
    age: (_balancer, _server, now) => now - written,
    refresh(now, renewed) {
      written = now;
      for (let server = 0; server < servers.length; server++) {
        lengths[server] = servers[server]!.length(now);
        for (let balancer = 0; balancer < balancers; balancer++) renewed(balancer, server);
      }
    },
  };
}

/**
 * Push-pull in rounds (Demers and others, PODC 1987), as rumours spread in chapter 3: in each round every member, in an
 * order of its own, exchanges tables with one other, drawn at random. A server's own entry is always as new as the round.
 */
function gossip(every: number, servers: readonly Server[], balancers: number, random: Random): LoadData {
  const n = servers.length;
  const members = n + balancers;
  /** By member and server: the load that was reported, and when; servers are members 0 to n − 1. */
  const loads = new Int32Array(members * n);
  const stamps = new Float64Array(members * n);
  const order = Int32Array.from({ length: members }, (_, member) => member);
  return {
    every,
    load: (balancer, server) => loads[(n + balancer) * n + server]!,
    age: (balancer, server, now) => now - stamps[(n + balancer) * n + server]!,
    refresh(now, renewed) {
      for (let server = 0; server < n; server++) {
        loads[server * n + server] = servers[server]!.length(now);
        stamps[server * n + server] = now;
      }
      const learn = (to: number, from: number, member: number, server: number): void => {
        loads[to] = loads[from]!;
        stamps[to] = stamps[from]!;
        if (member >= n) renewed(member - n, server);
      };
      for (let i = 0; i < members; i++) {
        const place = i + Math.floor(random() * (members - i));
        const member = order[place]!;
        order[place] = order[i]!;
        order[i] = member;
        const drawn = Math.floor(random() * (members - 1));
        const other = drawn < member ? drawn : drawn + 1;
        // A server that is down neither asks nor answers.
        if ((member < n && !servers[member]!.up) || (other < n && !servers[other]!.up)) continue;
        for (let server = 0; server < n; server++) {
          const [own, theirs] = [member * n + server, other * n + server];
          const lead = stamps[own]! - stamps[theirs]!;
          if (lead > 0) learn(theirs, own, other, server);
          else if (lead < 0) learn(own, theirs, member, server);
        }
      }
    },
  };
}
