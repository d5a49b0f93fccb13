import { gridQuorums } from "../election/moss/lockSets.js";
import { moss } from "../election/moss/moss.js";
import { mossQuorums } from "../election/moss/mossQuorums.js";
import { parabolic } from "../election/parabolic/parabolic.js";
import { parabolicRepaired } from "../election/parabolic/parabolicRepaired.js";
import type { NodeId, Protocol } from "../protocol.js";
import { deriveRandom, type Distribution } from "../random.js";
import type { ElectionOptions } from "../replication/raft/elections.js";
import { raft } from "../replication/raft/raft.js";
import { keyValue } from "../replication/service/keyValue.js";
import { type Cluster, simulate } from "../sim/cluster.js";
import type { Experiment, Values } from "./experiment.js";
import { mean, percentile } from "./percentile.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [3, 99], summary: "nodes in the cluster" },
  patience: { type: "number", default: 150, range: [1, 100_000], unit: "ms", summary: "how long a silent leader is borne at least; every variant draws from [patience, 2 · patience], or reckons from it" },
  heartbeat: { type: "number", default: 50, range: [1, 100_000], unit: "ms", summary: "time between a leader's heartbeats; PARABOLIC's period" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  loss: { type: "number", default: 0, range: [0, 0.9], summary: "probability that a message is lost" },
  flap: { type: "number", default: 400, range: [1, 1_000_000], unit: "ms", summary: "how long the link between the leader and one follower is cut, and then whole, in turn" },
  away: { type: "number", default: 1000, range: [1, 1_000_000], unit: "ms", summary: "how long one follower is cut off from all before it comes back" },
  notice: { type: "number", default: 200, range: [0, 1_000_000], unit: "ms", summary: "how long before a planned stop the leader is asked to hand over (`raft, transfer`; the others cannot)" },
  watch: { type: "number", default: 4000, range: [100, 1_000_000], unit: "ms", summary: "how long to watch a flapping link, and how long after a node came back" },
  horizon: { type: "number", default: 6000, range: [100, 1_000_000], unit: "ms", summary: "how long to wait for a new leader" },
  look: { type: "number", default: 2, range: [0.1, 1000], unit: "ms", summary: "time between two looks at the cluster" },
} as const;

type Setting = Values<typeof parameters>;

interface Variant {
  readonly name: string;
  build(values: Setting): Protocol<Electing>;
  leads(state: never): boolean;
  /** Whether its leader hands over when it is told beforehand that it will be stopped. */
  readonly handsOver?: true;
}

interface Electing {
  State: { readonly leader: NodeId | null };
  Message: unknown;
  Input: { readonly type: "transfer"; readonly to: NodeId };
  Output: { readonly type: string; readonly leader?: NodeId };
}

const raftWith = (name: string, options: (nodes: number) => ElectionOptions, handsOver = false): Variant => ({
  name,
  build: ({ patience, heartbeat, nodes }) => raft({ machine: keyValue, electionTimeout: [patience, 2 * patience], heartbeat, ...options(nodes) }) as unknown as Protocol<Electing>,
  leads: ({ role }: { readonly role: string }) => role === "leader",
  ...(handsOver && { handsOver }),
});

const VARIANTS: readonly Variant[] = [
  raftWith("raft", () => ({})),
  raftWith("raft, pre-vote", () => ({ preVote: true })),
  raftWith("raft, pre-vote and check-quorum", () => ({ preVote: true, checkQuorum: true })),
  raftWith("raft, priority", (nodes) => ({ priority: Array.from({ length: nodes }, (_, node) => nodes - node) })),
  raftWith("raft, transfer", () => ({}), true),
  {
    name: "PARABOLIC as written",
    build: ({ patience, heartbeat }) => parabolic({ period: heartbeat, patience: [patience, 2 * patience] }) as unknown as Protocol<Electing>,
    leads: ({ role }: { readonly role: string }) => role === "leader",
  },
  {
    name: "PARABOLIC repaired",
    build: ({ patience, heartbeat }) => parabolicRepaired({ period: heartbeat, silence: Math.max(1, Math.ceil((1.5 * patience) / heartbeat)), settle: 3 }) as unknown as Protocol<Electing>,
    leads: ({ role }: { readonly role: string }) => role === "leader",
  },
  {
    name: "MOSS as written",
    build: () => moss({ startWithin: 20 }) as unknown as Protocol<Electing>,
    leads: ({ state }: { readonly state: string }) => state === "leading",
  },
  {
    name: "MOSS repaired",
    build: ({ patience, heartbeat }) => mossQuorums({ quorums: gridQuorums, lease: patience, renew: Math.min(heartbeat, patience / 5), retry: heartbeat, patience: [patience, 2 * patience] }) as unknown as Protocol<Electing>,
    leads: ({ role }: { readonly role: string }) => role === "leader",
  },
];

