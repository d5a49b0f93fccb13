import { createRandom, deriveSeed, type Random } from "../random.js";
import type { BalanceOptions } from "../systems/balancer/balance.js";
import { leastConnections } from "../systems/balancer/policies/leastConnections.js";
import { peakEwma } from "../systems/balancer/policies/peakEwma.js";
import { powerOfChoices } from "../systems/balancer/policies/powerOfChoices.js";
import { thompsonSampling } from "../systems/balancer/policies/thompsonSampling.js";
import { upperConfidence } from "../systems/balancer/policies/upperConfidence.js";
import type { Policy } from "../systems/balancer/policy.js";
import { balancerModel, latencyRow, runBalancers } from "./balancerModel.js";
import type { Experiment, Values } from "./experiment.js";
import { type DetectorQuality, detectorNames, detectorsAtOneRate } from "./learnedTimeouts.js";

const { balancers, rate, service, duration, warmUp } = balancerModel;
const parameters = {
  part: { type: "choice", default: "placement", values: ["placement", "detection"], summary: "what learns: a balancer, or a failure detector" },
  shifts: { type: "list", default: "100,300,1000,3000,10000", values: [], unit: "ms", summary: "times after which the world shifts: speeds go to other servers; delays of heartbeats from short to long, or back" },
  speeds: { type: "list", default: "2,2,1,1,1,1,0.5,0.5,0.5,0.5", values: [], summary: "placement: the speeds, dealt out anew at each shift" },
  balancers: { ...balancers, default: 4 },
  rate: { ...rate, default: 700 },
  service,
  memory: { type: "number", default: 100, range: [0.001, 1_000_000_000], unit: "ms", summary: "placement: after how long bandits that learn from latencies have forgotten all but 1/e" },
  contextMemory: { type: "number", default: 1000, range: [0.001, 1_000_000_000], unit: "ms", summary: "placement: and the one that learns speeds" },
  prior: { type: "number", default: 1, range: [0.001, 1000], unit: "answers", summary: "placement: how many answers the bandits' first belief of a server weighs (Thompson sampling)" },
  hope: { type: "number", default: 1, range: [0, 1000], summary: "placement: width of the margin of the hopeful bandit (UCB), in mean latencies" },
  duration: { ...duration, default: 20 },
  warmUp: { ...warmUp, default: 2 },
  interval: { type: "number", default: 100, range: [0.001, 1_000_000], unit: "ms", summary: "detection: time between two heartbeats" },
  calm: { type: "distribution", default: "exp:0.2", unit: "ms", summary: "detection: delay of a heartbeat while the network is calm" },
  busy: { type: "distribution", default: "exp:0.02", unit: "ms", summary: "detection: and while it is busy" },
  late: { type: "number", default: 0.01, range: [0.0001, 0.5], summary: "detection: false suspicions a heartbeat that each detector is set to" },
  gain: { type: "number", default: 0.1, range: [0.001, 10], summary: "detection: gain of the learned timeout" },
  window: { type: "integer", default: 200, range: [2, 100_000], unit: "heartbeats", summary: "detection: how many times between heartbeats φ accrual remembers" },
  deviation: { type: "number", default: 1, range: [0, 1_000_000], unit: "ms", summary: "detection: the least standard deviation that φ accrual assumes" },
  first: { type: "number", default: 300, range: [0.001, 1_000_000], unit: "ms", summary: "detection: the learned timeout before it has learnt anything" },
  heartbeats: { type: "integer", default: 20_000, range: [100, 10_000_000], summary: "detection: how many are sent" },
} as const;

type Model = Values<typeof parameters>;

const contenders = ({ memory, contextMemory, prior, hope }: Model): readonly Policy[] => [leastConnections, powerOfChoices({ by: "connections" }), peakEwma({ decay: contextMemory }), thompsonSampling({ memory, prior }), upperConfidence({ memory, hope }), thompsonSampling({ memory: contextMemory, prior, context: true })];

