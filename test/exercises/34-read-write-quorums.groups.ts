import { deriveRandom } from "../../lib/random.js";

/** What is asked of a register: as the exercise's own file says it. */
export interface Demand {
  readonly replicas: number;
  readonly promise: "last write" | "eventual";
  readonly downForReads: number;
  readonly downForWrites: number;
  readonly disksLost: number;
  readonly reads: number;
  readonly writes: number;
}

export interface Quorums {
  readonly read: number;
  readonly write: number;
}

/** Why quorums do not keep a demand, by the kind of wish, with the groups of replicas that show it; undefined if they do. Found by trying every group. */
export function broken({ replicas, promise, downForReads, downForWrites, disksLost }: Demand, { read, write }: Quorums): Broken | undefined {
  const bySize = groupsBySize(replicas);
  const ofSize = (size: number) => bySize[size] ?? [];
  const rest = (group: number) => members(((1 << replicas) - 1) & ~group);
  for (const [kind, need, down] of [["reads", read, downForReads], ["writes", write, downForWrites]] as const) {
    const stuck = ofSize(down).find((group) => rest(group).length < need);
    if (stuck !== undefined) return { kind, why: `with ${named(stuck)} down ${rest(stuck).length === 0 ? "nobody" : `only ${named(((1 << replicas) - 1) & ~stuck)}`} can answer, and a ${kind === "reads" ? "read" : "write"} waits for ${need}` };
  }
  for (const written of ofSize(write)) {
    const missed = promise === "eventual" ? undefined : ofSize(read).find((asked) => (asked & written) === 0);
    if (missed !== undefined) return { kind: "meet", why: `a write that ${named(written)} confirmed is not found by a read that ${named(missed)} answered` };
    const gone = ofSize(disksLost).find((lost) => (written & ~lost) === 0);
    if (gone !== undefined) return { kind: "lost", why: `nothing is left of a write that ${named(written)} confirmed when the disks of ${named(gone)} are gone` };
  }
  return undefined;
}

export interface Broken {
  /** Reads, or writes, do not come through; the two do not meet; a write is lost. */
  readonly kind: "reads" | "writes" | "meet" | "lost";
  readonly why: string;
}

/** All groups of replicas, as bits, by how many are in them. They are asked for again and again, so they are kept. */
function groupsBySize(replicas: number): readonly (readonly number[])[] {
  const kept = groupsOf.get(replicas);
  if (kept !== undefined) return kept;
  const all = Array.from({ length: 1 << replicas }, (_, group) => group);
  const bySize = Array.from({ length: replicas + 1 }, (_, size) => all.filter((group) => members(group).length === size));
  groupsOf.set(replicas, bySize);
  return bySize;
}

const groupsOf = new Map<number, readonly (readonly number[])[]>();
const members = (group: number): number[] => Array.from({ length: 8 }, (_, replica) => replica).filter((replica) => (group >> replica) & 1);
const named = (group: number): string => `{${members(group).join(", ")}}`;

/** Every pair that keeps a demand, with what it costs. */
export function choices(demand: Demand): { readonly quorums: Quorums; readonly cost: number }[] {
  const sizes = Array.from({ length: demand.replicas }, (_, index) => index + 1);
  return sizes.flatMap((read) => sizes.flatMap((write) => (broken(demand, { read, write }) === undefined ? [{ quorums: { read, write }, cost: costOf(demand, { read, write }) }] : [])));
}

export const costOf = ({ reads, writes }: Demand, { read, write }: Quorums): number => reads * read + writes * write;

/** A demand in words. */
export function describe({ replicas, promise, downForReads, downForWrites, disksLost, reads, writes }: Demand): string {
  const wishes = [
    promise === "eventual" ? "reads that may be old" : "reads that see the last write",
    ...(downForReads > 0 ? [`reads with ${downForReads} down`] : []),
    ...(downForWrites > 0 ? [`writes with ${downForWrites} down`] : []),
    ...(disksLost > 0 ? [`${disksLost} disk${disksLost > 1 ? "s" : ""} to be lost`] : []),
  ];
  return `${replicas} replica${replicas > 1 ? "s" : ""}, ${wishes.join(", ")}; ${reads} read${reads === 1 ? "" : "s"} for ${writes} write${writes === 1 ? "" : "s"}`;
}

/** Reads "5 last 1 2 0 9:1": replicas, promise, down for reads and for writes, disks lost, reads for writes. */
export function demand(text: string): Demand {
  const [replicas, promise, downForReads, downForWrites, disksLost, rates] = text.split(" ") as [string, string, string, string, string, string];
  const [reads, writes] = rates.split(":").map(Number) as [number, number];
  return { replicas: Number(replicas), promise: promise === "last" ? "last write" : "eventual", downForReads: Number(downForReads), downForWrites: Number(downForWrites), disksLost: Number(disksLost), reads, writes };
}

/** The demand that a seed draws; about a third of them cannot be met. */
export function randomDemand(seed: number): Demand {
  const random = deriveRandom(seed, 0);
  const upTo = (most: number): number => Math.floor((most + 1) * random());
  const replicas = 3 + upTo(4);
  const few = Math.floor(replicas / 2);
  return { replicas, promise: random() < 0.7 ? "last write" : "eventual", downForReads: upTo(few), downForWrites: upTo(few), disksLost: upTo(few), reads: 1 + upTo(9), writes: 1 + upTo(9) };
}
