import { deriveRandom, type Distribution } from "../random.js";
import { isMajority } from "../replication/raft/quorum.js";
import { raft } from "../replication/raft/raft.js";
import type { Raft } from "../replication/raft/types.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [3, 25], summary: "servers in the cluster" },
  company: { type: "integer", default: 1, range: [0, 12], summary: "followers that are cut off together with the leader; fewer than half of the servers in all" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  cut: { type: "number", default: 2000, range: [1, 1_000_000], unit: "ms", summary: "how long the leader is cut off from the rest" },
  after: { type: "number", default: 1000, range: [0, 1_000_000], unit: "ms", summary: "how long to watch after the cut is mended" },
} as const;

const RULES = ["off", "on"] as const;

interface Watched {
  readonly mostAtOnce: number;
  readonly overlap: number;
  readonly mostInOneTerm: number;
  /** Whether a majority still followed a leader, itself included, when there was one of a newer term. */
  readonly staleMajority: boolean;
}

type Sample = readonly Watched[];

/** Claim 1.3: cut the leader off, and count the servers that believe they lead: at each instant, and by term. */
export const oneLeaderAtATime: Experiment<typeof parameters, Sample> = {
  name: "one-leader",
  question: "Is there exactly one leader at any time?",
  parameters,
  trials: 200,
  row: {
    checkQuorum: "whether a leader that hears of no majority steps down",
    runs: "runs in which the leader was cut off",
    twoAtOnce: "share of runs in which two servers believed at one instant that they led",
    mostAtOnce: "most servers that believed so at one instant",
    overlap: "median time with two such servers or more, ms a run",
    overlapMost: "longest, ms",
    mostInOneTerm: "most leaders of one term",
    staleMajority: "runs in which a majority still followed a leader when there was one of a newer term: only then could it have committed anything",
  },
  check({ nodes, company }) {
    if (2 * (company + 1) >= nodes) throw new Error(`company and the leader must be fewer than half of the servers: got ${company + 1} of ${nodes}`);
  },
  trial: (values, seed) => RULES.map((rule) => watch({ ...values, checkQuorum: rule === "on" }, seed)),
  summarize: (samples) =>
    RULES.map((checkQuorum, i) => {
      const watched = samples.map((sample) => sample[i]!);
      const most = (count: (one: Watched) => number) => watched.reduce((largest, one) => Math.max(largest, count(one)), 0);
      return {
        checkQuorum,
        runs: watched.length,
        twoAtOnce: watched.filter(({ mostAtOnce }) => mostAtOnce > 1).length / watched.length,
        mostAtOnce: most(({ mostAtOnce }) => mostAtOnce),
        overlap: percentile(watched.map(({ overlap }) => overlap), 0.5),
        overlapMost: most(({ overlap }) => overlap),
        mostInOneTerm: most(({ mostInOneTerm }) => mostInOneTerm),
        staleMajority: watched.filter(({ staleMajority }) => staleMajority).length,
      };
    }),
};

interface Circumstances {
  readonly nodes: number;
  readonly company: number;
  readonly delay: Distribution;
  readonly cut: number;
  readonly after: number;
  readonly checkQuorum: boolean;
}

function watch({ nodes, company, delay, cut, after, checkQuorum }: Circumstances, seed: number): Watched {
  const leadersOf = new Map<number, Set<number>>();
  const followersOf = new Map<number, Set<number>>();
  let newest = 0;
  let staleMajority = false;
  const cluster = simulate<Raft>(raft({ checkQuorum }), {
    size: nodes,
    seed,
    latency: delay,
    digest: false,
    observer: {
      acted({ id, state: { role, currentTerm } }) {
        if (role !== "leader") return;
        newest = Math.max(newest, currentTerm);
        leadersOf.set(currentTerm, (leadersOf.get(currentTerm) ?? new Set()).add(id));
      },
      sent(from, to, message) {
        if (message.type !== "AppendEntriesReply" || !message.success || message.term >= newest) return;
        const followers = (followersOf.get(message.term) ?? new Set([to])).add(from.id);
        followersOf.set(message.term, followers);
        if (isMajority([...followers], nodes)) staleMajority = true;
      },
    },
  });
  const leaders = () => cluster.nodes.filter(({ state }) => state.role === "leader");
  let [mostAtOnce, overlap, several, since] = [0, 0, false, 0];
  const look = () => {
    if (several) overlap += cluster.now - since;
    since = cluster.now;
    const count = leaders().length;
    several = count > 1;
    mostAtOnce = Math.max(mostAtOnce, count);
    return false;
  };
  cluster.runUntil(() => look() || (cluster.now > 1000 && leaders().length === 1), 10_000);
  const random = deriveRandom(seed, nodes + 1);
  const begin = cluster.now + 100 * random();
  cluster.runUntil(look, begin);
  const leader = leaders()[0]?.id ?? 0;
  const others = cluster.nodes.map(({ id }) => id).filter((id) => id !== leader);
  cluster.partition([[leader, ...others.slice(0, company)]]);
  cluster.runUntil(look, begin + cut);
  cluster.heal();
  cluster.runUntil(look, begin + cut + after);
  return { mostAtOnce, overlap, mostInOneTerm: Math.max(0, ...[...leadersOf.values()].map((set) => set.size)), staleMajority };
}
