import { onlyClaimantsFollowed, unfollowed } from "../leaderPromises.js";
import type { Declaration, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import { likeliest, spreadLoad } from "./leaderProbability.js";
import { type Parabolic, parabolic } from "./parabolic.js";

const SOURCE = "the survey, section 3.1, literally";

type Node = NodeView<Parabolic>;
const leads = ({ up, state }: Node) => up && state.role === "leader";
const putsFirst = ({ state }: Node) => likeliest(state.list, spreadLoad);

const likeliestOfItsList: Invariant<Parabolic> = {
  name: "whoever comes to lead is the likeliest of its own list",
  source: SOURCE,
  onOutput(node, { leader }, facts) {
    if (leader === node.id && node.state.role === "leader") facts.must(putsFirst(node) === leader, () => `node ${leader} comes to lead, and its list puts node ${putsFirst(node)} first`);
  },
};

const knowsItself: Invariant<Parabolic> = {
  name: "a node is always on its own list",
  source: SOURCE,
  afterStep: ({ id, state }, facts) => facts.must(state.list.includes(id), () => `node ${id} is not on its own list`),
};

const claimed = onlyClaimantsFollowed<Parabolic>(SOURCE);

const everybodyFollows: Progress<Parabolic> = {
  name: "when the faults end, there is a moment at which all follow one leader",
  source: SOURCE,
  missing(nodes) {
    const leaders = nodes.filter(leads);
    if (leaders.length !== 1) return `${leaders.length === 0 ? "nobody leads" : `${leaders.length} nodes lead`}`;
    const strangers = nodes.filter(({ state }) => state.leader !== leaders[0]!.id);
    return unfollowed(leaders[0]!.id, strangers);
  },
};

const reachables: readonly Reachable<Parabolic>[] = [
  { name: "a leader", afterStep: leads },
  { name: "two leaders at once", concerns: leads, overall: (nodes) => nodes.filter(leads).length > 1 },
  { name: "two lists that put different nodes first", overall: (nodes) => new Set(nodes.filter(({ up }) => up).map(putsFirst)).size > 1 },
  { name: "two leaders at once, and all lists put the same node first", concerns: leads, overall: (nodes) => nodes.filter(leads).length > 1 && new Set(nodes.map(putsFirst)).size === 1 },
  { name: "a node struck off a list, and up", overall: (nodes) => nodes.some(({ id, up }) => up && nodes.some((other) => other.up && !other.state.list.includes(id))) },
  { name: "a follower of a node that its own list does not put first", afterStep: (node) => node.state.leader !== null && node.state.leader !== putsFirst(node) },
];

/** The survey's PARABOLIC. One leader is none of its promises: that there may be two, also where all lists agree, is declared as something that must be found. */
export const parabolicLiteral: Declaration<Parabolic> = {
  name: "parabolic",
  summary: "the survey's PARABOLIC: whom its own list puts first leads, and lists are corrected by hearsay",
  source: SOURCE,
  engine: () => parabolic(),
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "clock-skew", "clock-drift"],
  sizes: [2, 3, 4, 5, 7],
  invariants: [likeliestOfItsList, knowsItself, claimed],
  reachables,
  progress: [everybodyFollows],
  probe: ({ role }) => role,
  roles: ["leader"],
  calm: 8000,
};
