import type { InputOf, NodeId, Types } from "../protocol.js";
import type { Command, Target } from "./command.js";
import type { Network } from "./network.js";
import type { Node } from "./node.js";
import { betweenGroups, bridgeOver, type Cut, ringOf } from "./shapes.js";

/** What a command may do to a cluster. */
export interface Outside<T extends Types> {
  readonly size: number;
  readonly network: Network;
  /** Does something with whom a command is for. */
  eachOf(target: Target | "all", act: (node: Node<T>) => void): void;
  ask(node: Node<T>, input: InputOf<T>): void;
  crash(node: Node<T>): void;
  restart(node: Node<T>, disk?: "kept" | "lost"): void;
  pause(node: Node<T>): void;
  resume(node: Node<T>): void;
  unclog(): void;
  forge(from: NodeId, to: Node<T>, by: NodeId | undefined, message: T["Message"]): void;
}

/** Carries out a command. */
export function carryOut<T extends Types>(command: Command<T>, outside: Outside<T>): void {
  const { size, network } = outside;
  switch (command.type) {
    case "input":
      return outside.eachOf(command.node, (node) => outside.ask(node, command.input));
    case "crash":
      return outside.eachOf(command.node, (node) => outside.crash(node));
    case "restart":
      return outside.eachOf(command.node, (node) => outside.restart(node, command.disk));
    case "pause":
      return outside.eachOf(command.node, (node) => outside.pause(node));
    case "resume":
      return outside.eachOf(command.node, (node) => outside.resume(node));
    case "clock":
      return outside.eachOf(command.node, (node) => (node.clockOffset += command.by));
    case "forge":
      return outside.eachOf(command.to, (to) => outside.forge(command.from, to, command.by, command.message));
    case "cut":
      return outside.eachOf(command.from, (from) => outside.eachOf(command.to, (to) => network.cut(from.self, to.self)));
    case "clog":
      return outside.eachOf(command.from, (from) => outside.eachOf(command.to, (to) => network.clog(from.self, to.self)));
    case "partition":
      return cutOnly(network, betweenGroups(size, command.groups));
    case "isolate":
      return outside.eachOf(command.node, (node) => cutOnly(network, betweenGroups(size, [[node.self]])));
    case "ring":
      return cutOnly(network, ringOf(size));
    case "bridge":
      return outside.eachOf(command.node, (node) => cutOnly(network, bridgeOver(size, node.self)));
    case "heal":
      return network.heal();
    case "unclog":
      return outside.unclog();
    case "network":
      return network.change(command);
    case "calm":
      network.change({ loss: 0, duplication: 0, reordering: 0 });
      network.heal();
      outside.unclog();
      outside.eachOf("all", (node) => {
        outside.resume(node);
        outside.restart(node);
      });
  }
}

/** Cuts these links and mends all others. */
function cutOnly(network: Network, cuts: readonly Cut[]): void {
  network.heal();
  for (const [from, to] of cuts) network.cut(from, to);
}
