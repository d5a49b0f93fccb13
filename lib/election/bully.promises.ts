import type { Declaration, Ending, Facts, Invariant, NodeView, Progress, Reachable } from "../promises.js";
import type { NodeId } from "../protocol.js";
import { bully, type Bully } from "./bully.js";

const SOURCE = "Garcia-Molina, Elections in a Distributed Computing System, IEEE Transactions on Computers C-31(1), 1982, the bully algorithm";

type Node = NodeView<Bully>;
const leads = ({ up, state }: Node) => up && state.role === "coordinator";

const nobodyLower: Invariant<Bully> = {
  name: "nobody follows a node lower than itself",
  source: SOURCE,
  afterStep({ id, state: { coordinator } }, facts) {
    facts.must(coordinator === null || coordinator >= id, () => `node ${id} follows node ${coordinator}`);
  },
};

const crashes = (node: NodeId, facts: Facts) => Number(facts.known("crashes of node", node) ?? 0);
const WAS_DOWN = -1;

const waitedForHigher: Invariant<Bully> = {
  name: "whoever becomes coordinator found every higher node down, at some moment of its election",
  source: SOURCE,
  afterStep({ id, up }, facts) {
    if (!up) facts.rises("crashes of node", id, crashes(id, facts) + 1);
  },
  overall(nodes, facts) {
    for (const { id, up, state } of nodes) {
      if (!up) continue;
      const election = `${id} after ${crashes(id, facts)} crashes, election ${state.elections}`;
      if (state.role === "electing" && facts.known("began", election) === undefined) {
        facts.agree("began", election, 1);
        for (const other of nodes.slice(id + 1)) facts.agree("crashes at the beginning", `${election}, of node ${other.id}`, other.up ? crashes(other.id, facts) : WAS_DOWN);
      } else if (state.role === "coordinator" && facts.known("won", election) === undefined) {
        facts.agree("won", election, 1);
        for (const other of nodes.slice(id + 1)) {
          const before = facts.known("crashes at the beginning", `${election}, of node ${other.id}`);
          facts.must(!other.up || before === WAS_DOWN || crashes(other.id, facts) > Number(before), () => `node ${id} becomes coordinator, and node ${other.id} was up all the time`);
        }
      }
    }
  },
};

const highestLeads: Progress<Bully> = {
  name: "when the faults end, the highest node leads and all know it",
  source: SOURCE,
  missing(nodes) {
    const highest = nodes.length - 1;
    if (nodes[highest]!.state.role !== "coordinator") return `node ${highest} is up and does not lead`;
    const strangers = nodes.filter(({ state }) => state.coordinator !== highest);
    return strangers.length > 0 ? `${strangers.map(({ id }) => `node ${id}`).join(", ")} ${strangers.length > 1 ? "do" : "does"} not follow node ${highest}` : undefined;
  },
};

const coordinatorOf = (nodes: readonly Node[]) => nodes.findLast(leads)?.id ?? null;

const coordinatorStays: Ending<Bully> = {
  name: "while nothing fails, no new election is held",
  source: SOURCE,
  lasts: 5000,
  remember: (nodes) => JSON.stringify(nodes.map(({ state }) => state.elections)),
  missing(nodes, before) {
    const after = JSON.stringify(nodes.map(({ state }) => state.elections));
    return after === before ? undefined : `elections held by each node were ${before}, 5,000 ms later ${after}`;
  },
};

const reachables: readonly Reachable<Bully>[] = [
  { name: "a coordinator that is not the highest of all", concerns: leads, overall: (nodes) => nodes.some((node) => leads(node) && node.id < nodes.length - 1) },
  { name: "two that take themselves for coordinator, while the word of the higher, which came back, is on its way", concerns: leads, overall: (nodes) => nodes.filter(leads).length > 1 },
  { name: "a node that holds its fourth election since it came up", afterStep: ({ state }) => state.elections > 3 },
  { name: "a follower of a coordinator that is down", overall: (nodes) => nodes.some(({ up, state }) => up && state.coordinator !== null && !nodes[state.coordinator]!.up && coordinatorOf(nodes) === null) },
];

/** The bully algorithm. It bears crashes and restarts, on a network that is always there and always in time, and no more. */
export const bullyElection: Declaration<Bully> = {
  name: "bully",
  summary: "the bully algorithm: the highest node that is up leads; it presumes a network that loses nothing and is never late",
  source: SOURCE,
  engine: () => bully(),
  tolerates: ["crash", "clock-skew"],
  sizes: [1, 2, 3, 4, 5, 7],
  invariants: [nobodyLower, waitedForHigher],
  reachables,
  progress: [highestLeads],
  endings: [coordinatorStays],
  probe: ({ role }) => role,
  roles: ["coordinator", "waiting"],
  calm: 8000,
};
