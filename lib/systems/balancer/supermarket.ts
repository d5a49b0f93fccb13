import { createRandom, type Distribution } from "../../random.js";

/** The supermarket model's numbers; times in any one unit, the customers' mean service time as a rule. */
export interface SupermarketOptions {
  /** How many queues there are (n). */
  readonly queues: number;
  /** How many of them, drawn at random, a customer compares (d); all of them: the least loaded. */
  readonly choices: number;
  /** Customers that come for each queue in a unit of time (λ): with services of mean 1 the share of the capacity that is used. */
  readonly load: number;
  readonly service: Distribution;
  /** Whether one queue may be drawn twice. */
  readonly replacement: boolean;
  /** A board shows the queues' lengths and is written anew every so often; 0: lengths are seen as they are. */
  readonly stale: number;
  /** Customers that are counted, and those before them, which are not. */
  readonly arrivals: number;
  readonly warmUp: number;
}

export interface SupermarketRun {
  /** Mean time from a customer's arrival to the end of the service. */
  readonly meanTime: number;
  /** tail[i]: share of the queues that hold at least i customers, the one in service included, up to the longest seen; tail[0] is 1. */
  readonly tail: Float64Array;
}

/**
 * The supermarket model (Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, IEEE TPDS 12(10), 2001):
 * customers come at random (Poisson), each joins the shortest of `choices` queues and is served in order of arrival. With
 * `stale` it is the periodic update of Mitzenmacher's How Useful Is Old Information? (TPDS 11(1), 2000). Of equally short
 * queues each is as likely.
 *
 * When a customer joins it is known when it will leave, so nothing is ever scheduled: a queue is a ring of leaving times,
 * and forgets those that have passed when somebody looks at it.
 */
export function supermarket({ queues, choices, load, service, replacement, stale, arrivals, warmUp }: SupermarketOptions, seed: number): SupermarketRun {
  const random = createRandom(seed);
  const every = queues * load;
  const all = choices >= queues && !replacement;
  const drawn = all ? queues : choices;
  /** Queues in any order; the first `drawn` are a sample without replacement once they have been shuffled to the front. */
  const order = Int32Array.from({ length: queues }, (_, queue) => queue);
  const ties = new Int32Array(queues);
  const board = new Int32Array(queues);
  let nextBoard = stale > 0 ? 0 : Infinity;
  let shortest = 0;

  let capacity = 8;
  /** By queue, a ring of leaving times; where it begins; how many it holds; the first of them, +∞ if there is none; the last there was. */
  let leaving: Float64Array = new Float64Array(queues * capacity);
  const begins = new Int32Array(queues);
  const lengths = new Int32Array(queues);
  const firstLeaves = new Float64Array(queues).fill(Infinity);
  const lastLeaves = new Float64Array(queues);
  const counts: number[] = [];

  let now = 0;
  let sum = 0;

  /** Forgets who has left a queue of which the first has. */
  const forget = (queue: number, time: number): number => {
    const base = queue * capacity;
    const mask = capacity - 1;
    let place = begins[queue]!;
    let left = lengths[queue]!;
    do {
      place = (place + 1) & mask;
      left--;
    } while (left > 0 && leaving[base + place]! <= time);
    begins[queue] = place;
    lengths[queue] = left;
    firstLeaves[queue] = left > 0 ? leaving[base + place]! : Infinity;
    return left;
  };
  const lengthAt = (queue: number, time: number): number => (firstLeaves[queue]! <= time ? forget(queue, time) : lengths[queue]!);

  const join = (queue: number, leaves: number): void => {
    const length = lengths[queue]!++;
    if (length === capacity) enlarge();
    if (length === 0) firstLeaves[queue] = leaves;
    lastLeaves[queue] = leaves;
    leaving[queue * capacity + ((begins[queue]! + length) & (capacity - 1))] = leaves;
  };

  const enlarge = (): void => {
    const wider = new Float64Array(queues * capacity * 2);
    for (let queue = 0; queue < queues; queue++) {
      const begin = begins[queue]!;
      for (let i = 0; i < capacity; i++) wider[queue * 2 * capacity + i] = leaving[queue * capacity + ((begin + i) & (capacity - 1))]!;
      begins[queue] = 0;
    }
    leaving = wider;
    capacity *= 2;
  };

  /** Writes the board as it should have been last, and notes which queues are shortest on it. */
  const writeBoard = (): void => {
    const time = nextBoard + Math.floor((now - nextBoard) / stale) * stale;
    let best = Infinity;
    for (let queue = 0; queue < queues; queue++) {
      const length = lengthAt(queue, time);
      board[queue] = length;
      if (length > best) continue;
      if (length < best) shortest = 0;
      best = length;
      ties[shortest++] = queue;
    }
    nextBoard = time + stale;
  };

  const leastLoaded = (): number => {
    if (stale > 0) return ties[(random() * shortest) | 0]!;
    let best = 0x7fffffff;
    let equal = 0;
    for (let queue = 0; queue < queues; queue++) {
      const length = lengthAt(queue, now);
      if (length > best) continue;
      if (length < best) equal = 0;
      best = length;
      ties[equal++] = queue;
    }
    return ties[(random() * equal) | 0]!;
  };

  const draw = (i: number): number => {
    if (replacement) return (random() * queues) | 0;
    const place = i + ((random() * (queues - i)) | 0);
    const queue = order[place]!;
    order[place] = order[i]!;
    order[i] = queue;
    return queue;
  };

  /** The shortest of those drawn. The first of equals will do, since the order is random. */
  const shortestDrawn = (): number => {
    let chosen = draw(0);
    if (drawn === 1) return chosen;
    let best = stale > 0 ? board[chosen]! : lengthAt(chosen, now);
    for (let i = 1; i < drawn; i++) {
      const queue = draw(i);
      const length = stale > 0 ? board[queue]! : lengthAt(queue, now);
      if (length < best) [best, chosen] = [length, queue];
    }
    return chosen;
  };

  for (let i = -warmUp, watched = 0; i < arrivals; i++) {
    now -= Math.log(1 - random()) / every;
    if (now >= nextBoard) writeBoard();
    if (i >= 0) {
      // Poisson arrivals see time averages; which queue is looked at has nothing to do with how long it is.
      const length = lengthAt(watched, now);
      while (counts.length <= length) counts.push(0);
      counts[length]!++;
      if (++watched === queues) watched = 0;
    }
    const queue = all ? leastLoaded() : shortestDrawn();
    lengthAt(queue, now);
    const needed = service.sample(random);
    const starts = lastLeaves[queue]! > now ? lastLeaves[queue]! : now;
    const leaves = needed > 0 ? starts + needed : starts;
    join(queue, leaves);
    if (i >= 0) sum += leaves - now;
  }
  return { meanTime: sum / arrivals, tail: tailOf(counts, arrivals) };
}

/** Shares of at least i, from counts of exactly i. */
export function tailOf(counts: ArrayLike<number>, total: number): Float64Array {
  const tail = new Float64Array(counts.length);
  let atLeast = 0;
  for (let i = counts.length - 1; i >= 0; i--) tail[i] = (atLeast += counts[i]!) / total;
  return tail;
}
