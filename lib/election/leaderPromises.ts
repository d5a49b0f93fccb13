import type { Invariant, NodeView } from "../promises.js";
import type { NodeId, Types } from "../protocol.js";

/** What is missing while nodes do not follow a leader, in words; undefined if there are none. `leads`: what the leader leads, such as ` term 3`. */
export function unfollowed(leader: NodeId, strangers: readonly Pick<NodeView<Types>, "id">[], leads = ""): string | undefined {
  if (strangers.length === 0) return undefined;
  return `node ${leader} leads${leads}, but ${strangers.map(({ id }) => `node ${id}`).join(", ")} ${strangers.length > 1 ? "do" : "does"} not follow it`;
}

/** What an election knows of a node that tells the others when it leads. */
interface Telling {
  State: { readonly leader: NodeId | null };
  Message: { readonly type: string };
}

/** Nobody is followed who has not said, in a message `Leader`, that it leads. */
export const onlyClaimantsFollowed = <T extends Types & Telling>(source: string): Invariant<T> => ({
  name: "whoever is followed has said that it leads",
  source,
  onSend({ id }, _to, message, facts) {
    if (message.type === "Leader") facts.agree("has said that it leads, node", id, 1);
  },
  afterStep({ id, state: { leader } }, facts) {
    if (leader !== null && leader !== id) facts.must(facts.known("has said that it leads, node", leader) !== undefined, () => `node ${id} follows node ${leader}, which never said that it leads`);
  },
});
