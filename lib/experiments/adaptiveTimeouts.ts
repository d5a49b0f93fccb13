import type { FailureDetector } from "../gossip/failureDetectors/detector.js";
import { fixedTimeout } from "../gossip/failureDetectors/fixedTimeout.js";
import { phiAccrual } from "../gossip/failureDetectors/phiAccrual.js";
import { lifeguard, swim } from "../gossip/membership/swim.js";
import type { Swim } from "../gossip/membership/types.js";
import type { Protocol } from "../protocol.js";
import { deriveRandom, type Distribution } from "../random.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment, Values } from "./experiment.js";

const parameters = {
  interval: { type: "number", default: 100, range: [1, 100_000], unit: "ms", summary: "time between two heartbeats; SWIM's period" },
  calmDelay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message on the calm network" },
  calmLoss: { type: "number", default: 0.001, range: [0, 0.9], summary: "probability that a message is lost on the calm network" },
  roughDelay: { type: "distribution", default: "10+exp:0.02", unit: "ms", summary: "one-way delay while the network is rough" },
  roughLoss: { type: "number", default: 0.15, range: [0, 0.9], summary: "probability of a loss while the network is rough" },
  phase: { type: "number", default: 10_000, range: [1000, 10_000_000], unit: "ms", summary: "length of each of the four parts that count: calm, just rough, long rough, calm again; before them as long to learn" },
  window: { type: "integer", default: 100, range: [2, 100_000], unit: "heartbeats", summary: "how many of the last heartbeats the adaptive detector learns from" },
  timeouts: { type: "list", default: "200,400,800,1600", values: [], unit: "ms", summary: "fixed timeouts to try" },
  thresholds: { type: "list", default: "1,2,4,8,16", values: [], summary: "thresholds Φ of the φ accrual detector to try" },
  suspicions: { type: "list", default: "1,2,4", values: [], summary: "SWIM and Lifeguard: how long a suspect has to answer, in periods times the logarithm of the members' number" },
  nodes: { type: "integer", default: 8, range: [6, 200], summary: "SWIM and Lifeguard: members; one crashes at the end of each part" },
  pairs: { type: "integer", default: 12, range: [1, 10_000], summary: "heartbeats: how many senders are watched, each by one receiver" },
} as const;

type Setting = Values<typeof parameters>;

/** The network's parts in time. */
const PHASES = ["calm", "just rough", "long rough", "calm again"] as const;

/** What came of one tuning of one detector, by part. */
interface Seen {
  readonly mistakes: readonly number[];
  /** For how long a living sender was watched, summed over watchers and senders, ms. */
  readonly watched: readonly number[];
  /** Sum and number of the times from a crash to its detection, ms. */
  readonly detection: readonly number[];
  readonly detected: readonly number[];
  readonly missed: readonly number[];
  /** Messages a node and second, over all parts. */
  readonly messages: number;
}

interface Tuned {
  readonly detector: "fixed timeout" | "φ accrual" | "SWIM" | "Lifeguard";
  readonly tuning: number;
}

const tunedOf = ({ timeouts, thresholds, suspicions }: Setting): readonly Tuned[] => [
  ...(timeouts as readonly number[]).map((tuning) => ({ detector: "fixed timeout", tuning }) as const),
  ...(thresholds as readonly number[]).map((tuning) => ({ detector: "φ accrual", tuning }) as const),
  ...(suspicions as readonly number[]).map((tuning) => ({ detector: "SWIM", tuning }) as const),
  ...(suspicions as readonly number[]).map((tuning) => ({ detector: "Lifeguard", tuning }) as const),
];

/**
 * Claim 7.3: a network that is calm, then rough, then calm again, watched with timeouts that are fixed (as the survey's are)
 * and with some that adapt: φ accrual learns how heartbeats come, Lifeguard grows patient while it doubts itself.
 */
export const adaptiveTimeouts: Experiment<typeof parameters, readonly Seen[]> = {
  name: "adaptive-timeouts",
  question: "When the network changes, are timeouts that adapt less often wrong, or sooner right?",
  parameters,
  trials: 2,
  row: {
    detector: "`fixed timeout` and `φ accrual` on heartbeats; `SWIM` with and without Lifeguard on pings",
    tuning: "its timeout, ms; its threshold; how long a suspect has, in periods times the logarithm of the members' number",
    phase: "part of the run: `calm`; `just rough`, from the change on; `long rough`; `calm again`",
    wrong: "false suspicions, an hour and pair of a watcher and a node (SWIM: of a member taken for dead)",
    detection: "mean time from a crash until a watcher takes the node to have failed, ms (null: some never did)",
    messages: "messages that a node sends a second, mean of all parts (heartbeats: to all but one of `nodes`)",
  },
  check({ timeouts, thresholds, suspicions }) {
    for (const [name, list] of Object.entries({ timeouts, thresholds, suspicions })) if (typeof list === "string" || list.some((value) => !(value > 0))) throw new Error(`expected numbers above 0 for --${name}`);
  },
  trial: (values, seed) => tunedOf(values).map((tuned) => (tuned.detector === "SWIM" || tuned.detector === "Lifeguard" ? watchMembers(tuned, values, seed) : watchHeartbeats(tuned, values, seed))),
  summarize: (samples, values) =>
    tunedOf(values).flatMap(({ detector, tuning }, i) =>
      PHASES.map((phase, p) => {
        const sum = (of: (seen: Seen) => readonly number[]) => samples.reduce((total, sample) => total + of(sample[i]!)[p]!, 0);
        const missed = sum((seen) => seen.missed);
        return {
          detector,
          tuning,
          phase,
          wrong: (sum((seen) => seen.mistakes) * 3_600_000) / sum((seen) => seen.watched),
          detection: missed > 0 ? null : sum((seen) => seen.detection) / sum((seen) => seen.detected),
          messages: samples.reduce((total, sample) => total + sample[i]!.messages, 0) / samples.length,
        };
      }),
    ),
};

