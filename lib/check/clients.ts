import type { Service } from "../promises.js";
import type { InputOf, NodeId, OutputOf, Types } from "../protocol.js";
import { deriveRandom, type Random } from "../random.js";
import type { Cluster } from "../sim/cluster.js";
import { ClientHistory } from "./clientHistory.js";

/**
 * Clients of a hostile run. Each asks for one thing after another: it waits for the answer, asks another node if it is
 * refused or if none comes, and now and then gives up for good, so that somebody new takes its place. They act at the
 * first event after the moment at which they wanted to.
 */
export class Clients<T extends Types> {
  readonly history: ClientHistory<T>;
  readonly #random: Random;
  readonly #places: Place<T>[];
  /** The earliest moment at which a client wants something, ms. */
  #next = 0;
  /** The number that the next newcomer will have. */
  #newcomers: number;
  /** Whether nobody gives up any more. */
  #patient = false;

  constructor(
    readonly service: Service<T>,
    { seed, clients, operations }: { readonly seed: number; readonly clients: number; readonly operations: number },
  ) {
    this.history = new ClientHistory(service);
    this.#random = deriveRandom(seed, CLIENTS);
    this.#newcomers = clients;
    this.#places = Array.from({ length: clients }, (_, client) => ({ client, serial: 0, left: operations, due: 50 * this.#random(), request: undefined, node: undefined, silent: false, goes: undefined }));
  }

  /** When somebody must be woken, ms: clients of engines whose nodes do nothing by themselves. +∞ where they act at the next event, whatever it is. */
  get wakesAt(): number {
    return this.service.asking === "once" ? this.#next : Infinity;
  }

  /** Whether nobody waits for an answer, and nobody has anything left to ask. */
  get done(): boolean {
    return this.#places.every(({ request, left }) => request === undefined && left === 0);
  }

  /** How many wait for an answer. */
  get waiting(): number {
    return this.#places.filter(({ request }) => request !== undefined).length;
  }

  /** Lets clients ask whose moment has come. */
  act(cluster: Cluster<T>): void {
    if (cluster.now < this.#next) return;
    for (const place of this.#places) if (place.due <= cluster.now) this.#ask(place, cluster);
    this.#settle();
  }

  /** A node has said something. */
  told(output: OutputOf<T>, now: number): void {
    const answered = this.service.answered(output);
    if (!answered) return;
    this.history.told(output, now);
    const place = this.#places.find(({ client, serial, request }) => request !== undefined && client === answered.client && serial === answered.serial);
    if (!place) return;
    place.silent = false;
    if (answered.type === "ok") {
      place.request = undefined;
      if (this.#random() < STAYS) place.goes = place.node;
      place.due = place.left > 0 ? now + PAUSE * this.#random() : Infinity;
    } else {
      place.goes = answered.leader ?? undefined;
      place.due = Math.min(place.due, now + 1 + RETRY * this.#random());
    }
    this.#settle();
  }

  /** From now on nobody gives up, and each asks for one thing more. */
  finish(now: number): void {
    for (const place of this.#places) {
      place.left = 1;
      if (place.request === undefined) place.due = now + PAUSE * this.#random();
    }
    this.#patient = true;
    this.#settle();
  }

  #ask(place: Place<T>, cluster: Cluster<T>): void {
    if (place.request !== undefined && (place.silent && this.service.asking === "once" || (!this.#patient && this.#random() < GIVES_UP))) {
      if (this.#patient) place.left = 1;
      place.client = this.#newcomers++;
      place.serial = 0;
      place.request = undefined;
    }
    if (place.request === undefined) {
      if (place.left === 0) {
        place.due = Infinity;
        return;
      }
      place.left--;
      place.serial++;
      place.request = this.service.request(place.client, place.serial, this.#random);
    }
    const size = cluster.nodes.length;
    place.node = place.goes ?? (place.node !== undefined && place.silent ? (place.node + 1) % size : Math.floor(this.#random() * size));
    place.goes = undefined;
    place.silent = true;
    place.due = cluster.now + PATIENCE * (0.5 + this.#random());
    this.history.asked(place.request, cluster.now);
    cluster.input(place.node, place.request);
  }

  #settle(): void {
    this.#next = this.#places.reduce((least, { due }) => Math.min(least, due), Infinity);
  }
}

/** One client's place, in which others follow whoever gives up. */
interface Place<T extends Types> {
  client: number;
  serial: number;
  /** How many operations are still to be asked for. */
  left: number;
  /** When it wants to act next, ms. */
  due: number;
  /** What it waits for. */
  request: InputOf<T> | undefined;
  /** Whom it asked last, and whether it has heard nothing from there: then it goes to the next node. */
  node: NodeId | undefined;
  silent: boolean;
  /** Whom it will ask next, if it knows. */
  goes: NodeId | undefined;
}

/** Mean patience with a silent node, the longest pause between two operations, and between a refusal and the next try, ms. */
const PATIENCE = 400;
const PAUSE = 200;
const RETRY = 40;
/** How often who has waited in vain gives up. */
const GIVES_UP = 0.15;
/** How often who was answered goes to the same node again. */
const STAYS = 0.5;
/** Stream of a seed from which clients draw. */
const CLIENTS = 2_000_002;
