import { type HashNode, inNameOrder, noNode, type Placement } from "./placement.js";

/** As many slots has a Redis cluster. */
export const SLOTS = 16384;

/** CRC-16 with polynomial 0x1021 and no reflection, beginning at 0 (CRC-16/XMODEM): of the string's UTF-8 bytes. */
export function crc16(text: string): number {
  let crc = 0;
  for (const byte of new TextEncoder().encode(text)) crc = ((crc << 8) & 0xffff) ^ CRC[(crc >>> 8) ^ byte]!;
  return crc;
}

const CRC = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/**
 * What of a key is hashed (Redis cluster specification, "Hash tags"): what stands between its first `{` and the first `}`
 * after that, if anything does; else all of it. Keys with one tag share a slot.
 */
export function hashTag(key: string): string {
  const open = key.indexOf("{");
  const close = open < 0 ? -1 : key.indexOf("}", open + 1);
  return close > open + 1 ? key.slice(open + 1, close) : key;
}

/** The slot of a key, from 0 to `slots` − 1. Redis has 16,384, which are assumed unless given. */
export function slotOf(key: string, slots = SLOTS): number {
  return crc16(hashTag(key)) % slots;
}

/**
 * A table of who has which slot. It is not computed from the set of nodes but kept, and slots are moved in it: everybody
 * must be told. A table never changes: `move` and `rebalance` make another one.
 */
export class SlotTable<Node extends HashNode> implements Placement<Node> {
  readonly nodes: readonly Node[];
  /** By slot: its node's place in `nodes`. */
  readonly owners: Int32Array;

  /** Throws an `Error` if an owner is no node's place, or if two nodes have the same name. */
  constructor(nodes: Iterable<Node>, owners: ArrayLike<number>) {
    this.nodes = [...nodes];
    inNameOrder(this.nodes);
    this.owners = Int32Array.from(owners);
    const wrong = this.owners.findIndex((owner) => !(owner >= 0 && owner < this.nodes.length));
    if (wrong >= 0) throw new Error(`slot ${wrong} belongs to no node`);
  }

  /** Slots in one range a node, as even as can be, in the order of the nodes: as `redis-cli --cluster create` deals them out. */
  static spread<Node extends HashNode>(nodes: Iterable<Node>, slots = SLOTS): SlotTable<Node> {
    const all = [...nodes];
    if (all.length === 0) throw noNode();
    return new SlotTable(all, Array.from({ length: slots }, (_, slot) => Math.min(all.length - 1, Math.floor(((slot + 0.5) * all.length) / slots))));
  }

  lookup(key: string): Node {
    return this.nodes[this.owners[slotOf(key, this.owners.length)]!]!;
  }

  lookupHash(hash: number): Node {
    return this.nodes[this.owners[hash % this.owners.length]!]!;
  }

  /** By node, in the order of `nodes`: how many slots it has. */
  counts(): number[] {
    const counts = this.nodes.map(() => 0);
    for (const owner of this.owners) counts[owner]!++;
    return counts;
  }

  /** This table, with some slots moved to a node, which joins if it is new. */
  move(slots: Iterable<number>, to: Node): SlotTable<Node> {
    const nodes = this.nodes.includes(to) ? this.nodes : [...this.nodes, to];
    const owners = this.owners.slice();
    for (const slot of slots) {
      if (!(slot in owners)) throw new Error(`there is no slot ${slot}: expected one from 0 to ${owners.length - 1}`);
      owners[slot] = nodes.indexOf(to);
    }
    return new SlotTable(nodes, owners);
  }

  /**
   * A table for these nodes in which each has ⌊slots / n⌋ or ⌈slots / n⌉, with as few slots moved as that takes: who has too
   * many gives up its last ones, who is not among them all.
   */
  rebalance(nodes: Iterable<Node>): SlotTable<Node> {
    const all = [...nodes];
    if (all.length === 0) throw noNode();
    const places = new Map(all.map((node, place) => [node, place]));
    const owners = this.owners.map((owner) => places.get(this.nodes[owner]!) ?? NOBODY);
    const counts = all.map(() => 0);
    for (const owner of owners) if (owner !== NOBODY) counts[owner]!++;
    // Who has most keeps one more: that moves the fewest.
    const most = all.map((_, place) => place).sort((a, b) => counts[b]! - counts[a]! || a - b);
    const due = all.map(() => Math.floor(owners.length / all.length));
    for (let i = 0; i < owners.length % all.length; i++) due[most[i]!]!++;
    for (let slot = owners.length - 1; slot >= 0; slot--) {
      const owner = owners[slot]!;
      if (owner === NOBODY || counts[owner]! <= due[owner]!) continue;
      counts[owner]!--;
      owners[slot] = NOBODY;
    }
    let taker = 0;
    owners.forEach((owner, slot) => {
      if (owner !== NOBODY) return;
      while (counts[taker]! >= due[taker]!) taker++;
      counts[taker]!++;
      owners[slot] = taker;
    });
    return new SlotTable(all, owners);
  }

  get bytes(): number {
    return this.owners.byteLength;
  }
}

const NOBODY = -1;
