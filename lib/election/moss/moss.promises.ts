import type { Declaration, Facts, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import type { NodeId } from "../../protocol.js";
import { completeGraph, type LockSets, ringGraph } from "./lockSets.js";
import { type Moss, moss } from "./moss.js";

const SOURCE = "the survey, section 3.1, literally";

type Node = NodeView<Moss>;
const leads = ({ up, state }: Node) => up && state.state === "leading";

const heldByOne: Invariant<Moss> = {
  name: "nobody holds a lock that its owner has given to another",
  source: SOURCE,
  concerns: ({ state }) => state.held.length > 0,
  overall(nodes, facts) {
    for (const { id, state } of nodes) {
      for (const owner of state.held) {
        const { lock } = nodes[owner]!.state;
        if (lock?.node !== id) facts.must(false, `node ${id} holds the lock of node ${owner}, which ${lock ? `node ${lock.node} has` : "is free"}`);
      }
    }
  },
};

const holdsAll = (neighbors: LockSets): Invariant<Moss> => ({
  name: "whoever leads holds the locks of all its neighbours",
  source: SOURCE,
  concerns: leads,
  overall(nodes, facts) {
    for (const { id, up, state } of nodes) {
      if (!up || state.state !== "leading" || facts.known("looked at", id) !== undefined) continue;
      // What a leader holds it never gives back.
      facts.agree("looked at", id, 1);
      const missing = neighbors(id, nodes.length).find((node) => !state.held.includes(node));
      facts.must(missing === undefined, () => `node ${id} leads without the lock of node ${missing}`);
    }
  },
});

const nothingInCommon = (neighbors: LockSets): Invariant<Moss> => ({
  name: "two that lead at once need no lock in common",
  source: `${SOURCE}; Maekawa, ACM TOCS 3(2), 1985: any two sets must intersect`,
  concerns: leads,
  overall(nodes, facts: Facts) {
    const leaders = nodes.filter(leads);
    if (leaders.length < 2) return;
    for (const a of leaders) {
      for (const b of leaders) {
        const common = a.id < b.id ? neighbors(a.id, nodes.length).find((node) => neighbors(b.id, nodes.length).includes(node)) : undefined;
        facts.must(common === undefined, () => `nodes ${a.id} and ${b.id} both lead, and both need the lock of node ${common}`);
      }
    }
  },
});

const oneLeader: Invariant<Moss> = {
  name: "at most one leader",
  source: SOURCE,
  afterStep({ id, state }, facts) {
    if (state.state === "leading") facts.agree("leader", "of the cluster", id);
  },
};

const everybodyTold: Progress<Moss> = {
  name: "in the end every node knows of a leader",
  source: SOURCE,
  missing(nodes) {
    const untold = nodes.filter(({ state }) => state.leader === null);
    return untold.length > 0 ? `${untold.map(({ id }) => `node ${id}`).join(", ")} ${untold.length > 1 ? "know" : "knows"} of no leader` : undefined;
  },
};

const aLeader: Reachable<Moss> = { name: "a leader", afterStep: leads };
const twoRivals: Reachable<Moss> = { name: "two that hold a lock each, and want one of the other's", concerns: ({ state }) => state.queue.length > 0, overall: (nodes) => deadlocked(nodes) };
const waited: Reachable<Moss> = { name: "a wish that waits for a lock", afterStep: ({ state }) => state.queue.length > 0 };
const askedBack: Reachable<Moss> = { name: "a lock given back to the older wish", onSend: (_from, _to, { type }) => type === "GivenBack" };
const overtaken: Reachable<Moss> = { name: "a lock asked back before it has come", afterStep: ({ state }) => state.wantedBack.length > 0 };

/** Whether some two wait for a lock that the other has: one is in the queue of an owner whose lock the other has, and the other way round. */
function deadlocked(nodes: readonly Node[]): boolean {
  const waits = (one: NodeId, other: NodeId) => nodes.some(({ state: { lock, queue } }) => lock?.node === other && queue.some(({ node }) => node === one));
  const wants = (node: NodeId) => nodes[node]!.state.state === "wanting";
  return nodes.some(({ state: { lock, queue } }) => lock !== null && queue.length > 0 && wants(lock.node) && queue.some(({ node }) => wants(node) && waits(lock.node, node)));
}

const twoLeaders: readonly Reachable<Moss>[] = [
  { name: "two leaders at once", concerns: leads, overall: (nodes) => nodes.filter(leads).length > 1 },
  { name: "two leaders, and nothing left to be sent that could change it", concerns: ({ state }) => state.leader !== null, overall: (nodes) => nodes.every(({ state }) => state.leader !== null) && nodes.filter(leads).length > 1 },
];

const declare = (name: string, summary: string, neighbors: LockSets, order: boolean, sizes: readonly number[]) =>
  ({
    name,
    summary,
    source: SOURCE,
    engine: () => moss({ neighbors, order }),
    tolerates: ["reordering", "clog", "pause", "clock-skew", "clock-drift"],
    sizes,
    invariants: [heldByOne, holdsAll(neighbors), nothingInCommon(neighbors)],
    reachables: [aLeader, waited],
    progress: [everybodyTold],
    probe: ({ state }) => state,
    roles: ["leading", "wanting"],
    calm: 8000,
  }) as const satisfies Declaration<Moss>;

const complete = declare("moss-complete", "the survey's MOSS where everybody is everybody's neighbour", completeGraph, true, [2, 3, 4, 5]);
const ring = declare("moss", "the survey's MOSS on a ring: whoever holds the locks of both neighbours leads", ringGraph, true, [3, 5, 6, 7]);
const unordered = declare("moss-unordered", "the survey's MOSS without the logical clocks: locks go to whoever comes first", completeGraph, false, [2, 3, 4, 5]);

/** The survey's MOSS on a ring. From six nodes on there are two whose neighbours are none of the other's: that both may lead is declared as something that must be found. */
export const mossLiteral: Declaration<Moss> = { ...ring, reachables: [...ring.reachables, twoRivals, askedBack, overtaken, ...twoLeaders] };

/** The same where all are neighbours: one leads at most, and in the end one does, as long as nobody crashes. */
export const mossComplete: Declaration<Moss> = { ...complete, invariants: [...complete.invariants, oneLeader], reachables: [...complete.reachables, twoRivals, askedBack, overtaken] };

/** The same without the order of the clocks. It promises no end: that two wait for each other for ever is declared as something that must be found. */
export const mossUnordered: Declaration<Moss> = { ...unordered, invariants: [...unordered.invariants, oneLeader], reachables: [...unordered.reachables, { ...twoRivals, name: "two that wait for each other's lock, and nothing ever gives one back" }], progress: [] };
