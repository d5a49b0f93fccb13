import { checkCausal } from "../check/consistency/checkCausal.js";
import { checkConvergence } from "../check/consistency/checkConvergence.js";
import { checkMonotonicReads } from "../check/consistency/checkMonotonicReads.js";
import { checkReadYourWrites } from "../check/consistency/checkReadYourWrites.js";
import { checkSequential } from "../check/consistency/checkSequential.js";
import { staleness } from "../check/consistency/staleness.js";
import { checkLinearizable } from "../check/linearizability/checkLinearizable.js";
import { register } from "../check/models/register.js";
import { operationsOf } from "../check/pairEvents.js";
import type { Experiment } from "./experiment.js";
import { recordTwoCopies, type TwoCopiesUse } from "./recordTwoCopies.js";

const parameters = {
  reads: { type: "choice", default: "either", values: ["either", "own", "first"], summary: "which copy a client reads: either, each time anew; always its own; always the first" },
  acknowledge: { type: "choice", default: "at-once", values: ["at-once", "when-copied"], summary: "when a write is answered: once the first copy has it, or both" },
  clients: { type: "integer", default: 4, range: [1, 100], summary: "clients that use the register" },
  operations: { type: "integer", default: 10, range: [1, 1000], summary: "operations of each client, beside a last read" },
  latency: { type: "distribution", default: "uniform:5,40", unit: "ms", summary: "how long a message between the copies takes" },
} as const;

interface Sample {
  readonly linearizable: boolean;
  readonly sequential: boolean;
  readonly causal: boolean;
  readonly readYourWrites: boolean;
  readonly monotonicReads: boolean;
  readonly converges: boolean;
  readonly stalest: number;
}

/** What the clients of a register in two copies can rely on, judged by their histories alone. */
export const twoCopies: Experiment<typeof parameters, Sample> = {
  name: "two-copies",
  question: "What can the clients of a register in two copies rely on?",
  parameters,
  trials: 100,
  row: {
    reads: "which copy is read",
    acknowledge: "when a write is answered",
    runs: "runs with their histories",
    linearizable: "histories that are linearizable",
    sequential: "histories that are sequentially consistent",
    causal: "histories that are causally consistent",
    readYourWrites: "histories in which everybody reads their own writes",
    monotonicReads: "histories in which nobody's reads go back",
    converges: "histories in which all read the same in the end",
    stalest: "how long the stalest value read had been overwritten, ms",
  },
  trial(values, seed) {
    const operations = operationsOf(recordTwoCopies(values as TwoCopiesUse, seed).history);
    return {
      linearizable: checkLinearizable(operations, register).verdict === "linearizable",
      sequential: checkSequential(operations).holds === true,
      causal: checkCausal(operations).holds,
      readYourWrites: checkReadYourWrites(operations).holds === true,
      monotonicReads: checkMonotonicReads(operations).holds === true,
      converges: checkConvergence(operations).holds === true,
      stalest: staleness(operations).row.msMax ?? 0,
    };
  },
  summarize(samples, { reads, acknowledge }) {
    const count = (promise: Exclude<keyof Sample, "stalest">) => samples.filter((sample) => sample[promise]).length;
    return [
      {
        reads,
        acknowledge,
        runs: samples.length,
        linearizable: count("linearizable"),
        sequential: count("sequential"),
        causal: count("causal"),
        readYourWrites: count("readYourWrites"),
        monotonicReads: count("monotonicReads"),
        converges: count("converges"),
        stalest: samples.reduce((most, { stalest }) => Math.max(most, stalest), 0),
      },
    ];
  },
};
