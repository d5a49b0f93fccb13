import type { FailureDetector } from "../gossip/failureDetectors/detector.js";
import { fixedTimeout } from "../gossip/failureDetectors/fixedTimeout.js";
import { phiAccrual } from "../gossip/failureDetectors/phiAccrual.js";
import { createRandom, type Distribution } from "../random.js";
import { learnedTimeout } from "../systems/balancer/learnedTimeout.js";
import { quantileOf } from "./balancerModel.js";

/** Heartbeats over a network that is calm and busy in turn. */
export interface ShiftingHeartbeats {
  /** Time between two heartbeats, and how long the network stays as it is, ms. */
  readonly interval: number;
  readonly shift: number;
  readonly calm: Distribution;
  readonly busy: Distribution;
  /** False suspicions a heartbeat that each detector is set to. */
  readonly late: number;
  readonly gain: number;
  /** Of φ accrual, heartbeats. */
  readonly window: number;
  readonly deviation: number;
  /** The learned timeout at first, ms. */
  readonly first: number;
  readonly heartbeats: number;
}

/** What a detector comes to. */
export interface DetectorQuality {
  /** Mean and 99th percentile of the time from a crash, at any moment, to suspicion, ms. */
  readonly mean: number;
  readonly p99: number;
  /** False suspicions a heartbeat. */
  readonly mistakes: number;
}

interface Contender {
  readonly name: string;
  /** What sets how long it waits: the larger, the longer. */
  readonly range: readonly [low: number, high: number];
  make(model: ShiftingHeartbeats, knob: number): FailureDetector;
}

const contenders: readonly Contender[] = [
  { name: "fixed timeout", range: [1, 1000], make: ({ interval }, knob) => fixedTimeout({ timeout: interval * knob }) },
  { name: "φ accrual", range: [0.1, 100], make: ({ interval, window, deviation }, knob) => phiAccrual({ threshold: knob, first: interval, window, deviation }) },
  { name: "learned timeout", range: [2, 100_000], make: ({ gain, first }, knob) => learnedTimeout({ late: 1 / knob, gain, first }) },
];

export const detectorNames: readonly string[] = contenders.map(({ name }) => name);

/**
 * What each detector comes to on the same heartbeats, when its parameter is set so that it makes as many mistakes as the
 * others: then the one that finds crashes sooner is better. The setting is found by halving, and knows the run.
 */
export function detectorsAtOneRate(model: ShiftingHeartbeats, seed: number): DetectorQuality[] {
  const series = heartbeats(model, seed);
  return contenders.map(({ range: [low, high], make }) => {
    let [from, to] = [Math.log(low), Math.log(high)];
    for (let i = 0; i < 10; i++) {
      const middle = (from + to) / 2;
      if (quality(make(model, Math.exp(middle)), series, false).mistakes > model.late) from = middle;
      else to = middle;
    }
    return quality(make(model, Math.exp(to)), series, true);
  });
}

interface Series {
  /** When heartbeat i + 1 was sent, and came. */
  readonly sent: Float64Array;
  readonly came: Float64Array;
}

/** A heartbeat never overtakes another, as on a connection. */
function heartbeats({ interval, shift, calm, busy, heartbeats }: ShiftingHeartbeats, seed: number): Series {
  const random = createRandom(seed);
  const sent = Float64Array.from({ length: heartbeats }, (_, i) => (i + 1) * interval);
  const came = new Float64Array(heartbeats);
  for (let i = 0; i < heartbeats; i++) {
    const isBusy = Math.floor(sent[i]! / shift) % 2 === 1;
    came[i] = Math.max(came[i - 1] ?? 0, sent[i]! + Math.max(0, (isBusy ? busy : calm).sample(random)));
  }
  return { sent, came };
}

function quality(detector: FailureDetector, { sent, came }: Series, withTimes: boolean): DetectorQuality {
  const state = detector.init(0);
  // What it does before it can have learnt anything does not count.
  const from = Math.floor(sent.length / 20);
  const times = new Float64Array(withTimes ? sent.length - 1 - from : 0);
  let mistakes = 0;
  for (let i = 0; i < sent.length - 1; i++) {
    detector.heartbeat(state, i + 1, came[i]!);
    const suspects = detector.suspectsAt(state);
    if (i < from) continue;
    if (suspects < came[i + 1]!) mistakes++;
    // A crash between this heartbeat and the next: half an interval later on average.
    if (withTimes) times[i - from] = Math.max(0, Math.max(suspects, came[i]!) - (sent[i]! + sent[i + 1]!) / 2);
  }
  times.sort();
  return { mean: times.reduce((sum, time) => sum + time, 0) / times.length, p99: quantileOf(times, 0.99) ?? 0, mistakes: mistakes / (sent.length - 1 - from) };
}
