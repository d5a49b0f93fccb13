import type { Declaration, Invariant, NodeView, Progress, Reachable } from "../promises.js";
import { onlyClaimantsFollowed } from "./leaderPromises.js";
import { type GossipElection, gossipElection } from "./gossipElection.js";

const SOURCE = "the survey, section 2.1, literally";

const heardFromMost: Invariant<GossipElection> = {
  name: "whoever comes to lead has heard from most of its neighbours",
  source: SOURCE,
  onSend({ id, state }, to, message, facts) {
    if (message.type === "Gossip") facts.agree("has sent to", `${id} to ${to}`, 1);
    else {
      const heard = state.neighbours.filter((node) => facts.known("has sent to", `${node} to ${id}`) !== undefined);
      facts.must(heard.length > state.neighbours.length / 2, () => `node ${id} leads, and only ${heard.length} of its ${state.neighbours.length} neighbours ever sent it anything`);
    }
  },
};

const silentOnceTold: Invariant<GossipElection> = {
  name: "who knows of a leader gossips no more",
  source: SOURCE,
  onSend({ id, state }, _to, message, facts) {
    if (message.type === "Gossip") facts.must(state.leader === null, () => `node ${id} knows that node ${state.leader} leads, and gossips`);
  },
};

const claimed = onlyClaimantsFollowed<GossipElection>(SOURCE);

const everybodyTold: Progress<GossipElection> = {
  name: "in the end every node knows of a leader, though not of the same one",
  source: SOURCE,
  missing(nodes) {
    const untold = nodes.filter(({ state }) => state.leader === null);
    return untold.length > 0 ? `${untold.map(({ id }) => `node ${id}`).join(", ")} ${untold.length > 1 ? "know" : "knows"} of no leader` : undefined;
  },
};

const leading = (nodes: readonly NodeView<GossipElection>[]) => nodes.filter(({ up, state }) => up && state.role === "leader");
const leads = ({ state }: NodeView<GossipElection>) => state.role === "leader";

const reachables: readonly Reachable<GossipElection>[] = [
  { name: "a leader", afterStep: leads },
  { name: "two leaders at once", concerns: leads, overall: (nodes) => leading(nodes).length > 1 },
  {
    name: "two leaders, and nothing left to be sent that could change it",
    concerns: ({ state }) => state.leader !== null,
    overall: (nodes) => leading(nodes).length > 1 && nodes.every(({ state }) => state.leader !== null),
  },
  {
    name: "two nodes that follow different leaders",
    overall: (nodes) => new Set(nodes.flatMap(({ state }) => (state.role === "member" && state.leader !== null ? [state.leader] : []))).size > 1,
  },
];

/**
 * The survey's election by gossip. It keeps few promises, and these only where no message is lost and nobody crashes:
 * one leader is none of them. That there may be two is declared as something that must be found.
 */
export const gossipElectionLiteral: Declaration<GossipElection> = {
  name: "gossip-election",
  summary: "the survey's election by gossip: who hears from most of its neighbours leads, then all fall silent",
  source: SOURCE,
  engine: () => gossipElection(),
  tolerates: ["duplication", "reordering", "clog", "pause", "clock-skew", "clock-drift"],
  sizes: [2, 3, 4, 5, 7],
  invariants: [heardFromMost, silentOnceTold, claimed],
  reachables,
  progress: [everybodyTold],
  probe: ({ role }) => role,
  roles: ["leader"],
  calm: 8000,
};
