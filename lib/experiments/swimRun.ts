import { swim, lifeguard } from "../gossip/membership/swim.js";
import type { Probe, Swim } from "../gossip/membership/types.js";
import { simulate } from "../sim/cluster.js";
import type { ParameterSet, Values } from "./experiment.js";

/** A cluster, its protocol, and who fails. */
export const swimModel = {
  n: { type: "integer", default: 50, range: [2, 2000], summary: "members of the cluster" },
  phases: { type: "choice", default: "synchronous", values: ["synchronous", "random"], summary: "whether all members' periods begin together, or each at a moment of its own" },
  loss: { type: "number", default: 0, range: [0, 0.9], summary: "probability that a message is lost" },
  indirect: { type: "integer", default: 3, range: [0, 50], summary: "how many others are asked to ping a member that does not answer (k)" },
  failed: { type: "integer", default: 1, range: [1, 1999], summary: "members that crash, all at once" },
  period: { type: "number", default: 1000, range: [1, 1_000_000], unit: "ms", summary: "the protocol period T′" },
  pingTimeout: { type: "number", default: 300, range: [0.001, 1_000_000], unit: "ms", summary: "how long a ping may take before others are asked" },
  delay: { type: "distribution", default: "constant:0.2", unit: "ms", summary: "one-way delay of every message" },
  targets: { type: "choice", default: "random", values: ["random", "round-robin"], summary: "whom to ping next: drawn at random each time, as in the paper's analysis, or all in turn in a random order" },
  suspicion: { type: "number", default: 0, range: [0, 100], summary: "periods that a suspect has to answer, times ⌈ln(n + 1)⌉; 0: who does not answer is dead at once, as in the paper's analysis" },
  retransmit: { type: "number", default: 3, range: [0, 100], summary: "how often a member passes an update on, times ⌈ln(n + 1)⌉ (λ)" },
  engine: { type: "choice", default: "swim", values: ["swim", "lifeguard"], summary: "SWIM alone, or with Lifeguard's rules, gossip and syncs" },
  slow: { type: "integer", default: 0, range: [0, 1999], summary: "members that handle what comes for them late" },
  slowDelay: { type: "distribution", default: "uniform:500,4500", unit: "ms", summary: "one-way delay of every message to one of these" },
  crashPhase: { type: "number", default: 0.001, range: [0, 1], unit: "periods", summary: "how long after the beginning of a synchronous period the crash comes; the first pings of that period are answered by then" },
  periods: { type: "integer", default: 3, range: [1, 10_000], summary: "periods without a crash that are watched before it, for false detections and messages" },
  horizon: { type: "integer", default: 100, range: [1, 100_000], unit: "periods", summary: "how long after the crash to wait for its detection" },
} as const satisfies ParameterSet;

export type SwimModel = Values<typeof swimModel>;

/** What one run came to. */
export interface SwimRun {
  /** By crashed member, in periods after the crash: the first ping that it does not answer, and when somebody takes it for dead; null: not within the horizon. */
  readonly pinged: readonly (number | null)[];
  readonly dead: readonly (number | null)[];
  readonly pings: number;
  readonly unanswered: number;
  readonly falseDeaths: number;
  readonly sent: number;
}

/** Watches a cluster while nobody has crashed, then until those that crash have been found; with `until` "pinged" only until each has been pinged, whoever is taken for dead later. */
export function runSwim(model: SwimModel, seed: number, until: "found" | "pinged" = "found"): SwimRun {
  const { n, phases, loss, indirect, failed, period, pingTimeout, delay, targets, suspicion, retransmit, engine, slow, slowDelay, crashPhase, periods, horizon } = model;
  const options = { joined: n, period, pingTimeout, indirect, phases: phases as "synchronous" | "random", targets: targets as "random" | "round-robin", suspicion, retransmit };
  const calm = periods * period;
  const crash = calm + crashPhase * period;
  const pinged: (number | null)[] = Array.from({ length: failed }, () => null);
  const dead = [...pinged];
  const probes: (Probe | null)[] = Array.from({ length: n }, () => null);
  const after = (time: number) => (time - crash) / period;
  const counted = { pings: 0, unanswered: 0, falseDeaths: 0, sent: 0 };
  let open = failed;
  // Nodes act before the cluster has a name.
  let now = () => 0;
  const cluster = simulate<Swim>(engine === "swim" ? swim(options) : lifeguard(options), {
    size: n,
    seed,
    latency: slow === 0 ? delay : (_from, to) => (to >= n - slow ? slowDelay : delay),
    loss,
    digest: false,
    observer: {
      sent({ id, state }, to, message) {
        if (now() < calm) counted.sent++;
        else if (now() > crash && message.type === "Ping" && to < failed && id >= failed && message.number === state.probe?.number) pinged[to] ??= after(now());
      },
      acted({ id, state }) {
        const before = probes[id]!;
        if (state.probe === before) return;
        probes[id] = state.probe;
        if (!before || now() > calm) return;
        counted.pings++;
        if (!before.answered) counted.unanswered++;
      },
      told({ id }, { member, status, by }) {
        if (status !== "dead" || by !== id) return;
        if (now() < calm && member < n - slow) counted.falseDeaths++;
        if (now() > crash && member < failed && id >= failed && dead[member] === null) {
          dead[member] = after(now());
          open--;
        }
      },
    },
  });
  now = () => cluster.now;
  cluster.run(crash);
  for (let node = 0; node < failed; node++) {
    cluster.crash(node);
    // Somebody may be right too early.
    if (!cluster.nodes.some(({ id, state }) => id >= failed && state.known[node]?.status === "dead")) continue;
    dead[node] = 0;
    open--;
  }
  const found = () => (open === 0 || until === "pinged") && !pinged.includes(null);
  // Who is dead to all, perhaps since before its crash, is never pinged.
  const pingedNoMore = () => open === 0 && cluster.nodes.every(({ id, state }) => id < failed || pinged.every((time, node) => time !== null || !state.roster.includes(node)));
  for (let passed = 1; passed <= horizon && !cluster.runUntil(found, crash + passed * period) && !pingedNoMore(); passed++);
  return { pinged, dead, ...counted };
}

/** Throws an `Error` if the numbers do not fit together. */
export function checkSwim({ n, failed, slow, period, pingTimeout }: SwimModel): void {
  if (failed + slow >= n) throw new Error(`failed and slow must be fewer than n: got ${failed} and ${slow} of ${n}`);
  if (pingTimeout >= period) throw new Error(`ping-timeout must be below the period: got ${pingTimeout} ms of ${period} ms`);
}
