import type { Declaration } from "../promises.js";
import type { Protocol, Types } from "../protocol.js";
import type { Command } from "../sim/command.js";
import type { HostileRun } from "./hostileRun.js";
import { minimize } from "./minimize.js";
import { play } from "./play.js";

/**
 * The same accusation with less going wrong: fewer nodes, no chances, a plain network and disk, right clocks, fewer
 * commands, an earlier end. Of what is left nothing can be left out, with the run's seed or one of the next few.
 */
export function shrinkRun<T extends Types>(declaration: Declaration<T>, run: HostileRun<T>, protocol: Protocol<T>, property: string): HostileRun<T> {
  let spent = 0;
  const fails = (candidate: HostileRun<T>) => {
    const { cluster, accusation } = play(declaration, candidate, { protocol });
    spent += cluster.events;
    return accusation?.property === property;
  };
  let best = run;
  const attempt = (candidate: HostileRun<T>): boolean => {
    // First as it is: most of what a run goes through without has nothing to do with chance.
    const seeds = [best.seed, ...Array.from({ length: spent < PATIENCE ? SEEDS : 0 }, (_, i) => run.seed + i).filter((seed) => seed !== best.seed)];
    for (const seed of seeds) {
      if (!fails({ ...candidate, seed })) continue;
      best = { ...candidate, seed };
      return true;
    }
    return false;
  };
  for (let before = ""; before !== JSON.stringify(best); ) {
    before = JSON.stringify(best);
    for (const size of declaration.sizes.filter((other) => other < best.size).sort((a, b) => a - b)) if (attempt(onFewer(best, size))) break;
    for (const change of simplifications(best)) attempt({ ...best, ...change });
    for (const name of ["clients", "operations"] as const) while (best[name] > 1 && attempt({ ...best, [name]: best[name] - 1 })) {}
    best = { ...best, schedule: minimize(best.schedule, (schedule) => fails({ ...best, schedule })) };
    const { accusation, cluster } = play(declaration, best, { protocol });
    if (accusation && accusation.witnesses.length > 0 && cluster.now < best.calmAt) attempt({ ...best, calmAt: cluster.now });
  }
  return best;
}

/** How many seeds are tried for each thing that is left out, until so many events have been played; then only the run's own. */
const SEEDS = 30;
const PATIENCE = 400_000;

function simplifications<T extends Types>(run: HostileRun<T>): Partial<HostileRun<T>>[] {
  const plain: Partial<HostileRun<T>> = { schedule: [], loss: 0, duplication: 0, reordering: 0, diskWrite: null, tornWrite: 0, clockSkew: null, clockDrift: null, latency: "constant:5" };
  const names = Object.keys(plain) as (keyof HostileRun<T>)[];
  const left = names.filter((name) => JSON.stringify(run[name]) !== JSON.stringify(plain[name]));
  const single = left.map((name) => ({ [name]: plain[name] }) as Partial<HostileRun<T>>);
  return left.length > 1 ? [plain, ...single] : single;
}

/** The run on the first nodes alone. */
function onFewer<T extends Types>(run: HostileRun<T>, size: number): HostileRun<T> {
  const schedule = run.schedule.flatMap(({ at, command }) => {
    const kept = without(command, size);
    return kept ? [{ at, command: kept }] : [];
  });
  return { ...run, size, schedule };
}

function without<T extends Types>(command: Command<T>, size: number): Command<T> | undefined {
  const gone = (node: unknown) => typeof node === "number" && node >= size;
  if (command.type === "partition") return { ...command, groups: command.groups.map((group) => group.filter((node) => node < size)) };
  if (command.type === "cut" || command.type === "clog") return gone(command.from) || gone(command.to) ? undefined : command;
  return "node" in command && gone(command.node) ? undefined : command;
}
