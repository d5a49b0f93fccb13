/** What is to happen when: a binary heap by time; of one time, who came first goes first. */
export class TimeQueue<Item> {
  readonly #heap: { readonly time: number; readonly order: number; readonly item: Item }[] = [];
  #order = 0;

  /** When the next thing happens; +∞ if nothing is left. */
  get nextTime(): number {
    return this.#heap[0]?.time ?? Infinity;
  }

  add(time: number, item: Item): void {
    const heap = this.#heap;
    const entry = { time, order: this.#order++, item };
    let place = heap.length;
    heap.push(entry);
    while (place > 0 && isBefore(entry, heap[(place - 1) >> 1]!)) {
      heap[place] = heap[(place - 1) >> 1]!;
      place = (place - 1) >> 1;
    }
    heap[place] = entry;
  }

  /** Takes out what happens next; undefined if nothing is left. */
  next(): Item | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || first === last) return first?.item;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
    return first.item;
  }
}

const isBefore = (a: { readonly time: number; readonly order: number }, b: { readonly time: number; readonly order: number }) => a.time < b.time || (a.time === b.time && a.order < b.order);
