import type { NodeId } from "../protocol.js";
import type { Hardware } from "./hardware.js";

/**
 * How a receiver tells whose message it is. `none`: it believes what the message says. `shared key`: a tag that whoever has
 * the cluster's one key can make. `pairwise keys`: a tag made with a key that only the two ends have. `signature`: one that
 * only the sender can make, and anybody can check.
 */
export type Authentication = "none" | "shared key" | "pairwise keys" | "signature";

/** Whether a receiver takes a message for one of node `from` that in truth `by` has made; `by` is undefined for an outsider, who has no key. */
export function takesForGenuine(authentication: Authentication, from: NodeId, by: NodeId | undefined): boolean {
  switch (authentication) {
    case "none":
      return true;
    case "shared key":
      return by !== undefined;
    case "pairwise keys":
    case "signature":
      return by === from;
  }
}

/** What a tag costs. */
export interface TagCost {
  /** Bytes that it adds to a message. */
  readonly tag: number;
  /** Processor time to make one, and to check one, ms. */
  readonly make: number;
  readonly check: number;
}

/**
 * Hardware on which every message between nodes bears a tag: it is made before the message is sent, and checked when it is
 * taken in. Clients' requests and answers are taken to bear one, too. Nodes sign each message for each receiver.
 */
export function withTags({ receive, send, bytes, ...rest }: Hardware & Required<Pick<Hardware, "bytes">>, { tag, make, check }: TagCost): Hardware {
  return { ...rest, receive: receive + check, send: send + make, bytes: (message) => bytes(message) + tag };
}
