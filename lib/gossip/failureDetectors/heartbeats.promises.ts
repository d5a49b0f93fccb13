import type { Declaration, Ending, Facts, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import type { NodeId } from "../../protocol.js";
import { chen } from "./chen.js";
import type { FailureDetector } from "./detector.js";
import { fixedTimeout } from "./fixedTimeout.js";
import { heartbeats, type Heartbeats } from "./heartbeats.js";
import { phiAccrual } from "./phiAccrual.js";

const SOURCE = "Chen, Toueg and Aguilera, IEEE Transactions on Computers 51(5), 2002";

type Watching = Heartbeats<any>;
type Node = NodeView<Watching>;

/** A heartbeat's place among all of its sender's, in all its lives. */
const placeOf = ({ life, sequence }: { readonly life: number; readonly sequence: number }) => 1e9 * life + sequence;

const heardWhatWasSent: Invariant<Watching> = {
  name: "nobody counts a heartbeat that was not sent",
  source: SOURCE,
  // What was counted in a life that the disk had not yet kept never left its node, and its numbers come again.
  onSend({ id }, _to, message, facts) {
    if (placeOf(message) > Number(facts.known("last heartbeat of node", id) ?? 0)) facts.rises("last heartbeat of node", id, placeOf(message));
  },
  afterStep({ id, up, state }, facts) {
    if (up) for (const other of state.watched) if (placeOf(other) > Number(facts.known("last heartbeat of node", other.node) ?? 0)) facts.must(false, `node ${id} counts heartbeat ${other.sequence} in life ${other.life} of node ${other.node}, which was not sent`);
  },
};

/** Whoever starts again has forgotten what it heard. Call it at every step; all that is said later of the same node is told apart by it. */
function crashesOf({ id, up }: Node, facts: Facts): number {
  const crashes = Number(facts.known("crashes of node", id) ?? 0);
  if (!up) facts.rises("crashes of node", id, crashes + 1);
  return crashes;
}

const pair = (crashes: number, id: NodeId, other: NodeId) => 1000 * (1000 * crashes + id) + other;

const neverOlder: Invariant<Watching> = {
  name: "the newest heartbeat that a node counts of another is never replaced by an older one",
  source: SOURCE,
  afterStep(node, facts) {
    const crashes = crashesOf(node, facts);
    if (node.up) for (const other of node.state.watched) facts.rises("newest heartbeat counted by a node after so many crashes, of another", pair(crashes, node.id, other.node), placeOf(other));
  },
};

const newerTrusts: Invariant<Watching> = {
  name: "whoever is suspected is trusted again only for a newer heartbeat",
  source: SOURCE,
  afterStep: (node, facts) => void crashesOf(node, facts),
  onOutput({ id, state }, { type, node }, facts) {
    const other = state.watched.find((watched) => watched.node === node)!;
    const key = pair(Number(facts.known("crashes of node", id) ?? 0), id, node);
    if (type === "suspect") facts.rises("newest heartbeat when suspected", key, placeOf(other));
    else if (placeOf(other) <= Number(facts.known("newest heartbeat when suspected", key) ?? -1)) facts.must(false, `node ${id} trusts node ${node} again for heartbeat ${other.sequence}, which it had when it began to suspect it`);
  },
};

const nobodySuspected: Progress<Watching> = {
  name: "when the faults end, nobody is suspected",
  source: `${SOURCE}, accuracy`,
  missing(nodes) {
    for (const { id, state } of nodes) for (const { node, suspected } of state.watched) if (suspected) return `node ${id} suspects node ${node}, which is up`;
    return undefined;
  },
};

const silentSuspected: Ending<Watching> = {
  name: "a node that is cut off is suspected by all others",
  source: `${SOURCE}, completeness`,
  isolate: "watching",
  lasts: 6000,
  remember: () => "",
  missing(nodes) {
    const trusting = nodes.slice(1).find(({ state }) => state.watched.some(({ node, suspected }) => node === 0 && !suspected));
    return trusting && `node ${trusting.id} trusts node 0, which has been cut off for 6,000 ms`;
  },
};

const trustedAgain: Ending<Watching> = {
  name: "a node that was cut off is trusted again",
  source: `${SOURCE}, accuracy`,
  isolate: "watching",
  lasts: 500,
  healed: 500,
  remember: () => "",
  missing: (nodes) => nobodySuspected.missing(nodes),
};

const suspects = ({ up, state }: Node, wanted: (node: NodeId) => boolean) => up && state.watched.some(({ node, suspected }) => suspected && wanted(node));

const reachables: readonly Reachable<Watching>[] = [
  { name: "a node that is up and suspected", overall: (nodes) => nodes.some((node) => suspects(node, (other) => nodes[other]!.up)) },
  { name: "a node that is down and suspected", overall: (nodes) => nodes.some((node) => suspects(node, (other) => !nodes[other]!.up)) },
  { name: "a node that is down and not yet suspected", overall: (nodes) => nodes.some(({ up, state }) => up && state.watched.some(({ node, suspected, sequence }) => !suspected && sequence > 0 && !nodes[node]!.up)) },
  { name: "a node that is watched in its third life", afterStep: ({ state }) => state.watched.some(({ life }) => life > 2) },
];

function declare(name: string, summary: string, source: string, detector: FailureDetector<any>): Declaration<Watching> {
  return {
    name,
    summary: `heartbeats from all to all, watched by ${summary}`,
    source,
    engine: () => heartbeats({ interval: INTERVAL, detector }),
    tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write", "clock-skew", "clock-drift"],
    sizes: [1, 2, 3, 5],
    invariants: [heardWhatWasSent, neverOlder, newerTrusts],
    reachables,
    progress: [nobodySuspected],
    endings: [trustedAgain, silentSuspected],
    probe: () => "watching",
    calm: 4000,
  };
}

/** Time between heartbeats in all three declarations, ms. */
export const INTERVAL = 50;
/** What the fixed timeout is, ms; and how long Chen's detector waits beyond the time at which a heartbeat is due. */
export const PATIENCE = 300;

/** Heartbeats watched with a fixed timeout. */
export const heartbeatsFixed = declare("heartbeats-fixed", "a fixed timeout", SOURCE, fixedTimeout({ timeout: PATIENCE }));

/** Heartbeats watched with Chen's NFD-E. */
export const heartbeatsChen = declare("heartbeats-chen", "Chen's estimate of the next arrival", "Chen, Toueg and Aguilera, IEEE Transactions on Computers 51(5), 2002, NFD-E", chen({ interval: INTERVAL, margin: PATIENCE, window: 16 }));

/** Heartbeats watched with the φ accrual detector. */
export const heartbeatsPhi = declare("heartbeats-phi", "the φ accrual detector", "Hayashibara, Défago, Yared and Katayama, SRDS 2004", phiAccrual({ threshold: 8, window: 16, first: INTERVAL, deviation: INTERVAL }));
