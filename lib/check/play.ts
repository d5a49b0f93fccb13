import type { Declaration } from "../promises.js";
import type { Protocol, Types } from "../protocol.js";
import { type Cluster, simulate } from "../sim/cluster.js";
import type { ClusterOptions, Observer } from "../sim/options.js";
import { historyPromise } from "./clientHistory.js";
import { Clients } from "./clients.js";
import { disksOf, type HostileRun } from "./hostileRun.js";
import { type Accusation, Judge, JudgeError, NO_HANDLER_FAILS } from "./judge.js";

/** A hostile run as it was played, and judged. */
export interface Played<T extends Types> {
  readonly cluster: Cluster<T>;
  readonly accusation: Accusation | undefined;
  /** Names of the reachables that it reached. */
  readonly reached: ReadonlySet<string>;
}

export interface PlayOptions<T extends Types> {
  /** The protocol to run: the declared engine unless given, as for a mutant of it. */
  readonly protocol?: Protocol<T>;
  /** Keeps a full trace. Default false. */
  readonly trace?: boolean;
  /** Checks invariants and looks for reachables. Default true. */
  readonly judged?: boolean;
}

/** Plays a run up to the first accusation, or to the end of a calm phase in which the declared progress must come about. */
export function play<T extends Types>(declaration: Declaration<T>, run: HostileRun<T>, { protocol = declaration.engine(), trace = false, judged = true }: PlayOptions<T> = {}): Played<T> {
  const judge = judged ? new Judge<T>(declaration) : undefined;
  const clients = declaration.service && run.clients > 0 ? new Clients(declaration.service, run) : undefined;
  const accuse = (error: unknown) => {
    const own = error instanceof Error && error.cause instanceof JudgeError ? error.cause : error;
    if (!judge || own instanceof JudgeError) throw own;
    judge.accusation ??= { property: NO_HANDLER_FAILS, message: error instanceof Error ? error.message : String(error), witnesses: [] };
  };
  const { probe } = declaration;
  let cluster: Cluster<T> | undefined;
  try {
    cluster = simulate(protocol, { ...optionsOf(declaration, run), trace, ...(probe && { probe }), ...((judge || clients) && { observer: watching(judge, clients, () => cluster?.now ?? 0) }) });
  } catch (error) {
    accuse(error);
    cluster = simulate<T>(IDLE, { size: run.size, seed: run.seed, trace });
    return { cluster, accusation: judge?.accusation, reached: new Set() };
  }
  judge?.watch(cluster);
  for (const { at, command } of run.schedule) cluster.command(command, at);
  try {
    const missing = playOn(declaration, run, cluster, { clients, judged, broken: () => judge?.accusation !== undefined });
    if (missing && judge) judge.accusation ??= missing;
  } catch (error) {
    accuse(error);
  }
  return { cluster, accusation: judge?.accusation, reached: judge?.reached ?? new Set() };
}

/** Stands for an engine that fails before its first event. */
const IDLE: Protocol<any> = { init: () => ({}), onMessage() {} };

function optionsOf<T extends Types>(declaration: Declaration<T>, run: HostileRun<T>): ClusterOptions<T> {
  const { size, seed, latency, loss, duplication, reordering, diskWrite, tornWrite, clockSkew, clockDrift } = run;
  return {
    ...{ size, seed, latency, loss, duplication, reordering, tornWrite, digest: false },
    ...(diskWrite !== null && { diskWrite }),
    ...(clockSkew !== null && { clockSkew }),
    ...(clockDrift !== null && { clockDrift }),
    disks: disksOf(declaration, run),
  };
}

/** A judge and clients, told of the same run. */
function watching<T extends Types>(judge: Judge<T> | undefined, clients: Clients<T> | undefined, now: () => number): Observer<T> {
  if (!clients) return judge!;
  return {
    acted: (node) => judge?.acted(node),
    sent: (from, to, message) => judge?.sent(from, to, message),
    told(node, output) {
      judge?.told(node, output);
      clients.told(output, now());
    },
  };
}

