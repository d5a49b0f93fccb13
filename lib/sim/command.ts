import type { InputOf, NodeId, Types } from "../protocol.js";
import { type Chances, FIFO_REORDERS, probability } from "./network.js";
import type { ClusterOptions } from "./options.js";

/**
 * Whom a command is for: a node, or whoever has a role when the command is carried out, the first of them by id. A role
 * is what the cluster's `probe` says of a running node. Where nobody has it, nothing happens.
 */
export type Target = NodeId | { readonly role: string };

/** What the outside world can do to a cluster. Plain data, so that a run can be told again. */
export type Command<T extends Types> =
  /** A node that is down never hears of it. */
  | { readonly type: "input"; readonly node: Target; readonly input: InputOf<T> }
  /** The node loses its memory and every write that is not durable. Nothing happens if it is down. */
  | { readonly type: "crash"; readonly node: Target }
  /** The node, or every one, starts again with what its disk kept, or with an empty disk. Nothing happens if it is up. */
  | { readonly type: "restart"; readonly node: NodeId | "all"; readonly disk?: "kept" | "lost" }
  /** The node stops in its tracks; messages and timers wait for it. Nothing happens if it is down. */
  | { readonly type: "pause"; readonly node: Target }
  | { readonly type: "resume"; readonly node: NodeId | "all" }
  /** Nothing passes from one to the other; the other direction stays. */
  | { readonly type: "cut"; readonly from: Target; readonly to: Target }
  /** Replaces all cuts: groups do not hear each other; nodes in no group form one more. */
  | { readonly type: "partition"; readonly groups: readonly (readonly NodeId[])[] }
  /** Replaces all cuts: the node hears nobody and nobody hears it. */
  | { readonly type: "isolate"; readonly node: Target }
  /** Replaces all cuts: each node keeps its two neighbours by id. */
  | { readonly type: "ring" }
  /** Replaces all cuts: two halves, and one node that both can talk to. */
  | { readonly type: "bridge"; readonly node: Target }
  /** Mends every cut. */
  | { readonly type: "heal" }
  /** Messages from one to the other wait until `unclog`, then all set off at once. */
  | { readonly type: "clog"; readonly from: Target; readonly to: Target }
  | { readonly type: "unclog" }
  /** Changes what becomes of messages from now on. */
  | ({ readonly type: "network" } & Chances)
  /** Steps a node's clock by so many ms, forward or back. Timers already set are not moved. */
  | { readonly type: "clock"; readonly node: Target; readonly by: number }
  /**
   * A message comes to a node as if `from` had sent it: made by a member (`by`) or, unless it is given, by somebody outside,
   * whom no cut stops. Whether the receiver takes it is a matter of the cluster's `authentication`.
   */
  | { readonly type: "forge"; readonly from: NodeId; readonly to: Target; readonly by?: NodeId; readonly message: T["Message"] }
  /** Ends every fault: cuts, clogs, pauses, chances; whoever is down starts again with what its disk kept. */
  | { readonly type: "calm" };

/** Throws a `RangeError` unless a command makes sense in a cluster with these options. */
export function checkCommand<T extends Types>(command: Command<T>, { size, fifo, probe }: ClusterOptions<T>): void {
  const nodes: unknown[] =
    command.type === "partition" ? command.groups.flat() : command.type === "cut" || command.type === "clog" ? [command.from, command.to] : command.type === "forge" ? [command.from, command.to, ...(command.by === undefined ? [] : [command.by])] : "node" in command ? [command.node] : [];
  for (const node of nodes) {
    if (node === "all" && (command.type === "restart" || command.type === "resume")) continue;
    if (typeof node === "object" && node !== null && "role" in node) {
      if (!probe) throw new RangeError(`the command "${command.type}" is aimed at the role "${node.role}", but nothing says who has it: give the cluster a \`probe\``);
      continue;
    }
    if (!Number.isInteger(node) || (node as number) < 0 || (node as number) >= size) throw new RangeError(`expected a node from 0 to ${size - 1} in the command "${command.type}", not ${node}`);
  }
  if (command.type === "clock" && !Number.isFinite(command.by)) throw new RangeError(`expected a step of the clock in ms, not ${command.by}`);
  if (command.type === "network") for (const name of ["loss", "duplication", "reordering"] as const) if (command[name] !== undefined) probability(name, command[name]);
  if (command.type === "network" && fifo && (command.reordering ?? 0) > 0) throw new RangeError(FIFO_REORDERS);
}
