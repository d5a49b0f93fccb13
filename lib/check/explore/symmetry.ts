import type { NodeId, Types } from "../../protocol.js";
import type { LocalNode } from "./localNode.js";
import { CUT, DELIVER, event, type Transition } from "./nodeRules.js";
import type { Renaming } from "../../promises.js";
import type { Worlds } from "./worlds.js";

/**
 * Returns what makes one world stand for all that differ from it in the names of nodes alone: the least of their rows, over
 * every way of exchanging names. Without symmetry a world stands for itself. The row that is returned is used again.
 * Throws an `Error` if the subject does not say how nodes are renamed, at once or when facts turn up, and when a node under
 * another name does something else.
 */
export function symmetryOf<T extends Types>(worlds: Worlds<T>): (row: Int32Array, length: number) => Int32Array {
  const { bounds, subject } = worlds;
  if (!bounds.symmetry) return (row) => row;
  const { rename } = subject;
  if (!rename) throw new Error("symmetry needs a declaration that says how nodes are renamed (`rename`): add it, or explore without symmetry");
  if (bounds.ordered) throw new Error("symmetry is not for ordered links: explore without one of the two");
  if (bounds.size > 6) throw new RangeError(`symmetry is for at most 6 nodes, not ${bounds.size}`);
  const permutations = permutationsOf(bounds.size).map((permutation) => new Permutation(worlds, rename, permutation));
  let checked = 0;
  let best: Int32Array = new Int32Array(256);
  let other: Int32Array = new Int32Array(256);
  return (row, length) => {
    for (; checked < worlds.rules.transitions.length; checked++) checkNamesDoNotMatter(worlds, permutations, worlds.rules.transitions[checked]!);
    if (length > best.length) [best, other] = [worlds.roomFor(length), worlds.roomFor(length)];
    permutations[0]!.apply(row, length, best);
    for (let i = 1; i < permutations.length; i++) {
      permutations[i]!.apply(row, length, other);
      if (isLess(other, best, length)) [best, other] = [other, best];
    }
    return best;
  };
}

/** A node under other names must do the same under those names: an engine in which the highest id wins has no symmetry. */
function checkNamesDoNotMatter<T extends Types>({ rules }: Worlds<T>, permutations: readonly Permutation<T>[], transition: Transition<T>): void {
  // Leaves all names as they are; `rename` may still put what it renames in order.
  const same = permutations[0]!;
  for (const permutation of permutations) {
    const node = permutation.node(transition.from);
    const underName = (cause: number) => ((cause & 7) === DELIVER ? event(DELIVER, permutation.message(cause >> 3)) : cause);
    const cut = (transition.event & 7) === CUT ? rules.cuts.values[transition.event >> 3]! : undefined;
    const renamed = cut ? rules.cutShort(node, underName(cut.event), cut.writes) : rules.transition(node, underName(transition.event));
    const agree =
      same.node(renamed.next) === permutation.node(transition.next) &&
      sortedBySize(renamed.sends.map((message) => same.message(message))) === sortedBySize(transition.sends.map((message) => permutation.message(message)));
    if (agree) continue;
    const { id } = rules.nodes.values[transition.from]!;
    throw new Error(`there is no symmetry: node ${id} would do something else if it were node ${permutation.names[id]} and all else were renamed with it. Explore without symmetry, or look whether \`rename\` forgets something`);
  }
}

const sortedBySize = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b).join();

/** One way of exchanging names. What things become under their new names is remembered by number. */
class Permutation<T extends Types> {
  readonly #nodes: number[] = [];
  readonly #messages: number[] = [];
  readonly #facts: number[] = [0];
  readonly #to: (node: NodeId) => NodeId;

  constructor(
    readonly worlds: Worlds<T>,
    readonly rename: Renaming<T>,
    readonly names: readonly NodeId[],
  ) {
    this.#to = (node) => names[node] ?? node;
  }

  /** Writes `row` under its new names into `result`. */
  apply(row: Int32Array, length: number, result: Int32Array): void {
    const { worlds, names } = this;
    for (let node = 0; node < names.length; node++) result[names[node]!] = this.node(row[node]!);
    result[worlds.FACTS] = this.#facts[row[worlds.FACTS]!] ??= this.#factSet(row[worlds.FACTS]!);
    result[worlds.USED] = row[worlds.USED]!;
    result[worlds.DONE] = row[worlds.DONE]!;
    for (let place = worlds.FLIGHT; place < length; place++) {
      const message = this.message(row[place]!);
      let at = place;
      for (; at > worlds.FLIGHT && result[at - 1]! > message; at--) result[at] = result[at - 1]!;
      result[at] = message;
    }
  }

  /** A node's number under its new name. */
  node(number: number): number {
    return (this.#nodes[number] ??= this.#node(number));
  }

  /** A message's number under the new names. */
  message(number: number): number {
    return (this.#messages[number] ??= this.#message(number));
  }

  #node(number: number): number {
    const { rename, worlds } = this;
    const to = this.#to;
    const { id, state, disk, timers, ...rest } = worlds.rules.nodes.values[number]!;
    const renamed: LocalNode<T> = {
      ...rest,
      id: to(id),
      state: rename.state(state, to),
      disk: {
        stored: disk.stored !== undefined && rename.stored ? rename.stored(disk.stored, to) : disk.stored,
        snapshot: disk.snapshot !== undefined && rename.snapshot ? rename.snapshot(disk.snapshot, to) : disk.snapshot,
        log: rename.entry ? disk.log.map((entry) => rename.entry!(entry, to)) : disk.log,
      },
      timers: rename.timer ? timers.map(({ timer, delay }) => ({ timer: rename.timer!(timer, to), delay })) : timers,
    };
    return worlds.rules.numberOf(renamed);
  }

  #message(number: number): number {
    const { from, to, message } = this.worlds.rules.messages.values[number]!;
    return this.worlds.rules.messageNumber({ from: this.#to(from), to: this.#to(to), message: this.rename.message(message, this.#to) });
  }

  #factSet(set: number): number {
    return this.worlds.judge.facts.map(set, (fact) => {
      if (!this.rename.fact) throw new Error(`symmetry needs to know whether the fact "${fact.kind}" names nodes: add \`fact\` to the declaration's \`rename\`, or explore without symmetry`);
      return this.rename.fact(fact, this.#to);
    });
  }
}

/** All orders of 0 to `size − 1`; the first leaves everything where it is. */
function permutationsOf(size: number): number[][] {
  if (size === 0) return [[]];
  return permutationsOf(size - 1).flatMap((shorter) => Array.from({ length: size }, (_, i) => shorter.toSpliced(size - 1 - i, 0, size - 1)));
}

function isLess(a: Int32Array, b: Int32Array, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! < b[i]!;
  return false;
}
