import type { NodeId } from "../../protocol.js";
import { isIn } from "./precedence.js";
import type { SwimState, Update } from "./types.js";

/** The last that a node has heard of another; undefined if nothing. */
export function knownOf(state: SwimState, member: NodeId): Update | undefined {
  return state.known[member] ?? (member < state.presumed ? { member, status: "alive", incarnation: 0 } : undefined);
}

/** All that a node knows of others, by their ids. */
export function allKnown(state: SwimState, self: NodeId): Update[] {
  const updates = Object.values(state.known);
  for (let member = 0; member < state.presumed; member++) if (member !== self && state.known[member] === undefined) updates.push(knownOf(state, member)!);
  return updates.sort((a, b) => a.member - b.member);
}

/** Writes down what was heard of another, and who is to be pinged from now on. */
export function remember(state: SwimState, update: Update, random: () => number): void {
  const before = knownOf(state, update.member);
  state.known[update.member] = update;
  const was = before !== undefined && isIn(before);
  if (isIn(update) && !was) insert(state, update.member, random);
  else if (!isIn(update) && was) remove(state, update.member);
}

/** A newcomer has its place at random, so that not all ping it at the same time (SWIM, §4.3). */
function insert(state: SwimState, member: NodeId, random: () => number): void {
  const place = Math.floor(random() * (state.roster.length + 1));
  state.roster.splice(place, 0, member);
  if (place < state.next) state.next++;
}

function remove(state: SwimState, member: NodeId): void {
  const place = state.roster.indexOf(member);
  state.roster.splice(place, 1);
  if (place < state.next) state.next--;
}

/** A random order (Fisher and Yates), in place. */
export function shuffle(nodes: NodeId[], random: () => number): void {
  for (let i = nodes.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const other = nodes[i]!;
    nodes[i] = nodes[j]!;
    nodes[j] = other;
  }
}

/** Up to `count` different nodes drawn from the roster, without one of them. */
export function drawOthers(state: SwimState, count: number, without: NodeId | undefined, random: () => number): NodeId[] {
  const { roster } = state;
  if (count >= roster.length - (without === undefined ? 0 : 1)) return roster.filter((node) => node !== without);
  const drawn: NodeId[] = [];
  while (drawn.length < count) {
    const node = roster[Math.floor(random() * roster.length)]!;
    if (node !== without && !drawn.includes(node)) drawn.push(node);
  }
  return drawn;
}
