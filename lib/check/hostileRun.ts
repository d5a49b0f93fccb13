import type { Declaration, FaultKind } from "../promises.js";
import type { InputOf, NodeId, Protocol, Types } from "../protocol.js";
import { deriveRandom, type Random } from "../random.js";
import { type Cluster, simulate } from "../sim/cluster.js";
import type { Command, Target } from "../sim/command.js";
import { type Accusation, Judge } from "./judge.js";

/** A run with everything that goes wrong in it: plain data, so that it can be told, cut down and run again. */
export interface HostileRun<T extends Types> {
  readonly seed: number;
  readonly size: number;
  /** One-way delay, ms. */
  readonly latency: string;
  readonly loss: number;
  readonly duplication: number;
  readonly reordering: number;
  /** How long a write takes, ms; null: none. */
  readonly diskWrite: string | null;
  readonly tornWrite: number;
  /** ms, and parts per million; null: clocks are right. */
  readonly clockSkew: string | null;
  readonly clockDrift: string | null;
  readonly schedule: readonly { readonly at: number; readonly command: Command<T> }[];
  /** When every fault ends, ms. */
  readonly calmAt: number;
}

/** Draws a run: a random half of the faults that an engine bears, each as hard as chance will have it (swarm testing, Groce et al., ISSTA 2012). */
export function drawRun<T extends Types>(declaration: Declaration<T>, seed: number): HostileRun<T> {
  const random = deriveRandom(seed, FAULTS);
  const pick = <V>(values: readonly V[]): V => values[Math.floor(random() * values.length)]!;
  const chosen = new Set<FaultKind>(declaration.tolerates.filter(() => random() < 0.5));
  const share = (kind: FaultKind, most: number) => (chosen.has(kind) ? most * random() : 0);
  const size = pick(declaration.sizes);
  const calmAt = declaration.calm * (0.25 + 0.75 * random());
  return {
    seed,
    size,
    latency: pick(LATENCIES),
    loss: share("loss", 0.4),
    duplication: share("duplication", 0.4),
    reordering: share("reordering", 0.4),
    diskWrite: chosen.has("slow-disk") ? pick(["uniform:1,10", "uniform:5,80"]) : null,
    tornWrite: share("torn-write", 1),
    clockSkew: chosen.has("clock-skew") ? pick(["normal:0,50", "uniform:0,10000"]) : null,
    clockDrift: chosen.has("clock-drift") ? pick(["normal:0,100", "uniform:-50000,50000"]) : null,
    schedule: drawSchedule(declaration, chosen, size, calmAt, random),
    calmAt,
  };
}

const LATENCIES = ["uniform:1,10", "constant:5", "exp:0.1", "0.8*uniform:1,10+0.2*uniform:10,150"];
/** Stream of a seed from which faults are drawn, beyond those of any cluster. */
const FAULTS = 2_000_000;

