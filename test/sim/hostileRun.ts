import fc from "fast-check";
import { raft } from "../../lib/replication/raft/raft.js";
import type { Raft } from "../../lib/replication/raft/types.js";
import { type Cluster, simulate } from "../../lib/sim/cluster.js";
import type { Command, Target } from "../../lib/sim/command.js";
import type { ClusterOptions } from "../../lib/sim/options.js";

/** One run of Raft, told completely: options, and what is done to it at which time. */
export interface RunScript {
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  readonly options: ClusterOptions<Raft>;
  /** `direct`: the run is stopped at that time and the command given from outside; otherwise it is scheduled ahead. */
  readonly commands: readonly { readonly at: number; readonly direct: boolean; readonly command: Command<Raft> }[];
  readonly until: number;
}

const MOST_NODES = 5;
const node = fc.integer({ min: 0, max: MOST_NODES - 1 });
const target: fc.Arbitrary<Target> = fc.oneof(node, fc.record({ role: fc.constantFrom("leader", "candidate", "follower") }));
const type = <N extends string>(name: N) => fc.constant(name);
const chance = fc.constantFrom(0, 0.05, 0.3);

function commands(fifo: boolean): fc.Arbitrary<Command<Raft>> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.record({ type: type("crash"), node: target }) },
    { weight: 3, arbitrary: fc.record({ type: type("restart"), node: fc.oneof(node, type("all")), disk: fc.constantFrom("kept" as const, "lost" as const) }) },
    { weight: 2, arbitrary: fc.record({ type: type("input"), node: target, input: fc.constant({ type: "campaign" as const }) }) },
    { weight: 3, arbitrary: fc.record({ type: type("pause"), node: target }) },
    { weight: 3, arbitrary: fc.record({ type: type("resume"), node: fc.oneof(node, type("all")) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constantFrom("cut" as const, "clog" as const), from: target, to: target }) },
    { weight: 2, arbitrary: fc.record({ type: type("partition"), groups: fc.array(fc.uniqueArray(node), { maxLength: 2 }) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constantFrom("isolate" as const, "bridge" as const), node: target }) },
    { weight: 1, arbitrary: fc.record({ type: type("clock"), node: target, by: fc.constantFrom(-200, 0.1, 300) }) },
    { weight: 1, arbitrary: fc.record({ type: type("network"), loss: chance, duplication: chance, reordering: fifo ? fc.constant(0) : chance }) },
    { weight: 4, arbitrary: fc.record({ type: fc.constantFrom("heal" as const, "unclog" as const, "ring" as const, "calm" as const) }) },
  );
}

const LATENCIES = ["constant:0", "constant:5", "uniform:1,10", "exp:0.05", "pareto:1,1.5", "normal:5,5", "0.8*uniform:1,10+0.2*lognormal:80,1"];
/** Two regions. */
const REGIONS = Array.from({ length: MOST_NODES }, (_, a) => Array.from({ length: MOST_NODES }, (_, b) => (a < 2 === b < 2 ? "uniform:1,3" : "40+exp:0.2")));

/** Random runs: every option of the network, the disk and the clocks, every kind of command. */
export const runScripts: fc.Arbitrary<RunScript> = fc.boolean().chain((fifo) =>
  fc.record({
    preVote: fc.boolean(),
    checkQuorum: fc.boolean(),
    options: fc.record({
      size: fc.constant(MOST_NODES),
      seed: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
      latency: fc.constantFrom<string | readonly string[][]>(...LATENCIES, REGIONS),
      loss: chance,
      duplication: fc.constantFrom(0, 0.05, 0.5),
      reordering: fifo ? fc.constant(0) : chance,
      fifo: fc.constant(fifo),
      diskWrite: fc.constantFrom(undefined, "constant:0", "uniform:1,40"),
      tornWrite: fc.constantFrom(0, 0.5, 1),
      clockSkew: fc.constantFrom(undefined, "uniform:-100,100"),
      clockDrift: fc.constantFrom(undefined, "normal:0,100", "uniform:-100000,100000"),
      probe: fc.constant((state: Raft["State"]) => state.role),
    }) as fc.Arbitrary<ClusterOptions<Raft>>,
    commands: fc.array(fc.record({ at: fc.double({ min: 0, max: 1500, noNaN: true }), direct: fc.boolean(), command: commands(fifo) }), { maxLength: 15, size: "max" }),
    until: fc.integer({ min: 0, max: 2000 }),
  }),
);

/** Carries out a script; `more` overrides its cluster options. */
export function runScript({ preVote, checkQuorum, options, commands, until }: RunScript, more: Partial<ClusterOptions<Raft>> = {}): Cluster<Raft> {
  const cluster = simulate(raft({ preVote, checkQuorum }), { ...options, ...more });
  for (const { at, direct, command } of commands) if (!direct) cluster.command(command, at);
  for (const { at, command } of commands.filter(({ direct }) => direct).sort((a, b) => a.at - b.at)) {
    cluster.run(at);
    cluster.command(command);
  }
  cluster.run(until);
  return cluster;
}
