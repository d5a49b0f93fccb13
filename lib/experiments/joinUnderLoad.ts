import { raft } from "../replication/raft/raft.js";
import { keyValue } from "../replication/service/keyValue.js";
import type { Serving } from "../replication/service/serving.js";
import type { Protocol } from "../protocol.js";
import { designs } from "../systems/designs/designs.js";
import { serve } from "../systems/designs/workload.js";
import type { Experiment } from "./experiment.js";
import { asked, checkPatience, machines, workloadOf } from "./performance/parameters.js";
import { percentile } from "./percentile.js";

const parameters = {
  nodes: { type: "integer", default: 3, range: [1, 24], summary: "servers before one more joins" },
  as: { type: "choice", default: "learner first", values: ["learner first", "voter at once"], summary: "whether the newcomer is sent the log before it has a vote" },
  backlog: { type: "integer", default: 400, range: [0, 100_000], summary: "entries in the log by the time it joins, about: they are written at `rate`" },
  rate: { type: "number", default: 1, range: [0.001, 1000], unit: "requests a ms", summary: "requests that come, half of them puts" },
  window: { type: "number", default: 300, range: [1, 1_000_000], unit: "ms", summary: "how long it is watched from when the newcomer asks, and as long before" },
  ...machines,
  ...asked,
  timeout: { type: "number", default: 150, range: [1, 100_000], unit: "ms", summary: "election timeout: drawn from this to twice this" },
  heartbeat: { type: "number", default: 50, range: [1, 100_000], unit: "ms", summary: "time between heartbeats" },
} as const;

interface Outcome {
  /** From when it asks to when it has the log, and to when every member counts it as a voter; null: never. Ms. */
  readonly caughtUp: number | null;
  readonly votes: number | null;
  /** Terms that began after it asked. */
  readonly elections: number;
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly unanswered: number;
  readonly silence: number;
}

/** Claim 5.4: a server joins a Raft cluster under load; what does it wait for, and who waits for it? */
export const joinUnderLoad: Experiment<typeof parameters, Outcome> = {
  name: "join-under-load",
  question: "Does a server that joins a single-leader cluster wait for an election?",
  parameters,
  trials: 3,
  row: {
    nodes: "servers before",
    as: "whether the newcomer is sent the log before it has a vote",
    caughtUp: "median time from when it asks until it has all that was committed then, ms (null: never)",
    votes: "median time until its membership is committed, and it has a vote, ms (null: never)",
    elections: "mean number of terms that began after it asked",
    p50Before: "median time to an answer before, ms",
    p50After: "the same after it asked, ms",
    p99Before: "99th percentile before, ms",
    p99After: "99th percentile after, ms",
    silence: "median over all runs of the longest time after it asked in which nobody was answered, ms",
    unanswered: "share of the requests asked after that that were given up",
  },
  check: checkPatience,
  trial(values, seed) {
    const { nodes, as, backlog, rate, window, timeout, heartbeat } = values;
    const newcomer = nodes;
    const members = Array.from({ length: nodes }, (_, node) => node);
    const base = designs.find(({ name }) => name === "raft")!;
    let asks = 0;
    let watch: ((now: number) => void) | undefined;
    /** `target`: what was committed when the newcomer asked. */
    const found: { target?: number; term?: number; caughtUp: number | null; promoted: boolean; votes: number | null } = { caughtUp: null, promoted: false, votes: null };
    interface Member {
      readonly role: string;
      readonly currentTerm: number;
      readonly commitIndex: number;
      readonly configurationIndex: number;
      readonly configuration: { readonly voters: readonly number[] };
    }
    const run = serve(
      base,
      { guarantee: "linearizable", reads: "leader", writes: "leader", capacity: () => null, build: () => raft({ machine: keyValue, members, electionTimeout: [timeout, 2 * timeout], heartbeat, preVote: true, checkQuorum: true, reads: "index" }) as unknown as Protocol<Serving> },
      { nodes: nodes + 1, replicas: 1, shards: 1, timeout, heartbeat, retry: timeout, batch: 1 },
      {
        ...workloadOf(values),
        regions: 1,
        reads: 0.5,
        arrivals: { type: "open", rate },
        settle: 4 * timeout + 8 * heartbeat,
        warm: (2 * backlog) / rate,
        window: 2 * window + values.patience,
        plan(cluster, counted) {
          asks = counted + window;
          const states = () => cluster.nodes.map(({ state }) => state as Member);
          const everybody = { voters: [...members, newcomer], learners: [] };
          watch = (now) => {
            if (now < asks || (found.votes !== null && found.caughtUp !== null)) return;
            const leader = states().findIndex(({ role }) => role === "leader");
            const led = states()[leader];
            // It asks whoever leads; while nobody does, or another change is under way, it waits.
            if (!led) return;
            const change = (configuration: object) => cluster.input(leader, { type: "reconfigure", ...configuration } as never);
            if (found.target === undefined) {
              found.target = led.commitIndex;
              found.term = Math.max(...states().map(({ currentTerm }) => currentTerm));
              found.promoted = as === "voter at once";
              return change(found.promoted ? everybody : { voters: members, learners: [newcomer] });
            }
            if (found.caughtUp === null && states()[newcomer]!.commitIndex >= found.target) found.caughtUp = now - asks;
            const isCommitted = led.configurationIndex <= led.commitIndex;
            if (found.caughtUp !== null && !found.promoted && isCommitted) {
              found.promoted = true;
              return change(everybody);
            }
            if (found.votes === null && isCommitted && led.configuration.voters.includes(newcomer)) found.votes = now - asks;
          };
        },
        each: (now) => watch?.(now),
      },
      seed,
    );
    const part = (from: number, until: number) => run.requests.filter(({ asked }) => asked >= from && asked < until);
    const taken = (of: ReturnType<typeof part>) => of.flatMap(({ asked, answered }) => (answered === undefined ? [] : [answered - asked]));
    const [before, after] = [part(asks - window, asks), part(asks, asks + window)];
    const answers = [asks, ...run.requests.flatMap(({ answered }) => (answered !== undefined && answered >= asks && answered < asks + window ? [answered] : [])).sort((a, b) => a - b), asks + window];
    const term = Math.max(...run.cluster.nodes.map(({ state }) => (state as Member).currentTerm));
    return { caughtUp: found.caughtUp, votes: found.votes, elections: found.term === undefined ? 0 : term - found.term, before: taken(before), after: taken(after), unanswered: after.filter(({ answered }) => answered === undefined).length / Math.max(1, after.length), silence: answers.slice(1).reduce((longest, at, i) => Math.max(longest, at - answers[i]!), 0) };
  },
  summarize(samples, { nodes, as }) {
    const mean = (field: "elections" | "unanswered") => samples.reduce((sum, sample) => sum + sample[field], 0) / samples.length;
    const at = (field: "before" | "after", share: number) => percentile(samples.flatMap((sample) => sample[field]), share);
    return [{ nodes, as, caughtUp: percentile(samples.map(({ caughtUp }) => caughtUp), 0.5), votes: percentile(samples.map(({ votes }) => votes), 0.5), elections: mean("elections"), p50Before: at("before", 0.5), p50After: at("after", 0.5), p99Before: at("before", 0.99), p99After: at("after", 0.99), silence: percentile(samples.map(({ silence }) => silence), 0.5), unanswered: mean("unanswered") }];
  },
};
