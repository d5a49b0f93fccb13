import { chen, chenSynchronized } from "../gossip/failureDetectors/chen.js";
import type { FailureDetector } from "../gossip/failureDetectors/detector.js";
import { fixedTimeout } from "../gossip/failureDetectors/fixedTimeout.js";
import { phiAccrual } from "../gossip/failureDetectors/phiAccrual.js";
import { createRandom } from "../random.js";
import type { ParameterSet, Values } from "./experiment.js";

/** What is to be watched, and how. */
export const heartbeatModel = {
  kind: { type: "choice", default: "phi", values: ["fixed", "chen", "phi"], summary: "the rule: a fixed timeout since the last heartbeat; Chen's, from when the next one is due; φ accrual, from how the times between heartbeats vary" },
  interval: { type: "number", default: 1000, range: [0.001, 1_000_000], unit: "ms", summary: "time between two heartbeats" },
  loss: { type: "number", default: 0.01, range: [0, 0.99], summary: "probability that a heartbeat is lost" },
  delay: { type: "distribution", default: "exp:0.02", unit: "ms", summary: "one-way delay of a heartbeat" },
  delta: { type: "number", default: 2000, range: [0, 1_000_000], unit: "ms", summary: "fixed: the timeout, since the last heartbeat; chen: the margin α, beyond the time at which a heartbeat is due, or δ, beyond its sending, if clocks agree" },
  threshold: { type: "number", default: 8, range: [0.01, 100], summary: "phi: suspicion level Φ from which a sender counts as suspected" },
  jitter: { type: "distribution", default: "constant:0", unit: "ms", summary: "by how much more than the interval the sender waits, drawn anew for each heartbeat" },
  clocks: { type: "choice", default: "apart", values: ["apart", "agree"], summary: "chen: whether arrivals are estimated (NFD-E), or computed from sending times by clocks that agree (NFD-S)" },
  window: { type: "integer", default: 0, range: [0, 100_000], unit: "heartbeats", summary: "chen, phi: how many of the last heartbeats are learnt from (0: as in the paper, 32 for chen and 1000 for phi)" },
  distribution: { type: "choice", default: "normal", values: ["normal", "exponential"], summary: "phi: how times between heartbeats are taken to be distributed" },
  deviation: { type: "number", default: 0, range: [0, 1_000_000], unit: "ms", summary: "phi: the least standard deviation that is assumed" },
  heartbeats: { type: "integer", default: 2000, range: [10, 10_000_000], summary: "how many heartbeats a trial sends, beyond those that the detector first learns from, before the sender crashes" },
} as const satisfies ParameterSet;

export type HeartbeatModel = Values<typeof heartbeatModel>;

/** What one sender's watch came to. */
export interface Watch {
  /** How long it was watched while it lived, ms, and suspected of that. */
  readonly watched: number;
  readonly suspected: number;
  /** How often a suspicion began. */
  readonly mistakes: number;
  /** From the crash until it was suspected for good, ms. */
  readonly detection: number;
}

/** From how many heartbeats the detector learns before its mistakes count. */
const learning = ({ kind, window }: HeartbeatModel) => (kind === "fixed" ? 1 : window > 0 ? window : kind === "chen" ? 32 : 1000);

/**
 * One sender, one receiver, heartbeats that may be lost, late and overtaken; then a crash at a random moment. Mistakes are
 * those of the time before the crash.
 */
export function watchSender(model: HeartbeatModel, seed: number): Watch {
  const detector = detectorOf(model);
  const begin = learning(model);
  const { sentAt, arrivals } = sendHeartbeats(model, begin + model.heartbeats, seed);
  const from = sentAt[begin]!;
  const crash = sentAt[sentAt.length - 1]!;
  const state = detector.init(0);
  let suspectsAt = detector.suspectsAt(state);
  let now = 0;
  let since: number | null = null;
  let mistakes = 0;
  let suspected = 0;
  const pass = (until: number) => {
    if (since === null && suspectsAt < until) {
      since = Math.max(suspectsAt, now);
      if (since >= from && since < crash) mistakes++;
    }
    if (since !== null) suspected += Math.max(0, Math.min(until, crash) - Math.max(since, now, from));
    now = until;
  };
  for (const { time, sequence } of arrivals) {
    pass(time);
    detector.heartbeat(state, sequence, time);
    suspectsAt = detector.suspectsAt(state);
    if (suspectsAt > time) since = null;
  }
  pass(Infinity);
  return { watched: crash - from, suspected, mistakes, detection: Math.max(0, since! - crash) };
}

/** When heartbeats are sent, and which of them come when; in place of the last one the sender crashes, at a random moment of the time before it. */
function sendHeartbeats({ interval, loss, delay, jitter }: HeartbeatModel, count: number, seed: number): { readonly sentAt: Float64Array; readonly arrivals: readonly { readonly time: number; readonly sequence: number }[] } {
  const random = createRandom(seed);
  const sentAt = new Float64Array(count + 2);
  const arrivals: { time: number; sequence: number }[] = [];
  let inOrder = true;
  for (let sequence = 1; sequence < sentAt.length; sequence++) {
    const wait = Math.max(0, interval + jitter.sample(random));
    const last = sequence === sentAt.length - 1;
    sentAt[sequence] = sentAt[sequence - 1]! + (last ? random() * wait : wait);
    if (last || (loss > 0 && random() < loss)) continue;
    const time = sentAt[sequence]! + Math.max(0, delay.sample(random));
    if (arrivals.length > 0 && time < arrivals[arrivals.length - 1]!.time) inOrder = false;
    arrivals.push({ time, sequence });
  }
  // Whoever comes later in the row but earlier in time has overtaken.
  if (!inOrder) arrivals.sort((a, b) => a.time - b.time);
  return { sentAt, arrivals };
}

function detectorOf({ kind, interval, delta, threshold, clocks, window, distribution, deviation }: HeartbeatModel): FailureDetector {
  const own = window === 0 ? {} : { window };
  if (kind === "fixed") return fixedTimeout({ timeout: delta }) as FailureDetector;
  if (kind === "phi") return phiAccrual({ threshold, distribution: distribution as "normal" | "exponential", first: interval, deviation, ...own }) as FailureDetector;
  return (clocks === "agree" ? chenSynchronized({ interval, delta }) : chen({ interval, margin: delta, ...own })) as FailureDetector;
}
