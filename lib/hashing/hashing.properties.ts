import { hashInteger } from "./hashString.js";
import { Maglev } from "./maglev.js";
import type { Placement } from "./placement.js";
import { Rendezvous } from "./rendezvous.js";
import { Ring } from "./ring.js";

/** Nodes that come and go, and the keys that are looked up meanwhile. */
export interface Membership {
  join(node: string): void;
  leave(node: string): void;
  /** The node that holds a key; undefined if there is none. */
  lookup(key: string): string | undefined;
}

/** A node that joins or leaves. */
export interface Step {
  readonly type: "join" | "leave";
  readonly node: string;
}

/** What every way to place keys promises while nodes come and go. */
export interface HashingProperty {
  readonly name: string;
  /** Says what is wrong, in words, if these steps break it. */
  breaks(make: () => Membership, steps: readonly Step[]): string | undefined;
}

const KEYS = Array.from({ length: 64 }, (_, i) => `key ${i}`);

/** Says which of a step's moves was wrong. */
function movesWrongly(make: () => Membership, steps: readonly Step[], isWrong: (step: Step, from: string, to: string | undefined) => boolean): string | undefined {
  const membership = make();
  let before: (string | undefined)[] = [];
  for (const step of steps) {
    membership[step.type](step.node);
    const after = KEYS.map((key) => membership.lookup(key));
    for (const [i, key] of KEYS.entries()) {
      const [from, to] = [before[i], after[i]];
      if (from !== undefined && from !== to && isWrong(step, from, to)) return `when ${step.node} ${step.type === "join" ? "joined" : "left"}, ${key} moved from ${from} to ${to ?? "nobody"}`;
    }
    before = after;
  }
  return undefined;
}

/** Properties by what they ask. The second and third hold for rings and rendezvous; a Maglev table moves a few keys more. */
export const hashingProperties = {
  order: {
    name: "the order of joining does not matter",
    breaks(make, steps) {
      const [one, other] = [make(), make()];
      for (const { type, node } of steps) one[type](node);
      const present = new Set<string>();
      for (const { type, node } of steps) present[type === "join" ? "add" : "delete"](node);
      for (const node of [...present].sort()) other.join(node);
      const key = KEYS.find((candidate) => one.lookup(candidate) !== other.lookup(candidate));
      if (key === undefined) return undefined;
      const last = steps.at(-1)!;
      return `after ${last.node} ${last.type === "join" ? "joined" : "left"}, ${key} is with ${one.lookup(key) ?? "nobody"}; where the same nodes joined by name, with ${other.lookup(key) ?? "nobody"}`;
    },
  },
  join: {
    name: "a node that joins takes keys for itself alone",
    breaks: (make, steps) => movesWrongly(make, steps, ({ type, node }, _from, to) => type === "join" && to !== node),
  },
  leave: {
    name: "a node that leaves moves no other node's keys",
    breaks: (make, steps) => movesWrongly(make, steps, ({ type, node }, from) => type === "leave" && from !== node),
  },
} as const satisfies Record<string, HashingProperty>;

/** A sound engine, and the properties that it keeps. */
export interface HashingSubject {
  readonly name: string;
  readonly keeps: readonly HashingProperty[];
  make(): Membership;
}

const { order, join, leave } = hashingProperties;

/** The engines, each made anew of the nodes that are there. Rings are narrow: points collide. */
export const hashingSubjects: readonly HashingSubject[] = [
  { name: "hash-ring", keeps: [order, join, leave], make: () => rebuilt((nodes) => new Ring(nodes, { points: 4, bits: 7 })) },
  { name: "hash-ring-after", keeps: [order, join, leave], make: () => rebuilt((nodes) => new Ring(nodes, { points: 4, bits: 7, owns: "after" })) },
  { name: "rendezvous", keeps: [order, join, leave], make: () => rebuilt((nodes) => new Rendezvous(nodes)) },
  { name: "maglev", keeps: [order], make: () => rebuilt((nodes) => new Maglev(nodes, { size: 251 })) },
];

function rebuilt(place: (nodes: readonly string[]) => Placement<string>): Membership {
  const nodes: string[] = [];
  let placement = place(nodes);
  return {
    join(node) {
      nodes.push(node);
      placement = place(nodes);
    },
    leave(node) {
      nodes.splice(nodes.indexOf(node), 1);
      placement = place(nodes);
    },
    lookup: (key) => (nodes.length === 0 ? undefined : placement.lookup(key)),
  };
}

/** Nodes that come and go, drawn from a seed: no one joins twice, and who leaves is there. */
export function drawSteps(seed: number, count = 12): Step[] {
  const present: string[] = [];
  return Array.from({ length: count }, (_, i) => {
    const node = `node ${hashInteger(2 * i, seed) % 16}`;
    const leaver = present[hashInteger(2 * i + 1, seed) % 4];
    const type = present.includes(node) || (leaver !== undefined && present.length > 4) ? "leave" : "join";
    const who = type === "join" || present.includes(node) ? node : leaver!;
    if (type === "join") present.push(who);
    else present.splice(present.indexOf(who), 1);
    return { type, node: who };
  });
}

/** The first of these steps that break a property, with none that could be left out; undefined if they do not. */
export function shortestSteps(property: HashingProperty, make: () => Membership, steps: readonly Step[]): { steps: readonly Step[]; message: string } | undefined {
  let rest = steps;
  let message = property.breaks(make, rest);
  if (message === undefined) return undefined;
  for (let i = rest.length - 1; i >= 0; i--) {
    const fewer = rest.toSpliced(i, 1);
    const wrong = isPossible(fewer) ? property.breaks(make, fewer) : undefined;
    // What had to stay for the sake of a later step may go after it.
    if (wrong !== undefined) [rest, message, i] = [fewer, wrong, fewer.length];
  }
  return { steps: rest, message };
}

function isPossible(steps: readonly Step[]): boolean {
  const present = new Set<string>();
  return steps.every(({ type, node }) => (type === "join" ? !present.has(node) && present.add(node) : present.delete(node)));
}
