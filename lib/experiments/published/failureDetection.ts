import { type AccrualDetector, phiAccrual } from "../../gossip/failureDetectors/phiAccrual.js";
import { createRandom, parseDistribution } from "../../random.js";
import { failureDetectorMistakes } from "../failureDetectorMistakes.js";
import { runExperiment } from "../runExperiment.js";
import { swimDetection } from "../swimDetection.js";
import { infected, swimInfection } from "../swimInfection.js";
import { swimSuspicion } from "../swimSuspicion.js";
import { cell, closedForm, type Comparison, type Published } from "./comparison.js";

/** z by threshold Φ of the φ accrual detector: with normal times between heartbeats, it waits for μ + σ z. */
export const PHI_Z: readonly { readonly threshold: number; readonly z: number }[] = [
  { threshold: 1, z: 1.2816 },
  { threshold: 2, z: 2.3263 },
  { threshold: 3, z: 3.0902 },
  { threshold: 8, z: 5.612 },
];

/** What was published of SWIM and of the φ accrual detector. */
export const failureDetectionComparisons: readonly Comparison[] = [
  { source: "Das, Gupta and Motivala 2002, §3.1", compare: firstDetection },
  { source: "Das, Gupta and Motivala 2002, §4.1", compare: infection },
  { source: "Das, Gupta and Motivala 2002, §5", compare: suspicionTimeouts },
  { source: "Hayashibara et al. 2004, closed form", compare: phiThresholds },
];

/** T′/(1 − e^(−q)) for the share q of members that live. */
const expected = (q: number) => 1 / (1 - Math.exp(-q));

function firstDetection(source: string): Published[] {
  const run = (parameters: Record<string, string | number>, trials: number) => runExperiment(swimDetection, { periods: 1, ...parameters }, { seed: 1, trials }).rows[0]!.detection as number;
  return [
    closedForm(cell(source, "first detection, q = 1, synchronous periods, in periods", 1.582, run({ n: 60 }, 1200), 0.04)),
    // Suspects are pinged like others: who has been found does not make the rest easier to find.
    closedForm(cell(source, "first detection, q = 0.5, synchronous periods, in periods", expected(0.5), run({ n: 60, failed: 30, suspicion: 3 }, 60), 0.04)),
    closedForm(cell(
      source,
      "first ping, a phase of its own for each member, in periods",
      1,
      run({ n: 60, phases: "random" }, 1200),
      0.05,
      "The formula counts whole periods, so it holds where all members' periods begin together. Where each has a phase of its own, pings come evenly spread over time, and the first one to a given member comes after about 1.0 period instead of 1.582.",
    )),
  ];
}

/** The curve is drawn for one member that begins. */
function infection(source: string): Published[] {
  const n = 1000;
  const times = [1, 2, 3, 4, 5];
  const chance = "The formula leaves chance out. Runs differ in when their first few members learn of the update, by up to a period either way; so the mean over runs is a flatter curve, which lies below the formula's where that is steepest.";
  const rows = runExperiment(swimInfection, { n, times, meetings: "memoryless" }, { seed: 1, trials: 20_000 }).rows;
  const later = runExperiment(swimInfection, { n, begin: 50, times: [1, 2], meetings: "memoryless" }, { seed: 1, trials: 5000 }).rows;
  const periodic = runExperiment(swimInfection, { n: 200, times: [2] }, { seed: 1, trials: 60 }).rows[0]!;
  return [
    ...later.map((row, i) => cell(source, `x(t + ${i + 1}) of ${n} members, where x(t) is 50, meetings at random moments`, infected(n, i + 1, 50), row.mean as number, 0.03)),
    ...rows.map((row, i) => cell(source, `x(${times[i]!}) of ${n} members, meetings at random moments`, infected(n, times[i]!), row.mean as number, 0.05, times[i]! >= 3 ? chance : undefined)),
    cell(
      source,
      "x(2) of 200 members, on pings once a period",
      infected(200, 2),
      periodic.mean as number,
      0.05,
      "The formula takes a member's meetings to be evenly spread over time. With one ping a period, whoever learns of the update by the answer to its own ping waits a whole period for its next one, so that the epidemic grows by a factor of about 5 a period, not e² = 7.4.",
    ),
  ].map((made) => closedForm(made));
}

/** 3⌈ln(N + 1)⌉ periods: from the end of the period in which a member did not answer until it is taken for dead. */
function suspicionTimeouts(source: string): Published[] {
  return [10, 50, 60].map((n) => {
    const { detection, dead } = runExperiment(swimSuspicion, { n, suspicion: 3, periods: 1 }, { seed: 1, trials: 3 }).rows[0]!;
    return closedForm(cell(source, `suspicion timeout of ${n} members, in periods`, 3 * Math.ceil(Math.log(n + 1)), (dead as number) - (detection as number) - 1, 0.001));
  });
}

function phiThresholds(source: string): Published[] {
  const shares = [1, 2, 3].map((threshold) => {
    const { falseShare } = runExperiment(failureDetectorMistakes, { kind: "phi", threshold, loss: 0, delay: "constant:0", jitter: "normal:0,50" }, { seed: 1, trials: 500 }).rows[0]!;
    return cell(source, `share of heartbeats that raise a false suspicion, threshold ${threshold}`, Math.exp(-threshold * Math.LN10), falseShare as number, threshold < 3 ? 0.04 : 0.12);
  });
  return [...PHI_Z.map(({ threshold, z }) => cell(source, `z at threshold ${threshold}`, z, learntZ(threshold), 0.01)), ...shares].map((made) => closedForm(made));
}

/** How many standard deviations beyond the mean a detector waits that has learnt both from what came: mean over 200 windows of 1,000 heartbeats. */
function learntZ(threshold: number): number {
  const [mean, deviation, windows, window] = [1000, 50, 200, 1000];
  const times = parseDistribution(`normal:${mean},${deviation}`);
  const random = createRandom(1);
  const detector: AccrualDetector = phiAccrual({ threshold, first: mean, window });
  const state = detector.init(0);
  let now = 0;
  let sum = 0;
  for (let sequence = 1; sequence <= windows * window + 1; sequence++) {
    detector.heartbeat(state, sequence, (now += times.sample(random)));
    if (sequence > 1 && sequence % window === 1) sum += (detector.suspectsAt(state) - now - mean) / deviation;
  }
  return sum / windows;
}
