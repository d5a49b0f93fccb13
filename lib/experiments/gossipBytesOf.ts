import type { StampedEngine } from "../gossip/antiEntropy/stamped.promises.js";

/** What the parts of a message take on the wire, bytes. */
export interface PartSizes {
  /** Of a message, whatever is in it: the headers of the layers below, and its own. */
  readonly header: number;
  readonly key: number;
  readonly value: number;
  readonly timestamp: number;
  /** A hash, and a node's or leaf's number in a tree. */
  readonly hash: number;
}

/** How many bytes a message of anti-entropy over timestamped values takes. */
export function gossipBytesOf(message: StampedEngine["Message"], { header, key, value, timestamp, hash }: PartSizes): number {
  const cells = (count: number) => count * (key + value + timestamp);
  switch (message.type) {
    case "Store":
    case "Deltas":
      return header + cells(Object.keys(message.cells).length);
    case "Cells":
      return header + cells(Object.keys(message.cells).length) + key * message.wants.length;
    case "Digests":
      return header + (key + timestamp) * Object.keys(message.digests).length + hash * (message.leaves?.length ?? 0);
    case "Hashes":
      return header + 2 * hash * message.nodes.length;
    case "Acknowledge":
      return header;
  }
}