interface Watched<T extends Types> {
  readonly clients: Clients<T> | undefined;
  readonly judged: boolean;
  broken(): boolean;
}

/** The faults, the calm phase, and the endings; what is missing then, or what clients were told that cannot be. */
function playOn<T extends Types>(declaration: Declaration<T>, run: HostileRun<T>, cluster: Cluster<T>, watched: Watched<T>): Accusation | undefined {
  if (runOn(cluster, run.calmAt, watched)) return undefined;
  cluster.command({ type: "calm" });
  watched.clients?.finish(cluster.now);
  const missing = waitForProgress(declaration, cluster, watched) ?? (isQuick(run) ? tryEndings(declaration, cluster, watched) : undefined);
  if (watched.broken()) return undefined;
  const fault = watched.judged ? watched.clients?.history.fault() : undefined;
  return fault === undefined ? missing : { property: historyPromise(declaration.service!), message: fault, witnesses: [] };
}

/** Lets everything happen until a time, ms, or until a promise breaks; returns whether one does. */
function runOn<T extends Types>(cluster: Cluster<T>, until: number, { clients, broken }: Watched<T>): boolean {
  const wakesAt = () => clients?.wakesAt ?? Infinity;
  const stops = clients
    ? () => {
        clients.act(cluster);
        return broken() || (wakesAt() < Infinity && wakesAt() < cluster.nextTime);
      }
    : broken;
  while (cluster.runUntil(stops, until)) {
    if (broken()) return true;
    if (wakesAt() > until) break;
    cluster.run(wakesAt());
  }
  cluster.run(until);
  return false;
}

/** Lets a calm phase go on until everything has come about that should; returns what is missing at its end. */
function waitForProgress<T extends Types>({ progress, calm }: Declaration<T>, cluster: Cluster<T>, watched: Watched<T>): Accusation | undefined {
  const { clients } = watched;
  const end = cluster.now + calm;
  for (let slice = 1; slice <= SLICES; slice++) {
    if (runOn(cluster, end - calm + (calm * slice) / SLICES, watched)) return undefined;
    if ((clients?.done ?? true) && progress.every(({ missing }) => missing(cluster.nodes) === undefined)) return undefined;
  }
  for (const { name, missing } of progress) {
    const message = missing(cluster.nodes);
    if (message !== undefined) return { property: name, message: `${message}, ${calm} ms after the last fault`, witnesses: [] };
  }
  const { waiting = 0 } = clients ?? {};
  return waiting > 0 ? { property: EVERYBODY_ANSWERED, message: `${waiting} still ${waiting > 1 ? "wait" : "waits"}, ${calm} ms after the last fault`, witnesses: [] } : undefined;
}

/** What an engine with clients owes them. */
export const EVERYBODY_ANSWERED = "when the faults end, every client is answered";

const SLICES = 20;

/** Whether messages and writes take so little time that no timeout runs out for want of them. */
const isQuick = ({ latency, diskWrite }: HostileRun<Types>) => ["uniform:1,10", "constant:5"].includes(latency) && (diskWrite === null || diskWrite === "uniform:1,10");

/** Tries the endings of an engine whose progress has come about; returns the first that goes wrong. */
function tryEndings<T extends Types>({ endings = [] }: Declaration<T>, cluster: Cluster<T>, watched: Watched<T>): Accusation | undefined {
  const pass = (ms: number) => runOn(cluster, cluster.now + ms, watched);
  for (const { name, isolate, lasts, healed, nodes = 1, remember, missing } of endings) {
    if (watched.broken()) return undefined;
    if (cluster.nodes.length < nodes) continue;
    const before = remember(cluster.nodes);
    if (isolate !== undefined) cluster.command({ type: "isolate", node: { role: isolate } });
    pass(lasts);
    if (healed !== undefined) {
      cluster.heal();
      pass(healed);
    }
    const message = missing(cluster.nodes, before);
    if (message !== undefined) return { property: name, message, witnesses: [] };
    cluster.heal();
    pass(SETTLING);
  }
  return undefined;
}

/** Between two endings a cluster comes to rest, ms. */
const SETTLING = 1500;