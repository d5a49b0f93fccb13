import { drawRun, type HostileRun } from "../../lib/check/hostileRun.js";
import { play, type Played } from "../../lib/check/play.js";
import type { Declaration, Invariant } from "../../lib/promises.js";
import type { NodeId, Protocol } from "../../lib/protocol.js";
import { raft } from "../../lib/replication/raft/raft.js";
import { raftElectionMutants, raftVotingTwice } from "../../lib/replication/raft/raft.mutants.js";
import { raftElection } from "../../lib/replication/raft/raft.promises.js";
import type { Raft } from "../../lib/replication/raft/types.js";
import { rewire } from "../../lib/replication/rewired.js";
import type { Command } from "../../lib/sim/command.js";

/** A run that an invariant is to judge: of an engine, with faults drawn from a seed or from a script. Plain data. */
export interface JudgedRun {
  readonly engine: keyof typeof engines;
  readonly seed: number;
  readonly script?: keyof typeof scripts;
}

interface Engine {
  /** As the object of a sentence. */
  readonly says: string;
  readonly protocol: () => Protocol<Raft>;
}

const mutant = (name: string): (() => Protocol<Raft>) => raftElectionMutants.find((one) => one.name === name)!.broken;

/** Sound engines, and engines in which two nodes may come to lead one term. */
export const engines = {
  sound: { says: "a cluster that keeps all of Raft's rules", protocol: () => raft() },
  stable: { says: "a cluster that keeps all of Raft's rules, with pre-vote and check-quorum", protocol: () => raft({ preVote: true, checkQuorum: true }) },
  votesTwice: { says: "servers that vote twice in a term", protocol: () => raftVotingTwice() },
  silent: { says: "servers that vote twice in a term and tell their clients nothing", protocol: () => rewire(raftVotingTwice(), () => ({ output: () => {} })) },
  duplicates: { says: "candidates that count a vote twice when it arrives twice", protocol: mutant("duplicate-votes") },
  half: { says: "candidates to whom half of the votes are enough", protocol: mutant("half-is-enough") },
  forgetful: { says: "servers whose term and vote are not on disk", protocol: mutant("term-not-durable") },
} satisfies Record<string, Engine>;

type Step = readonly [at: number, command: Command<Raft>];
const campaign = (at: number, node: NodeId): Step => [at, { type: "input", node, input: { type: "campaign" } }];

/** Short runs in which one thing happens. All messages take 5 ms, all logs are empty, and nobody stands unasked before 150 ms. */
export const scripts = {
  "node 0 is elected": { size: 3, steps: [campaign(10, 0)] },
  "node 1 is elected": { size: 3, steps: [campaign(10, 1)] },
  // Node 0 is cut off while it leads and knows nothing of its successor.
  deposed: { size: 5, steps: [campaign(10, 0), [40, { type: "isolate", node: 0 }], campaign(60, 1), [120, { type: "heal" }]] },
  // Two votes of four for each.
  "split vote": { size: 4, steps: [[5, { type: "partition", groups: [[0, 2]] }], campaign(10, 0), campaign(10, 1), [40, { type: "heal" }], campaign(60, 2)] },
  "leads again": { size: 3, steps: [campaign(10, 0), campaign(50, 1), campaign(90, 0)] },
  // Node 1 votes for node 0 and then for node 2, which has not heard of the first election. The first leader goes on.
  "leader cut off": { size: 3, steps: [[5, { type: "isolate", node: 2 }], campaign(10, 0), [40, { type: "isolate", node: 0 }], campaign(60, 2)] },
  // The same, and the first leader is cut off when its votes are under way to it: it leads, and nobody hears of it.
  "leader unheard": { size: 3, steps: [[5, { type: "isolate", node: 2 }], campaign(10, 0), [17, { type: "isolate", node: 0 }], campaign(60, 2)] },
  // The same, and the first leader has crashed, or has crashed and is a follower again.
  "leader down": { size: 3, steps: [[5, { type: "isolate", node: 2 }], campaign(10, 0), [40, { type: "crash", node: 0 }], [50, { type: "heal" }], campaign(60, 2), [90, { type: "restart", node: 0 }]] },
  "leader gone": { size: 3, steps: [[5, { type: "isolate", node: 2 }], campaign(10, 0), [40, { type: "crash", node: 0 }], [45, { type: "restart", node: 0 }], [50, { type: "heal" }], campaign(60, 2)] },
  // Node 1 votes for node 0, crashes, and votes for node 2.
  "voter crashes": { size: 3, steps: [[5, { type: "isolate", node: 2 }], campaign(10, 0), [40, { type: "crash", node: 1 }], [45, { type: "restart", node: 1 }], [50, { type: "isolate", node: 0 }], campaign(60, 2)] },
  // Two of five for node 0, three for node 1, and every message comes twice.
  "answers come twice": { size: 5, steps: [[5, { type: "partition", groups: [[0, 2]] }], [6, { type: "network", duplication: 1 }], campaign(10, 0), campaign(10, 1)] },
} satisfies Record<string, { readonly size: number; readonly steps: readonly Step[] }>;

/** Plays a run with these invariants, up to the first accusation. */
export function playJudged({ engine, seed, script }: JudgedRun, invariants: readonly Invariant<Raft>[], trace = false): Played<Raft> {
  const { protocol }: Engine = engines[engine];
  const declaration: Declaration<Raft> = { ...raftElection, invariants, reachables: [], progress: [], endings: [] };
  if (script === undefined) return play(declaration, drawRun(declaration, seed), { protocol: protocol(), trace });
  const { disks: _, ...withoutLogs } = declaration;
  return play(withoutLogs, scripted(script), { protocol: protocol(), trace });
}

function scripted(name: keyof typeof scripts): HostileRun<Raft> {
  const { size, steps } = scripts[name];
  const schedule = steps.map(([at, command]) => ({ at, command }));
  return { seed: 1, size, latency: "constant:5", loss: 0, duplication: 0, reordering: 0, diskWrite: null, tornWrite: 0, clockSkew: null, clockDrift: null, schedule, calmAt: 140, clients: 0, operations: 0 };
}

/** A node that led a term, and after how many steps of all nodes it began to. */
export interface Led {
  readonly term: number;
  readonly node: NodeId;
  readonly step: number;
}

/** What happened in a run: who led, in order, up to the first term with two leaders. */
export interface Truth {
  readonly leaders: readonly Led[];
  /** The first two leaders of one term, if there were. */
  readonly twice?: readonly [Led, Led];
}

/** Finds out by a run of its own. */
export function truthOf(run: JudgedRun): Truth {
  const { invariant, truth } = witness();
  playJudged(run, [invariant]);
  return truth();
}

/** An invariant that notes who leads, and ends the run at the first term with two leaders or after `last` steps. */
export function witness(last = Infinity): { invariant: Invariant<Raft>; truth: () => Truth } {
  const leaders: Led[] = [];
  let twice: Truth["twice"];
  let step = 0;
  const invariant: Invariant<Raft> = {
    name: "who leads",
    source: "",
    afterStep({ id, state }, facts) {
      step++;
      if (state.role === "leader" && !leaders.some(({ term, node }) => term === state.currentTerm && node === id)) {
        const led = { term: state.currentTerm, node: id, step };
        const first = leaders.find(({ term }) => term === led.term);
        leaders.push(led);
        if (first !== undefined) twice ??= [first, led];
      }
      facts.must(last === Infinity ? twice === undefined : step < last, "enough");
    },
  };
  return { invariant, truth: () => ({ leaders, ...(twice === undefined ? {} : { twice }) }) };
}
