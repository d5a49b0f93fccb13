/** Passive checks: what a balancer makes of the requests that it sends anyway; as in Envoy's outlier detection, where the names are from. */
export interface OutlierOptions {
  /** Failures in a row that eject a server; Envoy's default is 5. 0: failures do not. */
  readonly consecutive: number;
  /** A server whose mean latency between two sweeps is above this many times the median of the servers' means is ejected; 0: latency does not count. (Envoy has this for success rates.) */
  readonly slower: number;
  /** Time between two sweeps, in which servers are readmitted and latencies compared, ms; Envoy: 10,000. */
  readonly sweep: number;
  /** How long a server is out at its first ejection, ms; at the k-th, k times as long. Envoy: 30,000. */
  readonly base: number;
  /** The longest ejection, ms; Envoy: 300,000. */
  readonly longest: number;
  /** The largest share of the servers that may be out at once; one may always. Envoy: 0.1. */
  readonly share: number;
}

/** Envoy's defaults. */
export const envoyOutliers: OutlierOptions = { consecutive: 5, slower: 0, sweep: 10_000, base: 30_000, longest: 300_000, share: 0.1 };

/** What one balancer has ejected. */
export class OutlierEjection {
  /** 1: ejected. */
  readonly out: Uint8Array;
  /** How many ejections there were. */
  ejections = 0;
  readonly #options: OutlierOptions;
  readonly #failures: Int32Array;
  readonly #times: Int32Array;
  readonly #until: Float64Array;
  readonly #sums: Float64Array;
  readonly #counts: Int32Array;

  constructor(servers: number, options: OutlierOptions) {
    this.#options = options;
    this.out = new Uint8Array(servers);
    this.#failures = new Int32Array(servers);
    this.#times = new Int32Array(servers);
    this.#until = new Float64Array(servers);
    this.#sums = new Float64Array(servers);
    this.#counts = new Int32Array(servers);
  }

  answered(server: number, latency: number): void {
    this.#failures[server] = 0;
    this.#sums[server]! += latency;
    this.#counts[server]!++;
  }

  /** Returns whether that got the server ejected. */
  failed(server: number, now: number): boolean {
    const { consecutive } = this.#options;
    return ++this.#failures[server]! >= consecutive && consecutive > 0 && this.#eject(server, now);
  }

  /** Readmits those whose time is over and ejects those that were slow. Returns whether anything changed. */
  sweep(now: number): boolean {
    let changed = false;
    for (let server = 0; server < this.out.length; server++) {
      if (this.out[server] === 1 && this.#until[server]! <= now) {
        this.out[server] = 0;
        changed = true;
      } else if (this.out[server] === 0 && this.#times[server]! > 0) this.#times[server]!--;
    }
    if (this.#options.slower > 0) changed = this.#ejectSlow(now) || changed;
    this.#sums.fill(0);
    this.#counts.fill(0);
    return changed;
  }

  #ejectSlow(now: number): boolean {
    const means = [...this.#sums].map((sum, server) => (this.#counts[server]! > 0 ? sum / this.#counts[server]! : NaN));
    const known = means.filter((mean) => mean >= 0).sort((a, b) => a - b);
    const limit = this.#options.slower * (known[known.length >> 1] ?? Infinity);
    let changed = false;
    means.forEach((mean, server) => {
      if (mean > limit && this.out[server] === 0) changed = this.#eject(server, now) || changed;
    });
    return changed;
  }

  #eject(server: number, now: number): boolean {
    const { base, longest, share } = this.#options;
    const out = this.out.reduce((sum, one) => sum + one, 0);
    if (this.out[server] === 1 || (out > 0 && out + 1 > share * this.out.length)) return false;
    this.out[server] = 1;
    this.#failures[server] = 0;
    this.#until[server] = now + Math.min(longest, base * ++this.#times[server]!);
    this.ejections++;
    return true;
  }
}
