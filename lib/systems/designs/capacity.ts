import type { Hardware } from "../../sim/hardware.js";

/** Processor time to take in a message, and to send one, ms. */
type Costs = Pick<Hardware, "receive" | "send">;

/** What one operation asks of processors: of the one that bears most, or of all together. In ms. */
export interface Demand {
  readonly read: number;
  readonly write: number;
}

/** Operations a ms if one node bears `demand` of each. */
export const oneNodes = ({ read, write }: Demand, reads: number): number => 1 / (reads * read + (1 - reads) * write);

/** Operations a ms if `nodes` share the demand evenly. */
export const shared = (demand: Demand, reads: number, nodes: number): number => nodes * oneNodes(demand, reads);

/** A leader's part of a command in a log of n copies: 2n messages, half of them sent, the client's among them. */
export const leaderOfLog = (nodes: number, { receive, send }: Costs): number => nodes * (receive + send);

/** ZAB's leader: as before, and a commit to each follower; but whoever was asked answers, which the leader is for one request in n. */
export const zabLeader = (nodes: number, { receive, send }: Costs): number => nodes * receive + (2 * (nodes - 1) + 1 / nodes) * send;

/** A request that is answered where it is asked, and concerns nobody else. */
export const alone = ({ receive, send }: Costs): number => receive + send;

/** Question and answer between two nodes: what it takes of both together. */
export const roundTrip = ({ receive, send }: Costs): number => 2 * (receive + send);

/** All nodes together: a request whose coordinator asks, in `phases` one after another, each of `others` for an answer. */
export const coordinated = (phases: number, others: number, costs: Costs): number => alone(costs) + phases * others * roundTrip(costs);

/** Replicas other than the coordinator itself, on average, if any of n nodes may coordinate and N of them have the key. */
export const otherReplicas = (replicas: number, nodes: number): number => replicas - replicas / nodes;
