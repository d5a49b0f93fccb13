import { completeGraph, gridQuorums, ringGraph } from "../election/moss/lockSets.js";
import { moss } from "../election/moss/moss.js";
import { mossQuorums } from "../election/moss/mossQuorums.js";
import type { NodeView } from "../promises.js";
import type { NodeId, Protocol } from "../protocol.js";
import { deriveRandom, type Distribution } from "../random.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [3, 99], summary: "nodes in the cluster" },
  startWithin: { type: "number", default: 20, range: [0, 100_000], unit: "ms", summary: "each begins to want to lead at a random time up to this one (as written)" },
  within: { type: "number", default: 20, range: [0, 100_000], unit: "ms", summary: "the node crashes at a moment drawn uniformly from this long after the start, or after somebody led" },
  back: { type: "number", default: 5, range: [0, 1_000_000], unit: "ms", summary: "how long after its crash a node is back, where it comes back" },
  lease: { type: "number", default: 600, range: [1, 1_000_000], unit: "ms", summary: "how long a lock lasts (repaired)" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  horizon: { type: "number", default: 10_000, range: [1, 1_000_000], unit: "ms", summary: "how long to watch" },
} as const;

const DESIGNS = ["all neighbours", "ring", "quorums", "quorums with leases"] as const;
const FAULTS = ["none", "a node before", "a node before, and back", "the leader after"] as const;

interface Outcome {
  /** Whether at the end one node led that was up, and all that were up followed it. */
  readonly led: boolean;
  readonly nobody: boolean;
  /** Whether two that were up led at once, at any look. */
  readonly two: boolean;
  /** When the first leader appeared, after the start or the leader's crash, ms; null: none did. */
  readonly after: number | null;
}

/** By fault, by design. */
type Sample = readonly (readonly Outcome[])[];

/** Claim 3.2: one node crashes while MOSS elects, or its leader does afterwards. */
export const mossCrash: Experiment<typeof parameters, Sample> = {
  name: "moss-crash",
  question: "What does one crash do to an election by locks?",
  parameters,
  trials: 60,
  row: {
    design: "as the survey has it, with `all` for neighbours, on a `ring`, or with Maekawa's `quorums`; or repaired, with `quorums`, leases and fencing tokens",
    fault: "who crashes: nobody; a random node during the election, for good, or to come back with what its disk kept; or the leader after it",
    led: "share of the runs in which one node led at the end and all that were up followed it",
    nobody: "share in which nobody that was up led at the end",
    two: "share in which two that were up led at once",
    after: "median time from the start, or from the leader's crash, until somebody led, ms (null: mostly never)",
  },
  trial(values, seed) {
    const { startWithin, lease } = values;
    return FAULTS.map((fault) => [
      ...[completeGraph, ringGraph, gridQuorums].map((neighbors) => crash(moss({ neighbors, startWithin }), ({ state }) => state === "leading", values, fault, seed)),
      crash(mossQuorums({ lease, renew: lease / 5, patience: [lease, 2 * lease] }), ({ role }) => role === "leader", values, fault, seed),
    ]);
  },
  summarize: (samples) =>
    FAULTS.flatMap((fault, i) =>
      DESIGNS.map((design, j) => {
        const outcomes = samples.map((sample) => sample[i]![j]!);
        const share = (holds: (outcome: Outcome) => boolean) => outcomes.filter(holds).length / outcomes.length;
        return { design, fault, led: share(({ led }) => led), nobody: share(({ nobody }) => nobody), two: share(({ two }) => two), after: percentile(outcomes.map(({ after }) => after), 0.5) };
      }),
    ),
};

interface Electing {
  State: { readonly leader: NodeId | null };
  Message: unknown;
}

interface Circumstances {
  readonly nodes: number;
  readonly within: number;
  readonly back: number;
  readonly delay: Distribution;
  readonly horizon: number;
}

function crash<T extends Electing>(protocol: Protocol<T>, leads: (state: T["State"]) => boolean, { nodes: size, within, back, delay, horizon }: Circumstances, fault: (typeof FAULTS)[number], seed: number): Outcome {
  const cluster = simulate(protocol, { size, seed, latency: delay, digest: false });
  const random = deriveRandom(seed, size + 1);
  const at = within * random();
  const node = Math.floor(random() * size);
  const leaders = (): readonly NodeView<T>[] => cluster.nodes.filter(({ up, state }) => up && leads(state));
  let since = 0;
  let after: number | null = null;
  let two = false;
  const look = () => {
    const count = leaders().length;
    if (count > 0) after ??= cluster.now - since;
    if (count > 1) two = true;
    return false;
  };
  if (fault === "the leader after") {
    cluster.runUntil(() => leaders().length > 0, horizon);
    const [leader] = leaders();
    cluster.run(cluster.now + at);
    if (leader) cluster.crash(leader.id);
    since = cluster.now;
  } else if (fault !== "none") {
    cluster.crash(node, at);
    if (fault === "a node before, and back") cluster.command({ type: "restart", node }, at + back);
  }
  cluster.runUntil(look, since + horizon);
  const up = cluster.nodes.filter((one) => one.up);
  const last = leaders();
  return { led: last.length === 1 && up.every(({ state }) => state.leader === last[0]!.id), nobody: last.length === 0, two, after };
}
