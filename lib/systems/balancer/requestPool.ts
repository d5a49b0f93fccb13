/** A request that is under way. */
export class Request {
  /** When it came and when it was last sent, ms. */
  came = NaN;
  sent = NaN;
  /** ms at speed 1. */
  work = NaN;
  /** When it leaves the server, if that does not crash, ms. */
  leaves = NaN;
  balancer = 0;
  /** Where it waits for its answer; −1: it is over. */
  server = -1;
  /** How many of its balancer's requests were at the server when it had been sent, itself included. */
  ahead = 0;
  /** Whose it is: the client's number, or its address's. */
  client = 0;
  /** How often it has failed. */
  attempts = 0;
  /** Changes when it is answered, fails or is cut off: what was scheduled before is void then. */
  version = 0;
  /** Its place in the pool, and, while it is free, the next free one. */
  readonly place: number;
  next: Request | null = null;

  constructor(place: number) {
    this.place = place;
  }
}

/** The requests that are under way. Those that are over are used again. */
export class RequestPool {
  readonly #all: Request[] = [];
  #free: Request | null = null;

  /** The request at a place. */
  at(place: number): Request {
    return this.#all[place]!;
  }

  /** One that is not under way, to be filled in. */
  take(): Request {
    const free = this.#free ?? this.#another();
    this.#free = free.next;
    return free;
  }

  free(request: Request): void {
    request.server = -1;
    request.attempts = 0;
    request.next = this.#free;
    this.#free = request;
  }

  /** Those that were sent to a server and wait for its answer. */
  under(server: number): Request[] {
    return this.#all.filter((request) => request.server === server);
  }

  #another(): Request {
    const request = new Request(this.#all.length);
    this.#all.push(request);
    return request;
  }
}