/** By shift and contender: a balancer's 99th percentile and mean, or a detector's quality. */
type Sample = readonly (readonly { readonly mean: number; readonly p99: number | null; readonly mistakes: number | null }[])[];

/** Claim 7.4: learning in a world that shifts. A bandit balancer beside two choices and least connections; a learned timeout beside φ accrual. */
export const learnedTuning: Experiment<typeof parameters, Sample> = {
  name: "learned-tuning",
  question: "Does what learns place requests, or find failures, better than a rule, by how fast the world shifts?",
  parameters,
  trials: 1,
  row: {
    shift: "time after which the world shifts, ms",
    rule: "the balancer's policy, or the failure detector",
    learns: "whether it learns from what it has seen: `speeds`, `latencies`, `gaps` between heartbeats; or `no`",
    mean: "placement: mean latency, ms; detection: mean time from a crash to suspicion, ms, at equal mistakes",
    p99: "the 99th percentile of the same, ms",
    mistakes: "detection: false suspicions a heartbeat, which each detector's parameter was set for; else null",
  },
  check({ shifts, speeds, rate }) {
    if (typeof shifts === "string" || shifts.some((shift, i) => !(shift > 0) || (i > 0 && shift <= shifts[i - 1]!))) throw new Error("shifts: expected times above 0 in ascending order, as in 100,1000");
    if (typeof speeds === "string" || speeds.length < 2 || speeds.some((speed) => !(speed > 0))) throw new Error("speeds: expected two numbers above 0 or more, as in 2,1,1");
    if (!(rate > 0)) throw new Error("rate: expected a number above 0");
  },
  trial(model, seed) {
    const shifts = model.shifts as readonly number[];
    if (model.part === "detection") return shifts.map((shift) => detectorsAtOneRate({ ...model, shift }, seed).map(({ mean, p99, mistakes }: DetectorQuality) => ({ mean, p99, mistakes })));
    return shifts.map((shift) => {
      const speeds = dealtAnew(model.speeds as readonly number[], shift, 1000 * (model.warmUp + model.duration), createRandom(deriveSeed(seed, 1)));
      const { balancers, rate, service, duration, warmUp } = model;
      return contenders(model).map((policy) => ({ ...latencyRow(runBalancers({ speeds, balancers, rate, service, duration, warmUp, policy }, seed)), mistakes: null }));
    });
  },
  summarize(samples, model) {
    const detection = model.part === "detection";
    const names = detection ? detectorNames : contenders(model).map(({ name }) => name);
    return (model.shifts as readonly number[]).flatMap((shift, s) =>
      names.map((rule, r) => {
        const own = samples.map((sample) => sample[s]![r]!);
        const mean = (of: (one: (typeof own)[number]) => number | null) => own.reduce((sum, one) => sum + of(one)!, 0) / own.length;
        return { shift, rule, learns: LEARNS[rule] ?? "no", mean: mean((one) => one.mean), p99: mean((one) => one.p99), mistakes: detection ? mean((one) => one.mistakes) : null };
      }),
    );
  },
};

const LEARNS: Readonly<Record<string, string>> = { "peak EWMA": "latencies", bandit: "latencies", "bandit (UCB)": "latencies", "bandit with context": "speeds", "φ accrual": "gaps", "learned timeout": "gaps" };

/** The same speeds, which go to other servers every `shift` ms. */
function dealtAnew(speeds: readonly number[], shift: number, until: number, random: Random): BalanceOptions["speeds"] {
  const times = Array.from({ length: Math.max(1, Math.ceil(until / shift)) }, (_, i) => i * shift);
  const deals = times.map(() => shuffled(speeds, random));
  return speeds.map((_, server) => ({ times, values: deals.map((deal) => deal[server]!) }));
}

function shuffled(values: readonly number[], random: Random): number[] {
  const result = [...values];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
