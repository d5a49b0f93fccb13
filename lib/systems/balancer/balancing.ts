import { createRandom, deriveSeed, type Distribution, type Random } from "../../random.js";
import { grown } from "../../sim/grown.js";
import { Agenda } from "./agenda.js";
import type { BalanceOptions, BalanceRun, Outage, UsableChange } from "./balance.js";
import { Balancer } from "./balancer.js";
import { completeOptions } from "./completeOptions.js";
import { type LoadData, loadData } from "./loadData.js";
import { type Request, RequestPool } from "./requestPool.js";
import { Server } from "./server.js";
import { StepWalk } from "./steps.js";

/** What an event is. */
const ANSWER = 0, TIMEOUT = 1, REFUSED = 2, LEAVE = 3, THINK = 4, PROBE = 5, PROBE_LOST = 6, SWEEP = 7, REFRESH = 8, CRASH = 9, RECOVER = 10, SAMPLE = 11;

/**
 * A run of `balance`, event by event. The time is a property, as are the times of a request: a number with a fraction that
 * one function hands to another may become an object, and these few functions are run for every request.
 */
export class Balancing {
  /** ms. */
  #now = 0;
  /** When the next request of an open loop comes, ms; +∞ in a closed one. */
  #next = Infinity;
  readonly #options: ReturnType<typeof completeOptions>;
  readonly #service: Distribution;
  readonly #until: number;
  readonly #timeout: number;
  readonly #warmUp: number;
  readonly #count: number;
  readonly #world: Random;
  readonly #own: Random;
  readonly #rate: StepWalk | null;
  readonly #sources: number;
  readonly #servers: readonly Server[];
  readonly #balancers: readonly Balancer[];
  readonly #data: LoadData;
  readonly #informed: boolean;
  readonly #agenda: Agenda;
  readonly #requests = new RequestPool();

  readonly #sent: Int32Array;
  readonly #lengths: readonly number[][];
  /** Of the requests that were answered, the first `#answers` in use. */
  #came: Float64Array = new Float64Array(1024);
  #latencies: Float64Array = new Float64Array(1024);
  #answers = 0;
  readonly #lost: number[] = [];
  readonly #changes: UsableChange[] = [];
  /** Sum of the ages of what balancers went by, and how often they chose. */
  #ages = 0;
  #choices = 0;