/** What one variant did in one trial. */
interface Seen {
  readonly crash: number | null;
  readonly planned: number | null;
  readonly failoverMessages: number | null;
  readonly quietMessages: number;
  readonly flapping: number;
  readonly returned: number;
  readonly withoutLeader: number;
  readonly several: number;
}

/**
 * Claim 7.2: elections, those of clusters without a fixed leader too, can be made more efficient. Each variant elects on the
 * same network; then one thing at a time goes wrong. A leader is *in place* while it is up and most nodes follow it.
 */
export const electionVariants: Experiment<typeof parameters, readonly Seen[]> = {
  name: "election-variants",
  question: "What does each way of electing save: downtime, needless elections, or messages?",
  parameters,
  trials: 10,
  row: {
    variant: "how the cluster elects",
    downtime: "median time from the leader's crash until another is in place, ms (null: mostly never)",
    downtime90: "its 90th percentile, ms (null: in more than a tenth of the runs never)",
    planned: "median time without a leader in place when the leader is stopped with notice, ms (null: mostly never); only `raft, transfer` can use the notice",
    flapping: "elections a minute while the link between the leader and one follower comes and goes, and nobody fails",
    withoutLeader: "share of that time without a leader in place",
    several: "share of that time in which two or more that are up lead at once",
    returned: "elections after one follower was cut off and came back, mean",
    quietMessages: "messages a second while nothing fails",
    failoverMessages: "messages from the leader's crash until another is in place, mean (null: in some run none came)",
  },
  trial: (values, seed) => VARIANTS.map((variant) => watchVariant(variant, values, seed)),
  summarize: (samples, { watch }) =>
    VARIANTS.map(({ name }, i) => {
      const seen = samples.map((sample) => sample[i]!);
      const of = (field: keyof Seen) => seen.map((one) => one[field]);
      return {
        variant: name,
        downtime: percentile(of("crash"), 0.5),
        downtime90: percentile(of("crash"), 0.9),
        planned: percentile(of("planned"), 0.5),
        flapping: (mean(of("flapping"))! * 60_000) / watch,
        withoutLeader: mean(of("withoutLeader")),
        several: mean(of("several")),
        returned: mean(of("returned")),
        quietMessages: mean(of("quietMessages")),
        failoverMessages: mean(of("failoverMessages")),
      };
    }),
};

function watchVariant(variant: Variant, values: Setting, seed: number): Seen {
  const { watch, horizon, away, notice } = values;
  const random = deriveRandom(seed, values.nodes + 1);
  const moment = random() * values.heartbeat;
  const run = () => new Run(variant, values, seed, moment);

  const quiet = run();
  const before = quiet.messages;
  quiet.cluster.run(quiet.cluster.now + QUIET);
  const quietMessages = ((quiet.messages - before) * 1000) / QUIET;
  const fails = quiet.cluster.now;
  const sent = quiet.messages;
  if (quiet.leader !== undefined) quiet.cluster.crash(quiet.leader);
  const crash = quiet.untilLeader(fails + horizon, fails);
  const failoverMessages = crash === null ? null : quiet.messages - sent;

  const stopped = run();
  const asks = stopped.cluster.now;
  const old = stopped.leader;
  if (variant.handsOver && old !== undefined) stopped.cluster.input(old, { type: "transfer", to: (old + 1) % values.nodes });
  const gone = stopped.watch(asks + notice);
  if (old !== undefined) stopped.cluster.crash(old);
  const until = stopped.untilLeader(asks + notice + horizon, asks + notice);
  const planned = until === null ? null : until + gone.withoutLeader;

  const flapping = flap(run(), values);
  const back = run();
  const follower = back.someFollower();
  back.cluster.partition([[follower]]);
  back.cluster.run(back.cluster.now + away);
  back.cluster.heal();
  const returned = back.watch(back.cluster.now + watch);
  return { crash, planned, failoverMessages, quietMessages, flapping: flapping.elections, withoutLeader: flapping.withoutLeader / watch, several: flapping.several / watch, returned: returned.elections };
}

