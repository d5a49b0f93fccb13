import type { Declaration, Facts, Invariant, NodeView, Reachable } from "../promises.js";
import type { NodeId, OutputOf, Types } from "../protocol.js";
import type { Cluster } from "../sim/cluster.js";
import type { Observer } from "../sim/options.js";

/** When something was stated: by which node, after how many events, at which virtual time (ms). */
export interface Testimony {
  readonly node: NodeId;
  readonly event: number;
  readonly time: number;
}

/** A broken promise. */
export interface Accusation {
  /** Name of the invariant or of the progress that is missing. */
  readonly property: string;
  /** What is wrong, in words. */
  readonly message: string;
  /** Who stated what cannot be together: one witness, or the earlier and the later one. */
  readonly witnesses: readonly Testimony[];
}

/** What every engine promises without saying so. */
export const NO_HANDLER_FAILS = "no handler throws an error";

/** An invariant or a reachable failed when it was asked: no fault of the engine's. */
export class JudgeError extends Error {
  constructor(asked: string, cause: unknown) {
    super(`"${asked}" failed when it was checked, which is not the engine's fault: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = "JudgeError";
  }
}

/** What a judge goes by. */
export type Promises<T extends Types> = Pick<Declaration<T>, "invariants"> & Partial<Pick<Declaration<T>, "reachables">>;

/**
 * Watches a run and checks, at every step, what its engine promises; notes the first promise that breaks and which of
 * the reachables were reached. Give it to the cluster as its observer, and the cluster to it by `watch`, which also looks
 * at what the nodes did when they started.
 */
export class Judge<T extends Types> implements Observer<T> {
  /** The first accusation, if there is one. */
  accusation: Accusation | undefined;
  /** Names of the reachables seen so far. */
  readonly reached = new Set<string>();
  #cluster: Cluster<T> | undefined;
  readonly #memory: readonly Memory[];
  readonly #afterStep: readonly Watched<T, "afterStep">[];
  readonly #onSend: readonly Watched<T, "onSend">[];
  readonly #onOutput: readonly Watched<T, "onOutput">[];
  readonly #overall: readonly Watched<T, "overall">[];
  /** Reachables not seen yet, by the moment at which to look for them. */
  #unreached: { afterStep: readonly Reachable<T>[]; onSend: readonly Reachable<T>[]; overall: readonly Reachable<T>[] };

  constructor({ invariants, reachables = [] }: Promises<T>) {
    const clock = { at: (node: NodeId): Testimony => ({ node, event: this.#cluster?.events ?? 0, time: this.#cluster?.now ?? 0 }) };
    this.#memory = invariants.map(({ name }) => new Memory(clock, (message, witnesses) => (this.accusation ??= { property: name, message, witnesses })));
    const having = <Hook extends keyof Invariant<T>>(hook: Hook) => invariants.flatMap((invariant, i) => (invariant[hook] ? [{ invariant: invariant as Watched<T, Hook>["invariant"], memory: this.#memory[i]! }] : []));
    this.#afterStep = having("afterStep");
    this.#onSend = having("onSend");
    this.#onOutput = having("onOutput");
    this.#overall = having("overall");
    const looking = (hook: "afterStep" | "onSend" | "overall") => reachables.filter((reachable) => reachable[hook]);
    this.#unreached = { afterStep: looking("afterStep"), onSend: looking("onSend"), overall: looking("overall") };
  }

  /** The cluster whose run is judged. */
  watch(cluster: Cluster<T>): this {
    this.#cluster = cluster;
    for (const node of cluster.nodes) this.acted(node);
    return this;
  }

  acted(node: NodeView<T>): void {
    let asked = "";
    try {
      for (const { invariant, memory } of this.#afterStep) {
        asked = invariant.name;
        invariant.afterStep(node, memory.of(node.id));
      }
      for (const reachable of this.#unreached.afterStep) {
        asked = reachable.name;
        if (reachable.afterStep!(node)) this.#found(reachable);
      }
      if (!this.#cluster) return;
      for (const { invariant, memory } of this.#overall) {
        asked = invariant.name;
        if (invariant.concerns && !invariant.concerns(node)) continue;
        invariant.overall(this.#cluster.nodes, memory.of(node.id));
      }
      for (const reachable of this.#unreached.overall) {
        asked = reachable.name;
        if (reachable.concerns && !reachable.concerns(node)) continue;
        if (reachable.overall!(this.#cluster.nodes)) this.#found(reachable);
      }
    } catch (error) {
      throw new JudgeError(asked, error);
    }
  }

  sent(from: NodeView<T>, to: NodeId, message: T["Message"]): void {
    let asked = "";
    try {
      for (const { invariant, memory } of this.#onSend) {
        asked = invariant.name;
        invariant.onSend(from, to, message, memory.of(from.id));
      }
      for (const reachable of this.#unreached.onSend) {
        asked = reachable.name;
        if (reachable.onSend!(from, to, message)) this.#found(reachable);
      }
    } catch (error) {
      throw new JudgeError(asked, error);
    }
  }

  told(node: NodeView<T>, output: OutputOf<T>): void {
    for (const { invariant, memory } of this.#onOutput) {
      try {
        invariant.onOutput(node, output, memory.of(node.id));
      } catch (error) {
        throw new JudgeError(invariant.name, error);
      }
    }
  }

  #found({ name }: Reachable<T>): void {
    this.reached.add(name);
    const others = (reachables: readonly Reachable<T>[]) => reachables.filter((reachable) => reachable.name !== name);
    const { afterStep, onSend, overall } = this.#unreached;
    this.#unreached = { afterStep: others(afterStep), onSend: others(onSend), overall: others(overall) };
  }
}

interface Watched<T extends Types, Hook extends keyof Invariant<T>> {
  readonly invariant: Invariant<T> & Required<Pick<Invariant<T>, Hook>>;
  readonly memory: Memory;
}

/** What one invariant has heard so far, and from whom. */
class Memory implements Facts {
  readonly #facts = new Map<string, Map<number | string, { readonly value: number | string; readonly witness: Testimony }>>();
  readonly #clock: { at(node: NodeId): Testimony };
  readonly #accuse: (message: string, witnesses: readonly Testimony[]) => void;
  #node: NodeId = 0;

  constructor(clock: { at(node: NodeId): Testimony }, accuse: (message: string, witnesses: readonly Testimony[]) => void) {
    this.#clock = clock;
    this.#accuse = accuse;
  }

  /** These facts, as told by this node. */
  of(node: NodeId): Facts {
    this.#node = node;
    return this;
  }

  agree(kind: string, key: number | string, value: number | string): void {
    const facts = this.#ofKind(kind);
    const known = facts.get(key);
    if (known === undefined) facts.set(key, { value, witness: this.#clock.at(this.#node) });
    else if (known.value !== value) this.#accuse(`${kind} ${key}: first ${known.value}, then ${value}`, [known.witness, this.#clock.at(this.#node)]);
  }

  rises(kind: string, key: number | string, value: number): void {
    const facts = this.#ofKind(kind);
    const known = facts.get(key);
    if (known?.value === value) return;
    if (known !== undefined && value < (known.value as number)) this.#accuse(`${kind} ${key} fell from ${known.value} to ${value}`, [known.witness, this.#clock.at(this.#node)]);
    facts.set(key, { value, witness: this.#clock.at(this.#node) });
  }

  must(condition: boolean, message: string | (() => string)): void {
    if (!condition) this.#accuse(typeof message === "string" ? message : message(), [this.#clock.at(this.#node)]);
  }

  known(kind: string, key: number | string): number | string | undefined {
    return this.#facts.get(kind)?.get(key)?.value;
  }

  #ofKind(kind: string) {
    let facts = this.#facts.get(kind);
    if (!facts) this.#facts.set(kind, (facts = new Map()));
    return facts;
  }
}
