import type { Context, NodeId } from "../../protocol.js";
import { spread } from "./dissemination.js";
import { ownUpdate } from "./hearing.js";
import { isIn } from "./precedence.js";
import { allKnown, drawOthers } from "./table.js";
import type { Send, Swim, SwimRules, SwimState } from "./types.js";

/** How a node comes in, stays in touch with those that seem to be gone, exchanges all that it knows, and leaves. */
export function joining(rules: SwimRules, send: Send) {
  const { period, seeds, contact, linger, sync } = rules;

  /**
   * A node that knows nobody asks a seed for all that it knows. Any other from time to time pings somebody who is dead to
   * it, or a seed that it never heard of: else the two sides of a partition would take each other for dead for ever.
   */
  function onContact(state: SwimState, context: Context<Swim>): void {
    const alone = state.roster.length === 0;
    const whom = draw(alone ? seedsOf(context) : strangers(state, context), context);
    if (whom !== undefined) {
      if (alone) sendAll(state, whom, true, context);
      else send(state, whom, { type: "Ping", number: ++state.number }, context);
    }
    setContact(state, context);
  }

  function setContact({ roster }: SwimState, context: Context<Swim>): void {
    if (contact < Infinity || roster.length === 0) context.setTimer("contact", Math.min(contact, roster.length === 0 ? period : contact));
  }

  const isSeed = (node: NodeId) => seeds === undefined || seeds.includes(node);

  const seedsOf = ({ self, size }: Context<Swim>): NodeId[] => nodesWhere(size, (node) => node !== self && isSeed(node));

  const strangers = ({ known, presumed }: SwimState, { self, size }: Context<Swim>): NodeId[] =>
    nodesWhere(size, (node) => node !== self && (known[node] ? known[node].status === "dead" : node >= presumed && isSeed(node)));

  function onSync(state: SwimState, from: NodeId, reply: boolean, context: Context<Swim>): void {
    if (reply) sendAll(state, from, false, context);
  }

  /** Push and pull: both sides send all that they know (memberlist). */
  function onSyncTimer(state: SwimState, context: Context<Swim>): void {
    const [whom] = drawOthers(state, 1, undefined, () => context.random());
    if (whom !== undefined) sendAll(state, whom, true, context);
    context.setTimer("sync", sync);
  }

  function sendAll(state: SwimState, to: NodeId, reply: boolean, context: Context<Swim>): void {
    send(state, to, { type: "Sync", known: allKnown(state, context.self), reply }, context);
  }

  function leave(state: SwimState, context: Context<Swim>): void {
    if (state.presence !== "member") return;
    state.presence = "leaving";
    const update = ownUpdate(state, context.self);
    spread(state, update);
    context.output(update);
    if (linger < Infinity) context.setTimer("linger", linger);
  }

  return { onContact, setContact, onSync, onSyncTimer, leave };
}

function nodesWhere(size: number, wanted: (node: NodeId) => boolean): NodeId[] {
  const nodes: NodeId[] = [];
  for (let node = 0; node < size; node++) if (wanted(node)) nodes.push(node);
  return nodes;
}

const draw = (nodes: readonly NodeId[], context: Context<Swim>): NodeId | undefined => nodes[Math.floor(context.random() * nodes.length)];

/** Who is in the cluster in the eyes of a node, itself included. */
export const membersOf = (state: SwimState, self: NodeId): NodeId[] => [...(state.presence === "member" ? [self] : []), ...allKnown(state, self).filter(isIn).map(({ member }) => member)].sort((a, b) => a - b);
