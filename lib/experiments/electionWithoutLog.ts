import { raft } from "../replication/raft/raft.js";
import { keyValue } from "../replication/service/keyValue.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [1, 99], summary: "servers in the cluster; all logs are empty" },
  low: { type: "number", default: 150, range: [1, 100_000], unit: "ms", summary: "shortest election timeout" },
  high: { type: "number", default: 300, range: [1, 100_000], unit: "ms", summary: "longest election timeout" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  after: { type: "number", default: 200, range: [0, 1_000_000], unit: "ms", summary: "how long to watch once somebody leads" },
  horizon: { type: "number", default: 10_000, range: [1, 1_000_000], unit: "ms", summary: "how long to wait for that" },
} as const;

/** What was sent in one phase of a run, and what was in the logs at its end. */
interface Phase {
  readonly voteRequests: number;
  readonly votes: number;
  readonly appends: number;
  readonly appendReplies: number;
  /** AppendEntries that carried entries. */
  readonly withEntries: number;
  /** The longest log, and the highest commit index. */
  readonly logged: number;
  readonly committed: number;
}

/** Before somebody leads, and after; null: nobody ever led. */
type Sample = readonly [Phase, Phase] | null;
const PHASES = ["before anybody leads", "after"] as const;

/** Claim 2.9: start Raft with empty logs and read its messages up to the first leader: is anything replicated or committed on the way to it? */
export const electionWithoutLog: Experiment<typeof parameters, Sample> = {
  name: "election-without-log",
  question: "Does Raft elect its leader through log replication and commit?",
  parameters,
  trials: 200,
  row: {
    phase: "up to the moment at which somebody leads, or from then on",
    elected: "share of runs in which somebody led within the horizon; the other fields are of these",
    voteRequests: "RequestVote sent, a run",
    votes: "replies to them, granted or refused, a run",
    appends: "AppendEntries sent, a run",
    appendReplies: "replies to them, a run",
    withEntries: "AppendEntries that carried entries, a run",
    logged: "entries in the longest log at the phase's end, most of all runs",
    committed: "highest commit index at the phase's end, of all runs",
  },
  check({ low, high }) {
    if (low > high) throw new Error(`low must not exceed high: got low ${low} ms and high ${high} ms`);
  },
  trial({ nodes, low, high, delay, after, horizon }, seed) {
    const sent = { voteRequests: 0, votes: 0, appends: 0, appendReplies: 0, withEntries: 0 };
    let leads = false;
    const standing = () => ({ logged: Math.max(...cluster.nodes.map(({ state }) => state.log.length)), committed: Math.max(...cluster.nodes.map(({ state }) => state.commitIndex)) });
    let before: typeof sent | undefined;
    const cluster = simulate(raft({ machine: keyValue, electionTimeout: [low, high] }), {
      size: nodes,
      seed,
      latency: delay,
      digest: false,
      observer: {
        sent({ state }, _to, message) {
          // What a leader's first handler sends, it sends as a leader.
          if (state.role === "leader" && !leads) {
            leads = true;
            before = { ...sent };
          }
          if (message.type === "RequestVote") sent.voteRequests++;
          else if (message.type === "RequestVoteReply") sent.votes++;
          else if (message.type === "AppendEntriesReply") sent.appendReplies++;
          else if (message.type === "AppendEntries") {
            sent.appends++;
            if ("entries" in message && message.entries.length > 0) sent.withEntries++;
          }
        },
      },
    });
    let logs = standing();
    const somebodyLeads = cluster.runUntil(() => {
      if (cluster.nodes.some(({ state }) => state.role === "leader")) return true;
      logs = standing();
      return false;
    }, horizon);
    if (!somebodyLeads) return null;
    const first: Phase = { ...(before ?? sent), ...logs };
    cluster.run(cluster.now + after);
    const rest = Object.fromEntries(Object.entries(sent).map(([kind, count]) => [kind, count - first[kind as keyof typeof sent]])) as typeof sent;
    return [first, { ...rest, ...standing() }];
  },
  summarize: (samples) =>
    PHASES.map((phase, i) => {
      const phases = samples.flatMap((sample) => (sample ? [sample[i]!] : []));
      const mean = (count: (one: Phase) => number) => (phases.length === 0 ? null : phases.reduce((sum, one) => sum + count(one), 0) / phases.length);
      const most = (count: (one: Phase) => number) => (phases.length === 0 ? null : Math.max(...phases.map(count)));
      return {
        phase,
        elected: phases.length / samples.length,
        voteRequests: mean((one) => one.voteRequests),
        votes: mean((one) => one.votes),
        appends: mean((one) => one.appends),
        appendReplies: mean((one) => one.appendReplies),
        withEntries: mean((one) => one.withEntries),
        logged: most((one) => one.logged),
        committed: most((one) => one.committed),
      };
    }),
};
