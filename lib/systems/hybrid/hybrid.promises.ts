import { swimMembership, swimRules } from "../../gossip/membership/swim.promises.js";
import type { Swim, SwimMessage } from "../../gossip/membership/types.js";
import type { Declaration, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import type { Configuration } from "../../replication/raft/configuration.js";
import { raftMembers } from "../../replication/raft/membership.promises.js";
import { configurationOf, type RaftStore } from "../../replication/raft/replication.promises.js";
import { keyValue, type KeyValueCommand, type KeyValueResult, type KeyValueState } from "../../replication/service/keyValue.js";
import { shardedClients } from "./groups.promises.js";
import { hybrid, type HybridOptions } from "./hybrid.js";
import type { Hybrid } from "./hybridTypes.js";
import { ofEachGroup } from "./ofEachGroup.js";
import { placeByRendezvous, spreadLeaders } from "./placeGroups.js";

/** A hybrid cluster with the key-value store. */
export type HybridStore = Hybrid<KeyValueState, KeyValueCommand, KeyValueResult>;

/** How hostile runs tune it: few shards, nodes that join, groups that soon put a snapshot in their log's place. */
export const TUNED: HybridOptions<KeyValueState, KeyValueCommand, KeyValueResult> = { machine: keyValue, shards: 3, replicas: 3, founders: 3, swim: swimRules, raft: { batch: 4, inFlight: 3, snapshotAfter: 10 } };

const DISSERTATION = "Ongaro 2014, dissertation";
const { invariant, progress, membersOf } = ofEachGroup<HybridStore, RaftStore>({
  memoryOf: (state) => state,
  messageOf: (message) => ("swim" in message ? undefined : message),
});

type View = NodeView<HybridStore>;

/** A node as its membership's judge sees it. */
function swimOf(node: View): NodeView<Swim> {
  let known = swims.get(node);
  if (!known) {
    known = {
      id: node.id,
      get up() {
        return node.up;
      },
      get state() {
        return node.state.swim;
      },
      disk: { stored: undefined as never, log: [] },
    };
    swims.set(node, known);
  }
  return known;
}
const swims: WeakMap<View, NodeView<Swim>> = new WeakMap();

const ofMembership = ({ name, source, afterStep, onSend, onOutput }: Invariant<Swim>): Invariant<HybridStore> => ({
  name: `of gossip: ${name}`,
  source,
  ...(afterStep && { afterStep: (node, facts) => afterStep(swimOf(node), facts) }),
  ...(onSend && { onSend: (from, to, message, facts) => ("swim" in message ? onSend(swimOf(from), to, (message as { swim: SwimMessage }).swim, facts) : undefined) }),
  ...(onOutput && { onOutput: (node, output, facts) => (output.type === "member" ? onOutput(swimOf(node), output, facts) : undefined) }),
});

/** The configurations that follow each other in a log. */
function changesIn(log: readonly RaftStore["Entry"][], see: (before: Configuration, after: Configuration) => void): void {
  let before: Configuration | undefined;
  for (const { configuration } of log) {
    if (!configuration) continue;
    if (before) see(before, configuration);
    before = configuration;
  }
}

const oneStep: Invariant<RaftStore> = {
  name: "voters come and go one at a time",
  source: `${DISSERTATION}, §4.1`,
  afterStep({ id, state }, facts) {
    changesIn(state.log, (before, after) => {
      const different = [...before.voters.filter((node) => !after.voters.includes(node)), ...after.voters.filter((node) => !before.voters.includes(node))];
      facts.must(different.length <= 1 && !after.outgoing, () => `node ${id} goes from the voters ${before.voters.join(", ")} to ${after.voters.join(", ")}`);
    });
  },
};

const learnersFirst: Invariant<RaftStore> = {
  name: "who comes to vote has learned before",
  source: `${DISSERTATION}, §4.2.1`,
  afterStep({ id, state }, facts) {
    changesIn(state.log, (before, after) => {
      const untaught = after.voters.find((node) => !before.voters.includes(node) && !before.learners?.includes(node));
      facts.must(untaught === undefined, () => `node ${id} has node ${untaught} vote, which was no learner`);
    });
  },
};

const leads = ({ up, state }: View) => up && state.groups.some((group) => group?.role === "leader");
const votes = ({ state }: View, id: number) => state.groups.some((group) => group?.configuration.voters.includes(id));
const holdsForDead = ({ up, state }: View, id: number) => up && state.swim.known[id]?.status === "dead";

const reachables: readonly Reachable<HybridStore>[] = [
  { name: "a shard has moved to a node that joined", afterStep: (node) => node.id >= 3 && node.up && votes(node, node.id) },
  { name: "a node that joined leads", afterStep: (node) => node.id >= 3 && leads(node) },
  { name: "a learner is promoted", afterStep: ({ state }) => state.groups.some((group) => group?.role === "leader" && group.configurationIndex <= group.commitIndex && hasGrown(group.log)) },
  { name: "a voter that is down is replaced", concerns: leads, overall: (nodes) => nodes.some((node) => node.up && node.state.groups.some((group) => group?.role === "leader" && group.log.some(({ configuration }, i) => configuration && gone(group.log, i).some((id) => !nodes[id]!.up)))) },
  { name: "a leadership handed over to where it should be", onSend: (_from, _to, message) => !("swim" in message) && message.message.type === "TimeoutNow" },
  { name: "a snapshot sent to a node that comes", onSend: (_from, to, message) => to >= 3 && !("swim" in message) && message.message.type === "InstallSnapshot" },
  { name: "a leader that others hold for dead", concerns: leads, overall: (nodes) => nodes.some((node) => leads(node) && nodes.some((other) => holdsForDead(other, node.id))) },
  { name: "two leaders of groups with different views", concerns: leads, overall: (nodes) => new Set(nodes.filter(leads).map(({ state }) => state.view.join())).size > 1 },
  { name: "a node that comes up with a group that it was not in at first", afterStep: ({ id, up, state, disk }) => id >= 3 && up && disk.log.length > 0 && state.groups.some((group) => group !== null && group.commitIndex === 0 && group.log.length > 0) },
  { name: "a route learned from another", onSend: ({ state }, _to, message) => "swim" in message && message.routes.some(({ term }, shard) => term > 0 && state.groups[shard] === null) },
];

/** Whether some entry adds a voter. */
function hasGrown(log: readonly RaftStore["Entry"][]): boolean {
  let grown = false;
  changesIn(log, (before, after) => (grown ||= after.voters.length > before.voters.length));
  return grown;
}

/** Who was a voter before the i-th entry and is none after it. */
function gone(log: readonly RaftStore["Entry"][], i: number): number[] {
  const before = log.slice(0, i).findLast(({ configuration }) => configuration)?.configuration;
  return before ? before.voters.filter((node) => !log[i]!.configuration!.voters.includes(node)) : [];
}

const allSeen: Progress<HybridStore> = {
  name: "when the faults end, every node sees every other",
  source: "Das, Gupta and Motivala, SWIM, DSN 2002, §1",
  missing(nodes) {
    const blind = nodes.find(({ state }) => state.view.length < nodes.length);
    return blind && `node ${blind.id} sees ${blind.state.view.join(", ")}`;
  },
};

const placed: Progress<HybridStore> = {
  name: "when the faults end, every shard is where all nodes would have it",
  source: "Thaler and Ravishankar 1998; Taft et al., CockroachDB, SIGMOD 2020, §2.2",
  missing(nodes) {
    const wanted = spreadLeaders(placeByRendezvous(nodes.map(({ id }) => id), TUNED.shards!, TUNED.replicas!));
    for (const [shard, members] of wanted.entries()) {
      const { voters, learners = [] } = configurationOf(membersOf(nodes, shard));
      if (learners.length > 0 || [...voters].sort().join() !== [...members].sort().join()) return `shard ${shard} is with nodes ${voters.join(", ")}${learners.length > 0 ? `, node ${learners.join(", ")} learns` : ""}, and should be with ${members.join(", ")}`;
      if (nodes[members[0]!]!.state.groups[shard]?.role !== "leader") return `node ${members[0]} does not lead shard ${shard}`;
    }
    return undefined;
  },
};

/** Gossiped membership with one Raft group a shard, and shards that move. */
export const hybridCluster: Declaration<HybridStore> = {
  name: "hybrid",
  summary: "gossiped membership with one Raft group a shard; shards move when nodes come and go",
  source: "Das, Gupta and Motivala 2002 (SWIM); Ongaro and Ousterhout 2014 (Raft); Taft et al., CockroachDB: The resilient geo-distributed SQL database, SIGMOD 2020, §2",
  engine: () => hybrid(TUNED),
  tolerates: raftMembers.tolerates,
  sizes: [4, 5],
  invariants: [...[...raftMembers.invariants, oneStep, learnersFirst].map(invariant), ...swimMembership.invariants.map(ofMembership)],
  reachables,
  progress: [...raftMembers.progress.map(progress), allSeen, placed],
  probe: ({ groups }) => (groups.some((group) => group?.role === "leader") ? "leader" : "follower"),
  roles: ["leader"],
  service: { ...shardedClients, consistency: "linearizable" } as NonNullable<Declaration<HybridStore>["service"]>,
  calm: 12_000,
};
