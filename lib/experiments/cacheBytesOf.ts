import type { CacheMessage } from "../systems/cache/types.js";
import type { PartSizes } from "./gossipBytesOf.js";

/** How many bytes a message of the cache takes; an update of SWIM takes a timestamp's. */
export function cacheBytesOf(message: CacheMessage, { header, key, value, timestamp, hash }: PartSizes): number {
  // A version bears its end, too.
  const version = value + 2 * timestamp;
  switch (message.type) {
    case "Swim":
      return header + timestamp * (1 + message.swim.updates.length + (message.swim.type === "Sync" ? message.swim.known.length : 0));
    case "Compare":
      return header + 2 * hash * message.nodes.length;
    case "Copies":
      return header + (key + version) * message.copies.length + hash * (message.leaves?.length ?? 0);
    case "Warm":
      return header + (key + version) * message.entries.length;
    case "Offer":
      return header + (key + timestamp) * message.held.length;
    case "Want":
      return header + key * message.keys.length;
    case "Write":
      return header + key + version;
    case "Fetched":
      return header + key + (message.copy ? version : 0);
    case "Got":
    case "Loaded":
      return header + key + version;
    case "Changes":
      return header + key * message.keys.length;
    case "Snapshot":
      return header + Math.ceil(message.filter.bits / 8);
    case "Publish":
      return header + key + value;
    case "Watch":
      return header + timestamp;
    default:
      return header + key;
  }
}
