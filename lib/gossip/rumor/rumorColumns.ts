import type { Random } from "../../random.js";
import { addBit, type Bits, countBits, countOnes, eachBit, emptyBits, hasBit } from "./bits.js";
import { distances, FEW, otherThan } from "./draws.js";
import { endlessCycle } from "./endlessCycle.js";
import { completeRules, type RumorRules } from "./rumorRules.js";

export interface RumorColumnsOptions {
  /** How many sites know the update at the start: those with the lowest numbers. Default 1. */
  readonly infected?: number;
  /** Probability that an update is lost on its way; neither side hears more of it. Default 0. */
  readonly loss?: number;
}

/**
 * One rumour among n sites on a complete graph, in synchronous cycles, for 2 to 10,000,000 sites: the same rules as
 * `rumorMongering`, a column for each thing that a site remembers, most of them a bit wide. A site that learns the update
 * in a cycle spreads it from the next one on. Throws a `RangeError` for rules and sizes out of range.
 */
export class RumorColumns {
  readonly size: number;
  readonly rules: Required<RumorRules>;
  /** Cycles so far. */
  cycle = 0;
  /** How many sites know the update. */
  known: number;
  /** How many of them spread it. */
  infective: number;
  /** Updates sent so far, the needless ones among them. */
  sent = 0;
  /** Calls so far, refused ones among them. */
  calls = 0;
  /** The last cycle in which a site received the update that did not know it. */
  lastReceipt = 0;
  /** Who knows the update. */
  readonly knows: Bits;
  readonly #random: Random;
  readonly #loss: number;
  /** Who knew it when the cycle began. */
  readonly #knew: Bits;
  /** Who spreads it; those who know it if nobody ever stops. */
  readonly #hot: Bits;
  readonly #counter: Uint8Array | Uint16Array;
  /** Who gave it to somebody who needed it, in this cycle, and how often each gave it to others; if blind, to anybody. */
  readonly #useful: Bits;
  readonly #useless: Uint8Array;

  constructor(size: number, rules: RumorRules, random: Random, { infected = 1, loss = 0 }: RumorColumnsOptions = {}) {
    if (!(Number.isInteger(size) && size >= 2 && size <= 0x7fffffff)) throw new RangeError(`expected 2 sites or more, not ${size}`);
    if (!(Number.isInteger(infected) && infected >= 1 && infected <= size)) throw new RangeError(`expected 1 to ${size} sites that know the update, not ${infected}`);
    if (!(loss >= 0 && loss <= 1)) throw new RangeError(`expected a loss from 0 to 1, not ${loss}`);
    this.size = size;
    this.rules = completeRules(rules);
    const { stop, mode, count, k } = this.rules;
    this.#random = random;
    this.#loss = loss;
    this.knows = emptyBits(size);
    for (let i = 0; i < infected; i++) addBit(this.knows, i);
    this.known = infected;
    this.infective = infected;
    this.#knew = emptyBits(size);
    const stops = stop !== "never";
    // Contacts have to be tallied where a site can have several in a cycle, or where it matters which.
    const tallied = stops && !(mode === "blind" && count === "cycle");
    this.#hot = stops ? this.knows.slice() : this.#knew;
    this.#counter = stop === "counter" ? (k < 256 ? new Uint8Array(size) : new Uint16Array(size)) : new Uint8Array(0);
    this.#useful = emptyBits(tallied ? size : 0);
    this.#useless = new Uint8Array(tallied ? size : 0);
  }

  /** Whether nothing more can happen: nobody spreads the update, or nobody ever stops and everybody knows it. */
  get over(): boolean {
    return this.infective === 0 || (this.rules.stop === "never" && this.known === this.size);
  }

  /** Goes on to the end, or for so many cycles. */
  run(cycles = Infinity): this {
    for (; cycles > 0 && !this.over; cycles--) this.step();
    return this;
  }

