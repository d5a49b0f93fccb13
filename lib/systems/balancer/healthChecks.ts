/** Active health checks: probes that each balancer sends to each server. */
export interface HealthCheckOptions {
  /** Time between two probes, ms. */
  readonly interval: number;
  /** How long a probe waits for an answer, ms; at most `interval`. */
  readonly timeout: number;
  /** Probes in a row that must fail until a server counts as down. */
  readonly unhealthy: number;
  /** Probes in a row that must be answered until it counts as up again. */
  readonly healthy: number;
}

/** What one balancer makes of its probes. */
export class HealthChecks {
  /** 1: down. */
  readonly down: Uint8Array;
  readonly #inARow: Int32Array;
  readonly #options: HealthCheckOptions;

  constructor(servers: number, options: HealthCheckOptions) {
    this.#options = options;
    this.down = new Uint8Array(servers);
    this.#inARow = new Int32Array(servers);
  }

  /** A probe was answered or not. Returns whether the server's state has changed. */
  record(server: number, passed: boolean): boolean {
    const { unhealthy, healthy } = this.#options;
    const isNews = passed === (this.down[server] === 1);
    this.#inARow[server] = isNews ? this.#inARow[server]! + 1 : 0;
    if (!isNews || this.#inARow[server]! < (passed ? healthy : unhealthy)) return false;
    this.down[server] = passed ? 0 : 1;
    this.#inARow[server] = 0;
    return true;
  }
}
