import { always, type Steps, StepWalk } from "./steps.js";

/** A request at a server's door. */
export interface Joining {
  /** When it comes there, ms. */
  readonly sent: number;
  /** ms at speed 1. */
  readonly work: number;
  /** When it will leave, ms; the server says so. */
  leaves: number;
}

/**
 * A server that serves in order of arrival, one request at a time, at a speed that may change: `speed` ms of work a ms.
 * When a request joins it is known when it will leave, unless the server crashes; a server is a ring of leaving times, and
 * forgets those that have passed when somebody looks at it. Times must not fall from call to call.
 */
export class Server {
  up = true;
  /** What a request meets while it is down: silence, or a refusal. */
  silent = false;
  /** How often it has crashed. */
  incarnation = 0;
  readonly #speed: Steps;
  #walk: StepWalk;
  #leaving: Float64Array = new Float64Array(16);
  #left = 0;
  #come = 0;
  #lastLeaves = 0;

  constructor(speed: Steps = always(1)) {
    this.#speed = speed;
    this.#walk = new StepWalk(speed);
  }

  /** Requests that wait or are being served. */
  length(now: number): number {
    const leaving = this.#leaving;
    const mask = leaving.length - 1;
    while (this.#left !== this.#come && leaving[this.#left & mask]! <= now) this.#left++;
    return this.#come - this.#left;
  }

  /** A request joins, and is told when it will leave. */
  join(request: Joining): void {
    const now = request.sent;
    const room = this.#leaving.length;
    // Who has left is forgotten when there is need.
    if (this.#come - this.#left === room && this.length(now) === room) this.#enlarge();
    const leaves = this.#walk.after(Math.max(now, this.#lastLeaves), request.work);
    this.#lastLeaves = leaves;
    this.#leaving[this.#come++ & (this.#leaving.length - 1)] = leaves;
    request.leaves = leaves;
  }

  /** Everything in it is gone. */
  crash(now: number, silent: boolean): void {
    this.up = false;
    this.silent = silent;
    this.incarnation++;
    this.#left = this.#come;
    this.#lastLeaves = now;
    this.#walk = new StepWalk(this.#speed);
  }

  recover(): void {
    this.up = true;
  }

  #enlarge(): void {
    const wider = new Float64Array(2 * this.#leaving.length);
    for (let place = this.#left; place !== this.#come; place++) wider[place & (wider.length - 1)] = this.#leaving[place & (this.#leaving.length - 1)]!;
    this.#leaving = wider;
  }
}