const zeros = () => PHASES.map(() => 0);
/** In which part a moment lies; −1: before the first that counts. */
const partAt = (time: number, phase: number) => Math.min(PHASES.length - 1, Math.floor(time / phase) - 1);
const isRough = (time: number, phase: number) => partAt(time, phase) === 1 || partAt(time, phase) === 2;

/** Senders that live to the end, each watched by one receiver; how soon a crash would be detected is reckoned for every heartbeat that came, as if it had been the last. */
function watchHeartbeats({ detector: kind, tuning }: Tuned, { interval, calmDelay, calmLoss, roughDelay, roughLoss, phase, window, pairs, nodes }: Setting, seed: number): Seen {
  const detector = (kind === "fixed timeout" ? fixedTimeout({ timeout: tuning }) : phiAccrual({ threshold: tuning, window, first: interval, deviation: interval / 20 })) as FailureDetector;
  const [mistakes, detection, detected] = [zeros(), zeros(), zeros()];
  const end = (PHASES.length + 1) * phase;
  for (let pair = 0; pair < pairs; pair++) {
    const random = deriveRandom(seed, pair);
    const arrivals: { time: number; sequence: number }[] = [];
    for (let sequence = 1; sequence * interval < end; sequence++) {
      const sent = sequence * interval;
      const [loss, delay] = isRough(sent, phase) ? [roughLoss, roughDelay] : [calmLoss, calmDelay];
      if (random() >= loss) arrivals.push({ time: sent + delay.sample(random), sequence });
    }
    arrivals.sort((a, b) => a.time - b.time);
    const state = detector.init(0);
    let suspectsAt = detector.suspectsAt(state);
    let [suspected, last] = [false, 0];
    for (const { time, sequence } of arrivals) {
      if (!suspected && suspectsAt < time) {
        const part = partAt(suspectsAt, phase);
        if (part >= 0) mistakes[part]!++;
      }
      detector.heartbeat(state, sequence, time);
      suspectsAt = detector.suspectsAt(state);
      suspected = suspectsAt <= time;
      if (sequence <= last) continue;
      last = sequence;
      // Had it crashed half an interval after this heartbeat.
      const part = partAt(sequence * interval, phase);
      if (part < 0) continue;
      detection[part]! += Math.max(0, Math.max(time, suspectsAt) - (sequence + 0.5) * interval);
      detected[part]!++;
    }
  }
  return { mistakes, watched: PHASES.map(() => pairs * phase), detection, detected, missed: zeros(), messages: ((nodes - 1) * 1000) / interval };
}

/** A cluster of members; one of them crashes at the end of each part. */
function watchMembers({ detector, tuning }: Tuned, { interval: period, calmDelay, calmLoss, roughDelay, roughLoss, phase, nodes }: Setting, seed: number): Seen {
  const options = { joined: nodes, period, pingTimeout: period / 3, suspicion: tuning };
  const protocol: Protocol<Swim> = detector === "SWIM" ? swim(options) : lifeguard(options);
  const [mistakes, watched, detection, detected, missed] = [zeros(), zeros(), zeros(), zeros(), zeros()];
  const crashes = PHASES.map((_, part) => ({ node: part, at: (part + 1.75) * phase }));
  const crashOf = (node: number) => crashes.find((crash) => crash.node === node)?.at ?? Infinity;
  let [now, messages] = [() => 0, 0];
  const found = new Map<string, number>();
  const network = (time: number): [number, Distribution] => (isRough(time, phase) ? [roughLoss, roughDelay] : [calmLoss, calmDelay]);
  const cluster = simulate<Swim>(protocol, {
    size: nodes,
    seed,
    latency: () => network(now())[1],
    loss: calmLoss,
    digest: false,
    observer: {
      sent: () => void messages++,
      told({ id }, { member, status }) {
        if (status !== "dead") return;
        const part = partAt(now(), phase);
        if (now() < crashOf(member) && part >= 0) mistakes[part]!++;
        if (now() >= crashOf(member) && !found.has(`${id} ${member}`)) found.set(`${id} ${member}`, now());
      },
    },
  });
  now = () => cluster.now;
  for (const { node, at } of crashes) cluster.crash(node, at);
  for (const at of [2 * phase, 4 * phase]) cluster.command({ type: "network", loss: network(at)[0] }, at);
  cluster.run((PHASES.length + 1) * phase);
  crashes.forEach(({ node, at }, part) => {
    for (const other of cluster.nodes) {
      if (!other.up) continue;
      const time = found.get(`${other.id} ${node}`) ?? (other.state.known[node]?.status === "dead" ? at : undefined);
      if (time === undefined) missed[part]!++;
      else {
        detection[part]! += time - at;
        detected[part]!++;
      }
    }
    const living = nodes - part;
    watched[part] = (living - 1) * (0.75 * living + 0.25 * (living - 1)) * phase;
  });
  return { mistakes, watched, detection, detected, missed, messages: (messages * 1000) / (nodes * (PHASES.length + 1) * phase) };
}
