import type { Declaration, FaultKind } from "../promises.js";
import type { InputOf, NodeId, Types } from "../protocol.js";
import { deriveRandom, type Random } from "../random.js";
import type { Command, Target } from "../sim/command.js";

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
  /** How many clients ask at a time, and for how many operations each; 0 where the engine serves nobody. */
  readonly clients: number;
  readonly operations: number;
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
    // Only a write that takes time can be torn.
    diskWrite: chosen.has("slow-disk") || chosen.has("torn-write") ? pick(["uniform:1,10", "uniform:5,80"]) : null,
    tornWrite: share("torn-write", 1),
    clockSkew: chosen.has("clock-skew") ? pick(["normal:0,50", "uniform:0,10000"]) : null,
    clockDrift: chosen.has("clock-drift") ? pick(["normal:0,100", "uniform:-50000,50000"]) : null,
    schedule: drawSchedule(declaration, chosen, size, calmAt, random),
    calmAt,
    ...(declaration.service ? { clients: 1 + Math.floor(4 * random()), operations: 1 + Math.floor(15 * random()) } : { clients: 0, operations: 0 }),
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
  const add = (at: number, command: Command<T>) => void (at >= 0 && at < end && schedule.push({ at, command }));
  if (chosen.has("crash") || chosen.has("lost-disk")) {
    faults.push((at, length) => {
      // A crash bites while something is being written: half of them come soon after an input.
      if (declaration.inputs && random() < 0.5) add(at - 30 * random(), { type: "input", node: anyNode(), input: declaration.inputs(random) as InputOf<T> });
      add(at, { type: "crash", node: target() });
      const back = random() < 0.5 ? length : 0.01 * declaration.calm * random();
      add(at + back, { type: "restart", node: "all", disk: chosen.has("lost-disk") && random() < 0.3 ? "lost" : "kept" });
    });
  }
  if (chosen.has("pause")) {
    faults.push((at, length) => {
      add(at, { type: "pause", node: target() });
      add(at + length, { type: "resume", node: "all" });
    });
  }
  const other = (node: Target): NodeId => {
    const far = Math.floor(random() * (size - 1));
    return typeof node === "number" && far >= node ? far + 1 : far;
  };
  const half = (): NodeId[] => {
    const some = Array.from({ length: size }, (_, node) => node).filter(() => random() < 0.5);
    return some.length > 0 && some.length < size ? some : half();
  };
  if (chosen.has("partition") && size > 1) {
    faults.push((at, length) => {
      const shape = random();
      add(at, shape < 0.5 ? { type: "partition", groups: [half()] } : shape < 0.75 ? { type: "isolate", node: target() } : shape < 0.9 ? { type: "bridge", node: anyNode() } : { type: "ring" });
      add(at + length, { type: "heal" });
    });
  }
  if (chosen.has("cut") && size > 1) {
    faults.push((at, length) => {
      const from = target();
      add(at, { type: "cut", from, to: other(from) });
      if (random() < 0.5) add(at + length, { type: "heal" });
    });
  }
  if (chosen.has("clog") && size > 1) {
    faults.push((at, length) => {
      const from = target();
      add(at, { type: "clog", from, to: other(from) });
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

/** What the disks of a run hold at its start, by node. */
export function disksOf<T extends Types>({ disks }: Declaration<T>, { seed, size }: Pick<HostileRun<T>, "seed" | "size">): (node: NodeId) => ReturnType<NonNullable<Declaration<T>["disks"]>> {
  const random = deriveRandom(seed, FAULTS + 1);
  const all = Array.from({ length: size }, (_, node) => disks?.(node, random) ?? {});
  return (node) => all[node]!;
}
