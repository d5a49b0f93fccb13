/** An edge of a directed graph, with what it stands for. */
export interface Edge<Label> {
  readonly from: number;
  readonly to: number;
  readonly label: Label;
}

/** A directed graph over nodes 0, 1, 2, … that is asked for a cycle or a way. */
export class Graph<Label> {
  readonly #out: Edge<Label>[][] = [];

  /** Adds a node and returns its number. */
  node(): number {
    return this.#out.push([]) - 1;
  }

  edge(from: number, to: number, label: Label): void {
    this.#out[from]!.push({ from, to, label });
  }

  /** A way from one node to another with the fewest edges, at least one; undefined if there is none. */
  way(from: number, to: number): Edge<Label>[] | undefined {
    const reachedBy = new Map<number, Edge<Label>>();
    const queue = [from];
    for (const node of queue) {
      for (const edge of this.#out[node]!) {
        if (reachedBy.has(edge.to)) continue;
        reachedBy.set(edge.to, edge);
        if (edge.to === to) return backtrack(reachedBy, from, to);
        queue.push(edge.to);
      }
    }
    return undefined;
  }

  /** A cycle, the shortest through one of the first few nodes that are on any; undefined if there is none. */
  cycle(): Edge<Label>[] | undefined {
    let shortest: Edge<Label>[] | undefined;
    for (const node of this.#suspects()) {
      const found = this.way(node, node);
      if (found && (!shortest || found.length < shortest.length)) shortest = found;
    }
    return shortest;
  }

  /** A few nodes, at least one of them on a cycle if there is a cycle at all. */
  #suspects(): readonly number[] {
    const waitsFor = new Int32Array(this.#out.length);
    for (const edges of this.#out) for (const { to } of edges) waitsFor[to]!++;
    const free = [...this.#out.keys()].filter((node) => waitsFor[node] === 0);
    for (const node of free) for (const { to } of this.#out[node]!) if (--waitsFor[to]! === 0) free.push(to);
    if (free.length === this.#out.length) return [];
    // What is left lies on a cycle or behind one. Going back from any of it along what is left must come round.
    const before = new Int32Array(this.#out.length).fill(-1);
    for (const [node, edges] of this.#out.entries()) if (waitsFor[node]! > 0) for (const { to } of edges) before[to] = node;
    const left = [...this.#out.keys()].filter((node) => waitsFor[node]! > 0);
    const seen = new Set<number>();
    let node = left[0]!;
    while (!seen.has(node)) {
      seen.add(node);
      node = before[node]!;
    }
    return [node, ...left.slice(0, 16)];
  }
}

function backtrack<Label>(reachedBy: ReadonlyMap<number, Edge<Label>>, from: number, to: number): Edge<Label>[] {
  const way: Edge<Label>[] = [];
  let node = to;
  do {
    const edge = reachedBy.get(node)!;
    way.push(edge);
    node = edge.from;
  } while (node !== from);
  return way.reverse();
}
