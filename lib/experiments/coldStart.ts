import { raft } from "../replication/raft/raft.js";
import type { RaftMessage } from "../replication/raft/types.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [1, 99], summary: "servers in the cluster" },
  low: { type: "number", default: 150, range: [1, 100_000], unit: "ms", summary: "shortest election timeout" },
  high: { type: "number", default: 300, range: [1, 100_000], unit: "ms", summary: "longest election timeout" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  duration: { type: "number", default: 1000, range: [1, 1_000_000], unit: "ms", summary: "how long to watch" },
} as const;

/** Messages sent, by the role of their sender and by type. */
type Sample = Readonly<Record<string, number>>;
const ROLES = ["follower", "candidate", "leader"] as const;
const TYPES = ["AppendEntries", "AppendEntriesReply", "RequestVote", "RequestVoteReply"] as const;

/** Claim 2.4: start a cluster from nothing and read its message log. Who sends heartbeats? */
export const coldStart: Experiment<typeof parameters, Sample> = {
  name: "cold-start",
  question: "Who sends which messages when a Raft cluster starts?",
  parameters,
  trials: 200,
  row: {
    role: "role of the sender when it sent",
    heartbeats: "AppendEntries sent, a run",
    heartbeatReplies: "replies to them, a run",
    voteRequests: "RequestVote sent, a run",
    votes: "replies to them, granted or refused, a run",
  },
  check({ low, high }) {
    if (low > high) throw new Error(`low must not exceed high: got low ${low} ms and high ${high} ms`);
  },
  trial({ nodes, low, high, delay, duration }, seed) {
    const sent: Record<string, number> = {};
    const cluster = simulate(raft({ electionTimeout: [low, high] }), {
      size: nodes,
      seed,
      digest: false,
      latency(from, _to, message) {
        const key = `${cluster.nodes[from]!.state.role} ${(message as RaftMessage).type}`;
        sent[key] = (sent[key] ?? 0) + 1;
        return delay;
      },
    });
    cluster.run(duration);
    return sent;
  },
  summarize: (samples) =>
    ROLES.map((role) => {
      const [heartbeats, heartbeatReplies, voteRequests, votes] = TYPES.map((type) => samples.reduce((sum, sent) => sum + (sent[`${role} ${type}`] ?? 0), 0) / samples.length);
      return { role, heartbeats: heartbeats!, heartbeatReplies: heartbeatReplies!, voteRequests: voteRequests!, votes: votes! };
    }),
};
