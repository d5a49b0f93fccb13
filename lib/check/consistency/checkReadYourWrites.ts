import type { Operation } from "../history.js";
import { accuse } from "./accuse.js";
import type { Access } from "./registerHistory.js";
import { VersionOrder, type SessionOptions } from "./versionOrder.js";
import type { Verdict } from "./verdict.js";

/**
 * Read your writes (Terry and others, PDIS 1994): a process that has written a register, and was answered, reads from
 * then on that version or a newer one. Exactly: each register's versions, the initial one first, can be put into one
 * order that agrees with `versions` and in which no read finds a version older than one its process wrote before.
 *
 * Terry and others speak of sets of writes at servers, which a history does not show; one order of versions for all is
 * what they too presume of the store below. Limits: register by register; a write without an answer obliges to nothing.
 * Throws an Error if two writes of a register write the same value, or one writes null.
 */
export function checkReadYourWrites(operations: readonly Operation[], options: SessionOptions = {}): Verdict {
  return accuse(operations, (history) => {
    const order = new VersionOrder(history, options);
    for (const { accesses } of history.sessions) {
      const own = new Map<number, OwnWrites>();
      for (const access of accesses) {
        let writes = own.get(access.register);
        if (!writes) own.set(access.register, (writes = new OwnWrites(order)));
        if (access.reads) writes.readAfter(access);
        // One without an answer is the last of its session: no read comes after it.
        else writes.add(access);
      }
    }
    return order.contradiction("no order of the versions lets every process read its own writes, or newer ones");
  });
}

/** What one process wrote to one register so far. */
class OwnWrites {
  readonly #order: VersionOrder;
  readonly #versions: number[] = [];
  readonly #placeOf = new Map<number, number>();
  /** A node for each prefix of the writes, so that a read needs one demand and not one for each. */
  readonly #upTo: number[] = [];
  /** By place of an own write: up to where younger ones were demanded to be older. */
  readonly #demanded = new Map<number, number>();

  constructor(order: VersionOrder) {
    this.#order = order;
  }

  add({ version }: Access): void {
    this.#placeOf.set(version, this.#versions.length);
    this.#versions.push(version);
    const node = this.#order.between();
    this.#order.precede(version, node, []);
    if (this.#upTo.length > 0) this.#order.precede(this.#upTo.at(-1)!, node, []);
    this.#upTo.push(node);
  }

  /** The version read is none of the process's own or comes after all of them, itself excepted. */
  readAfter(read: Access): void {
    const place = this.#placeOf.get(read.version) ?? this.#versions.length;
    if (place > 0) this.#order.precede(this.#upTo[place - 1]!, read.version, [read]);
    for (let younger = this.#demanded.get(place) ?? place + 1; younger < this.#versions.length; younger++) {
      this.#order.precede(this.#versions[younger]!, read.version, [read]);
      this.#demanded.set(place, younger + 1);
    }
  }
}
