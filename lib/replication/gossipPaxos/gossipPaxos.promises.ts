import type { Declaration, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import { FORMATTED } from "../paxos/multiPaxos.js";
import { multiPaxosLog } from "../paxos/multiPaxos.promises.js";
import type { MultiPaxos } from "../paxos/multiPaxos.types.js";
import { gossipPaxos } from "./gossipPaxos.js";
import type { GossipPaxos, Rumor } from "./types.js";

const SOURCE = "Cason, Milosevic, Milosevic and Pedone, Gossip Consensus, Middleware 2021";

type Node = NodeView<GossipPaxos>;
/** A node as those see it who know of Paxos alone. */
const paxosOf = ({ id, up, state, disk }: Node): NodeView<MultiPaxos> => ({ id, up, state: state.paxos, disk });
const isOwn = ({ id, state }: Node, { ids }: Rumor) => ids.some(({ origin, life }) => origin === id && life === state.life);

/** A promise of Paxos, kept by those who say something, not by those who pass it on. */
const invariantOfPaxos = ({ name, source, afterStep, onSend, onOutput, overall, concerns }: Invariant<MultiPaxos>): Invariant<GossipPaxos> => ({
  name,
  source,
  ...(afterStep && { afterStep: (node: Node, facts) => afterStep(paxosOf(node), facts) }),
  ...(onSend && { onSend: (from: Node, to, rumor, facts) => void (isOwn(from, rumor) && onSend(paxosOf(from), to, rumor.message, facts)) }),
  ...(onOutput && { onOutput: (node: Node, output, facts) => onOutput(paxosOf(node), output, facts) }),
  ...(overall && { overall: (nodes: readonly Node[], facts) => overall(nodes.map(paxosOf), facts) }),
  ...(concerns && { concerns: (node: Node) => concerns(paxosOf(node)) }),
});

const reachableOfPaxos = ({ name, afterStep, onSend, overall, concerns }: Reachable<MultiPaxos>): Reachable<GossipPaxos> => ({
  name,
  ...(afterStep && { afterStep: (node: Node) => afterStep(paxosOf(node)) }),
  ...(onSend && { onSend: (from: Node, to, rumor) => isOwn(from, rumor) && onSend(paxosOf(from), to, rumor.message) }),
  ...(overall && { overall: (nodes: readonly Node[]) => overall(nodes.map(paxosOf)) }),
  ...(concerns && { concerns: (node: Node) => concerns(paxosOf(node)) }),
});

const progressOfPaxos = ({ name, source, missing }: Progress<MultiPaxos>): Progress<GossipPaxos> => ({ name, source, missing: (nodes) => missing(nodes.map(paxosOf)) });

const saidByOrigin: Invariant<GossipPaxos> = {
  name: "a rumour says what its origins said, also where several were merged",
  source: SOURCE,
  onSend(from, _to, rumor, facts) {
    const said = JSON.stringify([rumor.to, rumor.message]);
    for (const { origin, life, serial } of rumor.ids) {
      const name = `${serial} of node ${origin} in life ${life}`;
      if (origin !== from.id || life !== from.state.life) facts.must(facts.known("rumour", name) !== undefined, () => `node ${from.id} passes on rumour ${name}, which that node never began`);
      facts.agree("rumour", name, said);
    }
  },
};

const sentToNeighbors: Invariant<GossipPaxos> = {
  name: "a node sends to its neighbours alone",
  source: SOURCE,
  onSend({ id, state }, to, _rumor, facts) {
    facts.must(state.neighbors.includes(to), () => `node ${id} sends to node ${to}, which is no neighbour of it`);
  },
};

const toldOnce: Invariant<GossipPaxos> = {
  name: "no link carries a rumour twice in one direction",
  source: `${SOURCE}: duplicate suppression`,
  onSend(from, to, rumor, facts) {
    for (const { origin, life, serial } of rumor.ids) {
      const name = `${serial} of node ${origin} in life ${life}, by node ${from.id} in life ${from.state.life} to node ${to}`;
      facts.must(facts.known("told", name) === undefined, () => `rumour ${name}, is sent a second time`);
      facts.agree("told", name, 1);
    }
  },
};

const reachables: readonly Reachable<GossipPaxos>[] = [
  { name: "a rumour that has come before is dropped", afterStep: ({ state }) => state.suppressed > 0 },
  { name: "an answer that nobody needs is dropped", afterStep: ({ state }) => state.filtered > 0 },
  { name: "votes of several nodes go on as one", onSend: (_from, _to, { ids, message }) => ids.length > 1 && message.type === "Accepted" },
  { name: "promises of several nodes go on as one", onSend: (_from, _to, { ids, message }) => ids.length > 1 && message.type === "Promise" },
  { name: "a rumour over three links", onSend: (_from, _to, { hops }) => hops > 2 },
];

/** Multi-Paxos over gossip, on a ring: nobody knows more than two others. */
export const gossipPaxosLog: Declaration<GossipPaxos> = {
  name: "gossip-paxos",
  summary: "Multi-Paxos over gossip: its messages are rumours on a ring, with duplicates suppressed, useless answers filtered and equal ones merged",
  source: SOURCE,
  engine: () => gossipPaxos(DECLARED),
  tolerates: multiPaxosLog.tolerates,
  sizes: [3, 4, 5],
  invariants: [...multiPaxosLog.invariants.map(invariantOfPaxos), saidByOrigin, sentToNeighbors, toldOnce],
  reachables: [...multiPaxosLog.reachables.map(reachableOfPaxos), ...reachables],
  progress: multiPaxosLog.progress.map(progressOfPaxos),
  probe: ({ paxos }) => paxos.role,
  roles: ["leader", "preparing"],
  disks: () => ({ stored: FORMATTED }),
  inputs: multiPaxosLog.inputs!,
  service: { ...multiPaxosLog.service! },
  calm: 8000,
};

/** How the declared engine is set. */
export const DECLARED = { degree: 2, emptyDisk: "lost" } as const;
