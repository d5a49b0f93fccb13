import type { Declaration, Invariant, NodeView, Progress, Reachable } from "../promises.js";
import { changRoberts, type ChangRoberts } from "./changRoberts.js";

const SOURCE = "Chang and Roberts, An Improved Algorithm for Decentralized Extrema-Finding in Circular Configurations of Processes, CACM 22(5), 1979";

type Node = NodeView<ChangRoberts>;
const leads = ({ state }: Node) => state.role === "leader";
const greatest = (nodes: readonly Node[]) => Math.max(...nodes.map(({ state }) => state.number));

const greatestLeads: Invariant<ChangRoberts> = {
  name: "only the node with the greatest number leads",
  source: SOURCE,
  concerns: leads,
  overall(nodes, facts) {
    for (const { id, state } of nodes) if (state.role === "leader") facts.must(state.number === greatest(nodes), () => `node ${id} leads with number ${state.number}, the greatest is ${greatest(nodes)}`);
  },
};

const oneLeader: Invariant<ChangRoberts> = {
  name: "all who know a leader know the same one",
  source: SOURCE,
  afterStep({ state: { leader } }, facts) {
    if (leader !== null) facts.agree("leader", "of the ring", leader);
  },
};

const pastSmaller: Invariant<ChangRoberts> = {
  name: "a number passes only nodes whose own is smaller",
  source: SOURCE,
  onSend({ id, state }, _to, message, facts) {
    if (message.type === "Candidate") facts.must(message.number >= state.number, () => `node ${id}, whose number is ${state.number}, passes on ${message.number}`);
  },
};

const oneWay: Invariant<ChangRoberts> = {
  name: "a node sends to the next one of the ring, or to where the ring begins again",
  source: SOURCE,
  onSend({ id }, to, _message, facts) {
    facts.must(to === id + 1 || to === 0, () => `node ${id} sends to node ${to}`);
  },
};

const allKnow: Progress<ChangRoberts> = {
  name: "in the end the node with the greatest number leads and all know it",
  source: SOURCE,
  missing(nodes) {
    const strangers = nodes.filter(({ state }) => state.leader !== greatest(nodes));
    return strangers.length > 0 ? `${strangers.map(({ id }) => `node ${id}`).join(", ")} ${strangers.length > 1 ? "do" : "does"} not know that number ${greatest(nodes)} leads` : undefined;
  },
};

const reachables: readonly Reachable<ChangRoberts>[] = [
  { name: "a leader", afterStep: leads },
  { name: "a node beaten while another has not begun", overall: (nodes) => nodes.some(({ state }) => state.role === "beaten") && nodes.some(({ state }) => state.role === "asleep") },
  { name: "two candidates at once", overall: (nodes) => nodes.filter(({ state }) => state.role === "candidate").length > 1 },
  { name: "a leader that not all know yet", overall: (nodes) => nodes.some(leads) && nodes.some(({ state }) => state.leader === null) },
];

/** Election on a one-way ring. It bears messages that come late, twice or out of turn; none may be lost, and no node may crash. */
export const changRobertsRing: Declaration<ChangRoberts> = {
  name: "chang-roberts",
  summary: "election on a one-way ring: the greatest number comes round; it presumes links that lose nothing and nodes that do not crash",
  source: SOURCE,
  engine: () => changRoberts({ startWithin: 300 }),
  tolerates: ["duplication", "reordering", "clog", "pause", "clock-skew", "clock-drift"],
  sizes: [1, 2, 3, 4, 5, 7],
  invariants: [greatestLeads, oneLeader, pastSmaller, oneWay],
  reachables,
  progress: [allKnow],
  probe: ({ role }) => role,
  roles: ["candidate", "beaten", "leader"],
  // The last digits keep numbers apart.
  disks: (node, random) => ({ stored: { number: 100 * Math.floor(1000 * random()) + node } }),
  calm: 4000,
};
