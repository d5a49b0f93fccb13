import type { Random } from "../../random.js";

/** Who sends what it has in an exchange: the site that calls, the one that is called, or both. */
export type Exchange = "push" | "pull" | "push-pull";

/**
 * Anti-entropy among n sites on a complete graph, in synchronous cycles (Demers et al. 1987, §1.3): in each cycle every
 * site calls one other, drawn at random, and the newer of their two versions replaces the older one. Nobody ever stops,
 * so the newest version reaches everybody in the end, whatever rumours and mails have left out. A column of versions,
 * for 2 to 10,000,000 sites; 0 stands for no version at all. What is compared is what both had when the cycle began.
 */
export class AntiEntropyColumns {
  readonly size: number;
  readonly exchange: Exchange;
  /** What each site has. */
  readonly versions: Uint32Array;
  /** Cycles so far. */
  cycle = 0;
  /** Versions sent so far that were new to whoever got them. */
  sent = 0;
  readonly #before: Uint32Array;
  readonly #random: Random;
  #newest: number;

  /** `versions` is not copied. Throws a `RangeError` for fewer than 2 sites. */
  constructor(versions: Uint32Array, exchange: Exchange, random: Random) {
    if (versions.length < 2) throw new RangeError(`expected 2 sites or more, not ${versions.length}`);
    this.size = versions.length;
    this.exchange = exchange;
    this.versions = versions;
    this.#before = new Uint32Array(versions.length);
    this.#random = random;
    this.#newest = newestOf(versions);
  }

  /** A client writes at a site: its version becomes the newest of all. */
  write(site: number): void {
    if (!(Number.isInteger(site) && site >= 0 && site < this.size)) throw new RangeError(`expected a site from 0 to ${this.size - 1}, not ${site}`);
    this.versions[site] = ++this.#newest;
  }

  /** How many sites do not have the newest version. */
  get stale(): number {
    const newest = this.#newest;
    let count = 0;
    for (let i = 0; i < this.size; i++) if (this.versions[i] !== newest) count++;
    return count;
  }

  /** One cycle. */
  step(): void {
    const { size, versions, exchange } = this;
    const before = this.#before;
    const random = this.#random;
    before.set(versions);
    const pushes = exchange !== "pull";
    const pulls = exchange !== "push";
    let sent = 0;
    for (let i = 0; i < size; i++) {
      let j = (random() * (size - 1)) | 0;
      if (j >= i) j++;
      const mine = before[i]!;
      const theirs = before[j]!;
      if (mine > theirs) {
        if (!pushes) continue;
        sent++;
        if (versions[j]! < mine) versions[j] = mine;
      } else if (mine < theirs && pulls) {
        sent++;
        if (versions[i]! < theirs) versions[i] = theirs;
      }
    }
    this.cycle++;
    this.sent += sent;
  }

  /** Goes on until everybody has the newest version, or for so many cycles. */
  run(cycles = Infinity): this {
    for (; cycles > 0 && this.stale > 0; cycles--) this.step();
    return this;
  }
}

function newestOf(versions: Uint32Array): number {
  let newest = 0;
  for (const version of versions) if (version > newest) newest = version;
  return newest;
}