/** How long a healthy cluster's messages are counted, ms. */
const QUIET = 1000;

/** The link between the leader of the beginning and one follower comes and goes. */
function flap(run: Run, { watch, flap }: Setting) {
  const [leader, follower] = [run.leader ?? 0, run.someFollower()];
  const seen = { elections: 0, withoutLeader: 0, several: 0 };
  const end = run.cluster.now + watch;
  for (let cut = true; run.cluster.now < end; cut = !cut) {
    if (cut) run.cluster.command({ type: "cut", from: leader, to: follower });
    if (cut) run.cluster.command({ type: "cut", from: follower, to: leader });
    if (!cut) run.cluster.heal();
    const { elections, withoutLeader, several } = run.watch(Math.min(end, run.cluster.now + flap));
    seen.elections += elections;
    seen.withoutLeader += withoutLeader;
    seen.several += several;
  }
  return seen;
}

/** A cluster whose first leader is in place. */
class Run {
  readonly cluster: Cluster<Electing>;
  messages = 0;
  #heard = 0;

  constructor(
    readonly variant: Variant,
    readonly values: { readonly nodes: number; readonly delay: Distribution; readonly loss: number; readonly horizon: number; readonly look: number },
    seed: number,
    /** How long after the cluster has come to rest it begins, ms. */
    moment: number,
  ) {
    const { nodes: size, delay: latency, loss, horizon } = values;
    this.cluster = simulate(variant.build(values as Setting), { size, seed, latency, loss, digest: false, observer: { sent: ({ id }, to) => void (id !== to && this.messages++) } });
    this.untilLeader(horizon, 0);
    this.cluster.run(this.cluster.now + SETTLES + moment);
    this.#heard = this.cluster.outputs.length;
  }

  /** Who is up, leads, and is followed by most; undefined: nobody. */
  get leader(): NodeId | undefined {
    const { nodes } = this.cluster;
    const leads = this.variant.leads as (state: object) => boolean;
    return nodes.find(({ id, up, state }) => up && leads(state) && 2 * nodes.filter((other) => other.up && other.state.leader === id).length > nodes.length)?.id;
  }

  someFollower(): NodeId {
    return ((this.leader ?? 0) + 1) % this.values.nodes;
  }

  /** Waits until a leader is in place; returns how long after `from`, or null. */
  untilLeader(until: number, from: number): number | null {
    while (this.leader === undefined && this.cluster.now < until) this.cluster.run(this.cluster.now + this.values.look);
    return this.leader === undefined ? null : this.cluster.now - from;
  }

  /** Counts the elections of a while, and the time, ms, without a leader in place or with several that lead. */
  watch(until: number): { readonly elections: number; readonly withoutLeader: number; readonly several: number } {
    const { look } = this.values;
    const leads = this.variant.leads as (state: object) => boolean;
    let [withoutLeader, several] = [0, 0];
    while (this.cluster.now < until) {
      const step = Math.min(look, until - this.cluster.now);
      this.cluster.run(this.cluster.now + step);
      if (this.leader === undefined) withoutLeader += step;
      if (this.cluster.nodes.filter(({ up, state }) => up && leads(state)).length > 1) several += step;
    }
    const elections = this.cluster.outputs.slice(this.#heard).filter(({ node, output }) => output.type === "leader" && output.leader === node).length;
    this.#heard = this.cluster.outputs.length;
    return { elections, withoutLeader, several };
  }
}

/** Between the first leader and what goes wrong, ms. */
const SETTLES = 500;
