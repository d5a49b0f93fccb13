import type { Protocol } from "../protocol.js";
import { quorumStore } from "../replication/quorumStore/quorumStore.js";
import { dottedSiblings } from "../replication/quorumStore/versioning.js";
import { raft } from "../replication/raft/raft.js";
import { keyValue } from "../replication/service/keyValue.js";
import { abd } from "../replication/abd/abd.js";
import type { Experiment } from "./experiment.js";
import { registerLoad } from "./registerLoad.js";
import type { Serving } from "../replication/service/serving.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [3, 25], summary: "servers in the cluster" },
  n: { type: "integer", default: 3, range: [1, 25], summary: "replicas of a key in the quorum store; R and W are a majority of them" },
  clients: { type: "integer", default: 8, range: [1, 200], summary: "clients, each with one request at a time" },
  keys: { type: "integer", default: 24, range: [1, 10_000], summary: "keys, drawn evenly" },
  reads: { type: "number", default: 0.5, range: [0, 1], summary: "share of gets" },
  think: { type: "number", default: 10, range: [0, 10_000], unit: "ms", summary: "mean time between an answer and the client's next request" },
  patience: { type: "number", default: 100, range: [1, 100_000], unit: "ms", summary: "how long a client waits before it asks another server" },
  latency: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  crashEvery: { type: "number", default: 400, range: [10, 1_000_000], unit: "ms", summary: "the servers crash in turn, each this long after the one before, and are back as long after" },
  length: { type: "number", default: 2000, range: [10, 1_000_000], unit: "ms", summary: "length of a run" },
} as const;

interface Outcome {
  readonly operations: number;
  readonly unanswered: number;
  readonly messages: Readonly<Record<string, number>>;
  /** How many servers led at some time. */
  readonly leaders: number;
}

/** Messages that elect: all that ask for a vote, give one, or tell who leads. */
const ELECTING = ["RequestVote", "RequestVoteReply", "PreVote", "PreVoteReply", "TimeoutNow"];

const ENGINES: readonly { readonly name: string; build(n: number): Protocol<any> }[] = [
  { name: "quorum store", build: (n) => quorumStore({ versioning: dottedSiblings, n }) },
  { name: "ABD", build: () => abd() },
  { name: "raft", build: () => raft({ machine: keyValue }) },
];

/** Claim 1.8: stores without a leader through crash after crash: which of their messages elect anybody, and what is done without? */
export const withoutElection: Experiment<typeof parameters, readonly Outcome[]> = {
  name: "without-election",
  question: "Does a cluster without a leader rest on the election of a leader?",
  parameters,
  trials: 5,
  row: {
    engine: "what serves the clients",
    operations: "mean number of requests answered, a run",
    unanswered: "share of all requests that were given up",
    messages: "mean number of messages between servers, a run",
    kinds: "the types of these messages",
    electing: "mean number of them that ask for a vote, or give or refuse one",
    leaders: "how many servers took themselves for a leader at some time, on average",
  },
  check({ nodes, n }) {
    if (n > nodes) throw new Error(`n must not exceed nodes: got n ${n} of ${nodes}`);
  },
  trial: ({ nodes, n, crashEvery, ...load }, seed) =>
    ENGINES.map(({ build }) => {
      const leaders = new Set<number>();
      const { operations, messages } = registerLoad(
        watched(build(n), leaders),
        {
          ...load,
          size: nodes,
          plan(cluster, begin) {
            for (let turn = 0; (turn + 1) * crashEvery < load.length; turn++) {
              const at = begin + (turn + 1) * crashEvery;
              cluster.crash(turn % nodes, at);
              cluster.restart(turn % nodes, at + crashEvery);
            }
          },
        },
        seed,
      );
      const answered = operations.filter(({ returnedAt }) => returnedAt !== undefined).length;
      return { operations: answered, unanswered: 1 - answered / operations.length, messages, leaders: leaders.size };
    }),
  summarize: (samples) =>
    ENGINES.map(({ name }, i) => {
      const outcomes = samples.map((sample) => sample[i]!);
      const mean = (value: (outcome: Outcome) => number) => outcomes.reduce((sum, outcome) => sum + value(outcome), 0) / outcomes.length;
      const total = (outcome: Outcome, counts: (type: string) => boolean) => Object.entries(outcome.messages).reduce((sum, [type, count]) => sum + (counts(type) ? count : 0), 0);
      return {
        engine: name,
        operations: mean(({ operations }) => operations),
        unanswered: mean(({ unanswered }) => unanswered),
        messages: mean((outcome) => total(outcome, () => true)),
        kinds: [...new Set(outcomes.flatMap(({ messages }) => Object.keys(messages)))].sort().join(", "),
        electing: mean((outcome) => total(outcome, (type) => ELECTING.includes(type))),
        leaders: mean(({ leaders }) => leaders),
      };
    }),
};

/** The protocol, and beside it a note of every node whose state says that it leads. */
function watched(protocol: Protocol<any>, leaders: Set<number>): Protocol<Serving> {
  const note = (state: object, self: number) => void ((state as { readonly role?: string }).role === "leader" && leaders.add(self));
  return {
    ...protocol,
    onMessage(state, from, message, context) {
      protocol.onMessage(state, from, message, context);
      note(state, context.self);
    },
  };
}