function drawSchedule<T extends Types>(declaration: Declaration<T>, chosen: ReadonlySet<FaultKind>, size: number, end: number, random: Random): HostileRun<T>["schedule"] {
  const schedule: { at: number; command: Command<T> }[] = [];
  const between = (mean: number) => -Math.log(1 - random()) * mean;
  const anyNode = () => Math.floor(random() * size);
  const roles = declaration.roles ?? [];
  // Aimed: half of the faults hit whoever has a role that matters.
  const target = (): Target => (roles.length > 0 && random() < 0.5 ? { role: roles[Math.floor(random() * roles.length)]! } : anyNode());
  const faults: ((at: number, length: number) => void)[] = [];
  const add = (at: number, command: Command<T>) => void (at < end && schedule.push({ at, command }));
  if (chosen.has("crash") || chosen.has("lost-disk")) {
    faults.push((at, length) => {
      add(at, { type: "crash", node: target() });
      add(at + length, { type: "restart", node: "all", disk: chosen.has("lost-disk") && random() < 0.3 ? "lost" : "kept" });
    });
  }
  if (chosen.has("pause")) {
    faults.push((at, length) => {
      add(at, { type: "pause", node: target() });
      add(at + length, { type: "resume", node: "all" });
    });
  }
  if (chosen.has("partition")) {
    faults.push((at, length) => {
      const shape = random();
      const half = () => Array.from({ length: size }, (_, node) => node).filter(() => random() < 0.5);
      add(at, shape < 0.5 ? { type: "partition", groups: [half()] } : shape < 0.75 ? { type: "isolate", node: target() } : shape < 0.9 ? { type: "bridge", node: anyNode() } : { type: "ring" });
      add(at + length, { type: "heal" });
    });
  }
  if (chosen.has("cut")) {
    faults.push((at, length) => {
      add(at, { type: "cut", from: target(), to: anyNode() });
      if (random() < 0.5) add(at + length, { type: "heal" });
    });
  }
  if (chosen.has("clog")) {
    faults.push((at, length) => {
      add(at, { type: "clog", from: target(), to: anyNode() });
      add(at + length, { type: "unclog" });
    });
  }
  if (chosen.has("clock-skew")) faults.push((at) => add(at, { type: "clock", node: anyNode(), by: Math.round(400 * random() - 200) }));
  if (declaration.inputs) faults.push((at) => add(at, { type: "input", node: target(), input: declaration.inputs!(random) as InputOf<T> }));
  if (faults.length === 0) return [];
  const pace = (0.01 + 0.1 * random()) * declaration.calm;
  for (let at = between(pace); at < end; at += between(pace)) faults[Math.floor(random() * faults.length)]!(at, between(2 * pace));
  return schedule.sort((a, b) => a.at - b.at);
}

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
  const { seed, size, latency, loss, duplication, reordering, diskWrite, tornWrite, clockSkew, clockDrift } = run;
  const disks = disksOf(declaration, run);
  const { probe } = declaration;
  const cluster = simulate(protocol, {
    ...{ size, seed, latency, loss, duplication, reordering, tornWrite, trace, digest: false },
    ...(diskWrite !== null && { diskWrite }),
    ...(clockSkew !== null && { clockSkew }),
    ...(clockDrift !== null && { clockDrift }),
    disks,
    ...(probe && { probe }),
    ...(judge && { observer: judge }),
  });
  judge?.watch(cluster);
  const broken = () => judge?.accusation !== undefined;
  for (const { at, command } of run.schedule) cluster.command(command, at);
  try {
    if (!cluster.runUntil(broken, run.calmAt)) {
      cluster.run(run.calmAt);
      cluster.command({ type: "calm" });
      const missing = waitForProgress(declaration, cluster, broken);
      if (missing && judge) judge.accusation ??= missing;
    }
  } catch (error) {
    if (!judge) throw error;
    judge.accusation ??= { property: NO_HANDLER_FAILS, message: error instanceof Error ? error.message : String(error), witnesses: [] };
  }
  return { cluster, accusation: judge?.accusation, reached: judge?.reached ?? new Set() };
}

/** What the disks of a run hold at its start, by node. */
export function disksOf<T extends Types>({ disks }: Declaration<T>, { seed, size }: Pick<HostileRun<T>, "seed" | "size">): (node: NodeId) => ReturnType<NonNullable<Declaration<T>["disks"]>> {
  const random = deriveRandom(seed, FAULTS + 1);
  const all = Array.from({ length: size }, (_, node) => disks?.(node, random) ?? {});
  return (node) => all[node]!;
}

/** Lets a calm phase go on until everything has come about that should; returns what is missing at its end. */
function waitForProgress<T extends Types>({ progress, calm }: Declaration<T>, cluster: Cluster<T>, broken: () => boolean): Accusation | undefined {
  const end = cluster.now + calm;
  for (let slice = 1; slice <= SLICES; slice++) {
    const until = end - calm + (calm * slice) / SLICES;
    if (cluster.runUntil(broken, until)) return undefined;
    cluster.run(until);
    if (progress.every(({ missing }) => missing(cluster.nodes) === undefined)) return undefined;
  }
  for (const { name, missing } of progress) {
    const message = missing(cluster.nodes);
    if (message !== undefined) return { property: name, message: `${message}, ${calm} ms after the last fault`, witnesses: [] };
  }
  return undefined;
}

const SLICES = 20;
/** What every engine promises without saying so. */
export const NO_HANDLER_FAILS = "no handler throws an error";
