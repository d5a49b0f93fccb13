import type { HostileRun } from "../check/hostileRun.js";
import { type ShrunkPath, shrinkPath } from "../check/shrinkPath.js";
import type { Declaration, Invariant } from "../promises.js";
import type { Protocol } from "../protocol.js";
import { deriveRandom, type Distribution } from "../random.js";
import { raft } from "../replication/raft/raft.js";
import { raftReplication, type RaftStore } from "../replication/raft/replication.promises.js";
import { keyValue, keyValueClients } from "../replication/service/keyValue.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [3, 15], summary: "servers in the cluster" },
  company: { type: "integer", default: 1, range: [0, 6], summary: "followers that are cut off together with their leader; fewer than half of the servers in all" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  interval: { type: "number", default: 20, range: [1, 10_000], unit: "ms", summary: "time between two commands that each server is asked for; only who leads takes them" },
  cut: { type: "number", default: 1000, range: [1, 100_000], unit: "ms", summary: "how long the leader and its company are cut off" },
  after: { type: "number", default: 2000, range: [1, 100_000], unit: "ms", summary: "how long nothing is asked any more, once the cut is mended" },
} as const;

const RULES = ["on receipt", "when committed"] as const;

interface Outcome {
  /** Servers whose log is the leader's, and of these those whose state is not. */
  readonly sameLog: number;
  readonly otherState: number;
  /** Commands that some server executed and that are in no log at the end. */
  readonly undecided: number;
}

type Sample = readonly Outcome[];

/** Claim 2.11: followers execute a command when it arrives, or when they are told that it is committed; then the leader changes. Both on the same Raft. */
export const executeOnReceipt: Experiment<typeof parameters, Sample> = {
  name: "execute-on-receipt",
  question: "May followers execute a proposal when they receive it?",
  parameters,
  trials: 30,
  row: {
    executes: "when a follower executes a command: `on receipt` (the survey), or `when committed` (Raft)",
    runs: "runs in which the leader was cut off, with some followers, and came back",
    sameLog: "servers that had the leader's log at the end, mean a run",
    otherState: "of these, servers whose state was another than the leader's: all had the same log, and did not agree (mean a run)",
    diverged: "share of runs in which there was such a server",
    undecided: "commands that some server had executed and that were in no log at the end, mean a run",
  },
  check({ nodes, company }) {
    if (2 * (company + 1) >= nodes) throw new Error(`company and the leader must be fewer than half of the servers: got ${company + 1} of ${nodes}`);
  },
  trial: (values, seed) => [deposed(onReceipt(raft({ machine: keyValue })), values, seed), deposed(raft({ machine: keyValue }), values, seed)],
  summarize: (samples) =>
    RULES.map((executes, i) => {
      const outcomes = samples.map((sample) => sample[i]!);
      const mean = (count: (outcome: Outcome) => number) => outcomes.reduce((sum, outcome) => sum + count(outcome), 0) / outcomes.length;
      return {
        executes,
        runs: outcomes.length,
        sameLog: mean(({ sameLog }) => sameLog),
        otherState: mean(({ otherState }) => otherState),
        diverged: mean(({ otherState }) => (otherState > 0 ? 1 : 0)),
        undecided: mean(({ undecided }) => undecided),
      };
    }),
};

/** Raft whose followers execute what arrives. What was executed cannot be taken back; what comes in its place is executed as well. */
function onReceipt(sound: Protocol<RaftStore>): Protocol<RaftStore> {
  return {
    ...sound,
    onMessage(state, from, message, context) {
      if (message.type !== "AppendEntries" || !("entries" in message)) return sound.onMessage(state, from, message, context);
      const { term, prevLogIndex, entries } = message;
      const termAt = (index: number) => (index === 0 ? 0 : state.log[index - 1]?.term);
      if (term >= state.currentTerm && termAt(prevLogIndex) === message.prevLogTerm) {
        const kept = prevLogIndex + entries.findIndex((entry, i) => termAt(prevLogIndex + 1 + i) !== entry.term);
        if (kept >= prevLogIndex && kept < state.lastApplied) state.lastApplied = state.commitIndex = kept;
      }
      sound.onMessage(state, from, { ...message, leaderCommit: prevLogIndex + entries.length }, context);
    },
  };
}

