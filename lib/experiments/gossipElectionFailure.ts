import { gossipElection } from "../election/gossipElection.js";
import { gossipElectionRepaired } from "../election/gossipElectionRepaired.js";
import type { NodeView } from "../promises.js";
import type { NodeId, Protocol } from "../protocol.js";
import type { Distribution } from "../random.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [3, 99], summary: "nodes in the cluster" },
  fanout: { type: "integer", default: 2, range: [1, 98], summary: "to how many random others a node sends in a round" },
  period: { type: "number", default: 50, range: [1, 10_000], unit: "ms", summary: "time between a node's rounds" },
  low: { type: "number", default: 600, range: [1, 1_000_000], unit: "ms", summary: "shortest wait for news of a leader (repaired)" },
  high: { type: "number", default: 1200, range: [1, 1_000_000], unit: "ms", summary: "longest wait for news of a leader (repaired)" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  election: { type: "number", default: 10_000, range: [1, 1_000_000], unit: "ms", summary: "how long the first election may take" },
  watch: { type: "number", default: 20_000, range: [1, 10_000_000], unit: "ms", summary: "how long to watch after the crash, and again after the restart" },
} as const;

const ELECTIONS = ["as written", "repaired"] as const;

interface Outcome {
  /** Messages that the others sent in the time after the crash, each. */
  readonly messages: number;
  /** When the first of those that followed the crashed node gave it up, ms after the crash; null: none did. */
  readonly noticed: number | null;
  /** When all that were up followed one leader that was up, ms after the crash; null: never. */
  readonly replaced: number | null;
  /** Whether the crashed node, back again, came to follow or to be a leader. */
  readonly relearnt: boolean;
}

/** Null: no leader within the time for the first election. */
type Sample = readonly (Outcome | null)[];

/** Claim 2.2: after the election all fall silent. Crash the winner then, and see whether anybody ever notices; the repaired election beside it. */
export const gossipElectionFailure: Experiment<typeof parameters, Sample> = {
  name: "gossip-election-failure",
  question: "Is the failure of a leader noticed once every node has stopped sending?",
  parameters,
  trials: 200,
  row: {
    election: "the survey's election `as written`, or `repaired`: epochs, votes, quorum, rumours that go on",
    elected: "share of runs in which every node knew of a leader in time; the other shares are of these",
    messages: "messages sent by the others while the crashed node was down, mean by node",
    noticed: "share in which any follower of the crashed node gave it up",
    noticedAfter: "median time until then, ms (null: more than half never did)",
    replaced: "share in which all that were up came to follow one leader that was up",
    replacedAfter: "median time until then, ms (null: more than half never did)",
    relearnt: "share in which the crashed node, restarted, learnt of a leader again or led",
  },
  check({ low, high, nodes, fanout }) {
    if (low > high) throw new Error(`low must not exceed high: got low ${low} ms and high ${high} ms`);
    if (fanout >= nodes) throw new Error(`fanout must be below nodes: got fanout ${fanout} and nodes ${nodes}`);
  },
  trial: ({ fanout, period, low, high, ...values }, seed) => [
    crashWinner(gossipElection({ fanout, period }), values, seed),
    crashWinner(gossipElectionRepaired({ fanout, period, patience: [low, high] }), values, seed),
  ],
  summarize: (samples) =>
    ELECTIONS.map((election, i) => {
      const outcomes = samples.map((sample) => sample[i]!).filter((outcome) => outcome !== null);
      const share = (holds: (outcome: Outcome) => boolean) => (outcomes.length === 0 ? null : outcomes.filter(holds).length / outcomes.length);
      return {
        election,
        elected: outcomes.length / samples.length,
        messages: outcomes.length === 0 ? null : outcomes.reduce((sum, { messages }) => sum + messages, 0) / outcomes.length,
        noticed: share(({ noticed }) => noticed !== null),
        noticedAfter: percentile(outcomes.map(({ noticed }) => noticed), 0.5),
        replaced: share(({ replaced }) => replaced !== null),
        replacedAfter: percentile(outcomes.map(({ replaced }) => replaced), 0.5),
        relearnt: share(({ relearnt }) => relearnt),
      };
    }),
};

interface Electing {
  State: { readonly leader: NodeId | null; readonly role: string };
  Message: unknown;
}

interface Times {
  readonly nodes: number;
  readonly delay: Distribution;
  readonly election: number;
  readonly watch: number;
}

/** Lets a cluster elect, crashes the leader that most nodes follow, and later restarts it. */
function crashWinner<T extends Electing>(protocol: Protocol<T>, { nodes: size, delay, election, watch }: Times, seed: number): Outcome | null {
  let sent = 0;
  const cluster = simulate(protocol, { size, seed, latency: delay, digest: false, observer: { sent: () => void sent++ } });
  const { nodes } = cluster;
  if (!cluster.runUntil(() => nodes.every(({ state }) => state.leader !== null), election)) return null;
  // What is still on its way arrives: whoever is to be told of a leader is told.
  cluster.run(cluster.now + 1000);
  const followers = (leader: NodeId) => nodes.filter(({ id, state }) => id !== leader && state.leader === leader);
  const [winner] = nodes.filter(({ state }) => state.role === "leader").sort((a, b) => followers(b.id).length - followers(a.id).length);
  if (!winner) return null;
  const faithful = followers(winner.id);
  const crashed = cluster.now;
  cluster.crash(winner.id);
  sent = 0;
  let noticed: number | null = null;
  let replaced: number | null = null;
  cluster.runUntil(() => {
    if (noticed === null && faithful.some(({ state }) => state.leader !== winner.id)) noticed = cluster.now - crashed;
    if (replaced === null && followOne(nodes)) replaced = cluster.now - crashed;
    return false;
  }, crashed + watch);
  cluster.run(crashed + watch);
  const messages = sent / (size - 1);
  cluster.restart(winner.id);
  const relearnt = cluster.runUntil(() => nodes[winner.id]!.state.leader !== null, crashed + 2 * watch);
  return { messages, noticed, replaced, relearnt };
}

/** Whether all nodes that are up follow one leader that is up. */
function followOne(nodes: readonly NodeView<Electing>[]): boolean {
  const up = nodes.filter((node) => node.up);
  const [leader, ...others] = new Set(up.map(({ state }) => state.leader));
  return others.length === 0 && leader !== null && up.some(({ id, state }) => id === leader && state.role === "leader");
}
