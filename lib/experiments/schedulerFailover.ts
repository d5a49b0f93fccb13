import { deriveRandom, type Distribution } from "../random.js";
import { simulate } from "../sim/cluster.js";
import { scheduler, type SchedulerOptions } from "../systems/models/scheduler.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  servers: { type: "integer", default: 3, range: [1, 9], summary: "nodes that have the table of tasks, one of which leads" },
  workers: { type: "integer", default: 4, range: [1, 100], summary: "nodes that do the tasks" },
  chains: { type: "integer", default: 4, range: [1, 100], summary: "objects, each changed by a chain of tasks" },
  tasks: { type: "integer", default: 8, range: [1, 1000], summary: "tasks of a chain, one after the other" },
  work: { type: "number", default: 20, range: [0, 100_000], unit: "ms", summary: "how long a worker takes for a task" },
  patience: { type: "number", default: 150, range: [1, 100_000], unit: "ms", summary: "how long a leader waits for word of a task" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of a message" },
  within: { type: "number", default: 300, range: [0, 1_000_000], unit: "ms", summary: "the fault comes at a random moment of this time after the first task was handed out" },
  asleep: { type: "number", default: 600, range: [1, 100_000], unit: "ms", summary: "how long a leader is paused, or stays down" },
  horizon: { type: "number", default: 6000, range: [100, 1_000_000], unit: "ms", summary: "how long to wait for the tasks after the fault" },
} as const;

const VARIANTS: readonly { readonly variant: string; readonly options: SchedulerOptions }[] = [
  { variant: "at most once", options: { delivery: "at most once", idempotent: false, fencing: false } },
  { variant: "at least once", options: { delivery: "at least once", idempotent: false, fencing: false } },
  { variant: "at least once, fenced", options: { delivery: "at least once", idempotent: false, fencing: true } },
  { variant: "at least once, idempotent", options: { delivery: "at least once", idempotent: true, fencing: false } },
  { variant: "at least once, idempotent, fenced", options: { delivery: "at least once", idempotent: true, fencing: true } },
];

const FAULTS = ["none", "crash", "pause"] as const;

interface Ran {
  readonly lost: number;
  readonly twice: number;
  readonly back: number;
  readonly wrong: number;
  readonly lasted: number;
}

/**
 * Claim 1.13: a leader hands tasks out and dies, or falls asleep and wakes. Which tasks are lost, which have their effect
 * twice, and which objects end as they should?
 */
export const schedulerFailover: Experiment<typeof parameters, readonly Ran[]> = {
  name: "scheduler-failover",
  question: "A scheduler's leader dies after it has handed a task out: is the task lost, or done twice?",
  parameters,
  trials: 30,
  row: {
    variant: "when the log hears of a task (`at most once`: before it is handed out; `at least once`: after it is done), whether effects can be repeated, whether objects refuse old tokens",
    fault: "what befalls the leader, once a run",
    tasks: "tasks in all runs",
    lost: "tasks that never had their effect",
    twice: "tasks whose effect was taken more than once",
    back: "times that an object went back to an earlier task",
    wrong: "share of objects that went back, or do not end as if each task had been done once",
    lasted: "mean time of a run, ms",
  },
  trial({ servers, workers, chains, tasks, work, patience, delay, within, asleep, horizon }, seed) {
    const moment = within * deriveRandom(seed, 1_000)();
    return VARIANTS.flatMap(({ options }) => FAULTS.map((fault) => runOne({ servers, chains, tasks, work, patience, ...options }, { fault, moment, asleep, horizon, delay, size: servers + workers + 1 }, seed)));
  },
  summarize(samples, { chains, tasks }) {
    return VARIANTS.flatMap(({ variant }, v) =>
      FAULTS.map((fault, f) => {
        const runs = samples.map((sample) => sample[v * FAULTS.length + f]!);
        const sum = (of: (ran: Ran) => number) => runs.reduce((total, ran) => total + of(ran), 0);
        return {
          variant,
          fault,
          tasks: chains * tasks * runs.length,
          lost: sum(({ lost }) => lost),
          twice: sum(({ twice }) => twice),
          back: sum(({ back }) => back),
          wrong: sum(({ wrong }) => wrong) / (chains * runs.length),
          lasted: sum(({ lasted }) => lasted) / runs.length,
        };
      }),
    );
  },
};

interface Setting {
  readonly fault: (typeof FAULTS)[number];
  readonly moment: number;
  readonly asleep: number;
  readonly horizon: number;
  readonly delay: Distribution;
  readonly size: number;
}

function runOne(options: SchedulerOptions & { readonly chains: number; readonly tasks: number; readonly servers: number }, { fault, moment, asleep, horizon, delay, size }: Setting, seed: number): Ran {
  const { chains, tasks, servers } = options;
  const effects: { readonly chain: number; readonly task: number; readonly value: number }[] = [];
  let dispatched = false;
  const cluster = simulate(scheduler(options), {
    size,
    seed,
    latency: delay,
    digest: false,
    observer: {
      sent: (_from, _to, { type }) => void (dispatched ||= type === "Dispatch"),
      told: (_node, output) => void (output.type === "effect" && effects.push(output)),
    },
  });
  cluster.runUntil(() => dispatched, 60_000);
  const begun = cluster.now;
  cluster.run(begun + moment);
  const leader = cluster.nodes.find(({ up, state }) => up && state.kind === "server" && state.raft.role === "leader");
  if (leader && fault === "crash") {
    cluster.crash(leader.id);
    cluster.restart(leader.id, cluster.now + asleep);
  } else if (leader && fault === "pause") {
    cluster.command({ type: "pause", node: leader.id });
    cluster.command({ type: "resume", node: leader.id }, cluster.now + asleep);
  }
  const isThrough = () => cluster.nodes.slice(0, servers).some(({ state }) => state.kind === "server" && Object.values(state.raft.sessions.machine).every(({ through }) => through >= tasks));
  cluster.runUntil(isThrough, cluster.now + horizon);
  const lasted = cluster.now - begun;
  // Whoever was asleep, or late, has its say.
  cluster.run(cluster.now + 2 * asleep);

  const all = Array.from({ length: chains }, (_, chain) => effects.filter((effect) => effect.chain === chain));
  const timesOf = all.map((effects) => Array.from({ length: tasks }, (_, i) => effects.filter(({ task }) => task === i + 1).length));
  const backOf = all.map((effects) => effects.filter(({ value }, i) => i > 0 && value < effects[i - 1]!.value).length);
  const count = (lists: readonly (readonly number[])[], is: (times: number) => boolean) => lists.flat().filter(is).length;
  return {
    lost: count(timesOf, (times) => times === 0),
    twice: count(timesOf, (times) => times > 1),
    back: backOf.reduce((sum, back) => sum + back, 0),
    wrong: all.filter((effects, chain) => backOf[chain]! > 0 || effects.at(-1)?.value !== tasks).length,
    lasted,
  };
}