interface Circumstances {
  readonly nodes: number;
  readonly company: number;
  readonly delay: Distribution;
  readonly interval: number;
  readonly cut: number;
  readonly after: number;
}

/** A leader is cut off with a few followers while all servers are asked for commands; the others elect another one. */
function deposed(protocol: Protocol<RaftStore>, { nodes, company, delay, interval, cut, after }: Circumstances, seed: number): Outcome {
  const cluster = simulate(protocol, { size: nodes, seed, latency: delay, digest: false });
  const random = deriveRandom(seed, nodes + 1);
  const begin = 1000 + 100 * random();
  let client = 0;
  for (let time = 500; time < begin + cut; time += interval) for (let node = 0; node < nodes; node++) cluster.input(node, { type: "request", client, serial: 1, command: { op: "append", key: "a", value: `${client++} ` } }, time);
  cluster.run(begin);
  const leader = cluster.nodes.find(({ state }) => state.role === "leader")?.id ?? 0;
  cluster.partition([[leader, ...cluster.nodes.map(({ id }) => id).filter((id) => id !== leader).slice(0, company)]]);
  cluster.run(begin + cut);
  cluster.heal();
  cluster.run(begin + cut + after);
  const last = cluster.nodes.filter(({ state }) => state.role === "leader").sort((a, b) => b.state.currentTerm - a.state.currentTerm)[0] ?? cluster.nodes[0]!;
  const logOf = (state: RaftStore["State"]) => JSON.stringify(state.log);
  const doneBy = (state: RaftStore["State"]) => state.sessions.machine.a ?? "";
  const same = cluster.nodes.filter(({ state }) => logOf(state) === logOf(last.state));
  const logged = new Set(cluster.nodes.flatMap(({ state }) => state.log.map(({ command }) => command?.client)));
  const done = new Set(cluster.nodes.flatMap(({ state }) => doneBy(state).split(" ").slice(0, -1).map(Number)));
  return { sameLog: same.length, otherState: same.filter(({ state }) => doneBy(state) !== doneBy(last.state)).length, undecided: [...done].filter((one) => !logged.has(one)).length };
}

const sameState: Invariant<RaftStore> = {
  name: "servers that have executed equally many entries have the same state",
  source: "Schneider, ACM Computing Surveys 22(4), 1990: agreement and order",
  afterStep({ up, state: { lastApplied, sessions } }, facts) {
    if (up && lastApplied > 0) facts.agree("state after entry", lastApplied, JSON.stringify(sessions.machine.a ?? ""));
  },
};

/**
 * A run in which a follower executes on receipt what is never decided, told in single events of which none can be left out: five servers, the leader
 * is cut off with one follower and is asked for something. Undefined if none of the first few seeds brings it about.
 */
export function executeOnReceiptCounterexample(seeds = 40): ShrunkPath<RaftStore> | undefined {
  const declaration: Declaration<RaftStore> = { ...raftReplication, invariants: [sameState], progress: [], endings: [], service: { ...keyValueClients, consistency: "linearizable" } };
  const ask = (client: number) => ({ type: "input", node: client % 5, input: { type: "request", client, serial: 1, command: { op: "append", key: "a", value: `${client} ` } } }) as const;
  const schedule: HostileRun<RaftStore>["schedule"] = [
    { at: 1000, command: { type: "partition", groups: [[0, 1]] } },
    ...[0, 1].map((client) => ({ at: 1001, command: ask(client) })),
    ...[7, 8, 9].map((client) => ({ at: 1900, command: ask(client) })),
    { at: 2000, command: { type: "heal" } },
  ];
  for (let seed = 1; seed <= seeds; seed++) {
    const run: HostileRun<RaftStore> = { seed, size: 5, latency: "constant:5", loss: 0, duplication: 0, reordering: 0, diskWrite: null, tornWrite: 0, clockSkew: null, clockDrift: null, schedule, calmAt: 3000, clients: 0, operations: 0 };
    const path = shrinkPath(declaration, run, onReceipt(raft({ machine: keyValue })), sameState.name);
    if (path) return path;
  }
  return undefined;
}
