import fc from "fast-check";
import { raft } from "../../lib/replication/raft/raft.js";
import type { Raft } from "../../lib/replication/raft/types.js";
import { type Cluster, simulate } from "../../lib/sim/cluster.js";
import type { Command } from "../../lib/sim/command.js";
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
const command: fc.Arbitrary<Command<Raft>> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant("crash" as const), node }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("restart" as const), node, disk: fc.constantFrom("kept" as const, "lost" as const) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("input" as const), node, input: fc.constant({ type: "campaign" as const }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("cut" as const), from: node, to: node }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("partition" as const), groups: fc.array(fc.uniqueArray(node), { maxLength: 2 }) }) },
  { weight: 2, arbitrary: fc.constant({ type: "heal" as const }) },
);

/** Random runs: every option of the network and the disk, every kind of command. */
export const runScripts: fc.Arbitrary<RunScript> = fc.record({
  preVote: fc.boolean(),
  checkQuorum: fc.boolean(),
  options: fc.record({
    size: fc.constant(MOST_NODES),
    seed: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    latency: fc.constantFrom("constant:0", "constant:5", "uniform:1,10", "exp:0.05", "pareto:1,1.5", "normal:5,5", "0.8*uniform:1,10+0.2*lognormal:80,1"),
    loss: fc.constantFrom(0, 0.05, 0.3),
    duplication: fc.constantFrom(0, 0.05, 0.5),
    diskWrite: fc.constantFrom(undefined, "constant:0", "uniform:1,40"),
  }) as fc.Arbitrary<ClusterOptions<Raft>>,
  commands: fc.array(fc.record({ at: fc.double({ min: 0, max: 1500, noNaN: true }), direct: fc.boolean(), command }), { maxLength: 15 }),
  until: fc.integer({ min: 0, max: 2000 }),
});

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