  /** This site spreads the update no more, and keeps it: as one that crashed does. For rules under which sites stop. */
  silence(site: number): void {
    if (this.rules.stop === "never") throw new RangeError("a site can be silenced only under rules by which sites stop");
    if (!hasBit(this.#hot, site)) return;
    this.#hot[site >>> 5]! &= ~(1 << (site & 31));
    this.infective--;
  }

  /** One cycle: every site that calls does so once, to a site drawn at random; then those that were at it too long stop. */
  step(): void {
    const { stop, connectionLimit } = this.rules;
    this.cycle++;
    this.#knew.set(this.knows);
    const before = this.known;
    if (connectionLimit !== Infinity) this.#callWithinLimit();
    else if (stop === "never" && this.#loss === 0) this.#callForever();
    else this.#callOnce();
    if (this.known > before) this.lastReceipt = this.cycle;
    if (stop === "never") this.infective = this.known;
    else this.#endCycle();
  }

  #callForever(): void {
    const { size, known, knows } = this;
    const { variant } = this.rules;
    this.calls += variant === "push" ? known : size;
    this.sent += endlessCycle({ size, knew: this.#knew, known, knows, pushes: variant !== "pull", pulls: variant !== "push" }, this.#random);
    this.known = countBits(knows);
  }

  /** Who spreads the update calls, and if the update can be asked for, everybody else does. */
  #callOnce(): void {
    const { size, infective } = this;
    const random = this.#random;
    const hot = this.#hot;
    const spreaders = new Int32Array(infective);
    let count = 0;
    eachBit(hot, size, (i) => void (spreaders[count++] = i));
    for (const i of spreaders) this.#contact(i, otherThan(i, size, random));
    this.calls += infective;
    if (this.rules.variant === "push") return;
    this.calls += size - infective;
    if (infective <= size / FEW) {
      // Of the calls of the others only those to a spreader matter, and each spreader is as likely.
      const rare = distances(infective / (size - 1), random);
      for (let i = rare(); i < size; i += 1 + rare()) if (!hasBit(hot, i)) this.#hand(spreaders[(random() * count) | 0]!, i);
    } else {
      for (let i = 0; i < size; i++) {
        if (hasBit(hot, i)) continue;
        const j = otherThan(i, size, random);
        if (hasBit(hot, j)) this.#hand(j, i);
      }
    }
  }

  /** Calls in random order, and after each wave of them those that were refused again, to others. */
  #callWithinLimit(): void {
    const { size } = this;
    const { variant, connectionLimit, hunts } = this.rules;
    const random = this.#random;
    const taken = new Uint16Array(size);
    const callers = new Int32Array(variant === "push" ? this.infective : size);
    let waiting = 0;
    for (let i = 0; i < size; i++) if (variant !== "push" || hasBit(this.#hot, i)) callers[waiting++] = i;
    for (let wave = 0; wave <= hunts && waiting > 0; wave++) {
      shuffle(callers, waiting, random);
      let refused = 0;
      for (let c = 0; c < waiting; c++) {
        const i = callers[c]!;
        const j = otherThan(i, size, random);
        this.calls++;
        if (taken[j]! >= connectionLimit) callers[refused++] = i;
        else {
          taken[j]!++;
          this.#contact(i, j);
        }
      }
      waiting = refused;
    }
  }

  #contact(i: number, j: number): void {
    const { variant } = this.rules;
    // Who learns something in this cycle is not hot before its end.
    if (variant !== "pull" && hasBit(this.#hot, i)) this.#hand(i, j);
    if (variant !== "push" && hasBit(this.#hot, j)) this.#hand(j, i);
  }

  #hand(from: number, to: number): void {
    this.sent++;
    if (this.#loss > 0 && this.#random() < this.#loss) return;
    const useless = this.#useless;
    const knows = this.knows;
    const word = to >>> 5;
    const bit = 1 << (to & 31);
    if (useless.length > 0) {
      const { useful, mode } = this.rules;
      const seen = useful === "start" ? this.#knew : knows;
      if (mode === "feedback" && (seen[word]! & bit) === 0) addBit(this.#useful, from);
      else useless[from]!++;
    }
    if ((knows[word]! & bit) !== 0) return;
    knows[word]! |= bit;
    this.known++;
  }

  /** Those who spread the update count, and some stop; then those who learnt it join them. */
  #endCycle(): void {
    const hot = this.#hot;
    for (let word = 0; word < hot.length; word++) {
      let left = hot[word]!;
      for (let rest = left; rest !== 0; rest &= rest - 1) {
        const bit = rest & -rest;
        if (this.#losesInterest((word << 5) + 31 - Math.clz32(bit))) left &= ~bit;
      }
      const learnt = this.knows[word]! & ~this.#knew[word]!;
      this.infective += countOnes(left) + countOnes(learnt) - countOnes(hot[word]!);
      hot[word] = left | learnt;
    }
    this.#useful.fill(0);
    this.#useless.fill(0);
  }

  #losesInterest(site: number): boolean {
    const { stop, mode, k, resets, count } = this.rules;
    const counter = this.#counter;
    const wasUseful = mode === "feedback" && hasBit(this.#useful, site);
    if (stop === "counter" && wasUseful && resets) {
      counter[site] = 0;
      return false;
    }
    const wasted = mode === "blind" || (!wasUseful && this.#useless[site]! > 0);
    let steps = count === "contact" ? this.#useless[site]! : wasted ? 1 : 0;
    if (stop === "coin") {
      while (steps > 0 && this.#random() * k >= 1) steps--;
      return steps > 0;
    }
    if (counter[site]! + steps >= k) return true;
    counter[site]! += steps;
    return false;
  }
}

/** Puts the first `count` numbers in random order (Fisher and Yates). */
function shuffle(numbers: Int32Array, count: number, random: Random): void {
  for (let i = count - 1; i > 0; i--) {
    const j = (random() * (i + 1)) | 0;
    const kept = numbers[i]!;
    numbers[i] = numbers[j]!;
    numbers[j] = kept;
  }
}
