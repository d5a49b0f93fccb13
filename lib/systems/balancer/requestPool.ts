/** The requests that are under way, a column a property; places are used again. */
export class RequestPool {
  /** When it came and when it was last sent, ms. */
  readonly came: number[] = [];
  readonly sent: number[] = [];
  /** ms at speed 1. */
  readonly work: number[] = [];
  readonly balancer: number[] = [];
  /** Where it waits for its answer; −1: it is over. */
  readonly server: number[] = [];
  /** How many of its balancer's requests were at the server when it had been sent, itself included. */
  readonly ahead: number[] = [];
  /** Whose it is: the client's number, or its address's. */
  readonly client: number[] = [];
  /** How often it has failed. */
  readonly attempts: number[] = [];
  /** Changes when it is answered, fails or is cut off: what was scheduled before is void then. */
  readonly version: number[] = [];
  readonly #free: number[] = [];

  /** A new request; returns its place. */
  take(came: number, work: number, balancer: number, client: number): number {
    const request = this.#free.pop() ?? this.version.push(0) - 1;
    this.came[request] = came;
    this.work[request] = work;
    this.balancer[request] = balancer;
    this.client[request] = client;
    this.attempts[request] = 0;
    return request;
  }

  free(request: number): void {
    this.server[request] = -1;
    this.#free.push(request);
  }

  /** Those that were sent to a server and wait for its answer. */
  under(server: number): number[] {
    return this.server.flatMap((at, request) => (at === server ? [request] : []));
  }
}