  constructor(given: BalanceOptions, seed: number) {
    const options = completeOptions(given);
    const { speeds, service, weights, policy, clients, balancers: count, loads, health, outliers, panic, outages, timeout, until, warmUp } = options;
    if (timeout === Infinity && outages.some(({ silent }) => silent)) throw new RangeError("where a server may fall silent, requests need a timeout");
    this.#options = options;
    this.#service = service;
    this.#until = until;
    this.#timeout = timeout;
    this.#warmUp = warmUp;
    this.#count = count;
    // Streams of their own: under one seed every policy meets the same requests.
    this.#world = createRandom(deriveSeed(seed, 0));
    const own = (this.#own = createRandom(deriveSeed(seed, 1)));
    this.#rate = clients.loop === "open" ? new StepWalk(clients.rate) : null;
    this.#sources = (clients.loop === "open" && clients.sources) || 1_000_000;
    this.#servers = speeds.map((speed) => new Server(speed));
    const servers = speeds.length;
    const data = (this.#data = loadData(loads, this.#servers, count, own));
    this.#informed = data.every < Infinity;
    this.#balancers = Array.from({ length: count }, (_, id) => new Balancer({ id, servers, weights, policy, random: own, data, health, outliers, panic }));
    this.#agenda = new Agenda(until);
    this.#sent = new Int32Array(servers);
    this.#lengths = speeds.map(() => []);
  }

  run(): BalanceRun {
    this.#begin();
    while (this.#step());
    return {
      came: this.#came.slice(0, this.#answers),
      latencies: this.#latencies.slice(0, this.#answers),
      lost: Float64Array.from(this.#lost),
      sent: this.#sent,
      lengths: this.#lengths.map((list) => Int32Array.from(list)),
      changes: this.#changes,
      age: this.#choices > 0 ? this.#ages / this.#choices : 0,
      states: this.#balancers.map(({ state }) => state),
      ejections: this.#balancers.reduce((sum, { outliers }) => sum + (outliers?.ejections ?? 0), 0),
    };
  }

  /** Lets the next thing happen. Returns whether there was one. */
  #step(): boolean {
    const agenda = this.#agenda;
    if (agenda.next > this.#next) {
      if (this.#next > this.#until) return false;
      this.#now = this.#next;
      this.#arrive();
      return true;
    }
    if (agenda.next === Infinity) return false;
    this.#now = agenda.next;
    agenda.take();
    // Nearly all events are answers.
    if (agenda.kind !== ANSWER) this.#happen(agenda.kind, agenda.first, agenda.second);
    else {
      const request = this.#requests.at(agenda.first);
      if (request.version === agenda.second) this.#answer(request);
    }
    return true;
  }

  #begin(): void {
    const { outages, sample, outliers, health, policy, clients } = this.#options;
    const agenda = this.#agenda;
    outages.forEach(({ at, until }, i) => (agenda.schedule(at, CRASH, i, 0), agenda.schedule(until, RECOVER, i, 0)));
    agenda.schedule(this.#data.every === Infinity ? Infinity : 0, REFRESH, 0, 0);
    agenda.schedule(sample, SAMPLE, 0, 0);
    for (let id = 0; id < this.#count; id++) {
      if (outliers) agenda.schedule(outliers.sweep, SWEEP, id, 0);
      // Probes of different servers and balancers do not go out together.
      if (health) this.#servers.forEach((_, server) => agenda.schedule(this.#own() * health.interval, PROBE, id, server));
    }
    if (policy.idle) this.#servers.forEach((_, server) => this.#tellIdle(server));
    if (clients.loop === "closed") for (let client = 0; client < clients.count; client++) this.#think(client);
    if (this.#rate) this.#next = this.#rate.after(0, -Math.log(1 - this.#world()));
  }

  /** A request of an open loop comes. */
  #arrive(): void {
    const world = this.#world;
    const request = this.#requests.take();
    request.came = this.#now;
    request.work = Math.max(0, this.#service.sample(world));
    request.balancer = this.#count === 1 ? 0 : Math.floor(world() * this.#count);
    request.client = Math.floor(world() * this.#sources);
    this.#send(request);
    this.#next = this.#rate!.after(this.#now, -Math.log(1 - world()));
  }

  #think(client: number): void {
    const { clients } = this.#options;
    if (clients.loop === "closed") this.#agenda.schedule(this.#now + Math.max(0, clients.think.sample(this.#world)), THINK, client, 0);
  }

  /** A client of a closed loop has thought. */
  #return(client: number): void {
    const request = this.#requests.take();
    request.came = this.#now;
    request.work = Math.max(0, this.#service.sample(this.#world));
    request.balancer = client % this.#count;
    request.client = client;
    this.#send(request);
  }

  #send(request: Request): void {
    const now = this.#now;
    const balancer = this.#balancers[request.balancer]!;
    const { policy } = balancer;
    const target = balancer.choose(request.client, now);
    const server = this.#servers[target]!;
    this.#sent[target]!++;
    request.ahead = balancer.count(target, 1);
    if (this.#informed) this.#noteAge(request.balancer, target);
    if (policy.sent) policy.sent(balancer.state, target, now);
    request.server = target;
    request.sent = now;
    server.up ? this.#serve(request, server) : this.#refuse(request, server);
  }

  #noteAge(id: number, server: number): void {
    this.#balancers[id]!.sentSince[server]!++;
    this.#ages += this.#data.age(id, server, this.#now);
    this.#choices++;
  }

  #refuse({ place, version }: Request, { silent }: Server): void {
    this.#agenda.schedule(this.#now + (silent ? this.#timeout : this.#options.refusal), silent ? TIMEOUT : REFUSED, place, version);
  }

  #serve(request: Request, server: Server): void {
    server.join(request);
    if (request.leaves <= this.#now + this.#timeout) this.#agenda.schedule(request.leaves, ANSWER, request.place, request.version);
    else this.#giveUp(request, server);
  }

  /** It will not be answered in time. */
  #giveUp({ leaves, place, server, version }: Request, { incarnation }: Server): void {
    this.#agenda.schedule(this.#now + this.#timeout, TIMEOUT, place, version);
    if (this.#options.policy.idle) this.#agenda.schedule(leaves, LEAVE, server, incarnation);
  }

  #close(request: Request): Balancer {
    const balancer = this.#balancers[request.balancer]!;
    balancer.count(request.server, -1);
    request.version++;
    return balancer;
  }

  #finish(request: Request): void {
    if (!this.#rate) this.#think(request.client);
    this.#requests.free(request);
  }

  #answer(request: Request): void {
    const now = this.#now;
    const { server, came } = request;
    const balancer = this.#close(request);
    const { policy, outliers } = balancer;
    const latency = now - request.sent;
    if (policy.answered) policy.answered(balancer.state, server, latency, now, request.ahead);
    if (outliers) outliers.answered(server, latency);
    if (policy.idle && this.#servers[server]!.length(now) === 0) this.#tellIdle(server);
    if (came >= this.#warmUp) {
      if (this.#answers === this.#came.length) [this.#came, this.#latencies] = [grown(this.#came), grown(this.#latencies)];
      this.#came[this.#answers] = came;
      this.#latencies[this.#answers++] = now - came;
    }
    this.#finish(request);
  }

  #fail(request: Request): void {
    const now = this.#now;
    const { server } = request;
    const balancer = this.#close(request);
    balancer.policy.failed?.(balancer.state, server, now - request.sent, now);
    if (balancer.outliers?.failed(server, now)) this.#reconsider(request.balancer);
    if (request.attempts++ < this.#options.retries) return this.#send(request);
    if (request.came >= this.#warmUp) this.#lost.push(request.came);
    this.#finish(request);
  }

  #crash({ server, silent }: Outage): void {
    this.#servers[server]!.crash(this.#now, silent);
    for (const request of this.#requests.under(server)) {
      if (!silent) this.#fail(request);
      // The answer that was scheduled will not come.
      else this.#agenda.schedule(request.sent + this.#timeout, TIMEOUT, request.place, ++request.version);
    }
  }

  #probe(id: number, server: number): void {
    const { interval, timeout } = this.#options.health!;
    this.#agenda.schedule(this.#now + interval, PROBE, id, server);
    const { up, silent } = this.#servers[server]!;
    if (!up && silent) this.#agenda.schedule(this.#now + timeout, PROBE_LOST, id, server);
    else if (this.#balancers[id]!.health!.record(server, up)) this.#reconsider(id);
  }

  #tellIdle(server: number): void {
    const balancer = this.#balancers[this.#count === 1 ? 0 : Math.floor(this.#own() * this.#count)]!;
    balancer.policy.idle!(balancer.state, server);
  }

  #reconsider(id: number): void {
    const time = this.#now;
    const before = this.#balancers[id]!.usable;
    const { usable } = this.#balancers[id]!.reconsider();
    for (const server of usable) if (!before.includes(server)) this.#changes.push({ time, balancer: id, server, usable: true });
    for (const server of before) if (!usable.includes(server)) this.#changes.push({ time, balancer: id, server, usable: false });
  }

  #happen(kind: number, a: number, b: number): void {
    const now = this.#now;
    const { outliers, outages, sample, policy } = this.#options;
    switch (kind) {
      case TIMEOUT: case REFUSED:
        if (this.#requests.at(a).version === b) this.#fail(this.#requests.at(a));
        return;
      case LEAVE:
        if (this.#servers[a]!.incarnation === b && this.#servers[a]!.length(now) === 0) this.#tellIdle(a);
        return;
      case THINK:
        return this.#return(a);
      case PROBE:
        return this.#probe(a, b);
      case PROBE_LOST:
        if (this.#balancers[a]!.health!.record(b, false)) this.#reconsider(a);
        return;
      case SWEEP:
        if (this.#balancers[a]!.outliers!.sweep(now)) this.#reconsider(a);
        return this.#agenda.schedule(now + outliers!.sweep, SWEEP, a, 0);
      case REFRESH:
        this.#data.refresh(now, (balancer, server) => void (this.#balancers[balancer]!.sentSince[server] = 0));
        return this.#agenda.schedule(now + this.#data.every, REFRESH, 0, 0);
      case CRASH:
        return this.#crash(outages[a]!);
      case RECOVER:
        this.#servers[outages[a]!.server]!.recover();
        if (policy.idle) this.#tellIdle(outages[a]!.server);
        return;
      case SAMPLE:
        this.#servers.forEach((server, i) => this.#lengths[i]!.push(server.length(now)));
        return this.#agenda.schedule(now + sample, SAMPLE, 0, 0);
    }
  }
}
