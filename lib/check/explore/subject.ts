import type { Declaration, Invariant, NodeView, Reachable, Renaming, Service } from "../../promises.js";
import type { Durable, InputOf, NodeId, Protocol, Types } from "../../protocol.js";
import { canonical } from "./canonical.js";

/**
 * What is explored: rules, and what they are judged by. Clocks stand still: `context.now` is 0, and `context.random()` is
 * 0.5, always. An engine that reads the clock is explored as if no time passed between any two events, and timeouts that
 * are drawn at random all have their mean; which timer fires first is explored instead. Handlers and judges must depend on
 * their arguments alone: each is called once for all worlds in which it would be told the same.
 */
export interface Subject<T extends Types> {
  readonly protocol: Protocol<T>;
  /** What must hold always. */
  readonly invariants?: readonly Invariant<T>[];
  /** What must happen sometimes. */
  readonly reachables?: readonly Reachable<T>[];
  /** What must have come about wherever nothing is left to happen. */
  readonly eventually?: readonly Eventually<T>[];
  /** What clients may ask. */
  readonly inputs?: readonly InputOf<T>[];
  /** What a node's disk holds at the start. Default: nothing. */
  readonly disks?: (node: NodeId) => Durable<T>;
  readonly rename?: Renaming<T>;
  /**
   * Whether a message has come too late to do anything at this node, now or ever, crash or no crash: then an exploration
   * forgets it. A walk does not. Throws an `Error` in exploring if such a message would do something after all.
   */
  stale?(node: NodeView<T>, message: T["Message"], from: NodeId): boolean;
  /** How inputs and outputs read as a history. A walk is judged by it; an exploration is not, for a world does not know what clients were told. */
  readonly service?: Service<T>;
  /** What a node is called at the moment, such as its role: for traces. */
  probe?(state: T["State"]): string;
}

/**
 * Something that must come about sooner or later: it is broken by a run that ends without it, where a run ends when no
 * message can be delivered, no timer is set and no node is to restart (crashes, losses and inputs need not come). Runs that
 * go round in a circle for ever are not looked at, nor those that a bound cut off.
 */
export interface Eventually<T extends Types> {
  readonly name: string;
  /** Whether it has come about; once is enough. */
  holds(nodes: readonly NodeView<T>[]): boolean;
}

/**
 * A declaration as something to explore, with `broken` in place of its engine if given. Where the declaration draws disks
 * or inputs by chance, disks are drawn with 0.5 and inputs with sixteen numbers from 0 up to 1.
 */
export function subjectOf<T extends Types>(declaration: Declaration<T>, broken?: Protocol<T>): Subject<T> {
  const { invariants, reachables, disks, inputs, rename, service, probe } = declaration;
  const drawn = inputs && Array.from({ length: 16 }, (_, i) => inputs.call(declaration, () => i / 16));
  return {
    protocol: broken ?? declaration.engine(),
    invariants,
    reachables,
    ...(disks && { disks: (node: NodeId) => disks.call(declaration, node, () => 0.5) }),
    ...(drawn && { inputs: [...new Map(drawn.map((input) => [canonical(input), input])).values()] }),
    ...(rename && { rename }),
    ...(service && { service }),
    ...(probe && { probe: (state: T["State"]) => probe.call(declaration, state) }),
  };
}
